"""How much of somebody's weeks meetings take, what is left of them, and whether what has to be booked fits.

Pure arithmetic on the same five-minute steps in which times are searched: a step that anything touches is taken. What
is not known is never free.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from rulebook.working_days import WorkingDays
from services.scheduler.domain.diary import NINE_TO_FIVE, WorkingHours, hours_mask, open_mask, unknown_mask, wall_spans
from services.scheduler.domain.grains import GRAIN_MINUTES, Grid, Span
from services.scheduler.domain.meeting import civil_day
from services.scheduler.domain.need import Need

MOST_WEEKS = 26
# A room has no hours of its own: these days and times are when council buildings are open for meetings.
ROOM_HOURS = tuple(WorkingHours(weekday, *NINE_TO_FIVE) for weekday in range(5))
_WHOLE_DAY = (0, 24 * 60)


class WeekState(StrEnum):
    """What a week comes to."""

    HOURS_NOT_KNOWN = "hours_not_known"
    DIARY_NOT_READ = "diary_not_read"
    AWAY = "away"
    FITS = "fits"
    FULL = "full"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Weeks:
    """`count` weeks from the Monday `first`, as of `now`.

    `present` is the first working day that is not over, `closed` the days of these weeks on which nobody works.
    """

    first: date
    count: int
    now: datetime
    present: date
    closed: frozenset[date]

    @classmethod
    def of(cls, first: date, count: int, now: datetime, calendar: WorkingDays) -> "Weeks":
        """With what the calendar knows of them."""
        days = (first + timedelta(days=n) for n in range(7 * count))
        closed = frozenset(day for day in days if not calendar.is_working(day))
        return cls(first, count, now, calendar.next_working_on_or_after(civil_day(now)), closed)

    @property
    def mondays(self) -> tuple[date, ...]:
        """Of each week, and of the one after."""
        return tuple(self.first + timedelta(weeks=n) for n in range(self.count + 1))

    @property
    def end(self) -> date:
        """The Monday after the last week."""
        return self.first + timedelta(weeks=self.count)

    @property
    def bounds(self) -> tuple[int, ...]:
        """London's midnight of each of `mondays`, in minutes since the epoch: a week may have 167 or 169 hours."""
        return _midnights(self.mondays)

    @property
    def begin(self) -> datetime:
        """Start of the first week."""
        return datetime.fromtimestamp(self.bounds[0] * 60, UTC)

    @property
    def until(self) -> datetime:
        """End of the last week."""
        return datetime.fromtimestamp(self.bounds[-1] * 60, UTC)

    def number_of(self, due: date) -> int | None:
        """The week in which something due on that day needs its time; late ones need it now. None outside of these."""
        at = (max(due, self.present) - self.first).days // 7
        return at if 0 <= at < self.count else None


@lru_cache(maxsize=64)
def _midnights(days: tuple[date, ...]) -> tuple[int, ...]:
    return tuple(wall_spans(day, [(0, 0)])[0][0] for day in days)


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known of a person's or a room's time. `hours` None: nobody knows; `known_until` None: nobody read it.

    `meetings` are spans that ours take with the time kept after them; `begins` is the start of each meeting. `away`:
    leave and other absence. `chaired`: the start of each meeting that they chair; `most_chaired`: on one day at most,
    None: as usual.
    """

    hours: tuple[WorkingHours, ...] | None = None
    known_until: datetime | None = None
    elsewhere: Sequence[Span] = ()
    meetings: Sequence[Span] = ()
    begins: Sequence[int] = ()
    away: Sequence[Span] = ()
    chaired: Sequence[int] = ()
    most_chaired: int | None = None


@dataclass(frozen=True, slots=True)
class CapacityWeek:
    """One week in minutes and numbers of meetings. working = elsewhere + available.

    `most_chaired`: as many meetings as they chair on the days on which they work, together; 0: there is no number.
    """

    week: date
    state: WeekState
    working: int = 0
    elsewhere: int = 0
    meeting: int = 0
    free: int = 0
    meetings: int = 0
    unbooked: int = 0
    unbooked_minutes: int = 0
    chaired: int = 0
    most_chaired: int = 0

    @property
    def available(self) -> int:
        """Working time that nothing elsewhere takes."""
        return self.working - self.elsewhere


@dataclass(frozen=True, slots=True)
class Asked:
    """Meetings that have to be booked, and the minutes they take together."""

    meetings: int = 0
    minutes: int = 0


NOTHING = Asked()


def asked_by_week(needs: Iterable[Need], weeks: Weeks) -> Mapping[int, Asked]:
    """By number of the week."""
    found: dict[int, Asked] = {}
    for need in needs:
        at = weeks.number_of(need.due)
        if at is not None:
            before = found.get(at, NOTHING)
            found[at] = Asked(before.meetings + 1, before.minutes + need.minutes)
    return found


def count_weeks(
    taken: Taken, asked: Mapping[int, Asked], weeks: Weeks, shortest: int, usual_most: int = 0
) -> tuple[CapacityWeek, ...]:
    """Every week. `shortest`: minutes of the shortest meeting that there is; less than that is no room for another.

    `usual_most`: meetings that anybody chairs on one day at most, 0: no number.
    """
    # A day on each side, so that no change of the clocks loses a minute.
    grid = Grid(weeks.first - timedelta(days=1), 7 * weeks.count + 2)
    working, unknown = _working(taken.hours, weeks, grid)
    away = grid.mask(taken.away)
    meetings, busy = grid.mask(taken.meetings), grid.mask(taken.elsewhere) | away
    elsewhere = working & busy & ~meetings
    free = working & ~busy & ~meetings & grid.between(grid.grain_at_or_after(weeks.now), grid.size)
    begins, chaired = sorted(taken.begins), sorted(taken.chaired)
    most = taken.most_chaired or usual_most
    found, bounds = [], weeks.bounds
    for number, monday in enumerate(weeks.mondays[:-1]):
        first, last = bounds[number], bounds[number + 1]
        inside = grid.between((first - grid.origin) // GRAIN_MINUTES, (last - grid.origin) // GRAIN_MINUTES)
        known = WeekState.HOURS_NOT_KNOWN if unknown & inside else _known(taken, working & inside & ~away, grid)
        need = asked.get(number, NOTHING)
        counted = CapacityWeek(
            week=monday,
            state=known or WeekState.FITS,
            working=_minutes(working & inside),
            elsewhere=_minutes(elsewhere & inside),
            meeting=_minutes(meetings & inside),
            free=0 if known else _minutes(free & inside),
            meetings=bisect_right(begins, last - 1) - bisect_right(begins, first - 1),
            unbooked=need.meetings,
            unbooked_minutes=need.minutes,
            chaired=bisect_right(chaired, last - 1) - bisect_right(chaired, first - 1),
            most_chaired=most and most * _days_among(working & inside & ~away, grid),
        )
        found.append(counted if known else _judged(counted, shortest))
    return tuple(found)


def all_together(
    rows: Sequence[Sequence[CapacityWeek]], asked: Mapping[int, Asked], weeks: Weeks, shortest: int
) -> tuple[CapacityWeek, ...]:
    """The sum of several rows against what has to be booked in any of them.

    Over only where nothing that is not known could help; where it could, it is not known.
    """
    found = []
    for number, monday in enumerate(weeks.mondays[:-1]):
        column, need = [row[number] for row in rows], asked.get(number, NOTHING)
        unknown = sorted({one.state for one in column} & {WeekState.HOURS_NOT_KNOWN, WeekState.DIARY_NOT_READ})
        total = CapacityWeek(
            week=monday,
            state=WeekState.FITS,
            working=sum(one.working for one in column),
            elsewhere=sum(one.elsewhere for one in column),
            meeting=sum(one.meeting for one in column),
            free=sum(one.free for one in column),
            meetings=sum(one.meetings for one in column),
            unbooked=need.meetings,
            unbooked_minutes=need.minutes,
        )
        judged = _judged(total, shortest)
        short = judged.state is not WeekState.FITS
        found.append(replace(judged, state=unknown[0]) if unknown and short else judged)
    return tuple(found)


def _working(hours: tuple[WorkingHours, ...] | None, weeks: Weeks, grid: Grid) -> tuple[int, int]:
    """When they work, and the working days of which nobody knows."""
    if hours is None:
        return 0, 0
    opened = open_mask(weeks.first, weeks.end - timedelta(days=1), _WHOLE_DAY, grid, weeks.closed)
    return hours_mask(hours, grid) & opened, unknown_mask(hours, grid) & opened


def _known(taken: Taken, working: int, grid: Grid) -> WeekState | None:
    """None where the week is known; otherwise what is not. A week without working time needs nobody to read it."""
    if taken.hours is None:
        return WeekState.HOURS_NOT_KNOWN
    if working and (taken.known_until is None or taken.known_until < grid.instant(working.bit_length())):
        return WeekState.DIARY_NOT_READ
    return None


def _judged(one: CapacityWeek, shortest: int) -> CapacityWeek:
    if one.unbooked_minutes > one.free:
        state = WeekState.OVER
    elif not one.available:
        state = WeekState.AWAY
    else:
        state = WeekState.FULL if one.free - one.unbooked_minutes < shortest else WeekState.FITS
    return replace(one, state=state)


def _days_among(working: int, grid: Grid) -> int:
    """On how many days of London something of that time lies."""
    first, last = grid.first_day, grid.first_day + timedelta(days=grid.days - 1)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(1 for day in days if working & open_mask(day, day, _WHOLE_DAY, grid, frozenset()))


def _minutes(mask: int) -> int:
    return mask.bit_count() * GRAIN_MINUTES
