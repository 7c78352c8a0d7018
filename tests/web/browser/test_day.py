"""One day's meetings, to be read on paper when nothing else works."""

from datetime import timedelta

import pytest

from tests.web.browser.backstage import Backstage
from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors
from web.words import LONDON, london, long_date, time_span


@pytest.mark.parametrize("mode", MODES)
def test_the_meetings_of_a_day_stand_on_one_page(visitor: Visitors, backstage: Backstage, mode: Mode) -> None:
    given("a meeting of two parts, because two of its people must not meet")
    case = backstage.case(kind="cic_review", pair=True)
    path = backstage.book(case)
    meeting = backstage.meeting(path)
    start = london(meeting.start_time)
    officer = visitor("business-support", mode)
    officer.open("/days")
    assert officer.heading.startswith("Tomorrow's list")
    when("they ask for its day")
    officer.write_date("Another day", start.date())
    officer.press("Show the day")
    then("it stands there with its parts, its chair, who comes to which part and what they answered")
    assert long_date(start.date()) in officer.heading and officer.path.startswith("/days?on=")
    hours = time_span(start, london(meeting.end_time))
    officer.says("Later changes are not on it.", hours[0].upper() + hours[1:])
    section = _section(officer, meeting.reference)
    assert "Part 1: " in section and "Part 2: " in section and "Chair: " in section and case.reference in section
    assert section.count("Part 2") > 1
    officer.picture("day")
    officer.follow(meeting.reference)
    assert officer.path == path
    officer.back()


def _section(officer: Visitor, reference: str) -> str:
    found = officer.page.locator("main section").filter(has_text=reference)
    return " ".join(found.inner_text().split())


def test_tomorrows_list_is_printed(visitor: Visitors, backstage: Backstage) -> None:
    given("the evening before a meeting")
    path = backstage.book(backstage.case())
    meeting = backstage.meeting(path)
    backstage.site.clock.move_to(london(meeting.start_time).replace(hour=17, minute=0) - timedelta(days=1))
    officer = visitor("business-support-manager")
    officer.open(f"/days?on={london(meeting.start_time).date()}")
    officer.says(meeting.reference)
    officer.picture("tomorrow")
    when("it is printed")
    officer.page.emulate_media(media="print")
    then("nothing is on paper that only a screen can use")
    assert not officer.page.get_by_role("button", name="Show the day").is_visible()
    assert not officer.page.get_by_role("navigation").first.is_visible()
    officer.picture("tomorrow-on-paper")


def test_a_cancelled_meeting_says_so_on_the_list(visitor: Visitors, backstage: Backstage) -> None:
    path = backstage.book(backstage.case())
    backstage.cancel(path)
    meeting = backstage.meeting(path)
    officer = visitor("business-support")
    officer.open(f"/days?on={london(meeting.start_time).date()}")
    section = _section(officer, meeting.reference)
    assert section.startswith("Cancelled: ") and "it will not take place" in section


def test_a_day_without_meetings_and_days_that_are_none(visitor: Visitors, site: Site) -> None:
    officer = visitor("business-support", "keyboard")
    today = site.clock.now().astimezone(LONDON).date()
    sunday = today + timedelta(days=(6 - today.weekday()) % 7 + 14)
    officer.open(f"/days?on={sunday}")
    officer.says("No meeting that you can see stands on this day.")
    officer.picture("day-empty")
    for day, fault in (
        ({"Day": "", "Month": "", "Year": ""}, "Enter a day"),
        ({"Day": "31", "Month": "2", "Year": "2027"}, "Another day must be a real date, such as 27 3 2026"),
        ({"Day": "5", "Month": "", "Year": "2027"}, "Another day must include a month"),
    ):
        officer.write_date("Another day", day)
        officer.press("Show the day")
        assert officer.faults == [fault]
    for text in ("yesterday", "0001-01-01", "9999-12-31"):
        assert site.client("business-support").get(f"/days?on={text}").status_code == 200, text


def test_everybody_has_their_own_list(visitor: Visitors, backstage: Backstage) -> None:
    given("two meetings on a day, one of a child whom the social worker knows")
    known = backstage.case(kind="cic_review", persona="social-worker", restricted=None, pair=None)
    path = backstage.book(known)
    meeting, other = backstage.meeting(path), backstage.meeting(backstage.book(backstage.case()))
    worker = visitor("social-worker")
    worker.open(f"/days?on={london(meeting.start_time).date()}")
    then("only that one stands on their list")
    worker.says(meeting.reference)
    worker.says_not(other.reference)
