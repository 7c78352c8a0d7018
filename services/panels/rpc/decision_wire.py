"""Decisions and tellings, domain to wire."""

from datetime import date

from google.type.date_pb2 import Date
from permanence.panels.v1 import decision_pb2 as wire

from services.panels.app.see_decisions import SeenDecision
from services.panels.domain import names
from services.panels.domain.decision import DecisionStep
from services.panels.domain.standing import Standing
from services.panels.domain.telling import Telling
from services.panels.rpc import to_wire


def decision(council: str, seen: SeenDecision) -> wire.Decision:
    """With what was loaded around it."""
    one = seen.decision
    made = wire.Decision(
        name=names.decision_name(council, one.decision_id),
        subject=one.subject,
        body=names.body_name(council, one.body),
        body_title=seen.body_title,
        meeting=one.meeting,
        decision_maker=one.decision_maker,
        state=wire.DecisionState.Value(f"DECISION_STATE_{one.state.name}"),
        final=one.final,
        clock_date=day(one.clock_from),
        due_date=day(one.due),
        standing=standing(seen.standing),
        clock_words=seen.clock_words,
        decide_date=day(one.decided_on),
        window_from_date=day(one.window_from),
        window_until_date=day(one.window_until),
        has_window=seen.has_window,
        may_record=seen.may_record,
        case_events=one.case_events,
        minutes=seen.minutes,
        sitting=seen.sitting,
        steps=[_step(step) for step in seen.steps],
        tellings=[telling(council, told, stands) for told, stands in seen.tellings],
        escalate_to=seen.escalate_to,
        etag=str(one.version),
    )
    if seen.recommendation:
        made.recommendation.CopyFrom(to_wire.outcome(council, seen.recommendation))
    return made


def telling(council: str, one: Telling, stands: Standing) -> wire.Telling:
    """Without the note, which may tell of others."""
    return wire.Telling(
        name=names.telling_name(council, one.telling_id),
        person=one.person,
        role=one.role,
        way=one.way,
        by_role=one.by_role,
        due_date=day(one.due),
        standing=standing(stands),
        told_date=day(one.told_on),
        told_by=one.told_by,
    )


def standing(one: Standing) -> wire.Standing.ValueType:
    """How a clock stands."""
    return wire.Standing.Value(f"STANDING_{one.name}")


def day(value: date | None) -> Date | None:
    """A civil day."""
    return None if value is None else Date(year=value.year, month=value.month, day=value.day)


def _step(one: DecisionStep) -> wire.DecisionStep:
    made = wire.DecisionStep(
        kind=wire.DecisionStepKind.Value(f"DECISION_STEP_KIND_{one.kind.name}"),
        words=one.words,
        words_for_family=one.words_for_family,
        on_date=day(one.on),
        recorded_by=one.by,
    )
    made.record_time.FromDatetime(one.at)
    return made
