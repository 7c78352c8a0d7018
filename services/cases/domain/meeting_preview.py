"""What a day for a meeting would do to one subject's clocks, found by working them out as if it were so.

Three questions are asked of the rulebook, whose answers also make the timetable: how the clocks stand, how they would
stand with the meeting booked for that day, and how with the meeting held on it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import uuid5

from rulebook.counting import day_in_words
from rulebook.facts import EventType, ObligationKey, SubjectKind
from rulebook.obligation import Obligation as Clock
from rulebook.obligation import ObligationState as ClockState
from rulebook.obligation import clocks_for_meeting
from rulebook.pack import MeetingKind, Pack
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.names import CaseEventId
from services.cases.domain.obligation import Obligation, ObligationState, work_out
from services.cases.domain.subject import Subject

Clocks = Mapping[ObligationKey, Clock]


class Part(StrEnum):
    """What a meeting has to do with a clock."""

    MET_BY_MEETING = "met_by_meeting"
    COUNTED_TO_MEETING = "counted_to_meeting"
    STARTED_BY_MEETING = "started_by_meeting"


class Verdict(StrEnum):
    """What would become of a clock."""

    KEPT = "kept"
    BROKEN = "broken"
    TOO_EARLY = "too_early"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Proposal:
    """A day for a meeting of a kind. `moving` is the booked meeting that would be moved to it; empty for a new one."""

    kind: MeetingKind
    on: date
    ends_at: datetime | None = None
    moving: str = ""


@dataclass(frozen=True)
class Previewed:
    """One clock as the day would leave it; `before` is the date as things stand."""

    clock: Clock
    part: Part
    verdict: Verdict
    before: date | None
    after: date | None
    reason: str


def preview(
    pack: Pack,
    subject: Subject,
    facts: Sequence[RecordedEvent],
    stored: Sequence[Obligation],
    proposal: Proposal,
    today: date,
) -> list[Previewed]:
    """The clocks that the day touches, the broken ones first, then by their dates. Waived ones are not asked for."""
    imagined = _Imagined(pack, subject, facts, proposal, today)
    kept = {one.key: one for one in stored}
    found = [
        one
        for one in (*_met(imagined), *_counted_to(imagined, kept), *_started_by(imagined, kept))
        if one.clock.key not in kept or kept[one.clock.key].state is not ObligationState.WAIVED
    ]
    worst = [Verdict.BROKEN, Verdict.TOO_EARLY, Verdict.UNKNOWN, Verdict.KEPT]
    return sorted(found, key=lambda one: (worst.index(one.verdict), one.after or date.max, one.clock.key))


class _Imagined:
    """The subject's clocks as they are and as they would be."""

    def __init__(
        self, pack: Pack, subject: Subject, facts: Sequence[RecordedEvent], proposal: Proposal, today: date
    ) -> None:
        self.pack, self.proposal, self.today = pack, proposal, today
        self._subject, self._facts = subject, list(facts)
        self.now = self._clocks(self._facts, today)
        booked = self._belonging(proposal.kind.booked_event)
        self._unmoved = [fact for fact in facts if booked is None or not self._is_moving(fact, booked)]
        planned = [*self._unmoved, *([self._fact(booked, proposal.on)] if booked else [])]
        self.booked = self._clocks(planned, today)
        self.on_the_day = self._clocks(planned, proposal.on)
        held = self._belonging(proposal.kind.held_event)
        self.held = (
            self._clocks([*planned, self._fact(held, proposal.on, proposal.ends_at)], proposal.on) if held else {}
        )
        self.held_as_booked = self._held_as_booked(booked, held)

    def later_booking(self, clock: Clock) -> date | None:
        """The first day after the one proposed for which a meeting that this clock asks for is booked."""
        kind = self.pack.meeting_kinds.get(clock.meeting_kind) if clock.meeting_kind else None
        if kind is None or kind.booked_event is None:
            return None
        days = [fact.on for fact in self._unmoved if fact.type == kind.booked_event and fact.on > self.proposal.on]
        return min(days, default=None)

    def _held_as_booked(self, booked: EventType | None, held: EventType | None) -> Clocks:
        """As if the meeting that would be moved were held on its present day; the clocks of now where it has none."""
        was = next((fact.on for fact in self._facts if booked and self._is_moving(fact, booked)), None)
        if was is None or held is None:
            return self.now
        return self._clocks([*self._facts, self._fact(held, was)], was)

    def _is_moving(self, fact: RecordedEvent, booked: EventType) -> bool:
        return bool(self.proposal.moving) and fact.meeting == self.proposal.moving and fact.type == booked

    def _belonging(self, event: EventType | None) -> EventType | None:
        """The event, where it can be one of this subject's: a body sits, everybody else is met about."""
        if event is None or (self._subject.kind is SubjectKind.BODY) != event.startswith("sitting_"):
            return None
        return event

    def _fact(self, event: EventType, on: date, at: datetime | None = None) -> RecordedEvent:
        meeting = self.proposal.moving or "imagined"
        key = CaseEventId(uuid5(self._subject.id, event))
        return RecordedEvent(key, self._subject.id, event, on, f"imagined/{event}", at=at, meeting=meeting)

    def _clocks(self, facts: Sequence[RecordedEvent], as_of: date) -> Clocks:
        return {clock.key: clock for clock in work_out(self.pack, self._subject, facts, as_of)}


def _met(imagined: _Imagined) -> Iterator[Previewed]:
    kind = imagined.proposal.kind.id
    for clock in clocks_for_meeting(imagined.booked.values(), kind).all:
        verdict, reason = _judged(imagined, clock)
        now = imagined.now.get(clock.key)
        yield Previewed(clock, Part.MET_BY_MEETING, verdict, now.due_on if now else None, clock.due_on, reason)
    for clock in imagined.booked.values():
        if clock.meeting_kind == kind and clock.state is ClockState.NEEDS_FACT and not clock.awaiting:
            yield Previewed(clock, Part.MET_BY_MEETING, Verdict.UNKNOWN, None, None, _unknown(clock))


def _judged(imagined: _Imagined, clock: Clock) -> tuple[Verdict, str]:
    on, last = imagined.proposal.on, clock.late_after or clock.due_on
    assert last is not None
    if clock.opens_on is not None and on < clock.opens_on:
        return Verdict.TOO_EARLY, f"it would come before {day_in_words(clock.opens_on)}, the first day that counts"
    held = imagined.held.get(clock.key)
    if held is not None and held.state is ClockState.MET and held.in_time is not None:
        in_time = held.in_time
    else:
        in_time = on <= last
    if in_time:
        return Verdict.KEPT, f"the last day for it is {day_in_words(last)}"
    return Verdict.BROKEN, f"it would come after the last day for it, {day_in_words(last)}"


def _counted_to(imagined: _Imagined, kept: Mapping[ObligationKey, Obligation]) -> Iterator[Previewed]:
    """Clocks whose date the booking itself moves, such as papers that have to be out before it."""
    for key, clock in imagined.booked.items():
        now = imagined.now.get(key)
        before = now.due_on if now is not None and now.state is ClockState.OPEN else None
        moved = clock.state is ClockState.OPEN and clock.due_on != before
        if not moved or clock.meeting_kind == imagined.proposal.kind.id:
            continue
        booked = _booked_for(kept.get(key), imagined.proposal)
        verdict, reason = _still_possible(clock, imagined.today, booked)
        yield Previewed(clock, Part.COUNTED_TO_MEETING, verdict, before, clock.due_on, reason)


def _started_by(imagined: _Imagined, kept: Mapping[ObligationKey, Obligation]) -> Iterator[Previewed]:
    """Clocks that begin, or get their date, when the meeting has been held."""
    for key, clock in imagined.held.items():
        before = imagined.on_the_day.get(key)
        if clock.state not in (ClockState.OPEN, ClockState.NEEDS_FACT):
            continue
        if before is not None and (before.state, before.due_on) == (clock.state, clock.due_on):
            continue
        as_booked = imagined.held_as_booked.get(key)
        was = as_booked.due_on if as_booked is not None and as_booked.state is ClockState.OPEN else None
        if clock.state is ClockState.NEEDS_FACT:
            yield Previewed(clock, Part.STARTED_BY_MEETING, Verdict.UNKNOWN, was, None, _unknown(clock))
            continue
        booked = _booked_for(kept.get(key), imagined.proposal) or imagined.later_booking(clock)
        verdict, reason = _still_possible(clock, imagined.proposal.on, booked)
        yield Previewed(clock, Part.STARTED_BY_MEETING, verdict, was, clock.due_on, reason)


def _booked_for(one: Obligation | None, proposal: Proposal) -> date | None:
    """The day for which something else than the meeting that would be moved is booked."""
    return one.booked_on if one is not None and (not one.meeting or one.meeting != proposal.moving) else None


def _still_possible(clock: Clock, earliest: date, booked: date | None) -> tuple[Verdict, str]:
    last = clock.late_after or clock.due_on
    assert last is not None
    if last < earliest:
        return Verdict.BROKEN, f"the last day for it, {day_in_words(last)}, would have passed"
    if booked is not None and booked > last:
        return Verdict.BROKEN, f"it is booked for {day_in_words(booked)}, after the last day, {day_in_words(last)}"
    return Verdict.KEPT, f"the last day for it would be {day_in_words(last)}"


def _unknown(clock: Clock) -> str:
    return f"nobody can say until this is recorded: {clock.needs}" if clock.needs else "nobody can say yet"
