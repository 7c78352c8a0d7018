"""A period in an address and in a form, and what is wrong with it in words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict

from web.period import Period, PeriodForm, days_of, is_sent, last_full_months

TODAY = date(2026, 3, 16)
USUAL = last_full_months(TODAY, 12)


def form(**parts: str) -> PeriodForm:
    return PeriodForm(MultiDict({name.replace("_", "-"): text for name, text in parts.items()}))


def test_the_usual_period_is_twelve_whole_months() -> None:
    assert Period(date(2025, 3, 1), date(2026, 2, 28)) == USUAL
    assert USUAL.words == "1 Mar 2025 to 28 Feb 2026"


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(1, 36))
def test_full_months_end_before_this_one_and_are_so_many(today: date, months: int) -> None:
    found = last_full_months(today, months)
    assert found.first.day == 1 and found.last < today.replace(day=1) and (today - found.last).days == today.day
    assert (found.last.year - found.first.year) * 12 + found.last.month - found.first.month == months - 1


def test_an_address_says_the_period_and_nonsense_is_the_usual_one() -> None:
    days = {"first": date(2025, 4, 1), "last": date(2026, 3, 1)}
    assert days_of({"from": "2025-04-01", "until": "2026-03-01"}, USUAL) == days
    assert Period(days["first"], days["last"]).query == "from=2025-04-01&until=2026-03-01"
    for odd in ({}, {"from": "2025-04-01"}, {"from": "yesterday", "until": "2026-03-01"}):
        assert days_of(odd, USUAL) == {"first": USUAL.first, "last": USUAL.last}
    assert is_sent({"first-day": "1"}) and not is_sent({"from": "2025-04-01"})


def test_a_form_that_holds_a_period_gives_it() -> None:
    sent = form(first_day="1", first_month="4", first_year="2025", last_day="16", last_month="3", last_year="2026")
    assert sent.period(TODAY, 36) == Period(date(2025, 4, 1), TODAY)
    assert PeriodForm(first=USUAL.first, last=USUAL.last).period(TODAY, 36) == USUAL


@pytest.mark.parametrize(
    ("first", "last", "fault", "href"),
    [
        (date(2026, 3, 2), date(2026, 3, 1), "Until must not be before the first day", "#last-day"),
        (date(2026, 3, 2), date(2026, 3, 17), "Until must not be in the future", "#last-day"),
        (date(2023, 3, 2), date(2026, 3, 1), "The period must be 36 months or shorter", "#last-day"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(first: date, last: date, fault: str, href: str) -> None:
    found = PeriodForm(first=first, last=last)
    assert found.period(TODAY, 36) is None
    (told,) = found.faults
    assert told.text.startswith(fault) and told.href == href


def test_a_period_of_any_length_where_none_is_set() -> None:
    assert PeriodForm(first=date(1990, 1, 1), last=TODAY).period(TODAY) == Period(date(1990, 1, 1), TODAY)


def test_parts_that_make_no_day_are_named() -> None:
    found = form(first_day="31", first_month="2", first_year="2026", last_day="1", last_month="", last_year="2026")
    assert found.period(TODAY) is None
    assert [fault.text for fault in found.faults] == [
        "From must be a real date, such as 27 3 2026",
        "Until must include a month",
    ]
