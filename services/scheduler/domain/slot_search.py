"""Which starts would do: bit sets ANDed together. Ranking comes after, over the few that are left.

Also the reasons of the days that offer nothing, read off the same bit sets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache, partial, reduce
from operator import and_

from rulebook.working_days import WorkingDays
from services.scheduler.domain.childs_time import contact_mask
from services.scheduler.domain.choice import at_least
from services.scheduler.domain.diary import (
    EARLIEST_TO_LATEST,
    NINE_TO_FIVE,
    Capacity,
    Diary,
    Room,
    hours_mask,
    open_mask,
    unknown_mask,
    wall_spans,
)
from services.scheduler.domain.grains import GRAIN_MINUTES, GRAINS_PER_DAY, Grid, after, before, grains, runs
from services.scheduler.domain.meeting import Attendee, Plan
from services.scheduler.domain.time_kept import NOTHING_KEPT, TimeKept, full_mask, most_of
from services.scheduler.domain.travel import out_of_reach, way_masks

Parts = tuple[tuple[int, int], ...]
"""(offset, length) in minutes of the sessions that somebody comes to."""


@dataclass(frozen=True)
class PersonStarts:
    """When somebody could come: the grains that are theirs, and from them, once asked for, the starts.

    `unknown`: days of which their hours, known otherwise, say nothing. `full`: days on which they chair `most`
    meetings, which is as many as they take.
    """

    attendee: Attendee
    parts: Parts
    hours: int
    free: int
    known_until: int
    hours_known: bool
    unknown: int = 0
    full: int = 0
    most: int = 0

    @cached_property
    def fits(self) -> int:
        """Starts at which nothing known speaks against them."""
        return fitting_starts(self.free, self.parts)

    @cached_property
    def works(self) -> int:
        """The same, were their diary empty."""
        return fitting_starts(self.hours, self.parts)

    def known_at(self, grain: int, span: int) -> bool:
        """Whether their diary was read as far as the end of a meeting that starts there."""
        return self.hours_known and grain + span <= self.known_until and not self.unknown >> grain & 1


@dataclass(frozen=True, slots=True)
class ChoiceStarts:
    """A choice with its candidates' starts."""

    people: tuple[PersonStarts, ...]
    count: int

    @property
    def role(self) -> str:
        """The role in which they would come."""
        return self.people[0].attendee.role

    @property
    def fits(self) -> int:
        """Starts for which enough of them are free."""
        return at_least([one.fits for one in self.people], self.count)


@dataclass(frozen=True)
class RoomStarts:
    """A room with the grains at which it is free, and from them, once asked for, the starts.

    `reached`: starts at which whoever must come can be there in time from where else they are.
    """

    room: Room
    free: int
    length: int
    reached: int = -1

    @cached_property
    def stands_free(self) -> int:
        """Starts at which it is free for long enough."""
        return runs(self.free, self.length)

    @property
    def fits(self) -> int:
        """Those of them at which everybody who must come can be there."""
        return self.stands_free & self.reached


@dataclass(frozen=True)
class Search:
    """Everything a ranking needs, as bit sets over the grid. `contact`: starts left out for a child's contact."""

    plan: Plan
    grid: Grid
    first: date
    last: date
    allowed: int
    people: tuple[PersonStarts, ...]
    rooms: tuple[RoomStarts, ...]
    span: int
    choices: tuple[ChoiceStarts, ...] = ()
    contact: int = 0

    @cached_property
    def required(self) -> tuple[PersonStarts, ...]:
        """Those without whom it should not be."""
        return tuple(one for one in self.people if one.attendee.required or one.attendee.chair)

    @cached_property
    def optional(self) -> tuple[PersonStarts, ...]:
        """The others."""
        return tuple(one for one in self.people if not (one.attendee.required or one.attendee.chair))

    @cached_property
    def always(self) -> tuple[PersonStarts, ...]:
        """Those without whom it cannot be: all who must come, or only the chair where a quorum of them is enough."""
        return tuple(one for one in self.required if one.attendee.chair or not self.plan.quorum)

    def with_room(self, starts: int) -> int:
        """Those of the starts at which some room is free, and all where none is needed."""
        without = starts if self.plan.needs_room else 0
        for room in self.rooms:
            # Most starts have one of the first rooms: the others need not be looked at.
            if not without:
                break
            without &= ~room.fits
        return starts & ~without

    @cached_property
    def starts(self) -> int:
        """Starts that would do for the required people and a room."""
        common: dict[Parts, int] = {}
        for person in self.always:
            common[person.parts] = common.get(person.parts, -1) & person.free
        # Those who come to the same parts are free together or not at all: one erosion for all of them.
        starts = reduce(and_, (fitting_starts(free, parts) for parts, free in common.items()), self.allowed)
        return self.with_room(reduce(and_, (one.fits for one in self.choices), starts & self.quorate))

    @cached_property
    def quorate(self) -> int:
        """Starts for which enough of those who must come are free; every start where all must.

        Where fewer are named than make a quorum, all of them: whoever else sits on it is not known here.
        """
        return at_least([one.fits for one in self.required], min(self.plan.quorum, len(self.required)))

    def week_of(self, grain: int) -> int:
        """The grains of the week, from Monday, in which that grain lies."""
        day = self.grid.first_day + timedelta(minutes=grain * GRAIN_MINUTES)
        monday = (day - timedelta(days=day.weekday()) - self.grid.first_day).days * GRAINS_PER_DAY
        return self.grid.between(monday, monday + 7 * GRAINS_PER_DAY)

    def room_at(self, grain: int) -> Room | None:
        """The smallest free room that fits; ties by name."""
        return next((one.room for one in self.rooms if one.fits >> grain & 1), None)


def prepare_search(
    plan: Plan,
    capacity: Capacity,
    window: tuple[date, date],
    calendar: WorkingDays,
    *,
    not_before: int | None = None,
    buffer_minutes: int = 0,
    kept: TimeKept = NOTHING_KEPT,
    on_half_hours: bool = True,
) -> Search:
    """Build the bit sets. `not_before`: no start before this minute since the epoch; `buffer_minutes`: kept after.

    `on_half_hours`: starts are full and half hours, as people expect; what follows something begins when that ends.
    """
    first, last = window
    grid = Grid(first - timedelta(days=1), (last - first).days + 3)
    closed = _closed(first, last, calendar)
    span = plan.span_minutes
    allowed = runs(_open(plan, capacity, first, last, grid, closed), grains(span))
    if on_half_hours:
        allowed &= grid.half_hours()
    if not_before is not None:
        allowed &= grid.between(-((grid.origin - not_before) // 5), grid.size)
    contact = allowed & ~runs(grid.everything & ~contact_mask(plan, capacity, grid), grains(span))
    people_of = partial(
        _people_starts, plan, capacity, grid, replace(kept, write_up=max(buffer_minutes, kept.write_up))
    )
    ways = way_masks(plan, capacity, kept.travel, grid)
    choices = tuple(
        ChoiceStarts(tuple(_not_on_the_way(one, ways) for one in people_of(choice.candidates)), choice.count)
        for choice in plan.choices
    )
    rooms = _room_starts(plan, capacity, grid, span + buffer_minutes, kept.travel) if plan.needs_room else ()
    people = people_of(plan.attendees)
    return Search(plan, grid, first, last, allowed & ~contact, people, rooms, grains(span), choices, contact)


def fitting_starts(free: int, parts: Parts) -> int:
    """Starts of a meeting at which somebody free at `free` can come to all these parts of it."""
    found: int | None = None
    for offset, minutes in parts:
        ready = runs(free, grains(minutes)) >> grains(offset)
        found = ready if found is None else found & ready
    return free if found is None else found


def _open(plan: Plan, capacity: Capacity, first: date, last: date, grid: Grid, closed: frozenset[date]) -> int:
    """When anything may be: as far as the chair's hours are known those decide, else nine to five."""
    hours = capacity.diary(plan.chair.person).hours if plan.chair else None
    if hours is None:
        return open_mask(first, last, NINE_TO_FIVE, grid, closed)
    whole, unknown = open_mask(first, last, EARLIEST_TO_LATEST, grid, closed), unknown_mask(hours, grid)
    return whole & ~unknown | open_mask(first, last, NINE_TO_FIVE, grid, closed) & unknown if unknown else whole


@lru_cache(maxsize=256)
def _closed(first: date, last: date, calendar: WorkingDays) -> frozenset[date]:
    return frozenset(day for day in _days(first, last) if not calendar.is_working(day))


def _people_starts(
    plan: Plan, capacity: Capacity, grid: Grid, kept: TimeKept, attendees: Sequence[Attendee]
) -> tuple[PersonStarts, ...]:
    return tuple(_person_starts(plan, one, capacity.diary(one.person), grid, kept) for one in attendees)


def _person_starts(plan: Plan, attendee: Attendee, diary: Diary, grid: Grid, kept: TimeKept) -> PersonStarts:
    unknown = 0 if diary.hours is None else unknown_mask(diary.hours, grid)
    hours = grid.everything if diary.hours is None else hours_mask(diary.hours, grid) | unknown
    hours &= ~grid.mask(diary.away) if diary.away else -1
    busy, full = diary.busy.on(grid), 0
    known = 0 if diary.known_until is None else grid.grain_at_or_after(diary.known_until)
    if attendee.chair:
        # The time kept around a meeting is the chair's own, beside the next thing; it may lie outside working hours.
        busy = before(busy, grains(kept.write_up)) | after(busy, grains(kept.before), grid)
        full = full_mask(diary, kept.most_chaired, grid, kept.besides)
    return PersonStarts(
        attendee,
        plan.parts(attendee),
        hours,
        hours & ~busy & ~full,
        known,
        hours_known=diary.hours is not None,
        unknown=unknown,
        full=full,
        most=most_of(diary, kept.most_chaired),
    )


def _not_on_the_way(one: PersonStarts, ways: Mapping[str, int]) -> PersonStarts:
    way = ways.get(one.attendee.person, 0)
    return replace(one, free=one.free & ~way) if way else one


def _room_starts(plan: Plan, capacity: Capacity, grid: Grid, minutes: int, travel: int) -> tuple[RoomStarts, ...]:
    seats = plan.seats()
    fitting = [room for room in capacity.rooms if room.fits(seats, plan.room_features)]
    fitting.sort(key=lambda room: (room.seats, room.display_name, room.name))
    everything, length = grid.everything, grains(minutes)
    away = out_of_reach(plan, capacity, travel, grid)
    reached = {venue: runs(everything & ~mask, grains(plan.span_minutes)) for venue, mask in away.items()}
    return tuple(
        RoomStarts(room, everything & ~room.busy.on(grid), length, reached.get(room.venue, -1)) for room in fitting
    )


@dataclass(frozen=True, slots=True)
class DayWithout:
    """A day that offers nothing and why; `text` names no person."""

    on_date: date
    reason: str
    text: str


def days_without(search: Search, calendar: WorkingDays) -> tuple[DayWithout, ...]:
    """Each day of the window without a start, with the first thing that stands in the way."""
    starts, found = search.starts, []
    for day in _days(search.first, search.last):
        whole = _day_mask(search.grid, day)
        if starts & whole:
            continue
        holiday = calendar.name_of_non_working(day)
        if holiday is not None:
            found.append(DayWithout(day, "NOT_A_WORKING_DAY", f"{holiday}."))
        else:
            left = whole & search.allowed
            why = what_stands_in_the_way(search, left) if left else _nothing_left(search, whole)
            found.append(DayWithout(day, *why))
    return tuple(found)


def what_stands_in_the_way(search: Search, day: int) -> tuple[str, str]:
    """The first reason why none of the grains in `day` is a start: a stable code, and words that name no person."""
    for person in sorted(search.always, key=lambda one: not one.attendee.chair):
        if not person.fits & day:
            return _person_in_the_way(person, day)
    for choice in search.choices:
        if not choice.fits & day:
            return "NONE_TO_CHOOSE", f"Too few of those who may come as {choice.role.replace('-', ' ')} are free."
    if not search.quorate & day:
        return "NO_QUORUM", f"Fewer than {search.plan.quorum} of those who must come are free at once."
    together = [*(one.fits for one in search.always), *(one.fits for one in search.choices)]
    common = reduce(and_, together, day & search.quorate)
    if not common:
        return "NO_COMMON_TIME", "Those who must come are never all free at once."
    if not search.rooms:
        return "NO_ROOM", "No room has the seats and features that are asked for."
    if any(one.stands_free & common for one in search.rooms):
        return "TOO_FAR", "No room is free that those who must come can reach in time from their other meetings."
    return "NO_ROOM", "No fitting room is free when those who must come are."


def _nothing_left(search: Search, day: int) -> tuple[str, str]:
    if search.contact & day:
        return "CONTACT_TIME", "What is left of the day is contact between the child and their family."
    return "TOO_LATE_TODAY", "No start is left on this day."


def _person_in_the_way(person: PersonStarts, day: int) -> tuple[str, str]:
    who, working = person.attendee.role.replace("-", " "), person.works & day
    if person.attendee.chair:
        if working and not working & ~person.full:
            return "CHAIR_HAS_ENOUGH", f"The chair ({who}) has {_meetings(person.most)} that day already."
        if working:
            return "CHAIR_BUSY", f"The chair ({who}) has no stretch long enough left."
        return "CHAIR_NOT_WORKING", f"The chair ({who}) is away or does not work then."
    if working:
        return "REQUIRED_BUSY", f"The {who} has no stretch long enough left."
    return "REQUIRED_AWAY", f"The {who} is away or does not work then."


def _meetings(count: int) -> str:
    return "1 meeting" if count == 1 else f"{count} meetings"


def _day_mask(grid: Grid, day: date) -> int:
    (first, last) = wall_spans(day, [(0, 24 * 60)])[0]
    return grid.between((first - grid.origin) // 5, (last - grid.origin) // 5)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def due_before(due_dates: Mapping[str, date], day: date) -> tuple[str, ...]:
    """The obligations whose date is earlier than the day."""
    return tuple(sorted(name for name, due in due_dates.items() if due < day))
