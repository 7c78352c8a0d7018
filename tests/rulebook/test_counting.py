"""Months, weeks, hours, birthdays, and wall-clock time in England."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.counting import (
    LeapBirthday,
    Unit,
    birthday,
    elapsed_hours,
    last_day_beginning_with,
    london_date,
    london_instant,
    month_end_clamped,
    shift,
)


def wall(text: str) -> datetime:
    """A wall-clock time, without a zone."""
    return datetime.fromisoformat(text)


def test_twenty_six_weeks_beginning_with_a_day_end_181_days_later() -> None:
    issued = date(2026, 3, 16)
    assert last_day_beginning_with(issued, 26, Unit.WEEKS) - issued == timedelta(days=181)


def test_six_weeks_before() -> None:
    assert shift(date(2026, 5, 11), -6, Unit.WEEKS) == date(2026, 3, 30)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-02-27", 3, Unit.DAYS, "2026-03-02"),
        ("2026-03-02", -3, Unit.DAYS, "2026-02-27"),
        ("2026-12-25", 2, Unit.WEEKS, "2027-01-08"),
        ("2026-08-31", 6, Unit.MONTHS, "2027-02-28"),
        ("2026-12-15", 1, Unit.MONTHS, "2027-01-15"),
        ("2026-01-15", -1, Unit.MONTHS, "2025-12-15"),
        ("2026-11-30", 13, Unit.MONTHS, "2027-12-30"),
        ("2024-02-29", 1, Unit.YEARS, "2025-02-28"),
        ("2024-02-29", -4, Unit.YEARS, "2020-02-29"),
    ],
)
def test_each_unit_of_the_calendar(start: str, amount: int, unit: Unit, end: str) -> None:
    assert shift(date.fromisoformat(start), amount, unit) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("amount", "unit", "last"),
    [(1, Unit.DAYS, "2026-01-31"), (1, Unit.WEEKS, "2026-02-06"), (1, Unit.MONTHS, "2026-02-27")],
)
def test_a_period_that_counts_its_first_day(amount: int, unit: Unit, last: str) -> None:
    assert last_day_beginning_with(date(2026, 1, 31), amount, unit) == date.fromisoformat(last)


def test_whether_a_shorter_month_drew_the_date_back() -> None:
    assert month_end_clamped(date(2026, 1, 31), 1)
    assert not month_end_clamped(date(2026, 1, 31), 2)
    assert not month_end_clamped(date(2026, 1, 28), 1)


@pytest.mark.parametrize(("unit"), [Unit.HOURS, Unit.WORKING_DAYS])
def test_what_is_not_on_the_calendar_is_refused(unit: Unit) -> None:
    with pytest.raises(ValueError, match="not counted on the calendar"):
        shift(date(2026, 5, 11), 1, unit)


def test_elapsed_hours_neither_gain_nor_lose_at_the_clock_changes() -> None:
    spring = elapsed_hours(london_instant(wall("2026-03-28T12:00")), 48)
    autumn = elapsed_hours(london_instant(wall("2026-10-24T12:00")), 48)
    assert spring == london_instant(wall("2026-03-30T13:00"))
    assert autumn == london_instant(wall("2026-10-26T11:00"))
    assert spring.tzinfo is UTC


@given(st.datetimes(wall("2000-01-01T00:00"), wall("2050-01-01T00:00")), st.integers(1, 500))
def test_elapsed_hours_are_hours(start: datetime, hours: int) -> None:
    instant = start.replace(tzinfo=UTC)
    assert (elapsed_hours(instant, hours) - instant).total_seconds() == hours * 3600


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^hours are counted from an aware date-time: give the time zone"):
        elapsed_hours(wall("2026-03-28T12:00"), 48)
    with pytest.raises(ValueError, match=r"^an instant must be aware$"):
        london_date(wall("2026-03-28T12:00"))


def test_a_time_the_clocks_skip_does_not_exist() -> None:
    with pytest.raises(ValueError, match="01:30 on 29 March 2026 does not exist"):
        london_instant(wall("2026-03-29T01:30"))
    with pytest.raises(ValueError, match=r"^a wall-clock time carries no time zone$"):
        london_instant(datetime(2026, 3, 29, 3, 30, tzinfo=UTC))


def test_in_the_repeated_hour_the_first_is_meant_unless_told() -> None:
    written = wall("2026-10-25T01:30")
    assert london_instant(written) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert london_instant(written).tzinfo is UTC
    assert london_instant(written.replace(fold=1)) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_just_after_midnight_in_summer_is_the_next_day_in_england() -> None:
    assert london_date(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)


def test_birthdays_of_29_february_are_the_packs_choice() -> None:
    born = date(2008, 2, 29)
    assert birthday(born, 18, LeapBirthday.FEBRUARY_28) == date(2026, 2, 28)
    assert birthday(born, 18, LeapBirthday.MARCH_1) == date(2026, 3, 1)
    assert birthday(born, 16, LeapBirthday.MARCH_1) == date(2024, 2, 29)
