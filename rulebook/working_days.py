"""Working days of England and Wales, from a table built once.

A working day is not a Saturday, a Sunday, Christmas Day, Good Friday or a bank holiday in England and
Wales (the usual statutory formula; Banking and Financial Dealings Act 1971). Days that are proclaimed late
are added from `rulebook/data/proclaimed_days.yaml`. A lookup costs well under a microsecond: the table
lists every working day, and for each day of the range how many working days lie up to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from rulebook.bank_holidays import FIRST_YEAR, LAST_YEAR, bank_holidays
from rulebook.proclaimed_days import read_proclaimed_days

PROCLAIMED_DAYS: Final = Path(__file__).parent / "data" / "proclaimed_days.yaml"
_WEEKEND: Final = {5: "Saturday", 6: "Sunday"}


class OutsideCalendarError(ValueError):
    """A date lies outside the years the working-day table covers."""


# Each table equals itself alone, so that what is worked out from it can be kept under it.
@dataclass(frozen=True, eq=False)
class WorkingDays:
    """The working-day table. Build it once and share it: it is never changed.

    Attributes:
        first_year, last_year: the years covered, both inclusive.
        extra: further non-working days with their names, on top of the bank holidays that are listed.

    Every method raises `OutsideCalendarError` for a date (or a result) outside the years covered.
    """

    first_year: int = FIRST_YEAR
    last_year: int = LAST_YEAR
    extra: Mapping[date, str] = field(default_factory=dict)
    _names: dict[date, str] = field(init=False, repr=False, compare=False)
    _days: list[date] = field(init=False, repr=False, compare=False)
    _rank: list[int] = field(init=False, repr=False, compare=False)
    _base: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Builds the table; refuses an empty range of years, and one that reaches beyond the list of bank holidays."""
        if self.first_year > self.last_year:
            raise ValueError(f"no years between {self.first_year} and {self.last_year}")
        names = bank_holidays(self.first_year, self.last_year) | dict(self.extra)
        days, rank = _table(date(self.first_year, 1, 1), date(self.last_year, 12, 31), names)
        object.__setattr__(self, "_names", names)
        object.__setattr__(self, "_days", days)
        object.__setattr__(self, "_rank", rank)
        object.__setattr__(self, "_base", date(self.first_year, 1, 1).toordinal())

    def covers(self, day: date) -> bool:
        """Whether the table knows of `day`: of a clock of seventy-five years it does not know the last."""
        return self.first_year <= day.year <= self.last_year

    @property
    def bank_holidays(self) -> Mapping[date, str]:
        """The days that are not counted besides weekends, each with its name."""
        return self._names

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day."""
        return self._up_to(day) != self._up_to(day, before=True)

    def name_of_non_working(self, day: date) -> str | None:
        """The bank holiday's name, else "Saturday" or "Sunday"; None for a working day."""
        if self.is_working(day):
            return None
        return self._names.get(day) or _WEEKEND[day.weekday()]

    def add(self, day: date, count: int) -> date:
        """The last day "within `count` working days of `day`": `day` itself is left out. `count` is at least
        1.
        """
        _at_least_one(count)
        return self._nth(self._up_to(day) + count - 1, day)

    def subtract(self, day: date, count: int) -> date:
        """The last day that leaves `count` working days up to `day`: the `count`-th working day before it."""
        _at_least_one(count)
        return self._nth(self._up_to(day, before=True) - count, day)

    def next_working_on_or_after(self, day: date) -> date:
        """`day` if it is a working day, else the next one."""
        return self._nth(self._up_to(day, before=True), day)

    def last_working_on_or_before(self, day: date) -> date:
        """`day` if it is a working day, else the one before it."""
        return self._nth(self._up_to(day) - 1, day)

    def count_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative the other way."""
        return self._up_to(end) - self._up_to(start)

    def skipped(self, start: date, end: date) -> list[tuple[date, str]]:
        """The non-working days after `start` up to and including `end`, each with its name, in order.

        A bank holiday that falls at a weekend is listed as the weekend day it is: it took no working day
        away.
        """
        span = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return [(day, _WEEKEND.get(day.weekday()) or self._names[day]) for day in span if not self.is_working(day)]

    def weekend_days(self, start: date, end: date) -> int:
        """How many Saturdays and Sundays lie after `start` up to and including `end`."""
        return sum(1 for day, _ in self.skipped(start, end) if day.weekday() in _WEEKEND)

    def _up_to(self, day: date, *, before: bool = False) -> int:
        index = day.toordinal() - self._base
        if not 0 <= index < len(self._rank) - 1:
            raise OutsideCalendarError(
                f"{day} lies outside the working-day calendar ({self.first_year} to {self.last_year})"
            )
        return self._rank[index if before else index + 1]

    def _nth(self, index: int, asked: date) -> date:
        if not 0 <= index < len(self._days):
            raise OutsideCalendarError(
                f"counting from {asked} leaves the calendar ({self.first_year} to {self.last_year})"
            )
        return self._days[index]


@lru_cache(maxsize=1)
def england_and_wales() -> WorkingDays:
    """The shared table: bank holidays plus the proclaimed days shipped with the rulebook. Built on first use
    (about 40 ms).
    """
    return WorkingDays(extra=read_proclaimed_days(PROCLAIMED_DAYS))


def _table(first: date, last: date, names: Mapping[date, str]) -> tuple[list[date], list[int]]:
    """All working days in order, and for each day n how many of them lie before it (one entry more than
    days).
    """
    days: list[date] = []
    rank = [0]
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day.weekday() not in _WEEKEND and day not in names:
            days.append(day)
        rank.append(len(days))
    return days, rank


def _at_least_one(count: int) -> None:
    if count < 1:
        raise ValueError(f"a count of working days is at least 1, not {count}")
