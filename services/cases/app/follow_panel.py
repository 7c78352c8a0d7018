"""What the panels tell: a body settled something for a subject, minutes were signed, minutes were filed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from rulebook.counting import london_date
from rulebook.facts import OBLIGATION_MET, EventType, RuleId
from rulebook.vocabulary import meaning_of
from servicekit.ids import new_id
from services.cases.app.follow_meeting import record
from services.cases.app.ports import Unit
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.names import CaseEventId, SubjectId, id_at_end

MINUTES_SIGNED: Final = EventType("ppm_minutes_signed_by_chair")
SIGNED_RULE: Final = RuleId("BCP-8.4-01")
FILED_RULE: Final = RuleId("BCP-8.4-02")
_PPM: Final = "ppm"


@dataclass(frozen=True)
class Outcome:
    """What a body settled, as facts within its authority, each on the day of the sitting."""

    outcome: str
    subject: str
    meeting: str
    case_events: tuple[str, ...]
    on: date
    next_on: date | None


@dataclass(frozen=True)
class MinutesStep:
    """Minutes were signed or filed."""

    minutes: str
    subject: str
    meeting: str
    meeting_kind: str
    at: datetime


@dataclass(frozen=True)
class CaseSettled:
    """Facts within the authority of whoever settled them, and rules whose clock is met, all on one day."""

    source: str
    subject: str
    meeting: str
    case_events: tuple[str, ...]
    met_rules: tuple[str, ...]
    on: date


async def outcome(unit: Unit, told: Outcome) -> None:
    """UnknownEventError for a name that is not in the vocabulary: the producer and the rulebook then differ."""
    facts = [
        _fact(told.subject, told.meeting, told.outcome, meaning_of(name).type, told.on, next_on=told.next_on)
        for name in told.case_events
    ]
    await _record(unit, told.subject, facts)
    await unit.audit("FollowOutcome", told.outcome, ("case_event",))


async def case_settled(unit: Unit, told: CaseSettled) -> None:
    """A decision maker's facts; a rule that the council keeps elsewhere, or does not have, is passed over."""
    facts = [
        _fact(told.subject, told.meeting, told.source, meaning_of(name).type, told.on) for name in told.case_events
    ]
    facts += [
        _fact(told.subject, told.meeting, told.source, OBLIGATION_MET, told.on, rule_id=RuleId(rule))
        for rule in told.met_rules
        if rule in unit.pack.by_id
    ]
    await _record(unit, told.subject, facts)
    await unit.audit("FollowDecision", told.source, ("case_event",))


async def minutes_signed(unit: Unit, told: MinutesStep) -> None:
    """A permanence planning meeting's minutes have their chair's signature."""
    await _minutes(unit, told, (MINUTES_SIGNED, None), (OBLIGATION_MET, SIGNED_RULE))


async def minutes_filed(unit: Unit, told: MinutesStep) -> None:
    """A permanence planning meeting's minutes are in the child's file."""
    await _minutes(unit, told, (OBLIGATION_MET, FILED_RULE))


async def _minutes(unit: Unit, told: MinutesStep, *steps: tuple[EventType, RuleId | None]) -> None:
    if told.meeting_kind != _PPM:
        return
    facts = [
        _fact(told.subject, told.meeting, told.minutes, event, london_date(told.at), at=told.at, rule_id=rule)
        for event, rule in steps
        if rule is None or rule in unit.pack.by_id
    ]
    await _record(unit, told.subject, facts)
    await unit.audit("FollowMinutes", told.minutes, ("case_event",))


async def _record(unit: Unit, subject: str, facts: list[RecordedEvent]) -> None:
    subjects = await unit.subjects.lock([SubjectId(id_at_end(subject))])
    await record(unit, subjects, facts if subjects else [])


def _fact(
    subject: str,
    meeting: str,
    source: str,
    event: EventType,
    on: date,
    *,
    at: datetime | None = None,
    next_on: date | None = None,
    rule_id: RuleId | None = None,
) -> RecordedEvent:
    return RecordedEvent(
        id=CaseEventId(new_id()),
        subject=SubjectId(id_at_end(subject)),
        type=event,
        on=on,
        source_key=f"{source}/{event}{'/' + rule_id if rule_id else ''}",
        at=at,
        next_on=next_on,
        rule_id=rule_id,
        meeting=meeting,
    )
