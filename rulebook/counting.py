"""Counting in months, weeks, days and hours. Working days are in `rulebook.working_days`.

Civil dates are Europe/London dates; instants are aware and come back in UTC. The counting conventions are
the usual ones of English law: "within N of D" leaves D out, "beginning with D" counts D, and a month later
is the corresponding date, drawn back to the end of a shorter month.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class Unit(StrEnum):
    """What a due rule counts in."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    HOURS = "hours"


class LeapBirthday(StrEnum):
    """Where the birthday of somebody born on 29 February falls in a common year: the law does not say, so a
    pack must.
    """

    FEBRUARY_28 = "28-february"
    MARCH_1 = "1-march"


def add_months(start: date, months: int) -> date:
    """The corresponding date `months` later (earlier when negative), drawn back to the month's last day."""
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month0 + 1, min(start.day, monthrange(year, month0 + 1)[1]))


def month_end_clamped(start: date, months: int) -> bool:
    """Whether `add_months` had to draw the date back because the month is shorter."""
    return add_months(start, months).day != start.day


def shift(start: date, amount: int, unit: Unit) -> date:
    """`start` moved by calendar days, weeks, months or years; negative moves back.

    Raises:
        ValueError: for working days (ask `WorkingDays`) and hours (ask `elapsed_hours`).
    """
    if unit is Unit.DAYS:
        return start + timedelta(days=amount)
    if unit is Unit.WEEKS:
        return start + timedelta(weeks=amount)
    if unit is Unit.MONTHS:
        return add_months(start, amount)
    if unit is Unit.YEARS:
        return add_months(start, 12 * amount)
    raise ValueError(f"{unit} is not counted on the calendar")


def last_day_beginning_with(start: date, amount: int, unit: Unit) -> date:
    """Last day of a period of `amount` calendar units that begins with `start`: 26 weeks end on the 182nd
    day.
    """
    return shift(start, amount, unit) - timedelta(days=1)


def elapsed_hours(start: datetime, hours: int) -> datetime:
    """The UTC instant `hours` elapsed hours after `start`; a clock change in between is neither gained nor
    lost.

    Raises:
        ValueError: when `start` carries no time zone.
    """
    if start.tzinfo is None:
        raise ValueError("hours are counted from an aware date-time: give the time zone, or use london_instant()")
    return start.astimezone(UTC) + timedelta(hours=hours)


def london_instant(wall: datetime) -> datetime:
    """The UTC instant of a wall-clock time in England.

    In the hour that the clocks repeat in October the first of the two is meant unless `wall.fold` is 1.

    Raises:
        ValueError: when `wall` is already aware, or is a time the clocks skip in March.
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall-clock time carries no time zone")
    instant = wall.replace(tzinfo=LONDON).astimezone(UTC)
    if instant.astimezone(LONDON).replace(tzinfo=None) != wall:
        raise ValueError(f"{wall:%H:%M on %d %B %Y} does not exist in England: the clocks go forward over it")
    return instant


def london_date(instant: datetime) -> date:
    """The civil date in England at an aware instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant must be aware")
    return instant.astimezone(LONDON).date()


def day_in_words(day: date) -> str:
    """Such as "Wednesday 15 April 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def birthday(born: date, age: int, leap: LeapBirthday) -> date:
    """The day somebody reaches `age`, with 29 February put where the pack puts it."""
    year = born.year + age
    if (born.month, born.day) != (2, 29) or monthrange(year, 2)[1] == 29:
        return date(year, born.month, born.day)
    return date(year, 2, 28) if leap is LeapBirthday.FEBRUARY_28 else date(year, 3, 1)
