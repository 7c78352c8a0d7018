"""A manager who is away: their meetings are seen beside new times, moved together, and taken back."""

import re
from datetime import date, timedelta

import pytest
from permanence.cases.v1.cases_service_pb2 import LookUpStaffRequest
from permanence.scheduler.v1.meeting_pb2 import Meeting

from tests.web.browser.backstage import Backstage
from tests.web.browser.children import COUNCIL, Case
from tests.web.browser.site import Site, until
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors
from web.words import london

REASON = "The manager is ill and no other may chair."
BEFORE_AND_AFTER = "Before and after"


@pytest.mark.parametrize("mode", MODES)
def test_many_meetings_are_moved_in_one_go_and_taken_back(
    visitor: Visitors, backstage: Backstage, site: Site, mode: Mode
) -> None:
    given("two meetings of one chair")
    one, other = backstage.rivals()
    paths = [backstage.book(one), backstage.book(other, slot=_later(one, other))]
    meetings = [backstage.meeting(path) for path in paths]
    days = [london(meeting.start_time).date() for meeting in meetings]
    manager = visitor("business-support-manager", mode)
    manager.open("/meetings")
    manager.follow("Move many meetings at once")
    when("they send the form empty")
    manager.press("Look for new times")
    then("every fault is named")
    assert len(manager.faults) == 6 and manager.faults[0] == "Choose whose meetings are to be moved"
    _picture(manager, "bulk-move-choose")
    when("they say whose, from when until when, why, and when the new times may be")
    late = site.clock.now().date() + timedelta(days=120)
    _choose(manager, _name(backstage, one.chair), (min(days), max(days)), (late, late + timedelta(days=28)))
    then("each is shown before and after, with the clocks that it would miss, and nothing has happened")
    manager.says("Check before you move these meetings", "Nothing is taken or sent yet.", "would miss a date")
    assert all(any(meeting.reference in row for row in manager.rows(BEFORE_AND_AFTER)) for meeting in meetings)
    _picture(manager, "bulk-move")
    _only(manager, [meeting.reference for meeting in meetings])
    manager.press("Move the ticked meetings")
    assert f"Say why the date of {meetings[0].reference} may be missed, or leave it out" in manager.faults
    when("they say why, leave one out, and press the button")
    _only(manager, [meetings[0].reference])
    manager.write(f"Why may {meetings[0].reference} miss it?", REASON)
    manager.press("Move the ticked meetings")
    then("it is said when what will be moved, who is left, and how long it can be taken back")
    assert re.match(r"1 meeting will be moved at \d+", manager.heading)
    manager.says("You have 2 minutes to take it back.", "Left out: these stay where they are")
    site.clock.move_on(seconds=40)
    manager.follow("Show how it stands now")
    then("the page is found again by whoever has closed it")
    manager.open("/bulk-moves/new")
    manager.follow(f"Meetings of {_name(backstage, one.chair)}: will be moved on")
    manager.says("You have 1 minute and 20 seconds to take it back.")
    _picture(manager, "bulk-move-held")
    when("they take it back")
    manager.press("Take it back")
    then("nothing has happened")
    assert manager.heading == "Taken back: 1 meeting stands where it stood"
    assert [backstage.meeting(path) for path in paths] == meetings
    when("they do it again, and the two minutes pass")
    manager.follow("Look for new times again")
    _choose(manager, _name(backstage, one.chair), (min(days), max(days)), (late, late + timedelta(days=28)))
    _only(manager, [meetings[0].reference])
    manager.write(f"Why may {meetings[0].reference} miss it?", REASON)
    manager.press("Move the ticked meetings")
    site.clock.move_on(minutes=2)
    moved = until("the meeting is moved", lambda: _moved(backstage, paths[0]))
    then("the meeting stands at its new time, once")
    manager.follow("Show how it stands now")
    assert re.match(r"1 meeting was moved at \d+", manager.heading)
    assert moved.revision == meetings[0].revision + 1 and london(moved.start_time).date() >= late
    assert backstage.meeting(paths[1]) == meetings[1]


def _later(one: Case, other: Case) -> int:
    """A slot of the other's that does not lie on the first one's."""
    taken = one.slots[0]
    return next(
        at for at, slot in enumerate(other.slots) if abs(slot.start_time.seconds - taken.start_time.seconds) >= 3 * 3600
    )


def _name(backstage: Backstage, person: str) -> str:
    request = LookUpStaffRequest(parent=COUNCIL, people=[person])
    return str(backstage.ask(backstage.cases.LookUpStaff, request).staff[0].display_name)


def _choose(manager: Visitor, name: str, away: tuple[date, date], window: tuple[date, date]) -> None:
    manager.select("Whose meetings?", f"Team manager: {name}")
    manager.write_date("First day of the meetings to be moved", away[0])
    manager.write_date("Last day of the meetings to be moved", away[1])
    manager.choose("Somebody who has to be there is away")
    manager.write_date("First day for new times", window[0])
    manager.write_date("Last day for new times", window[1])
    manager.press("Look for new times")


def _only(manager: Visitor, references: list[str]) -> None:
    """These are ticked, whatever else of the same chair lies there is not."""
    found = (re.search(r"M-\d+", row) for row in manager.rows(BEFORE_AND_AFTER))
    for reference in (one[0] for one in found if one):
        manager.tick(f"Move {reference}", ticked=reference in references)


def _moved(backstage: Backstage, path: str) -> Meeting | None:
    found = backstage.meeting(path)
    return found if found.revision > 1 else None


def _picture(manager: Visitor, name: str) -> None:
    if manager.mode in ("mouse", "narrow"):
        manager.picture(name if manager.mode == "mouse" else f"narrow-{name}")
