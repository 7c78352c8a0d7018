"""Everything that waits for somebody after a meeting: decisions, tellings, minutes, actions, escalations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from rulebook.counting import LONDON, london_date
from servicekit.caller import Caller
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, UnitOfWork
from services.panels.app.see_decisions import decision_standing
from services.panels.app.see_subjects import visible_subjects
from services.panels.domain import names
from services.panels.domain.council_law import CouncilLaw
from services.panels.domain.decision import DECISION_MAKER, Decision, DecisionState
from services.panels.domain.escalation import Escalation
from services.panels.domain.minutes import ClockKind, Minutes
from services.panels.domain.standing import Standing, standing_of_day, standing_of_hour
from services.panels.domain.telling import Telling
from services.panels.domain.tracked_action import TrackedAction

_DECISION = {
    DecisionState.AWAITED: "Decide on what the panel recommended",
    DecisionState.SENT_BACK: "The panel is to look at it again",
    DecisionState.WINDOW_OPEN: "A determination may be answered until this day",
    DecisionState.REPRESENTED: "The panel is to look at it again after an answer",
    DecisionState.INDEPENDENT_REVIEW: "An independent review is to recommend",
}
MINUTES_WORDS = {
    ClockKind.SIGN: "Sign the minutes",
    ClockKind.FILE: "Minutes to be in the child's file",
    ClockKind.DECISIONS: "Send the decisions to everybody",
    ClockKind.DISTRIBUTION: "Send the whole record to everybody",
}


class OutstandingKind(StrEnum):
    """What waits."""

    DECISION = "decision"
    TELLING = "telling"
    MINUTES = "minutes"
    ACTION = "action"
    ESCALATION = "escalation"


@dataclass(frozen=True)
class Outstanding:
    """One thing that waits. `due` is None where no clock runs; `text` may be personal data."""

    kind: OutstandingKind
    name: str
    subject: str
    text: str
    owner_role: str
    standing: Standing
    due: date | None = None
    due_at: datetime | None = None
    owner: str = ""
    escalate_to: tuple[str, ...] = ()
    chased_at: datetime | None = None
    decision: str = ""
    reference: str = ""
    etag: str = ""


@dataclass(frozen=True)
class _Look:
    """With whose eyes, and when."""

    council: str
    bodies: CouncilBodies
    now: datetime

    @property
    def today(self) -> date:
        return london_date(self.now)

    @property
    def law(self) -> CouncilLaw:
        return self.bodies.law


async def list_outstanding(
    begin: Begin, cases: Cases, caller: Caller, council: CouncilBodies, kinds: frozenset[OutstandingKind]
) -> list[Outstanding]:
    """What the caller may see of it, the earliest due first; what no clock runs for comes last. Audited."""
    parent = f"councils/{caller.council}"
    require(caller, "ListOutstanding", parent)
    async with begin(caller) as unit:
        found = await _everything(unit, _Look(caller.council, council, unit.now()), kinds)
        known = await unit.candidates.subjects(sorted({one.subject for one in found}))
        await unit.audit(caller, "ListOutstanding", parent, ["text"])
    seen = await visible_subjects(cases, caller, {one.subject for one in found}, known)
    references = {name: one.reference for name, one in known.items()}
    return _in_order(found, seen, references)


def action_outstanding(council: str, law: CouncilLaw, action: TrackedAction, now: datetime) -> Outstanding:
    """An action that waits."""
    today = london_date(now)
    closed = london_date(action.closed_at) if action.closed_at else None
    return Outstanding(
        kind=OutstandingKind.ACTION,
        name=names.action_name(council, action.action_id),
        subject=action.subject,
        text=action.text,
        owner_role=action.owner_role,
        standing=standing_of_day(action.due, closed, today, law.calendar.days),
        due=action.due,
        owner=action.owner,
        chased_at=action.chased_at,
        etag=str(action.version),
    )


async def _everything(unit: UnitOfWork, look: _Look, kinds: frozenset[OutstandingKind]) -> list[Outstanding]:
    found: list[Outstanding] = []
    if OutstandingKind.DECISION in kinds:
        found += [_decision(look, one) for one in await unit.decisions.open()]
    if OutstandingKind.TELLING in kinds:
        found += [_telling(look, one) for one in await unit.decisions.tellings(None)]
    if OutstandingKind.MINUTES in kinds:
        found += [_minutes(look, one) for one in await unit.minutes.waiting()]
    if OutstandingKind.ACTION in kinds:
        found += [action_outstanding(look.council, look.law, one, look.now) for one in await unit.actions.open()]
    if OutstandingKind.ESCALATION in kinds:
        found += [_escalation(look, one) for one in await unit.escalations.all("", include_closed=False)]
    return found


def _in_order(found: Iterable[Outstanding], seen: frozenset[str], references: Mapping[str, str]) -> list[Outstanding]:
    shown = [replace(one, reference=references.get(one.subject, "")) for one in found if one.subject in seen]
    return sorted(shown, key=lambda one: (one.due or date.max, one.kind, one.name))


def _decision(look: _Look, one: Decision) -> Outstanding:
    body = look.bodies.bodies.get(one.body)
    rules = look.law.decisions.get(body.meeting_kind) if body else None
    return Outstanding(
        kind=OutstandingKind.DECISION,
        name=names.decision_name(look.council, one.decision_id),
        subject=one.subject,
        text=f"{_DECISION[one.state]}: {body.title}" if body else _DECISION[one.state],
        owner_role=DECISION_MAKER if one.state is DecisionState.AWAITED else "business-support",
        standing=decision_standing(look.bodies, one, look.today),
        due=one.window_until if one.state is DecisionState.WINDOW_OPEN else one.due,
        escalate_to=tuple(role.value for role in rules.escalate_to) if rules else (),
    )


def _telling(look: _Look, one: Telling) -> Outstanding:
    return Outstanding(
        kind=OutstandingKind.TELLING,
        name=names.telling_name(look.council, one.telling_id),
        subject=one.subject,
        text=f"Tell the {one.role.replace('-', ' ')} the decision, {one.way}",
        owner_role=one.by_role,
        standing=standing_of_day(one.due, one.told_on, look.today, look.law.calendar.days),
        due=one.due,
        decision=names.decision_name(look.council, one.decision),
        escalate_to=("team-manager",),
    )


def _minutes(look: _Look, one: Minutes) -> Outstanding:
    clock, due = min(one.running_clocks().items(), key=lambda item: item[1])
    return Outstanding(
        kind=OutstandingKind.MINUTES,
        name=names.minutes_name(look.council, one.minutes_id),
        subject=one.subject,
        text=MINUTES_WORDS[clock],
        owner_role=one.chair_role if clock is ClockKind.SIGN else "business-support",
        standing=standing_of_hour(due, None, look.now, look.law.calendar.days),
        due=due.astimezone(LONDON).date(),
        due_at=due,
        escalate_to=("service-manager",),
    )


def _escalation(look: _Look, one: Escalation) -> Outstanding:
    rules = look.law.escalations.get(one.kind)
    stage = rules.stages[one.stage - 1] if rules and one.stage <= len(rules.stages) else None
    return Outstanding(
        kind=OutstandingKind.ESCALATION,
        name=names.escalation_name(look.council, one.escalation_id),
        subject=one.subject,
        text=f"Answer the reviewing officer's escalation: {stage.title}" if stage else "Answer an escalation",
        owner_role=stage.role.value if stage else "",
        standing=standing_of_day(one.stage_due, None, look.today, look.law.calendar.days),
        due=one.stage_due,
        escalate_to=tuple(later.role.value for later in rules.stages[one.stage :]) if rules else (),
    )
