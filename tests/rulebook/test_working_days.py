"""Working days, held against a naive day counter and against the bank holidays GOV.UK publishes."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import govuk_bank_holidays
import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.bank_holidays import bank_holidays, known_to_library
from rulebook.counting import add_months
from rulebook.proclaimed_days import read_proclaimed_days
from rulebook.working_days import OutsideCalendarError, WorkingDays, england_and_wales
from rulebook.yaml_source import PackError

TABLE = england_and_wales()
HOLIDAYS = frozenset(holidays.country_holidays("GB", subdiv="ENG", years=range(1990, 2061)))
# Around Christmas, Easter, the May holidays, month ends and 29 February, and anywhere at all.
EDGES = [date(2027, 12, 20), date(2028, 2, 25), date(2026, 3, 30), date(2029, 4, 25), date(2030, 8, 24)]
STARTS = st.one_of(
    st.dates(date(1991, 1, 1), date(2058, 12, 31)),
    st.builds(lambda edge, off: edge + timedelta(days=off), st.sampled_from(EDGES), st.integers(-12, 20)),
)


def naive_add(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in HOLIDAYS:
            count -= 1
    return day


def test_twenty_working_days_over_easter() -> None:
    end = TABLE.add(date(2026, 3, 16), 20)
    assert end == date(2026, 4, 15)
    named = [(day, name) for day, name in TABLE.skipped(date(2026, 3, 16), end) if day.weekday() < 5]
    assert named == [(date(2026, 4, 3), "Good Friday"), (date(2026, 4, 6), "Easter Monday")]
    assert TABLE.weekend_days(date(2026, 3, 16), end) == 8


@settings(max_examples=1_000, deadline=None)
@given(start=STARTS, count=st.integers(1, 60))
def test_agrees_with_a_naive_counter(start: date, count: int) -> None:
    end = TABLE.add(start, count)
    assert end == naive_add(start, count)
    assert TABLE.is_working(end)
    assert TABLE.count_between(start, end) == count


@settings(max_examples=2_000, deadline=None)
@given(start=STARTS, later=st.integers(0, 40), count=st.integers(1, 40))
def test_a_later_start_never_ends_earlier(start: date, later: int, count: int) -> None:
    assert TABLE.add(start, count) <= TABLE.add(start + timedelta(days=later), count)


@settings(max_examples=2_000, deadline=None)
@given(start=STARTS, count=st.integers(1, 40))
def test_counting_back_undoes_counting_on(start: date, count: int) -> None:
    begin = TABLE.next_working_on_or_after(start)
    assert TABLE.subtract(TABLE.add(begin, count), count) == begin


@given(start=STARTS, count=st.integers(1, 40))
def test_skipped_and_counted_days_fill_the_span(start: date, count: int) -> None:
    end = TABLE.add(start, count)
    assert len(TABLE.skipped(start, end)) + count == (end - start).days


def test_every_non_working_day_has_a_name() -> None:
    assert TABLE.name_of_non_working(date(2026, 4, 3)) == "Good Friday"
    assert TABLE.name_of_non_working(date(2026, 4, 6)) == "Easter Monday"
    assert TABLE.name_of_non_working(date(2026, 4, 4)) == "Saturday"
    assert TABLE.name_of_non_working(date(2026, 4, 7)) is None
    days = (date(2024, 1, 1) + timedelta(days=n) for n in range(1461))
    assert all((TABLE.name_of_non_working(day) is None) == TABLE.is_working(day) for day in days)


def test_next_and_last_working_day() -> None:
    assert TABLE.next_working_on_or_after(date(2026, 4, 3)) == date(2026, 4, 7)
    assert TABLE.next_working_on_or_after(date(2026, 4, 7)) == date(2026, 4, 7)
    assert TABLE.last_working_on_or_before(date(2026, 4, 6)) == date(2026, 4, 2)


def test_a_table_knows_every_day_of_its_years_and_no_other() -> None:
    mourning = date(2026, 3, 20)
    table, first, last = (
        WorkingDays(2026, 2027, extra={mourning: "A day of mourning"}),
        date(2026, 1, 1),
        date(2027, 12, 31),
    )
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    expected = [day.weekday() < 5 and day not in HOLIDAYS and day != mourning for day in days]
    assert [table.is_working(day) for day in days] == expected
    assert all(table.covers(day) for day in (first, last))
    assert table.count_between(first, last) == sum(expected)
    assert (table.add(first, 1), table.subtract(last, 1)) == (date(2026, 1, 2), date(2027, 12, 30))
    for outside in (first - timedelta(days=1), last + timedelta(days=1)):
        assert not table.covers(outside)
        with pytest.raises(OutsideCalendarError, match=rf"{outside} lies outside .* \(2026 to 2027\)"):
            table.is_working(outside)


def test_the_list_of_bank_holidays_is_what_the_library_knows_today() -> None:
    assert bank_holidays(1990, 2060) == known_to_library(), "make the list again: make bank-holidays"


def test_years_that_the_list_does_not_reach_are_refused() -> None:
    for years in ((1989, 2000), (2059, 2061)):
        with pytest.raises(ValueError, match="listed from 1990 to 2060"):
            WorkingDays(*years)
    with pytest.raises(ValueError, match="no years between 2027 and 2026"):
        WorkingDays(2027, 2026)


def test_agrees_with_the_bank_holidays_gov_uk_publishes() -> None:
    published = json.loads((Path(govuk_bank_holidays.__file__).parent / "bank-holidays.json").read_text())
    days = {date.fromisoformat(event["date"]) for event in published["england-and-wales"]["events"]}
    years = {day.year for day in days}
    assert len(years) >= 5
    ours = {day for day in bank_holidays(min(years), max(years)) if day.weekday() < 5}
    assert ours == {day for day in days if day.weekday() < 5}


def test_a_proclaimed_day_moves_the_end() -> None:
    table = WorkingDays(2025, 2027, extra={date(2026, 3, 20): "A day of mourning"})
    assert table.add(date(2026, 3, 16), 20) == date(2026, 4, 16)
    assert table.name_of_non_working(date(2026, 3, 20)) == "A day of mourning"


def test_proclaimed_days_are_read_or_refused_by_line(tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_text("proclaimed:\n  - {on: 2022-09-19, name: State funeral}\n")
    assert read_proclaimed_days(good) == {date(2022, 9, 19): "State funeral"}
    bad = tmp_path / "bad.yaml"
    bad.write_text("proclaimed:\n  - {on: 2022-09-31, name: No such day}\n  - {name: No date}\n")
    with pytest.raises(PackError) as refused:
        read_proclaimed_days(bad)
    assert [(v.line, v.column) for v in refused.value.violations] == [(2, 5), (3, 5)]


def test_the_first_day_that_is_too_many_is_refused_by_name() -> None:
    one_year = WorkingDays(2028, 2028)
    assert one_year.add(date(2028, 12, 28), 1) == date(2028, 12, 29), "the last working day of a year of one year"
    with pytest.raises(OutsideCalendarError, match="counting from 2028-12-29"):
        one_year.add(date(2028, 12, 29), 1)
    with pytest.raises(OutsideCalendarError, match="counting from 2028-01-04"):
        one_year.subtract(date(2028, 1, 4), 1)
    with pytest.raises(OutsideCalendarError, match="counting from 2028-12-30"):
        one_year.next_working_on_or_after(date(2028, 12, 30))
    with pytest.raises(OutsideCalendarError, match="counting from 2028-01-01"):
        one_year.last_working_on_or_before(date(2028, 1, 1))


@pytest.mark.parametrize("outside", [date(1989, 12, 31), date(2061, 1, 1)])
def test_days_outside_the_table_are_refused(outside: date) -> None:
    with pytest.raises(OutsideCalendarError, match="1990 to 2060"):
        TABLE.is_working(outside)


def test_a_count_that_leaves_the_table_or_is_no_count_is_refused() -> None:
    with pytest.raises(OutsideCalendarError, match=r"counting from 2060-12-20 leaves the calendar \(1990 to 2060\)"):
        TABLE.add(date(2060, 12, 20), 20)
    with pytest.raises(OutsideCalendarError, match="counting from 1990-01-05 leaves"):
        TABLE.subtract(date(1990, 1, 5), 20)
    with pytest.raises(ValueError, match="at least 1"):
        TABLE.add(date(2026, 3, 16), 0)


def test_twenty_working_days_from_november_to_may_span_26_to_33_days() -> None:
    """C-3: either of twenty working days and four weeks can fall first."""
    starts = [date(2026, 11, 1) + timedelta(days=n) for n in range(212)]
    spans = {(TABLE.add(start, 20) - start).days for start in starts}
    assert (min(spans), max(spans)) == (26, 33)
    assert any(TABLE.add(start, 20) < start + timedelta(weeks=4) for start in starts)
    assert any(TABLE.add(start, 20) > start + timedelta(weeks=4) for start in starts)


def test_months_end_with_the_month() -> None:
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 12, 31), 6) == date(2027, 6, 30)
