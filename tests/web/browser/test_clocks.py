"""A child's clocks: as a picture and as a table that say the same, with the rule behind every date."""

import re

import pytest
from permanence.cases.v1.obligation_pb2 import OBLIGATION_STATE_OPEN, Obligation
from permanence.cases.v1.subject_pb2 import SUBJECT_KIND_CARER_HOUSEHOLD, SUBJECT_KIND_SIBLING_GROUP, Subject

from tests.web.browser.panel import Panel, key
from tests.web.browser.site import until
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, WIDTHS, Mode, Visitor, Visitors
from web.words import civil, long_date

ABSENT = "0193c5a0-0000-7000-8000-00000000ffff"
EASTER = ("Good Friday", "Easter Monday")
# What the picture may say: every state has a shape of its own beside its words.
STATES = {"Due", "Late", "Booked", "Booked after its date", "Needs a fact", "Met", "Met late", "Ended", "Waived"}
_MARK = re.compile(r"(\d+)\. (\D+?)(?: (\d+ [A-Z][a-z]{2})(?: \d{4})?)?")
_CELLS = """bodies => bodies.map(body => [body.id.slice('clock-'.length), [...body.querySelectorAll('td[data-label]')]
    .map(cell => [cell.dataset.label, cell.textContent.trim().replace(/\\s+/g, ' ')])])"""
_OLDER = re.compile(r"\((\d+) older or far later, in the table alone\)")


@pytest.fixture(scope="module")
def over_easter(panel: Panel) -> tuple[Subject, Obligation]:
    """A child with a running clock whose count stepped over Good Friday and Easter Monday."""
    for child in panel.children():  # the story's come first
        for clock in panel.clocks(child.name):
            skipped = {day.reason for step in clock.explanation.steps for day in step.skipped_days}
            if clock.state == OBLIGATION_STATE_OPEN and skipped.issuperset(EASTER):
                return child, clock
    raise AssertionError("no clock runs over Easter")


def _marks(officer: Visitor) -> dict[int, tuple[str, str]]:
    """State and day of each clock in the picture, by its number."""
    told = [one.strip() for one in officer.page.locator("svg text").all_text_contents()]
    found = [match for text in told if (match := _MARK.fullmatch(text))]
    return {int(match[1]): (match[2], match[3] or "") for match in found}


def _older(officer: Visitor) -> int:
    told = " ".join(officer.page.locator("svg text").all_text_contents())
    return sum(int(count) for count in _OLDER.findall(told))


def _table(officer: Visitor) -> dict[int, dict[str, str]]:
    """The cells of each clock in the tables, by its number."""
    found = officer.page.locator("tbody[id^=clock-]").evaluate_all(_CELLS)
    return {int(number): dict(cells) for number, cells in found}


def _find(officer: Visitor, reference: str) -> None:
    officer.open("/find")
    officer.write("Case number", reference)
    officer.press("Find")


@pytest.mark.parametrize("mode", MODES)
def test_a_childs_clocks_say_what_must_happen_by_when_and_why(
    visitor: Visitors, panel: Panel, over_easter: tuple[Subject, Obligation], mode: Mode
) -> None:
    child, easter = over_easter
    given("somebody who looks for a child with a clock that runs over Easter")
    officer = visitor("business-support", mode)
    _find(officer, child.reference)
    then("every clock stands in the picture and in the table by the same number")
    assert officer.path == f"/children/{key(child.name)}" and child.reference in officer.words
    marks, table = _marks(officer), _table(officer)
    assert len(table) == len(panel.clocks(child.name)) and marks.keys() <= table.keys()
    assert len(table) - len(marks) == _older(officer)
    then("both say the same state and the same day")
    assert {state for state, _ in marks.values()} <= STATES
    for number, (state, day) in marks.items():
        cells = table[number]
        assert cells["State"].startswith(state)
        assert day in " ".join(cells[name] for name in ("The law's date", "Our date", "Booked", "Held"))
    when("they ask for the rule")
    number = next(n for n, one in enumerate(panel.clocks(child.name), 1) if one.name == easter.name)
    officer.says_not("Good Friday")
    officer.unfold(f"Show the rule for clock {number},")
    then("each day that was not counted is named, with why")
    officer.says("Days that were not counted:", *_skipped(easter))
    assert any("Good Friday" in day for day in _skipped(easter))
    then("the page says where the rule stands and whether its wording was checked")
    officer.says(easter.explanation.sentence, easter.explanation.source)
    officer.picture("child-clocks")


def _skipped(clock: Obligation) -> list[str]:
    days = (day for step in clock.explanation.steps for day in step.skipped_days)
    return [f"{long_date(civil(day.on_date))}: {day.reason}" for day in days]


def test_the_picture_scrolls_by_itself_with_the_keyboard(
    visitor: Visitors, over_easter: tuple[Subject, Obligation]
) -> None:
    child, _ = over_easter
    given("a narrow screen, on which the picture keeps its letters as large as the page's")
    officer = visitor("business-support", "narrow")
    officer.open(f"/children/{key(child.name)}")
    picture = officer.page.get_by_role("region", name="Picture of the clocks, scrolls sideways")
    when("the picture has the focus and an arrow is pressed")
    picture.focus()
    officer.page.keyboard.press("ArrowRight")
    then("the picture moves and the page does not")
    until("the picture moves", lambda: officer.page.evaluate("document.querySelector('.scrolls').scrollLeft") > 0)
    assert officer.page.evaluate("scrollX") == 0
    then("to those who cannot see it, it has a name, and says how many clocks it holds")
    assert officer.page.get_by_role("img", name="Clocks along a line of time").count() == 1
    assert re.search(r"^\d+ clocks from ", officer.page.locator("svg desc").text_content() or "")


def test_only_those_who_arrange_can_begin_here(visitor: Visitors, panel: Panel) -> None:
    given("a child whose review is to be arranged, and whom a reviewing officer may see")
    seen = {one.name for one in panel.children("reviewing-officer")}
    child = next(one for one in panel.unarranged("cic_review") if one in seen)
    officer = visitor("business-support")
    officer.open(f"/children/{key(child)}")
    assert officer.has("button", "Arrange")
    reviewer = visitor("reviewing-officer")
    reviewer.open(f"/children/{key(child)}")
    then("the reviewing officer sees the same clocks and no button")
    assert not reviewer.page.get_by_role("main").get_by_role("button").count()
    assert _table(reviewer) == _table(officer)


@pytest.mark.parametrize("mode", WIDTHS)
def test_brothers_and_sisters_are_a_page_of_their_own(visitor: Visitors, panel: Panel, mode: Mode) -> None:
    group = next(one for one in panel.subjects() if one.kind == SUBJECT_KIND_SIBLING_GROUP and len(one.members) > 1)
    officer = visitor("business-support", mode)
    officer.open(f"/sibling-groups/{key(group.name)}")
    then("each child is named and has clocks of their own, one link away")
    officer.says("Children of this group", "Each child has clocks of their own.")
    officer.picture("sibling-group")
    for member in group.members:
        assert officer.page.locator(f"a[href='/children/{key(member)}']").count() == 1
    officer.follow(panel.subject(group.members[0]).reference)
    assert officer.path == f"/children/{key(group.members[0])}"


def test_a_carer_household_says_who_is_placed_there_and_when_it_is_reviewed(visitor: Visitors, panel: Panel) -> None:
    households = [one for one in panel.subjects() if one.kind == SUBJECT_KIND_CARER_HOUSEHOLD and one.members]
    household = households[-1]  # the story's fostering panel hears the first
    officer = visitor("business-support", "narrow")
    officer.open(f"/carer-households/{key(household.name)}")
    officer.says("Carer household", "Children placed here", "Yearly review of the foster carer's approval")
    officer.says("No meeting is booked, and none was.")


def test_where_no_clock_runs_the_page_says_so_and_shows_no_empty_table(visitor: Visitors, panel: Panel) -> None:
    groups = (one for one in panel.subjects() if one.kind == SUBJECT_KIND_SIBLING_GROUP and one.members)
    group = next(one for one in groups if not panel.clocks(one.name))
    officer = visitor("business-support", "narrow")
    officer.open(f"/sibling-groups/{key(group.name)}")
    officer.says("No clock is running here, and none ever was. Each child has clocks of their own.")
    assert not officer.page.locator("main table, main svg").count()


def test_a_panel_has_clocks_too(visitor: Visitors) -> None:
    officer = visitor("panel-chair", "narrow")
    officer.open("/sittings")
    officer.follow("Permanence planning and tracking meeting", row="Permanence planning and tracking meeting")
    then("the page says by when it must sit next")
    assert officer.path.startswith("/bodies/")
    officer.says("Running clocks, the next at the top")


def test_a_restricted_child_is_absent_for_whoever_is_not_listed(visitor: Visitors, panel: Panel) -> None:
    seen = {one.name for one in panel.children("team-manager")}
    hidden = next(one for one in panel.children() if one.restricted and one.name not in seen)
    given("a restricted case, and a team manager who is not listed for it")
    manager = visitor("team-manager")
    manager.open(f"/children/{ABSENT}", status=404)
    absent = manager.words
    manager.open(f"/children/{key(hidden.name)}", status=404)
    then("the page is the one for a child that is not there")
    assert manager.words == absent and hidden.display_name not in manager.page.content()
    given("business support, who are listed")
    officer = visitor("business-support")
    officer.open(f"/children/{key(hidden.name)}")
    then("the page says that the case is restricted")
    officer.says("Restricted case. Only people who are listed for it may know that it exists")
    officer.picture("restricted-child")


def test_what_no_longer_runs_is_folded_away(
    visitor: Visitors, panel: Panel, over_easter: tuple[Subject, Obligation]
) -> None:
    child, _ = over_easter
    over = [one for one in panel.clocks(child.name) if one.state != OBLIGATION_STATE_OPEN]
    assert over
    officer = visitor("business-support", "keyboard")
    officer.open(f"/children/{key(child.name)}")
    when("what was met and has ended is unfolded")
    officer.says_not("Clocks that were met or have ended")
    officer.unfold("Met and ended:")
    officer.says("Clocks that were met or have ended, the latest at the top", over[0].title)
