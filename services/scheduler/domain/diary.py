"""People's time: the hours they work, what stands in their diaries, and how far anyone has looked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rulebook.working_days import WorkingDays
from services.scheduler.domain.grains import GRAIN_MINUTES, Grid, ReadyBits, Span, span
from services.scheduler.domain.meeting import LONDON, Attendee, DiaryState, Plan, Session, civil_day

if TYPE_CHECKING:
    from services.scheduler.domain.childs_time import ChildsTime

NINE_TO_FIVE = (9 * 60, 17 * 60)
# Nothing is proposed outside these wall times, whatever hours a diary gives; evenings are for people to arrange.
EARLIEST_TO_LATEST = (8 * 60, 19 * 60)
WHOLE_DAY = (0, 24 * 60)

Term = tuple[date, date]
"""First and last day of a school term."""


# A named tuple: every search looks kept masks up by it, and its hash is made in C.
class WorkingHours(NamedTuple):
    """One stretch of one weekday (0 is Monday) in London wall time, minutes since midnight, the end left out.

    `first_day`, `last_day`: the days between which it holds, both included; None: no end on that side. `terms`: the
    terms known when it holds in term time only, in order; None: it holds in holidays too.
    """

    weekday: int
    from_minute: int
    until_minute: int
    first_day: date | None = None
    last_day: date | None = None
    terms: tuple[Term, ...] | None = None

    @property
    def always(self) -> bool:
        """Whether it says of every day that there is what is worked on it."""
        return self.first_day is None and self.last_day is None and self.terms is None

    def covers(self, day: date) -> bool:
        """Whether it says anything of that day: before the first term that is known and after the last nobody knows."""
        if (self.first_day and day < self.first_day) or (self.last_day and day > self.last_day):
            return False
        return self.terms is None or (bool(self.terms) and self.terms[0][0] <= day <= self.terms[-1][1])

    def works_on(self, day: date) -> bool:
        """Whether it is worked that day, bank holidays aside."""
        if self.weekday != day.weekday() or not self.covers(day):
            return False
        return self.terms is None or any(first <= day <= last for first, last in self.terms)


@dataclass(frozen=True, slots=True)
class Busy:
    """What is taken: spells, and what was made ready as bits when it was written. A spell is in one of them."""

    spells: Sequence[Span] = ()
    ready: ReadyBits | None = None

    def on(self, grid: Grid) -> int:
        """The taken grains."""
        mask = grid.mask(self.spells) if self.spells else 0
        return mask if self.ready is None else mask | grid.place(self.ready)

    def meets(self, first: int, last: int) -> bool:
        """Whether anything taken lies within [first, last), in minutes; bits count as whole grains."""
        if any(begins < last and first < ends for begins, ends in self.spells):
            return True
        if self.ready is None:
            return False
        begin, end = (first - self.ready.origin) // GRAIN_MINUTES, -((self.ready.origin - last) // GRAIN_MINUTES)
        return end > 0 and self.ready.bits >> max(0, begin) & ((1 << (end - max(0, begin))) - 1) != 0


NOTHING = Busy()


@dataclass(frozen=True, slots=True)
class Diary:
    """`hours` None: nobody knows when they work. `known_until`: how far the diary was read; None: never.

    `away`: leave and other absence, which is known whatever else is not. `chaired`: the start of each meeting of ours
    that they chair, in minutes since the epoch; `most_chaired`: on one day at most, None: as usual.
    `places`: (first, last minute, room) of each part of a meeting in a room.
    """

    hours: tuple[WorkingHours, ...] | None = None
    busy: Busy = NOTHING
    known_until: datetime | None = None
    away: tuple[Span, ...] = ()
    chaired: tuple[int, ...] = ()
    places: tuple[tuple[int, int, str], ...] = ()
    most_chaired: int | None = None

    def state_at(self, start: datetime, end: datetime, calendar: WorkingDays) -> DiaryState:
        """What is known of this stretch."""
        first, last = span(start, end)
        if any(begins < last and first < ends for begins, ends in self.away):
            return DiaryState.NOT_WORKING
        if self.busy.meets(first, last):
            return DiaryState.BUSY
        if not hours_known_on(self.hours, civil_day(start)):
            return DiaryState.UNKNOWN
        assert self.hours is not None
        if not _within_hours(self.hours, start, end, calendar):
            return DiaryState.NOT_WORKING
        if self.known_until is None or end > self.known_until:
            return DiaryState.UNKNOWN
        return DiaryState.FREE


@dataclass(frozen=True, slots=True)
class Room:
    """A room that can be booked; `name` is its resource name, `mailbox` its own address in Outlook, or empty."""

    name: str
    display_name: str
    seats: int
    features: frozenset[str] = frozenset()
    busy: Busy = NOTHING
    venue: str = ""
    mailbox: str = ""

    def fits(self, seats: int, features: Sequence[str]) -> bool:
        """Whether it is large enough and has what is asked for."""
        return self.seats >= seats and self.features.issuperset(features)


@dataclass(frozen=True, slots=True)
class Capacity:
    """The diaries of people by resource name, and the rooms. Who is not in it is unknown.

    `children`: what is on record of children's own weeks, by the child's resource name.
    """

    diaries: Mapping[str, Diary] = field(default_factory=dict)
    rooms: tuple[Room, ...] = ()
    children: Mapping[str, "ChildsTime"] = field(default_factory=dict)

    def diary(self, person: str) -> Diary:
        """Their diary; an unknown one where nobody could look."""
        return self.diaries.get(person, Diary())


def diary_at(
    plan: Plan, attendee: Attendee, sessions: Sequence[Session], capacity: Capacity, calendar: WorkingDays
) -> DiaryState:
    """The worst of what is known over the sessions they are asked to."""
    worst = (DiaryState.BUSY, DiaryState.NOT_WORKING, DiaryState.UNKNOWN, DiaryState.FREE)
    diary = capacity.diary(attendee.person)
    found = {
        diary.state_at(one.start, one.end, calendar)
        for one in sessions
        if attendee.throughout or attendee.comes_to(one.number)
    }
    return next((state for state in worst if state in found), DiaryState.UNKNOWN)


def wall_spans(day: date, stretches: Sequence[tuple[int, int]]) -> list[Span]:
    """London wall-clock stretches of one day as UTC minutes; right across a change of the clocks."""
    midnight = datetime.combine(day, time(), LONDON)
    # Adding to an aware datetime moves its wall clock, which is what working hours mean.
    return [
        span(
            (midnight + timedelta(minutes=first)).astimezone(UTC),
            (midnight + timedelta(minutes=last)).astimezone(UTC),
        )
        for first, last in stretches
    ]


@lru_cache(maxsize=2048)
def hours_mask(hours: tuple[WorkingHours, ...], grid: Grid) -> int:
    """When somebody with these hours works. Kept: many people share a pattern and it changes rarely."""
    spans: list[Span] = []
    for offset in range(-1, grid.days + 1):
        day = grid.first_day + timedelta(days=offset)
        spans += wall_spans(day, stretches_on(hours, day))
    return grid.mask(spans)


def stretches_on(hours: Sequence[WorkingHours], day: date) -> list[tuple[int, int]]:
    """What is worked that day, in minutes since midnight."""
    return [(one.from_minute, one.until_minute) for one in hours if one.works_on(day)]


def hours_known_on(hours: tuple[WorkingHours, ...] | None, day: date) -> bool:
    """Whether anybody knows what is worked that day: a pattern that has run out says nothing of the days after it."""
    return hours is not None and (not hours or any(one.covers(day) for one in hours))


@lru_cache(maxsize=2048)
def unknown_mask(hours: tuple[WorkingHours, ...], grid: Grid) -> int:
    """The days of which these hours say nothing. Most people's say something of all."""
    if not hours or any(one.always for one in hours):
        return 0
    days = (grid.first_day + timedelta(days=offset) for offset in range(-1, grid.days + 1))
    return grid.mask(wall_spans(day, [WHOLE_DAY])[0] for day in days if not hours_known_on(hours, day))


@lru_cache(maxsize=256)
def open_mask(first: date, last: date, stretch: tuple[int, int], grid: Grid, closed: frozenset[date]) -> int:
    """The wall-clock stretch of each London day from first to last that is not closed."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return grid.mask(one for day in days if day not in closed for one in wall_spans(day, [stretch]))


def _within_hours(hours: tuple[WorkingHours, ...], start: datetime, end: datetime, calendar: WorkingDays) -> bool:
    begins, ends = start.astimezone(LONDON), end.astimezone(LONDON)
    if begins.date() != ends.date() or not calendar.is_working(begins.date()):
        return False
    first, last = begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute
    return any(low <= first and last <= high for low, high in stretches_on(hours, begins.date()))
