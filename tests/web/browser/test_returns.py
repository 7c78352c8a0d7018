"""A return's file: what is to be looked at before it is sent, on a page; then the file itself."""

import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub

from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, WIDTHS, Mode, Visitors
from web.words import LONDON, wire_date


@pytest.mark.parametrize("mode", MODES)
def test_what_is_to_be_looked_at_comes_before_the_file(visitor: Visitors, mode: Mode, tmp_path: Path) -> None:
    given("a performance officer who makes a return")
    officer = visitor("performance-officer", mode)
    officer.open("/returns")
    officer.picture("returns")
    officer.choose("Reviews of the SSDA903 return")
    officer.write_date("From", {"Day": "1", "Month": "4", "Year": "2025"})
    officer.press("See what is to be looked at")
    then("the page says how many rows the file holds, and what each that lacks something lacks")
    assert re.fullmatch(r"/returns/yearly-reviews\?from=2025-04-01&until=\d{4}-\d\d-\d\d", officer.path)
    held = re.search(r"The file holds (\d+) rows", officer.words)
    assert held and "to be looked at before it is sent" in officer.words
    when("they take the file")
    link = officer.page.get_by_role("link", name="Download reviews.csv")
    with officer.page.expect_download() as begun:
        if mode == "keyboard":
            officer.keyboard.walk_to(link)
            officer.keyboard.press("Enter")
        else:
            link.click()
    then("it is the return's own, with as many rows, and they are still where they were")
    assert begun.value.suggested_filename == "reviews.csv"
    begun.value.save_as(tmp_path / "reviews.csv")
    lines = (tmp_path / "reviews.csv").read_text().splitlines()
    assert lines[0] == "CHILD,DOB,REVIEW,REVIEW_CODE" and len(lines) - 1 == int(held[1])
    assert officer.path.startswith("/returns/yearly-reviews")
    officer.look()


def _hold_a_review(site: Site) -> str:
    """In the second council, of which the made data leave nothing out: its child's reference."""
    with site.channel("cases") as channel:
        cases, metadata = CasesServiceStub(channel), site.metadata("business-support-manager", "second")
        listed = cases.ListSubjects(pb.ListSubjectsRequest(parent="councils/second", page_size=500), metadata=metadata)
        child = next(one for one in listed.subjects if one.HasField("looked_after_since"))
        today = site.clock.now().astimezone(LONDON).date()
        # Until summer the page shows the year that ended in March, and another test may have gone on into April.
        day = wire_date(min(today, date(today.year, 3, 31)))
        held = pb.RecordCaseEventRequest(
            subject=child.name, type="cic_review_held", on_date=day, request_id=str(uuid4())
        )
        cases.RecordCaseEvent(held, metadata=metadata)
        return child.reference


@pytest.mark.parametrize("mode", WIDTHS)
def test_from_a_finding_to_the_case(visitor: Visitors, site: Site, mode: Mode) -> None:
    given("a review of which nobody has recorded how the child took part")
    reference = _hold_a_review(site)
    officer = visitor("performance-officer", mode, council="second")
    officer.open("/returns/yearly-reviews")
    then("the page says so, what to do, and which line of the file it is")
    officer.says("How the child took part is not recorded, so the cell is empty.", "Record it in the case system.")
    assert any(row.startswith(reference) and "Line " in row for row in officer.rows("Reviews to be looked at"))
    officer.picture("return-findings")
    name = " ".join(officer.page.locator("#reviews ~ table tbody a").first.inner_text().split())
    when("somebody follows the first of them")
    officer.follow(name)
    then("the case is there")
    officer.says(name.partition(",")[0])


def test_days_that_make_no_period_are_told(visitor: Visitors) -> None:
    officer = visitor("performance-officer")
    officer.open("/returns")
    officer.write_date("Until", {"Day": "1", "Month": "1", "Year": "2099"})
    officer.press("See what is to be looked at")
    assert officer.faults == ["Until must not be in the future: what has not happened cannot be counted"]
    officer.picture("returns-error")


def test_those_who_make_no_returns_find_none(visitor: Visitors) -> None:
    chair = visitor("panel-chair")
    chair.open("/tracker")
    assert chair.has("link", "Scorecard") and not chair.has("link", "Returns")
    for path in ("/returns", "/returns/yearly-reviews", "/returns/yearly-reviews/file", "/scorecard/file"):
        chair.open(path, status=404)
