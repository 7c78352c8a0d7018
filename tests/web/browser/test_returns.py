"""A return's file: what is to be looked at before it is sent, on a page; then the file itself."""

import re
from pathlib import Path

import pytest

from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitors


@pytest.mark.parametrize("mode", MODES)
def test_what_is_to_be_looked_at_comes_before_the_file(visitor: Visitors, mode: Mode, tmp_path: Path) -> None:
    given("a performance officer who makes a return")
    officer = visitor("performance-officer", mode)
    officer.open("/returns")
    if mode in ("mouse", "narrow"):
        officer.picture("returns" if mode == "mouse" else "narrow-returns")
    officer.choose("Reviews of the SSDA903 return")
    officer.write_date("From", {"Day": "1", "Month": "4", "Year": "2025"})
    officer.press("See what is to be looked at")
    then("the page says how many rows the file holds, and what each that lacks something lacks")
    assert re.fullmatch(r"/returns/ssda903-reviews\?from=2025-04-01&until=\d{4}-\d\d-\d\d", officer.path)
    held = re.search(r"The file holds ([\d]+) rows", officer.words)
    assert held and "to be looked at before it is sent" in officer.words
    if mode in ("mouse", "narrow"):
        officer.picture("return-findings" if mode == "mouse" else "narrow-return-findings")
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
    assert officer.path.startswith("/returns/ssda903-reviews")
    officer.look()


def test_from_a_finding_to_the_case(visitor: Visitors) -> None:
    officer = visitor("business-support-manager")
    officer.open("/returns/ssd-reviews")
    given("a file with rows that lack something")
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
    for path in ("/returns", "/returns/ssda903-reviews", "/returns/ssda903-reviews/file", "/scorecard/file"):
        chair.open(path, status=404)
