"""Ranks the starts that are left: a sum of costs, each with its reason in plain words and without names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_

from rulebook.working_days import WorkingDays
from services.scheduler.domain.childs_time import costs_of_a_start
from services.scheduler.domain.diary import Capacity, diary_at
from services.scheduler.domain.grains import positions
from services.scheduler.domain.meeting import (
    Attendee,
    Clash,
    DiaryState,
    Session,
    civil_day,
    sessions_at,
)
from services.scheduler.domain.slot_search import ChoiceStarts, PersonStarts, Search, due_before

_MISSED_CLOCK, _REQUIRED_AWAY, _CLOSE_TO_CLOCK = 1000, 500, 20
_OPTIONAL_AWAY, _NOT_CHECKED, _LATER_DAY = 10, 3, 2
_WITHIN_QUORUM, _NEW_FACE = 50, 4
_SLACK_WORKING_DAYS = 3
_PER_DAY = 2


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a slot's rank; `cost` is what it adds, 0 where it speaks for the slot."""

    reason: str
    text: str
    cost: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that would do; `chosen`: who would take the seats that are open."""

    sessions: tuple[Session, ...]
    room: str
    reasons: tuple[Reason, ...]
    clashes: tuple[Clash, ...]
    breaches: tuple[str, ...]
    not_checked: tuple[str, ...]
    chosen: tuple[Attendee, ...] = ()

    @property
    def start(self) -> datetime:
        """Start of the first session."""
        return self.sessions[0].start

    @property
    def cost(self) -> int:
        """Lower is better."""
        return sum(reason.cost for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Ranking:
    """What ranking needs besides the bit sets. `met`: at how many meetings of these subjects each candidate was."""

    search: Search
    capacity: Capacity
    due_dates: Mapping[str, date]
    calendar: WorkingDays
    met: Mapping[str, int] = field(default_factory=dict)

    def best(self, most: int) -> tuple[Slot, ...]:
        """The best first; two of one day while other days are left: five half-hours of one morning are no choice."""
        ranked = sorted((self.cost_of(grain), grain) for grain in positions(self.search.starts))
        chosen = spread(ranked, most, lambda grain: civil_day(self.search.grid.instant(grain)))
        return tuple(self.slot_at(grain) for grain in chosen)

    def best_one(self) -> Slot | None:
        """The first of `best`. Starts whose lateness alone costs more than the best so far are not looked at."""
        found: tuple[int, int] | None = None
        for grain in positions(self.search.starts):
            if found is not None and self._days_later(grain) * _LATER_DAY >= found[0]:
                break
            cost = self.cost_of(grain)
            if found is None or cost < found[0]:
                found = cost, grain
        return None if found is None else self.slot_at(found[1])

    def fewest_away(self) -> Slot | None:
        """The start at which the chair and a room can, and the fewest of the other required people cannot."""
        search = self.search
        starts = search.with_room(reduce(and_, (one.fits for one in search.choices), search.allowed))
        for person in search.required:
            if person.attendee.chair:
                starts &= person.fits
        best = min(((self.cost_of(grain), grain) for grain in positions(starts)), default=None)
        return None if best is None else self.slot_at(best[1])

    def slot_at(self, grain: int, room: str = "") -> Slot:
        """The slot that starts there, with all that speaks for and against it; in this room, else the smallest free."""
        start = self.search.grid.instant(grain)
        sessions = sessions_at(self.search.plan, start)
        free = None if room else self.search.room_at(grain)
        return Slot(
            sessions=sessions,
            room=free.name if free else room,
            reasons=tuple(sorted(self._reasons(grain), key=lambda one: -one.cost)),
            clashes=self._clashes(grain, sessions),
            breaches=due_before(self.due_dates, civil_day(start)),
            not_checked=tuple(one.attendee.person for one in self._unread(grain)),
            chosen=tuple(one.attendee for one in self._chosen(grain)),
        )

    def cost_of(self, grain: int) -> int:
        """What speaks against a start there, added up."""
        return sum(reason.cost for reason in self._reasons(grain))

    def _reasons(self, grain: int) -> list[Reason]:
        start = self.search.grid.instant(grain)
        found = [*self._clock_reasons(civil_day(start)), self._required_reason(grain)]
        away = _away(self.search.optional, grain)
        if away:
            found.append(Reason("OPTIONAL_AWAY", f"{_people(away)} who may come cannot", away * _OPTIONAL_AWAY))
        unread = len(self._unread(grain))
        if unread:
            text = f"{_people(unread)} not checked: nobody can read their diary that far"
            found.append(Reason("NOT_CHECKED", text, unread * _NOT_CHECKED))
        found += self._childs_reasons(start) + self._choice_reasons(grain)
        later = self._days_later(grain)
        found.append(Reason("EARLIER_IS_BETTER", f"{_working_days(later)} after the first day", later * _LATER_DAY))
        return found

    def _days_later(self, grain: int) -> int:
        """Working days after the first day of the window."""
        return max(0, self.calendar.count_between(self.search.first, civil_day(self.search.grid.instant(grain))))

    def _clock_reasons(self, day: date) -> list[Reason]:
        if not self.due_dates:
            return [Reason("NO_CLOCK", "No clock runs for it", 0)]
        missed = len(due_before(self.due_dates, day))
        earliest = min(self.due_dates.values())
        if missed:
            return [Reason("MISSES_A_CLOCK", f"Misses {missed} clock(s), the first {earliest:%d %B %Y}", _MISSED_CLOCK)]
        slack = self.calendar.count_between(day, earliest)
        text = f"{_working_days(slack)} before the earliest clock, {earliest:%d %B %Y}"
        close = slack < _SLACK_WORKING_DAYS
        return [Reason("CLOSE_TO_CLOCK" if close else "BEFORE_EARLIEST_CLOCK", text, _CLOSE_TO_CLOCK if close else 0)]

    def _required_reason(self, grain: int) -> Reason:
        required = self.search.required
        away = _away(required, grain)
        quorum = self.search.plan.quorum
        if away and quorum and len(required) - away >= quorum:
            text = f"{_people(away)} who must come cannot; {quorum} are enough"
            return Reason("QUORATE", text, away * _WITHIN_QUORUM)
        if away:
            return Reason("REQUIRED_AWAY", f"{_people(away)} who must come cannot", away * _REQUIRED_AWAY)
        if any(not one.known_at(grain, self.search.span) for one in required):
            return Reason("REQUIRED_NOT_AWAY", "Nothing known keeps those away who must come", 0)
        return Reason("ALL_REQUIRED_FREE", "Everybody who must come is free", 0)

    def _choice_reasons(self, grain: int) -> list[Reason]:
        """For open seats: those who know the subjects come first, then those who have least to do in that week."""
        chosen = self._chosen(grain)
        if not chosen:
            return []
        new = sum(1 for one in chosen if not self.met.get(one.attendee.person))
        if not new:
            return [Reason("KNOWN_FACES", "Everybody who would be chosen was at an earlier meeting", 0)]
        return [Reason("NEW_FACES", f"{_people(new)} who would be chosen were at no earlier meeting", new * _NEW_FACE)]

    def _chosen(self, grain: int) -> list[PersonStarts]:
        return [one for choice in self.search.choices for one in self._who_of(choice, grain)]

    def _who_of(self, choice: ChoiceStarts, grain: int) -> list[PersonStarts]:
        week = self.search.week_of(grain)
        free = [one for one in choice.people if one.fits >> grain & 1]
        span = self.search.span
        free.sort(
            key=lambda one: (
                not one.known_at(grain, span),
                not self.met.get(one.attendee.person),
                (one.hours & ~one.free & week).bit_count(),
                one.attendee.person,
            )
        )
        return free[: choice.count]

    def _childs_reasons(self, start: datetime) -> list[Reason]:
        end = start + timedelta(minutes=self.search.plan.span_minutes)
        return [Reason(*one) for one in costs_of_a_start(self.search.plan, self.capacity, start, end)]

    def _clashes(self, grain: int, sessions: tuple[Session, ...]) -> tuple[Clash, ...]:
        people = [*self.search.required, *self.search.optional]
        away = (one.attendee for one in people if not one.fits >> grain & 1)
        states = (
            Clash(one.person, diary_at(self.search.plan, one, sessions, self.capacity, self.calendar)) for one in away
        )
        return tuple(clash for clash in states if clash.diary in (DiaryState.BUSY, DiaryState.NOT_WORKING))

    def _unread(self, grain: int) -> list[PersonStarts]:
        span = self.search.span
        people = [*self.search.people, *self._chosen(grain)]
        return [one for one in people if one.fits >> grain & 1 and not one.known_at(grain, span)]


def _away(people: tuple[PersonStarts, ...], grain: int) -> int:
    return sum(1 for one in people if not one.fits >> grain & 1)


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def spread(ranked: Sequence[tuple[int, int]], most: int, day_of: Callable[[int], date]) -> list[int]:
    """The best starts out of (cost, start), no more than two of a day while other days are left."""
    taken: dict[date, int] = {}
    first: list[tuple[int, int]] = []
    rest: list[tuple[int, int]] = []
    for place in ranked:
        day = day_of(place[1])
        taken[day] = taken.get(day, 0) + 1
        (first if taken[day] <= _PER_DAY else rest).append(place)
    return [grain for _, grain in sorted((first + rest)[:most])]


def _working_days(count: int) -> str:
    return "1 working day" if count == 1 else f"{count} working days"
