"""When I am away and when I work: recorded, seen by whoever plans, and taken back."""

import re
from datetime import timedelta

import pytest

from tests.web.browser.backstage import Backstage
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitors
from web.words import london, long_date


@pytest.mark.parametrize("mode", MODES)
def test_an_absence_and_new_hours(visitor: Visitors, backstage: Backstage, mode: Mode) -> None:
    given("a team manager whose planning meeting is booked")
    meeting = backstage.meeting(backstage.book(backstage.case(kind="ppm")))
    chair = next(one.person for one in meeting.attendees if one.chair)
    day = london(meeting.start_time).date()
    when("business support records that they are away that day")
    helper = visitor("business-support", mode)
    helper.open(f"/diary?person={chair.rpartition('/')[2]}&on={day}")
    helper.follow("Hours and absences")
    helper.follow("Record an absence")
    helper.press("Record the absence")
    then("the page says what is missing")
    assert helper.faults == ["Choose what it is", "Enter the first day away", "Enter the last day away"]
    helper.choose("Leave")
    helper.write_date("First day away", day)
    helper.write_date("Last day away", day)
    helper.press("Record the absence")
    then("the meeting is told, and stays")
    assert re.fullmatch(
        r"The absence is recorded: (1 booked meeting falls|\d+ booked meetings fall) into it", helper.done
    )
    helper.says(long_date(day), meeting.reference)
    helper.picture("hours")
    when("they look for new times")
    helper.follow("Find new times for these meetings")
    assert helper.heading == "Move many meetings at once"
    helper.back()
    when("the absence is taken back")
    helper.press("Withdraw it")
    assert helper.done == "The absence is withdrawn: it counts no more"
    helper.says("No absence is recorded.")
    when("they enter new hours of their own, twice")
    helper.open("/diary/hours")
    helper.follow("Enter new hours")
    helper.write("From on Monday", "9am")
    helper.write("Until on Monday", "2:30pm")
    helper.press("Keep these hours")
    helper.follow("Enter new hours")
    helper.write_date("First day of these hours", day + timedelta(days=7))
    helper.picture("new-hours")
    helper.press("Keep these hours")
    then("the old ones end the day before")
    helper.says("Set here", f"Until {long_date(day + timedelta(days=6))}", f"From {long_date(day + timedelta(days=7))}")
    when("they take them away")
    helper.press("Go by the case system's file again")
    then("nothing is claimed of their hours")
    helper.says("Nobody knows when you work")
