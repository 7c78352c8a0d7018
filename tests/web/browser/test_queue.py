"""What must be arranged: the most urgent first, by any means a person has."""

import re
from collections.abc import Callable

import pytest
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as pb

from tests.web.browser.site import OwnSite, Site
from tests.web.browser.stand_in import stand_in
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitors

_LEFT = re.compile(r"(\d+) working days? (late|left)|due today")
_REFERENCE = re.compile(r"[A-Z]{2}-\d{4}")
CLOCKS = "Sorted by working days left"
KINDS = {"Permanence planning meeting", "Child in care review", "Tracking panel"}


def _days_left(row: str) -> int:
    found = _LEFT.search(row)
    assert found, f"no days left in {row!r}"
    return int(found[1] or 0) * (-1 if found[2] == "late" else 1)


@pytest.mark.parametrize("mode", MODES)
def test_the_most_urgent_stands_at_the_top_and_one_kind_can_be_shown(visitor: Visitors, mode: Mode) -> None:
    given("somebody who arranges meetings")
    officer = visitor("business-support", mode)
    when("they come to the site")
    officer.open("/")
    then("what must be arranged is there, the fewest days first, and the next thing to do above it")
    assert officer.path == "/to-arrange"
    rows = officer.rows(CLOCKS)
    days = [_days_left(row) for row in rows]
    assert days == sorted(days) and len(rows) == 25
    first = _REFERENCE.search(rows[0])
    assert first
    officer.says(f", {first[0]}, ")
    assert officer.has("button", "Arrange the next one") or officer.has("link", "Go on with the next one")
    if mode in ("mouse", "narrow"):
        officer.picture("what-must-be-arranged" if mode == "mouse" else "narrow-what-must-be-arranged")
    when("they ask for one kind of meeting")
    officer.select("Kind of meeting", "Permanence planning meeting")
    officer.press("Show")
    then("only that kind is shown, the page says so, and all kinds are one link away")
    officer.says("Only one kind is shown.")
    assert all("ermanence planning meeting" in row for row in officer.rows(CLOCKS))
    officer.follow("Show all kinds")
    officer.says_not("Only one kind is shown.")


def test_pages_follow_each_other_and_lose_nothing(visitor: Visitors) -> None:
    given("more clocks than one page holds")
    officer = visitor("reviewing-officer")
    officer.open("/to-arrange")
    seen = officer.rows(CLOCKS)
    while officer.has("link", "Next"):
        when("they go on to the next page")
        officer.follow("Next")
        more = officer.rows(CLOCKS)
        then("other clocks are shown, and none more urgent than those before")
        assert not set(more) & set(seen)
        assert _days_left(more[0]) >= _days_left(seen[-1])
        assert not officer.has("button", "Arrange"), "a reviewing officer arranges nothing"
        seen += more
        if len(seen) > 50:
            break
    assert len(seen) > 25
    officer.follow("First page")
    assert officer.rows(CLOCKS) == seen[:25]


@pytest.mark.parametrize("mode", MODES)
def test_a_case_is_looked_for_by_its_number(visitor: Visitors, mode: Mode) -> None:
    officer = visitor("business-support", mode)
    officer.open("/to-arrange")
    officer.follow("Find a case by its number")
    when("the form is sent empty")
    officer.press("Find")
    then("the page says what to do")
    assert officer.faults == ["Enter a case number, such as NM-0412 or the number of the case system"]
    when("a number that nobody has is sent")
    officer.write("Case number", "ZZ-9999")
    officer.press("Find")
    then("it is not said whether there is none or it may not be seen, and what was typed is still there")
    assert officer.faults == ["There is no case with this number that you can see. Check the number."]
    assert officer.page.get_by_label("Case number").input_value() == "ZZ-9999"


def test_those_who_arrange_nothing_do_not_see_the_queue(visitor: Visitors) -> None:
    worker = visitor("social-worker")
    worker.open("/find")
    assert not worker.has("link", "To arrange")
    worker.open("/to-arrange", status=404)


def test_nothing_to_arrange_is_said_in_words(visitor: Visitors, own_site: Callable[..., OwnSite]) -> None:
    given("a council where everything is arranged")
    nothing = {
        "ListUnarrangedObligations": pb.ListUnarrangedObligationsResponse(),
        "ListMeetingDrafts": drafts_pb.ListMeetingDraftsResponse(),
    }
    with stand_in(**nothing) as address:
        own = own_site(PERMANENCE_SCHEDULER_ADDRESS=address)
        officer = visitor("business-support", at=own.site)
        officer.open("/to-arrange")
        then("the page says so, shows no empty table, and offers nothing to press")
        officer.says("Nothing is due to be arranged.")
        assert not officer.page.locator("main table").count()
        assert not officer.has("button", "Arrange")
        officer.picture("nothing-to-arrange")


def test_the_queue_says_so_when_it_cannot_be_known(visitor: Visitors, site: Site) -> None:
    officer = visitor("business-support")
    officer.open("/to-arrange")
    with site.without("scheduler"):
        when("the scheduler does not answer")
        officer.open("/to-arrange", status=503)
        then("the page says that it does not know, and never that there is nothing")
        officer.says("so this page cannot be shown. It is not empty: nobody can look.")
        officer.says_not("Nothing is due")
    when("it answers again")
    then("a new try shows the queue")
    officer.follow("Try again")
    assert officer.rows(CLOCKS)
