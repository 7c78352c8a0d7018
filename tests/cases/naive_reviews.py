"""The law's review clocks counted by hand: no rulebook, no working-day table; only days, months and bank holidays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import holidays

_BANK = holidays.country_holidays("GB", subdiv="ENG", years=range(1995, 2031))


@dataclass(frozen=True)
class NaiveClock:
    """A review that was due by a day. `ended`: care ended on that day before it was held."""

    due: date
    held: date | None
    ended: date | None


def working_days_after(day: date, count: int) -> date:
    """The day itself left out."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and day not in _BANK
    return day


def months_after(day: date, months: int) -> date:
    """The same day of the month, or the last of a shorter one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def clocks(start: date, end: date | None, reviews: Sequence[date]) -> Iterator[NaiveClock]:
    """All of one time in care."""
    held = sorted({day for day in reviews if day >= start and (end is None or day <= end)})
    due = working_days_after(start, 20)
    for number, day in enumerate(held):
        yield NaiveClock(due, day, None)
        due = months_after(day, 6 if number else 3)
    yield NaiveClock(due, None, end)
