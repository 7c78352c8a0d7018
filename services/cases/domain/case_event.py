"""Dated facts: how they are kept, what is wrong with one, and what the rulebook is told of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rulebook.counting import london_date
from rulebook.facts import (
    BECAME_LOOKED_AFTER,
    CEASED_TO_BE_LOOKED_AFTER,
    OBLIGATION_MET,
    CaseEvent,
    EventType,
    FactKind,
    RuleId,
    SubjectKind,
)
from rulebook.pack import Pack
from rulebook.plan_state import PLAN_EVENTS
from rulebook.vocabulary import UnknownEventError, attribute_meaning, kind_of, meaning_of
from services.cases.domain.errors import CareNotBegun
from services.cases.domain.names import CaseEventId, SubjectId
from services.cases.domain.subject import Subject

PPM_HELD = EventType("ppm_held")
# Days the working-day table can count from and to, with room for the longest clock.
_FIRST_DAY = date(1991, 1, 1)
_FARTHEST = timedelta(days=3653)
_HELD = frozenset({PPM_HELD, EventType("cic_review_held"), EventType("sitting_held")})


@dataclass(frozen=True)
class RecordedEvent:
    """One fact as it is kept. `source_key` says where it came from: the same source never counts twice.

    `plan` names which of the plans that run side by side a fact about a plan is about.
    """

    id: CaseEventId
    subject: SubjectId
    type: EventType
    on: date
    source_key: str
    at: datetime | None = None
    next_on: date | None = None
    assumed: bool = False
    rule_id: RuleId | None = None
    meeting: str = ""
    plan: str = ""


def faults(
    pack: Pack, event_type: str, on: date | None, at: datetime | None, rule_id: str, today: date, plan: str = ""
) -> Iterator[tuple[str, str]]:
    """Everything wrong with a fact that somebody wants to record, as (field, what is wrong and what would be right)."""
    yield from _type_faults(event_type, on, today)
    if rule_id and rule_id not in pack.by_id:
        yield "rule_id", f"is no rule of the pack {pack.id}"
    if event_type == OBLIGATION_MET and not rule_id:
        yield "rule_id", "is required for obligation_met: name the rule that was met"
    if event_type != OBLIGATION_MET and rule_id:
        yield "rule_id", "belongs to obligation_met alone; leave it empty"
    if at is not None and event_type and event_type != PPM_HELD:
        yield "at_time", "belongs to ppm_held alone; leave it out"
    if at is not None and on is not None and london_date(at) != on:
        yield "at_time", "lies on another day (Europe/London) than on_date"
    if plan and event_type not in PLAN_EVENTS:
        yield "plan", "belongs to facts about a permanence plan alone; leave it empty"
    elif plan and plan not in attribute_meaning("plan").values:
        yield "plan", f"must be one of {', '.join(attribute_meaning('plan').values)}"


def _type_faults(event_type: str, on: date | None, today: date) -> Iterator[tuple[str, str]]:
    if not event_type:
        return
    try:
        kind = kind_of(event_type)
    except UnknownEventError as error:
        # What was sent is not repeated: whatever stands in the wrong field may be a name.
        hint = f"; did you mean {error.near!r}?" if error.near else ""
        yield "type", f"is not a name of the case-event vocabulary{hint}"
        return
    if on is not None and kind is not FactKind.PLANNED and on > today:
        yield "on_date", "lies in the future; only a planned event may: record it once it has happened"
    elif on is not None and not _FIRST_DAY <= on <= today + _FARTHEST:
        yield "on_date", f"must lie between {_FIRST_DAY} and ten years from today"


def require_care(subject: Subject, name: str, facts: Sequence[RecordedEvent], event: EventType, on: date) -> None:
    """CareNotBegun where the fact needs a period of care and none covers its day. Children only."""
    needs = meaning_of(event).after_entry or event == CEASED_TO_BE_LOOKED_AFTER
    if needs and subject.kind is SubjectKind.CHILD and not in_care(facts, on):
        raise CareNotBegun(name, event)


def in_care(facts: Sequence[RecordedEvent], on: date) -> bool:
    """Whether a period of care covers the day: begun on or before it, and not ended between."""
    begun = [fact.on for fact in facts if fact.type == BECAME_LOOKED_AFTER and fact.on <= on]
    ended = [fact.on for fact in facts if fact.type == CEASED_TO_BE_LOOKED_AFTER and fact.on < on]
    return bool(begun) and max(begun) >= max(ended, default=date.min)


def for_rules(facts: Sequence[RecordedEvent]) -> list[CaseEvent]:
    """The facts as the rulebook reads them, in the order of recording; minutes point at their meeting."""
    held = {fact.meeting: str(fact.id) for fact in facts if fact.meeting and fact.type in _HELD}
    return [_for_rules(fact, held.get(fact.meeting, "")) for fact in facts]


def _for_rules(fact: RecordedEvent, held: str) -> CaseEvent:
    return CaseEvent(
        fact.type,
        fact.on,
        at=fact.at,
        kind=kind_of(fact.type),
        assumed=fact.assumed,
        event_id=str(fact.id),
        concerns="" if fact.type in _HELD else held,
        rule_id=fact.rule_id,
    )
