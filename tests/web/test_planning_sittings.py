"""Planning a panel's sittings on the site: plain choices become the rule, and each day says what it steps round."""

from datetime import date

import pytest
from dateutil.rrule import rrulestr
from multidict import MultiDict
from permanence.scheduler.v1.meeting_pb2 import DIARY_STATE_BUSY, Attendee, Clash, SittingDay

from web.journeys.sittings.plan_forms import PlanForm
from web.journeys.sittings.plan_presenters import day_rows, members_of, summary
from web.people import People
from web.words import wire_date

SENT = {
    "body": "b", "first-day": "12", "first-month": "1", "first-year": "2027", "at": "9:30am", "minutes": "180",
    "how_often": "2", "count": "13", "chair": "c",
}  # fmt: skip
LAST = {"count": "", "last-day": "31", "last-month": "12", "last-year": "2027"}


def form(**changes: str) -> PlanForm:
    return PlanForm(MultiDict(SENT | {name.replace("__", "-"): value for name, value in changes.items()}))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, "FREQ=WEEKLY;INTERVAL=2;COUNT=13"),
        ({"how_often": "4", **LAST}, "FREQ=WEEKLY;INTERVAL=4;UNTIL=20271231"),
        ({"how_often": "month"}, "FREQ=MONTHLY;BYDAY=2TU;COUNT=13"),
        # The fifth of a weekday is not in every month; the last one is.
        ({"how_often": "month", "first-day": "29"}, "FREQ=MONTHLY;BYDAY=-1FR;COUNT=13"),
    ],
)
def test_plain_choices_are_the_rule(changes: dict[str, str], rule: str) -> None:
    asked = PlanForm(MultiDict(SENT | changes))
    assert asked.validate() and asked.rule == rule
    assert asked.first.data is not None and next(iter(rrulestr(rule.partition(";UNTIL")[0], dtstart=None))) is not None


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"count": ""}, "Enter how many sittings, or the last day"),
        (LAST | {"count": "3"}, "Enter either how many sittings or the last day, not both"),
        ({"count": "61"}, "Enter a number from 1 to 60"),
        ({"count": "many"}, "Enter a number from 1 to 60"),
        ({"how_often": "3"}, "Choose how often it sits"),
        ({"at": "soon"}, "Enter a time such as 9:30am or 09:30"),
        ({"minutes": "two hours"}, "Enter a number of minutes, such as 180"),
        (LAST | {"last-year": "2026"}, "The last day must be the first day or later"),
    ],
)
def test_each_fault_says_what_to_do(changes: dict[str, str], fault: str) -> None:
    asked = PlanForm(MultiDict(SENT | changes))
    assert not asked.validate()
    assert [one.text for one in asked.faults] == [fault]


def test_each_day_says_what_it_steps_round_and_what_stands_against_it() -> None:
    easter = SittingDay(
        regular_date=wire_date(date(2026, 4, 3)), on_date=wire_date(date(2026, 4, 2)), reason="Good Friday",
        clashes=[Clash(person="p", diary=DIARY_STATE_BUSY)], not_checked=["q"],
    )  # fmt: skip
    day = wire_date(date(2026, 4, 17))
    rows = day_rows([easter, SittingDay(regular_date=day, on_date=day, taken="chair")], People({"p": "Kim Ash"}))
    assert (rows[0].day, rows[0].stepped) == ("Thursday 2 April 2026", "Good Friday is on Friday 3 April 2026")
    assert rows[0].remarks == (
        "Kim Ash has something else then", "The diary of 1 person is not known for that day",
    )  # fmt: skip
    assert (rows[1].stepped, rows[1].taken) == ("", "The chair is taken then")
    assert summary(rows) == "2 sittings, 1 of them not on its regular day."


def test_whoever_was_asked_to_the_latest_sitting_is_asked_again_under_the_chosen_chair() -> None:
    before = [
        Attendee(person="old", role="service-director", chair=True, required=True),
        Attendee(person="a", role="team-manager", required=True),
        Attendee(person="new", role="reviewing-officer"),
    ]
    found = members_of("new", "service-director", before)
    assert [(one.person, one.role, one.required, one.chair) for one in found] == [
        ("new", "service-director", True, True), ("a", "team-manager", True, False),
    ]  # fmt: skip
