"""What one child's record gives to the figures of a period: facts, times in care, and clocks of all of them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from rulebook.evaluate import evaluate
from rulebook.facts import ENTRY_EVENTS, CaseEvent, EventType, ObligationKey, RuleId
from rulebook.obligation import Obligation as Clock
from rulebook.obligation import ObligationState
from rulebook.pack import Pack
from services.cases.domain import case_event
from services.cases.domain.care_spell import Spell, spell_on, spells
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.names import SubjectId
from services.cases.domain.subject import Subject

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Civil days, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day <= self.last

    def months(self) -> Iterator["Period"]:
        """Its calendar months, the first and the last perhaps cut short."""
        first = self.first
        while first <= self.last:
            ahead = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            yield Period(first, min(ahead - _DAY, self.last))
            first = ahead


class Verdict(StrEnum):
    """Whether a clock was kept. NOT_COUNTED: its day lies elsewhere, or had not passed when it ended."""

    KEPT = "kept"
    LATE = "late"
    NOT_JUDGED = "not_judged"
    NOT_COUNTED = "not_counted"


@dataclass(frozen=True)
class MeasuredCase:
    """One child's record. Facts that have not happened by `today` are among them only where they are planned.

    `waived`: clocks that somebody with the right to it said need not be met.
    """

    subject: Subject
    facts: Sequence[RecordedEvent]
    today: date
    clocks: Sequence[Clock] = ()
    waived: Collection[ObligationKey] = frozenset()
    spells: tuple[Spell, ...] = field(init=False)
    _days: dict[EventType, list[date]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Sorts what is asked for again and again."""
        object.__setattr__(self, "spells", spells(self.facts))
        days: dict[EventType, list[date]] = {}
        for fact in sorted(self.facts, key=lambda one: one.on):
            days.setdefault(fact.type, []).append(fact.on)
        object.__setattr__(self, "_days", days)

    @property
    def id(self) -> SubjectId:
        """Whose record it is."""
        return self.subject.id

    def days(self, *events: EventType) -> list[date]:
        """Days of such facts, the earliest first."""
        return sorted(day for event in events for day in self._days.get(event, ()))

    def last(self, by: date, *events: EventType, since: date = date.min) -> date | None:
        """The last day of such facts between two days, both included."""
        return max((day for day in self.days(*events) if since <= day <= by), default=None)

    def spell_on(self, day: date) -> Spell | None:
        """The time in care that covers the day."""
        return spell_on(self.spells, day)


def measured(
    pack: Pack,
    subject: Subject,
    facts: Sequence[RecordedEvent],
    only: Collection[RuleId],
    today: date,
    waived: Collection[ObligationKey] = frozenset(),
) -> MeasuredCase:
    """The record with the clocks of the given rules, for every time in care and not the present one alone."""
    told = case_event.for_rules(facts)
    found: dict[ObligationKey, Clock] = {}
    for spell in spells(facts)[:-1]:
        until = _until_the_end(told, spell)
        found.update({one.key: one for one in evaluate(pack, subject.for_rules(), until, today, only=only)})
    found.update({one.key: one for one in evaluate(pack, subject.for_rules(), told, today, only=only)})
    return MeasuredCase(subject, facts, today, tuple(found.values()), waived)


def _until_the_end(facts: Sequence[CaseEvent], spell: Spell) -> list[CaseEvent]:
    """What was on record when the stay ended. Who comes back on that very day begins another stay with it."""
    if spell.end is None or spell.end == spell.start:
        return [fact for fact in facts if spell.end is None or fact.on <= spell.end]
    return [fact for fact in facts if fact.on < spell.end or (fact.on == spell.end and fact.type not in ENTRY_EVENTS)]


def verdict(clock: Clock, period: Period, today: date) -> Verdict:
    """Whether a clock whose day lies in the period, and is over, was kept.

    One that ended before its day, because care did, asked for nothing. One without a day belongs to the period in
    which it began, and cannot be judged.
    """
    due = clock.late_after or clock.due_on
    if due is None:
        begun = clock.anchor_on is not None and period.holds(clock.anchor_on)
        return Verdict.NOT_JUDGED if begun and clock.state is not ObligationState.ENDED else Verdict.NOT_COUNTED
    if not period.holds(due) or due > today:
        return Verdict.NOT_COUNTED
    if clock.state is ObligationState.MET:
        return Verdict.KEPT if clock.in_time else Verdict.LATE
    if clock.state is ObligationState.ENDED and (clock.ended_on is None or clock.ended_on <= due):
        return Verdict.NOT_COUNTED
    return Verdict.LATE if due < today else Verdict.NOT_COUNTED


def late_on(clock: Clock) -> date | None:
    """The day after which it counts as late."""
    return clock.late_after or clock.due_on
