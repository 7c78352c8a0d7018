"""The days of a body's sittings: its regular days, stepping round those on which the council does not work."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rulebook.working_days import WorkingDays

MOST_SITTINGS = 60
# By a rule; a count of equal distances may reach further.
LONGEST_SERIES_DAYS = 731
# Nobody knows a body's diary so far ahead, and a calendar of bank holidays ends somewhere.
FARTHEST_FIRST_DAYS = 2 * 366


@dataclass(frozen=True, slots=True)
class SittingDay:
    """`reason` says why it is not the regular day; empty where it is."""

    regular: date
    day: date
    reason: str


def fault_of_first(first: date, today: date) -> str:
    """Why a series cannot begin that day; empty where it can. Before its days are worked out: the calendar ends."""
    return f"lies more than {FARTHEST_FIRST_DAYS} days ahead" if (first - today).days > FARTHEST_FIRST_DAYS else ""


def at_equal_distances(first: date, interval_days: int, count: int) -> tuple[date, ...]:
    """Regular days, so many days apart."""
    return tuple(first + timedelta(days=number * interval_days) for number in range(count))


def sitting_days(regular_days: Sequence[date], calendar: WorkingDays) -> Iterator[SittingDay]:
    """A sitting on a day off moves to the next working day, unless more days would then lie between it and the sitting
    before than between their regular days: then to the working day before. The regular days after it stay where they
    are, and no two sittings come to one day. `calendar` names the days off.
    """
    taken = set(regular_days)
    before: SittingDay | None = None
    for regular in regular_days:
        reason = calendar.name_of_non_working(regular) or ""
        day = _moved(regular, before, taken, calendar) if reason else regular
        taken.add(day)
        before = SittingDay(regular, day, reason)
        yield before


def _moved(regular: date, before: SittingDay | None, taken: Collection[date], calendar: WorkingDays) -> date:
    later = _free(regular, 1, taken, calendar)
    if before is None or later - before.day <= regular - before.regular:
        return later
    earlier = _free(regular, -1, taken, calendar)
    return earlier if earlier > before.day else later


def _free(regular: date, step: int, taken: Collection[date], calendar: WorkingDays) -> date:
    """The nearest working day in that direction on which no other sitting is."""
    day = regular
    while day in taken or not calendar.is_working(day):
        day += timedelta(days=step)
    return day
