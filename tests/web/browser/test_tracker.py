"""What a tracking panel looks at: late ones first, what is not recorded said, and the reason two steps away."""

import re

import pytest
from permanence.cases.v1 import cases_service_pb2 as cases_pb

from tests.web.browser.panel import COUNCIL, Panel, key
from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, WIDTHS, Mode, Visitor, Visitors

_REFERENCE = re.compile(r"[A-Z]{2}-\d{4}")
_LATE = re.compile(r"\d+ working days? late")
_NEXT = re.compile(r'class="govuk-pagination__next">\s*<a class="[^"]*" href="([^"]+)"')
_IN_SIGHT = """() => {
    const place = document.querySelector('.led-to').getBoundingClientRect();
    return place.top < innerHeight && place.bottom > 0;
}"""
MOST_PAGES = 40


def _subjects(officer: Visitor) -> list[str]:
    """The words of each subject's rows."""
    return [" ".join(one.split()) for one in officer.page.locator("table.tracker tbody").all_inner_texts()]


@pytest.mark.parametrize("mode", MODES)
def test_from_a_late_row_to_its_reason_in_two_steps(visitor: Visitors, mode: Mode) -> None:
    given("a team manager, looking at the children of the team")
    manager = visitor("team-manager", mode)
    manager.open("/tracker")
    rows = _subjects(manager)
    then("late ones lead, each row says what is recorded and what is not, and how both clocks stand")
    assert rows and _LATE.search(rows[0])
    assert all("The law's clock:" in row and "Our clock:" in row for row in rows)
    manager.says("Not recorded")
    when("they ask for the late ones alone")
    manager.tick("Only late ones")
    manager.press("Show")
    late = _subjects(manager)
    then("the first row says in a sentence why it is late")
    assert late and all("Late" in row for row in late)
    manager.says("Not all are shown.")
    reference = _REFERENCE.search(late[0])
    clock = manager.page.locator("table.tracker tbody").first.locator("td:has(.govuk-tag--red)").first
    name = " ".join(clock.locator("a").inner_text().split())
    assert reference and reference[0] in name
    assert clock.locator("span.govuk-body-s").inner_text().endswith(".")
    when("they follow the clock")
    manager.follow(name)
    then("the child's page is open at the rule of that clock, and it stands in the window")
    assert re.fullmatch(r"/children/[0-9a-f-]{36}\?clock=[0-9a-f-]{36}", manager.path)
    manager.says("You were led here")
    led_to = manager.page.locator("tbody:has(.led-to)")
    assert name.rpartition(",")[0].strip() in led_to.inner_text()
    assert led_to.locator("details[open]").is_visible() and manager.page.evaluate(_IN_SIGHT)


def test_the_tracker_is_narrowed_to_one_officer_and_one_kind(visitor: Visitors) -> None:
    officer = visitor("performance-officer", "keyboard")
    officer.open("/tracker")
    name = str(officer.page.locator("#reviewing_officer option").nth(1).text_content()).strip()
    when("somebody who counts asks for one reviewing officer's")
    officer.select("Reviewing officer", name)
    officer.press("Show")
    then("only theirs are shown, and the page says that not all are")
    theirs = _subjects(officer)
    assert theirs and officer.page.locator("#reviewing_officer option:checked").inner_text() == name
    officer.says("Not all are shown.")
    when("they ask for panels, which no officer reviews")
    officer.select("Kind", "Panels")
    officer.press("Show")
    then("the page says so and shows no empty table")
    officer.says("Nobody that you can see is like this")
    assert not officer.page.locator("main table").count()
    officer.picture("tracker-nobody")
    officer.follow("Show all children")
    assert _subjects(officer) != theirs


@pytest.mark.parametrize("mode", WIDTHS)
def test_a_social_workers_own_children_on_a_screen_and_on_paper(visitor: Visitors, mode: Mode) -> None:
    given("somebody with few cases of their own")
    worker = visitor("social-worker", mode)
    worker.open("/tracker")
    assert 0 < len(_subjects(worker)) < 25
    worker.picture("tracker")
    when("the page is printed")
    worker.page.emulate_media(media="print")
    then("what can only be pressed is left out, and the reasons are not")
    assert not worker.page.get_by_role("button", name="Show").is_visible()
    assert worker.page.locator(".tracker-clocks .govuk-body-s").first.is_visible()
    if mode == "mouse":
        worker.picture("tracker-on-paper")


def test_a_hidden_case_never_shows(panel: Panel, site: Site) -> None:
    given("a restricted child whom a team manager may not know of, and business support may")
    seen = {one.name for one in panel.children("team-manager")}
    hidden = next(one for one in panel.children() if one.restricted and one.name not in seen and panel.clocks(one.name))
    asked = cases_pb.ListInvolvementsRequest(parent=COUNCIL, subjects=[hidden.name])
    around = panel.cases.ListInvolvements(asked, metadata=panel.who()).involvements
    officer = key(next(one.person for one in around if one.role == "reviewing-officer"))
    everything = {
        persona: _all_of(site, persona, f"/tracker?reviewing_officer={officer}")
        for persona in ("team-manager", "business-support", "performance-officer")
    }
    then("the tracker holds it for those who may know of it and for nobody else")
    assert hidden.reference not in everything["team-manager"]
    assert hidden.reference in everything["business-support"]
    assert hidden.reference in everything["performance-officer"]
    then("whoever counts is told of no name")
    assert hidden.display_name not in everything["performance-officer"]


def _all_of(site: Site, persona: str, path: str) -> str:
    """Every page of a list, from the first."""
    client, words = site.client(persona), ""
    for _ in range(MOST_PAGES):
        text = client.get(path).text
        words += text
        found = _NEXT.search(text)
        if not found:
            return words
        path = found[1].replace("&amp;", "&")
    raise AssertionError("the pages never end")
