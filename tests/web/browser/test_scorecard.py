"""From a figure to its months, to the cases behind it, to the clock of one of them; and the file that may leave."""

import csv
import io
import re
from pathlib import Path

import pytest

from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors

REVIEWS = "Looked after child reviews held by the law's day"


def _figure(officer: Visitor, row: str) -> tuple[int, int, int]:
    """Numerator, denominator, and cases to look at, of a row of figures."""
    cells = officer.page.locator("tr").filter(has_text=row).first.locator("td")
    numerator, denominator, _, cases = (cells.nth(at).inner_text().replace(",", "") for at in range(1, 5))
    found = re.search(r"\d+", cases)
    return int(numerator), int(denominator), int(found[0]) if found else 0


@pytest.mark.parametrize("mode", MODES)
def test_from_a_number_to_the_clock_of_a_case(visitor: Visitors, mode: Mode) -> None:
    given("a performance officer, who comes to the figures")
    officer = visitor("performance-officer", mode)
    officer.open("/")
    assert officer.path == "/scorecard"
    then("each measure has its numbers or says why it has none, and no number stands for what is not known")
    numerator, denominator, cases = _figure(officer, REVIEWS)
    assert 0 < numerator <= denominator and cases == denominator - numerator > 0
    officer.says("No data: no fact about leisure is kept here", "“Not known” counts")
    officer.picture("scorecard")
    when("they follow the number of cases to look at")
    officer.follow("to look at: " + REVIEWS)
    then("the months stand in a picture and in a table that say the same")
    assert officer.path.startswith("/scorecard/reviews-in-time?from=")
    months = officer.page.locator("table").first.locator("tbody tr")
    points = officer.page.locator("svg circle").count()
    valued = [one for one in months.all_inner_texts() if "Nothing to count" not in one]
    assert points == len(valued) and months.count() == 12
    assert officer.page.locator("svg text").filter(has_text="Median").count() == 1
    total = sum(_figure(officer, " ".join(one.split())[:8])[1] for one in months.locator("th").all_inner_texts())
    assert total == denominator
    then("every late case is there with what may tell why, or word that nothing does")
    rows = officer.rows("Late or not held")
    assert len(rows) == min(cases, 50)
    assert all("Not known: nothing on record tells why" in row or " on " in row for row in rows)
    officer.picture("scorecard-measure")
    when("they follow the first")
    name = " ".join(officer.page.locator("#cases ~ table tbody a[href*='clock=']").first.inner_text().split())
    officer.follow(name)
    then("the page of that case is open at its clock, without names or meetings")
    assert officer.path.startswith("/children/")
    officer.says("You were led here", name.partition(",")[0])
    officer.says_not("Meetings")


def test_another_period_is_asked_for(visitor: Visitors) -> None:
    reader = visitor("team-manager", "keyboard")
    reader.open("/scorecard")
    reader.says("those that you may know of, not all of the council's")
    reader.says_not("Download the figures")
    when("the days are the wrong way round")
    reader.write_date("From", {"Day": "1", "Month": "2", "Year": "2026"})
    reader.write_date("Until", {"Day": "1", "Month": "1", "Year": "2026"})
    reader.press("Show")
    then("the page says so beside the field, keeps the days, and counts nothing")
    assert reader.faults == ["Until must not be before the first day"]
    reader.says("Nothing was counted: put the period right first.")
    reader.picture("scorecard-error")
    when("they are put right")
    reader.write_date("From", {"Day": "10", "Month": "1", "Year": "2025"})
    reader.press("Show")
    then("that period is counted and stands in the address")
    assert reader.path == "/scorecard?from=2025-01-10&until=2026-01-01"
    assert "10 Jan 2025 to 1 Jan 2026" in reader.heading


def test_the_file_may_leave_the_council(visitor: Visitors, tmp_path: Path) -> None:
    officer = visitor("performance-officer")
    officer.open("/scorecard")
    given("a page that says before anything is pressed that the file holds no small number")
    officer.says("In the file, numbers from 1 to 5 stand as “fewer than 6”")
    with officer.page.expect_download() as begun:
        officer.page.get_by_role("link", name="Download the figures").click()
    then("it is saved under the service's name")
    assert re.fullmatch(r"scorecard-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv", begun.value.suggested_filename)
    begun.value.save_as(tmp_path / "file.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "file.csv").read_text())))
    assert rows and not {row["numerator"] for row in rows} & set("12345")
    officer.look()


def test_nobody_is_counted_whom_the_reader_may_not_know_of(site: Site) -> None:
    def children(persona: str) -> int:
        found = re.search(r"records of ([\d,]+) child", site.client(persona).get("/scorecard").text)
        assert found
        return int(found[1].replace(",", ""))

    assert 0 < children("team-manager") < children("performance-officer")
