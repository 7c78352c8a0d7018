"""Forms say in plain words what is wrong, and where."""

from collections.abc import Mapping
from datetime import date

import pytest
import wtforms
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict

from servicekit.errors import Violation
from web.desk import Refused
from web.form import AtMost, DateField, Fault, LongText, Needed, PageForm


class Sample(PageForm):
    """One of each."""

    wire_fields: Mapping[str, str] = {"meeting.title": "title", "meeting.start_date": "day"}

    title = wtforms.StringField("Title", [Needed("Enter a title"), AtMost(10)])
    day = DateField("Day of the meeting", [Needed("Enter the day of the meeting")])
    notes = LongText("Notes", [AtMost(20)])


def _sent(title: str = "A title", **parts: str) -> Sample:
    fields = {"title": title, "day-day": "27", "day-month": "3", "day-year": "2026"}
    fields |= {name.replace("_", "-"): text for name, text in parts.items()}
    form = Sample(MultiDict(fields))
    form.validate()
    return form


def test_a_form_that_is_right_has_no_faults() -> None:
    form = _sent(day_day=" 27 ")
    assert form.faults == [] and form.day.data == date(2026, 3, 27)


@pytest.mark.parametrize(
    ("parts", "text", "part"),
    [
        ({"day_day": ""}, "Day of the meeting must include a day", "day"),
        ({"day_month": " "}, "Day of the meeting must include a month", "month"),
        ({"day_year": ""}, "Day of the meeting must include a year", "year"),
        ({"day_month": "", "day_year": ""}, "Day of the meeting must include a month and year", "month"),
        ({"day_day": "", "day_month": "", "day_year": ""}, "Enter the day of the meeting", "day"),
        ({"day_day": "31", "day_month": "4"}, "Day of the meeting must be a real date, such as 27 3 2026", "day"),
        ({"day_year": "26"}, "Day of the meeting must be a real date, such as 27 3 2026", "day"),
        ({"day_month": "March"}, "Day of the meeting must be a real date, such as 27 3 2026", "day"),
        ({"day_day": "1_0"}, "Day of the meeting must be a real date, such as 27 3 2026", "day"),
        ({"day_day": "٣"}, "Day of the meeting must be a real date, such as 27 3 2026", "day"),
        ({"day_year": "99999"}, "Day of the meeting must be a real date, such as 27 3 2026", "day"),
    ],
)
def test_the_part_of_a_date_that_is_missing_is_named_and_led_to(parts: dict[str, str], text: str, part: str) -> None:
    assert _sent(**parts).faults == [Fault(text, f"#day-{part}")]


def test_what_was_typed_as_a_date_is_kept() -> None:
    assert _sent(day_month="March").day.parts == {"day": "27", "month": "March", "year": "2026"}


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_date_that_is_shown_is_read_back(day: date) -> None:
    parts = Sample(day=day).day.parts
    form = Sample(MultiDict({"title": "x", **{f"day-{part}": text for part, text in parts.items()}}))
    assert form.validate() and form.day.data == day


@given(st.text(), st.text(), st.text())
def test_whatever_is_typed_as_a_date_is_a_date_or_a_fault(day: str, month: str, year: str) -> None:
    form = _sent(day_day=day, day_month=month, day_year=year)
    assert (form.day.data is None) == bool(form.faults)


def test_faults_come_in_the_order_of_the_fields_after_those_of_the_whole() -> None:
    form = _sent(title=" ", day_day="")
    form.refuse("The room is taken.")
    assert [fault.href for fault in form.faults] == ["#main-content", "#title", "#day-day"]


def test_a_text_that_is_too_long_says_how_long_it_may_be() -> None:
    assert _sent(title="x" * 11).faults == [Fault("Title must be 10 characters or fewer", "#title")]
    assert _sent(title="x" * 10).faults == []


def test_line_ends_are_one_sign_each() -> None:
    form = _sent(notes="one\r\ntwo\rthree\x00")
    assert form.notes.data == "one\ntwo\nthree"


def test_a_refusal_stands_beside_the_field_it_is_about() -> None:
    form = _sent()
    form.take(Refused("INVALID", {}, (Violation("meeting.start_date.year", "is a bank holiday"),)))
    assert form.faults == [Fault("“Day of the meeting” is a bank holiday", "#day-day")]


def test_a_refusal_about_no_field_of_the_form_is_put_into_words_and_never_quoted() -> None:
    form = _sent()
    form.take(Refused("TIME_TAKEN", {}, (Violation("something.else", "row 4711 of Jane Doe"),)))
    (fault,) = form.faults
    assert fault.href == "#main-content"
    assert fault.text.startswith("Somebody has just taken that time") and "Jane" not in fault.text


def test_a_refusal_that_nobody_foresaw_is_put_into_plain_words() -> None:
    form = _sent()
    form.take(Refused("BRAND_NEW", {}, ()))
    assert form.faults[0].text.startswith("This could not be done as things stand.")


def test_a_form_keeps_its_request_id_and_a_new_one_gets_its_own() -> None:
    first, second = Sample(), Sample()
    assert first.request_id.data and first.request_id.data != second.request_id.data
    assert Sample(MultiDict({"request_id": first.request_id.data})).request_id.data == first.request_id.data


@pytest.mark.parametrize("part", ["day", "month", "year"])
def test_a_date_of_one_part_alone_is_read_as_what_is_missing(part: str) -> None:
    """An address can say so, though no form of the site does."""
    form = Sample(MultiDict({"title": "A title", f"day-{part}": "1"}))
    assert not form.validate() and "must include" in str(form.day.errors)


@pytest.mark.parametrize("typed", ["9" * 25, "00001", "-1"])
@pytest.mark.parametrize("part", ["day", "month", "year"])
def test_a_number_that_no_calendar_has_is_no_date(part: str, typed: str) -> None:
    assert _sent(**{f"day_{part}": typed}).day.data is None
