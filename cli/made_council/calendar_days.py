"""Which days the made council works, for plausible dates. The product's own reckoning is the rulebook's, not
this."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache

import holidays


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working(day: date) -> bool:
    """Monday to Friday and no bank holiday in England."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def working_day_on_or_before(day: date) -> date:
    """The day itself, or the last working day before it."""
    while not is_working(day):
        day -= timedelta(days=1)
    return day


def working_days_after(start: date, count: int) -> date:
    """The `count`th working day after `start`, which does not count itself."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def months_after(start: date, months: int) -> date:
    """The corresponding date, clamped to the end of the month."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
