"""What must be arranged: the most urgent first, by any means a person has."""

import re
from collections.abc import Callable

import pytest
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.scheduler.v1 import date_offers_service_pb2 as offers_pb
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as pb

from tests.web.browser.backstage import Backstage
from tests.web.browser.children import COUNCIL
from tests.web.browser.site import OwnSite, Site
from tests.web.browser.stand_in import stand_in
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors

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
    officer.picture("what-must-be-arranged")
    when("they ask for one kind of meeting")
    officer.select("Kind of meeting", "Permanence planning meeting")
    officer.press("Show")
    then("only that kind is shown, the page says so, and everything is one link away")
    officer.says("Only: Permanence planning meeting.")
    assert all("ermanence planning meeting" in row for row in officer.rows(CLOCKS))
    officer.follow("Show everything")
    officer.says_not("Only: ")


class _Waiting:
    """Every clock that waits for a meeting, most urgent first, with who stands around its child, as cases says."""

    def __init__(self, backstage: Backstage) -> None:
        request = pb.ListUnarrangedObligationsRequest(parent=COUNCIL, page_size=500)
        self._clocks, more = [], True
        while more:
            reply = backstage.ask(backstage.scheduler.ListUnarrangedObligations, request)
            self._clocks += reply.obligations
            request.page_token = reply.next_page_token
            more = bool(reply.next_page_token)
        self.names, self._around = dict[str, str](), dict[str, set[tuple[str, str]]]()
        subjects = sorted({one.subject for one in self._clocks})
        for at in range(0, len(subjects), 50):
            asked = cases_pb.ListInvolvementsRequest(parent=COUNCIL, subjects=subjects[at : at + 50])
            for one in backstage.ask(backstage.cases.ListInvolvements, asked).involvements:
                self.names[one.person] = one.display_name
                self._around.setdefault(one.subject, set()).add((one.role, one.person))

    def of(self, *people: str) -> list[str]:
        """References of the clocks whose child has all of them."""
        return [
            one.subject_reference
            for one in self._clocks
            if set(people) <= {person for _, person in self._around.get(one.subject, set())}
        ]

    def without(self, role: str) -> list[str]:
        """References of the clocks around whose child nobody has that part; a body has nobody around it."""
        return [
            one.subject_reference
            for one in self._clocks
            if role not in {held for held, _ in self._around.get(one.subject, set())} and "/bodies/" not in one.subject
        ]

    def having(self, role: str, *among: str) -> list[str]:
        """Who has that part, first whoever has it around the most children that have the others too."""
        found = {person for parts in self._around.values() for held, person in parts if held == role}
        return sorted(found, key=lambda person: (-len(self.of(person, *among)), person))


@pytest.fixture(scope="module")
def clocks(backstage: Backstage) -> _Waiting:
    """Nobody books anything while these tests run."""
    return _Waiting(backstage)


@pytest.mark.parametrize("mode", MODES)
def test_one_officers_and_one_teams_children_are_shown_alone(visitor: Visitors, clocks: _Waiting, mode: Mode) -> None:
    given("the reviewing officer of the most children, one of their teams, and a team that is none of theirs")
    officer = clocks.having("reviewing-officer")[0]
    (team, *_, stranger) = clocks.having("team-manager", officer)
    name, of_team, of_stranger = (clocks.names[one] for one in (officer, team, stranger))
    theirs, both = clocks.of(officer), clocks.of(officer, team)
    staff = visitor("business-support", mode)
    staff.open("/to-arrange")
    when("somebody asks for that officer's children alone")
    staff.select("Reviewing officer", name)
    staff.press("Show")
    then("they alone are shown, the most urgent first, on the next page too")
    staff.says(f"Only: reviewing officer {name}. Show everything")
    assert _references(staff) == theirs[:25]
    staff.follow("Next")
    assert _references(staff) == theirs[25:50]
    when("they ask for one team's of these")
    staff.select("Team manager", of_team)
    staff.press("Show")
    then("both hold")
    staff.says(f"Only: team manager {of_team}; reviewing officer {name}.")
    assert _references(staff) == both[:25] != theirs[:25]
    staff.picture("queue-of-one-team")
    when("they ask for the other team's")
    staff.select("Team manager", of_stranger)
    staff.press("Show")
    then("there is nothing, and it is said of what")
    staff.says(
        f"Nothing is due to be arranged for children with team manager {of_stranger} and with reviewing officer {name}."
    )


def test_children_for_whom_nobody_is_recorded_are_found(visitor: Visitors, clocks: _Waiting) -> None:
    staff = visitor("business-support", "keyboard")
    staff.open("/to-arrange")
    staff.select("Reviewing officer", "Nobody on record")
    staff.press("Show")
    staff.says("Only: no reviewing officer on record.")
    assert _references(staff) == clocks.without("reviewing-officer")[:25] != []


def _references(staff: Visitor) -> list[str]:
    found = [_REFERENCE.search(row) for row in staff.rows(CLOCKS)]
    return [one[0] for one in found if one]


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
        "ListDateOffers": offers_pb.ListDateOffersResponse(),
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
