"""Dates and times as people in England read them, on both sides of both clock changes."""

from datetime import UTC, date, datetime

import pytest
from google.type.date_pb2 import Date
from hypothesis import given
from hypothesis import strategies as st

from web import words


@pytest.mark.parametrize(
    ("utc", "said"),
    [
        (datetime(2026, 3, 16, 9, 30, tzinfo=UTC), "Monday 16 March 2026, 9:30am"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "Sunday 29 March 2026, 12:59am"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Sunday 29 March 2026, 2am"),
        (datetime(2026, 7, 1, 11, 0, tzinfo=UTC), "Wednesday 1 July 2026, midday"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "Thursday 2 July 2026, 12:30am"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Sunday 25 October 2026, 1:30am"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Sunday 25 October 2026, 1:30am"),
        (datetime(2026, 12, 1, 17, 5, tzinfo=UTC), "Tuesday 1 December 2026, 5:05pm"),
    ],
)
def test_an_instant_is_told_in_londons_time(utc: datetime, said: str) -> None:
    assert words.moment(words.london(words.timestamp(utc))) == said


def test_a_span_says_both_ends() -> None:
    start = datetime(2026, 3, 16, 11, 30, tzinfo=words.LONDON)
    assert words.time_span(start, start.replace(hour=12, minute=0)) == "11:30am to midday"
    assert words.time_span(start, start.replace(hour=13, minute=0)) == "11:30am to 1pm"


@given(st.dates())
def test_dates_cross_the_wire_and_come_back(day: date) -> None:
    assert words.civil(words.wire_date(day) or Date()) == day


def test_no_date_is_said_and_not_made_up() -> None:
    assert words.civil(Date()) is None and words.wire_date(None) is None
    assert words.long_date(None) == words.short_date(None) == "no date"
    assert words.long_date(date(2026, 3, 6)) == "Friday 6 March 2026"
    assert words.short_date(date(2026, 3, 6)) == "6 Mar 2026"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-2, "2 working days late"),
        (-1, "1 working day late"),
        (0, "due today"),
        (1, "1 working day left"),
        (20, "20 working days left"),
    ],
)
def test_days_left_are_words(days: int, said: str) -> None:
    assert words.days_left_words(days) == said


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (datetime(2026, 3, 16, 14, 0, tzinfo=UTC), "5 hours left"),
        (datetime(2026, 3, 16, 9, 30, tzinfo=UTC), "30 minutes left"),
        (datetime(2026, 3, 16, 8, 0, tzinfo=UTC), "late by 1 hour"),
        (datetime(2026, 3, 26, 9, 0, tzinfo=UTC), "10 days left"),
    ],
)
def test_hours_left_are_words(due: datetime, said: str) -> None:
    assert words.time_left_words(due, datetime(2026, 3, 16, 9, 0, tzinfo=UTC)) == said


@pytest.mark.parametrize(("role", "said"), [("reviewing-officer", "Reviewing officer"), ("chair", "Chair"), ("", "")])
def test_a_role_is_words(role: str, said: str) -> None:
    assert words.role_words(role) == said


def test_one_and_many() -> None:
    assert words.count_words(1, "person", "people") == "1 person"
    assert words.count_words(0, "person", "people") == "0 people"
    assert words.count_words(2, "child", "children") == "2 children"
    assert words.count_words(2, "page") == "2 pages"


def test_names_are_ordered_as_people_count() -> None:
    rooms = ["Room 10", "room 2", "Annexe", "Room 1b", "12", "Room", "Room 1a"]
    assert sorted(rooms, key=words.in_order) == ["12", "Annexe", "Room", "Room 1a", "Room 1b", "room 2", "Room 10"]
