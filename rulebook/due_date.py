"""Works out a due expression: a date with the tree of how it came about, or what is missing for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from operator import attrgetter
from typing import Any, Final

from rulebook.counting import Unit, birthday, elapsed_hours, last_day_beginning_with, london_date, shift
from rulebook.due import (
    AnchorDate,
    AttributeDate,
    Before,
    BeginningWith,
    Birthday,
    ByOrdinal,
    Due,
    DueOf,
    EarliestOf,
    EventDate,
    FirstKnown,
    IfKnown,
    LatestOf,
    Occurrence,
    Phased,
    Projected,
    Scheduled,
    StartDate,
    Which,
    Within,
)
from rulebook.episode import Episode
from rulebook.facts import CaseEvent, EventType, FactKind, Subject
from rulebook.pack import MeetingKind, Pack
from rulebook.rule import MeetingKindId, Rule, Span
from rulebook.working_days import WorkingDays

_BY_DAY: Final = attrgetter("on")


# What is made for every clock is not frozen, though nobody changes it: a frozen one takes three times as long to make,
# and that was a third of all the time.
@dataclass(slots=True)
class Resolved:
    """A known date. `parts` are the outcomes of the expression's own parts, in their order; `fact` its
    source.
    """

    of: Due
    on: date
    at: datetime | None = None
    late_on: date | None = None
    inferred: bool = False
    fact: CaseEvent | None = None
    parts: tuple[Outcome, ...] = ()

    @property
    def late_after(self) -> date:
        """The day after which it is late: the date itself unless the source offers alternatives."""
        return self.late_on or self.on


@dataclass(frozen=True, slots=True)
class Missing:
    """What has to be known first: events (`time_of`: of a known event its time), or an attribute."""

    wanted: tuple[EventType, ...] = ()
    time_of: EventType | None = None
    attribute: str | None = None
    ordinal: int = 1


Outcome = Resolved | Missing


@dataclass(frozen=True, slots=True)
class Setting:
    """What every expression of one evaluation is worked out from."""

    pack: Pack
    subject: Subject
    episode: Episode
    working_days: WorkingDays
    as_of: date

    def facts_for(self, rule: Rule) -> dict[EventType, list[CaseEvent]]:
        """The facts a rule may look at: the current episode's, or all."""
        return self.episode.everything if rule.span is Span.LIFETIME else self.episode.by_type

    def anchors(self, rule: Rule) -> list[tuple[int, CaseEvent]]:
        """The facts that start this rule's clock, each with its ordinal."""
        found = self._started(rule)
        if not found:
            return []
        if rule.anchor.which is Which.FIRST:
            return [(1, found[0])]
        if rule.anchor.which is Which.LAST:
            return [(len(found), found[-1])]
        return list(enumerate(found, start=1))[rule.anchor.from_ordinal - 1 : rule.anchor.to_ordinal]

    def _started(self, rule: Rule) -> list[CaseEvent]:
        table, anchor = self.facts_for(rule), rule.anchor
        found = merged(table, anchor.events)
        if not found or any(event in table for event in anchor.unless):
            return []
        if anchor.which is not Which.EACH:
            found = [fact for fact in found if not self._moved(fact)]
        if anchor.pending:
            done = [fact.on for fact in merged(table, anchor.pending)]
            found = [fact for fact in found if not any(on >= fact.on for on in done)]
        if anchor.after is None:
            return found
        starts = table.get(anchor.after)
        return [fact for fact in found if fact.on >= starts[-1].on] if starts else []

    def _moved(self, fact: CaseEvent) -> bool:
        """Whether a planned date was given up for one recorded later."""
        return fact.kind is FactKind.PLANNED and self.episode.last_planned.get(fact.type) is not fact


def merged(table: dict[EventType, list[CaseEvent]], events: Sequence[EventType]) -> list[CaseEvent]:
    """The facts of several types in order of date."""
    found = [table[event] for event in events if event in table]
    if len(found) > 1:
        return sorted(chain.from_iterable(found), key=_BY_DAY)
    return found[0] if found else []


@dataclass(slots=True)
class Clock:
    """One clock of one rule: its anchor and the anchor's ordinal."""

    setting: Setting
    rule: Rule
    anchor: CaseEvent
    ordinal: int
    start: CaseEvent | None = None
    """What began a rule that repeats; the anchor itself unless given."""

    def work_out(self, due: Due) -> Outcome:
        """The date a due expression gives for this clock, or what is missing."""
        return WAYS[type(due)](self, due)

    def _anchor_date(self, due: AnchorDate) -> Outcome:
        return self._from_fact(due, self.anchor)

    def _start_date(self, due: StartDate) -> Outcome:
        return self._from_fact(due, self.start or self.anchor)

    def _attribute_date(self, due: AttributeDate) -> Outcome:
        value = self.setting.subject.attributes.get(due.attribute)
        return Resolved(due, value) if isinstance(value, date) else Missing(attribute=due.attribute)

    def _by_ordinal(self, due: ByOrdinal) -> Outcome:
        return self.work_out(due.first[self.ordinal - 1] if self.ordinal <= len(due.first) else due.then)

    def _if_known(self, due: IfKnown) -> Outcome:
        return self.work_out(due.of)

    def _from_fact(self, due: Due, fact: CaseEvent) -> Resolved:
        return Resolved(due, fact.on, at=fact.at, inferred=fact.assumed, fact=fact)

    def _event_date(self, due: EventDate) -> Outcome:
        fact = self._find(due)
        return Missing((due.event,), ordinal=due.ordinal or 1) if fact is None else self._from_fact(due, fact)

    def _find(self, due: EventDate) -> CaseEvent | None:
        facts = self.setting.facts_for(self.rule).get(due.event, [])
        if due.ordinal is not None:
            return facts[due.ordinal - 1] if due.ordinal <= len(facts) else None
        if not facts:
            return None
        if due.which is Which.FIRST:
            return facts[0]
        return self.setting.episode.last_planned[due.event] if facts[-1].kind is FactKind.PLANNED else facts[-1]

    def _occurrence(self, due: Occurrence) -> Outcome:
        kind = self.setting.pack.meeting_kinds[MeetingKindId(due.meeting)]
        if kind.held_event is None:
            return Missing()
        ordinal = due.ordinal or self.ordinal + 1
        held = self.setting.episode.by_type.get(kind.held_event, [])
        if ordinal <= len(held):
            return self._from_fact(due, held[ordinal - 1])
        booked = self.setting.episode.last_planned.get(kind.booked_event) if kind.booked_event else None
        if booked is not None and ordinal == len(held) + 1 and (not held or booked.on > held[-1].on):
            return self._from_fact(due, booked)
        return Missing((kind.held_event,), ordinal=ordinal)

    def _due_of(self, due: DueOf) -> Outcome:
        rule = self.setting.pack.rule(due.rule)
        anchors = self.setting.anchors(rule)
        if not anchors:
            return Missing(rule.anchor.events)
        ordinal, anchor = next((pair for pair in anchors if pair[1] is self.anchor), anchors[-1])
        outcome = Clock(self.setting, rule, anchor, ordinal).work_out(rule.due)
        if isinstance(outcome, Missing):
            return outcome
        # Without the anchor as its fact: what it tells is the rule's last day, not when the anchor was.
        return Resolved(due, outcome.on, outcome.at, outcome.late_on, outcome.inferred, parts=(outcome,))

    def _birthday(self, due: Birthday) -> Outcome:
        born = self.setting.subject.date_of_birth
        if born is None:
            return Missing(attribute="date_of_birth")
        return Resolved(due, birthday(born, due.age, self.setting.pack.leap_birthday))

    def _counted(self, due: Within | BeginningWith | Before) -> Outcome:
        start = self.work_out(due.of)
        if isinstance(start, Missing):
            return start
        if due.unit is Unit.HOURS:
            return self._hours(due, start)
        return Resolved(due, self._count(due, start.on), inferred=start.inferred, parts=(start,))

    def _hours(self, due: Within | BeginningWith | Before, start: Resolved) -> Outcome:
        if start.at is None:
            return Missing(time_of=start.fact.type if start.fact else None)
        at = elapsed_hours(start.at, -due.amount if isinstance(due, Before) else due.amount)
        return Resolved(due, london_date(at), at=at, inferred=start.inferred, parts=(start,))

    def _count(self, due: Within | BeginningWith | Before, start: date) -> date:
        table = self.setting.working_days
        if isinstance(due, Before):
            return self._count_back(due, start)
        if due.unit is Unit.WORKING_DAYS:
            begin = start - timedelta(days=1) if isinstance(due, BeginningWith) else start
            return table.add(begin, due.amount)
        if isinstance(due, BeginningWith):
            return last_day_beginning_with(start, due.amount, due.unit)
        return shift(start, due.amount, due.unit)

    def _count_back(self, due: Before, start: date) -> date:
        if due.amount == 0:
            return start - timedelta(days=1)
        if due.unit is Unit.WORKING_DAYS:
            return self.setting.working_days.subtract(start, due.amount)
        return shift(start, -due.amount, due.unit)

    def _earliest(self, due: EarliestOf) -> Outcome:
        worked_out = [(option, self.work_out(option)) for option in due.options]
        parts = tuple(part for option, part in worked_out if not _left_aside(option, part))
        known = [part for part in parts if isinstance(part, Resolved)]
        if not parts:
            return next(part for _, part in worked_out)
        if not known:
            return next(part for part in parts if isinstance(part, Missing))
        first = min(known, key=lambda part: part.on)
        late = max(part.late_after for part in known) if due.late_when_all else first.late_on
        return Resolved(due, first.on, _counted_at(first), late, first.inferred, parts=parts)

    def _latest(self, due: LatestOf) -> Outcome:
        parts = tuple(self.work_out(option) for option in due.options)
        known = [part for part in parts if isinstance(part, Resolved)]
        if len(known) < len(parts):
            return next(part for part in parts if isinstance(part, Missing))
        last = max(known, key=lambda part: part.on)
        return Resolved(due, last.on, _counted_at(last), last.late_on, last.inferred, parts=parts)

    def _first_known(self, due: FirstKnown) -> Outcome:
        outcomes = [self.work_out(option) for option in due.options]
        return next((outcome for outcome in outcomes if isinstance(outcome, Resolved)), outcomes[-1])

    def _phase(self, due: Phased) -> Outcome:
        start = self.work_out(due.of)
        if isinstance(start, Missing):
            return start
        if due.until is not None:
            ends = self.setting.facts_for(self.rule).get(due.until, ())
            early = not any(start.on <= fact.on <= self.anchor.on for fact in ends)
        else:
            early = self.anchor.on <= shift(start.on, due.amount, due.unit)
        return self.work_out(due.early if early else due.late)

    def _scheduled(self, due: Scheduled) -> Outcome:
        meetings = self._schedule(MeetingKindId(due.meeting), lambda found: len(found) == due.ordinal)
        if isinstance(meetings, Missing):
            return meetings
        chosen = meetings[-1]
        return Resolved(due, chosen.on, inferred=chosen.inferred, fact=chosen.fact, parts=chosen.parts)

    def _projected(self, due: Projected) -> Outcome:
        limit = self.work_out(due.before)
        if isinstance(limit, Missing):
            return limit
        found = self._schedule(MeetingKindId(due.meeting), lambda found: bool(found) and found[-1].on >= limit.on)
        if isinstance(found, Missing):
            return found
        meetings = found[:-1]
        if not meetings:
            # No meeting falls before the date any more: the last day before it stands in for it, and is told as that.
            return self._counted(Before(0, Unit.DAYS, due.before))
        inferred = limit.inferred or any(one.inferred for one in meetings)
        chosen = meetings[-min(due.from_last, len(meetings))]
        return Resolved(due, chosen.on, inferred=inferred, fact=chosen.fact, parts=(limit,))

    def _schedule(self, kind_id: MeetingKindId, enough: Callable[[list[Resolved]], bool]) -> list[Resolved] | Missing:
        """The meetings of a kind until there are enough: held, booked, then each on its latest lawful day."""
        kind = self.setting.pack.meeting_kinds[kind_id]
        found: list[Resolved] = []
        while not enough(found):
            known = self._occurrence(Occurrence(kind_id, len(found) + 1))
            if isinstance(known, Missing):
                known = self._lawful(kind, found) or known
            if isinstance(known, Missing):
                return known
            found.append(known)
        return found

    def _lawful(self, kind: MeetingKind, before: list[Resolved]) -> Outcome | None:
        """The latest lawful day of the meeting that follows those before it; None where no rule gives it."""
        rule_id = kind.next_due if before else kind.first_due
        if rule_id is None:
            return None
        if not before:
            return self._due_of(DueOf(rule_id))
        rule = self.setting.pack.rule(rule_id)
        last = CaseEvent(rule.anchor.events[0], before[-1].on, assumed=before[-1].inferred)
        outcome = Clock(self.setting, rule, last, len(before)).work_out(rule.due)
        if isinstance(outcome, Missing):
            return outcome
        return Resolved(rule.due, outcome.on, inferred=outcome.inferred)


WAYS: Final[Mapping[type[Due], Callable[[Clock, Any], Outcome]]] = {
    AnchorDate: Clock._anchor_date,
    StartDate: Clock._start_date,
    EventDate: Clock._event_date,
    DueOf: Clock._due_of,
    Birthday: Clock._birthday,
    AttributeDate: Clock._attribute_date,
    Occurrence: Clock._occurrence,
    Scheduled: Clock._scheduled,
    Projected: Clock._projected,
    Within: Clock._counted,
    BeginningWith: Clock._counted,
    Before: Clock._counted,
    EarliestOf: Clock._earliest,
    LatestOf: Clock._latest,
    FirstKnown: Clock._first_known,
    ByOrdinal: Clock._by_ordinal,
    IfKnown: Clock._if_known,
    Phased: Clock._phase,
}
"""How each form is worked out. A table, for it is asked a hundred times for each child and finds every form as fast."""


def _left_aside(option: Due, outcome: Outcome) -> bool:
    return isinstance(option, IfKnown) and isinstance(outcome, Missing)


def _counted_at(chosen: Resolved) -> datetime | None:
    """The instant of a date counted in hours; a meeting's own start is not a limit to the minute."""
    return chosen.at if chosen.fact is None else None


def missing_parts(outcome: Outcome) -> list[Missing]:
    """Everything still unknown in an outcome, alternatives of a known date included."""
    if isinstance(outcome, Missing):
        return [outcome]
    if not outcome.parts:
        return []
    return [missing for part in outcome.parts for missing in missing_parts(part)]
