"""Actions, what is outstanding, and escalations, domain to wire."""

from datetime import date

from permanence.panels.v1 import actions_service_pb2 as wire
from permanence.panels.v1 import panel_pb2

from rulebook.decisions import EscalationRules
from rulebook.working_days import WorkingDays
from services.panels.app.check_waiting import Waiting
from services.panels.app.see_outstanding import Outstanding
from services.panels.domain import names
from services.panels.domain.escalation import Escalation
from services.panels.domain.standing import standing_of_day
from services.panels.domain.tracked_action import TrackedAction
from services.panels.rpc.decision_wire import day, standing


def outstanding(one: Outstanding) -> wire.Outstanding:
    """One thing that waits."""
    made = wire.Outstanding(
        kind=wire.OutstandingKind.Value(f"OUTSTANDING_KIND_{one.kind.name}"),
        name=one.name,
        subject=one.subject,
        reference=one.reference,
        text=one.text,
        owner_role=one.owner_role,
        owner=one.owner,
        due_date=day(one.due),
        standing=standing(one.standing),
        escalate_to=one.escalate_to,
        decision=one.decision,
        etag=one.etag,
    )
    if one.due_at:
        made.due_time.FromDatetime(one.due_at)
    if one.chased_at:
        made.chase_time.FromDatetime(one.chased_at)
    return made


def waiting(one: Waiting) -> wire.WaitingThing:
    """What waits still."""
    clock = one.asked.clock.value if one.asked.clock else ""
    return wire.WaitingThing(name=one.asked.name, clock=clock, due_date=day(one.due), owner=one.owner)


def action(council: str, one: TrackedAction) -> panel_pb2.Action:
    """An action after its meeting."""
    return panel_pb2.Action(
        name=names.action_name(council, one.action_id),
        text=one.text,
        owner_role=one.owner_role,
        due_date=day(one.due),
        done=one.done,
        owner=one.owner,
        cancel_reason=one.cancel_reason,
        etag=str(one.version),
    )


def escalation(
    council: str, one: Escalation, rules: EscalationRules | None, today: date, days: WorkingDays, reference: str = ""
) -> wire.Escalation:
    """With the stage's title out of the pack; without one where the pack has changed under it."""
    stage = rules.stages[one.stage - 1] if rules and one.stage <= len(rules.stages) else None
    due = one.due if one.closed_on else one.stage_due
    return wire.Escalation(
        name=names.escalation_name(council, one.escalation_id),
        subject=one.subject,
        reference=reference,
        kind=one.kind,
        title=rules.title if rules else "",
        grounds=one.grounds,
        stage=one.stage,
        stage_title=stage.title if stage else "",
        stage_role=stage.role.value if stage else "",
        stages=len(rules.stages) if rules else one.stage,
        raise_date=day(one.raised_on),
        stage_due_date=day(one.stage_due),
        due_date=day(one.due),
        standing=standing(standing_of_day(due, one.closed_on, today, days)),
        close_date=day(one.closed_on),
        result=one.result,
        steps=[
            wire.EscalationStep(stage=step.stage, words=step.words, on_date=day(step.on), recorded_by=step.by)
            for step in one.steps
        ],
        etag=str(one.version),
    )
