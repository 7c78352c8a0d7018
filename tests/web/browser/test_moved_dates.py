"""Due dates that moved by themselves: shown with both dates until somebody says that they have seen it."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1 import obligations_service_pb2 as pb
from permanence.cases.v1.obligation_pb2 import (
    DATE_CHANGE_CAUSE_BANK_HOLIDAYS,
    OBLIGATION_STATE_OPEN,
    DateChange,
    Obligation,
)

from tests.web.browser.panel import COUNCIL, Panel, key
from tests.web.browser.site import OwnSite, Site
from tests.web.browser.stand_in import stand_in
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, WIDTHS, Mode, Visitors
from web.words import civil, short_date, wire_date

CAPTION = "Not confirmed yet"
MANAGER = "business-support-manager"


class Moved:
    """A cases service in which three dates of real children have moved by a day, until they are confirmed."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self.references: dict[str, str] = {}
        self.clocks: list[Obligation] = []
        for child in panel.children():
            self.references[child.name] = child.reference
            running = (one for one in panel.clocks(child.name) if one.state == OBLIGATION_STATE_OPEN)
            self.clocks += [one for one in running if one.HasField("local_due_date")][:1]
            if len(self.clocks) == 3:
                break
        self.confirmed: set[str] = set()

    def change(self, clock: Obligation) -> DateChange:
        """What moved."""
        before = civil(clock.local_due_date)
        assert before is not None
        return DateChange(
            name=f"{COUNCIL}/dateChanges/{UUID(int=UUID(key(clock.name)).int ^ 1)}",
            obligation=clock.name,
            subject=clock.subject,
            due_date_before=wire_date(before - timedelta(days=1)),
            due_date_after=clock.local_due_date,
            cause=DATE_CHANGE_CAUSE_BANK_HOLIDAYS,
            move_time=Timestamp(seconds=1_774_000_000),
        )

    def listed(self, request: pb.ListDateChangesRequest) -> pb.ListDateChangesResponse:
        """Those that nobody has confirmed."""
        moved = [pb.MovedObligation(date_change=self.change(one), obligation=one) for one in self.clocks]
        return pb.ListDateChangesResponse(moved=[one for one in moved if one.date_change.name not in self.confirmed])

    def confirm(self, request: pb.ConfirmDateChangesRequest) -> pb.ConfirmDateChangesResponse:
        """Somebody has seen them."""
        self.confirmed |= set(request.date_changes)
        return pb.ConfirmDateChangesResponse()

    def timetable(self, request: cases_pb.GetTimetableRequest) -> cases_pb.GetTimetableResponse | None:
        """The child's own, with what moved; everybody else's as it is."""
        moved = {one.name: self.change(one) for one in self.clocks if one.subject == request.subject}
        if not moved:
            return None
        found = self._panel.cases.GetTimetable(request, metadata=self._panel.who())
        for one in found.obligations:
            if one.name in moved:
                one.unconfirmed_change.CopyFrom(moved[one.name])
        return found


@pytest.fixture(scope="module")
def moved(site: Site, panel: Panel) -> Iterator[tuple[Moved, Site]]:
    """What moved, and a site whose cases service says so."""
    made = Moved(panel)
    with (
        site.channel("cases") as behind,
        stand_in(
            behind, ListDateChanges=made.listed, ConfirmDateChanges=made.confirm, GetTimetable=made.timetable
        ) as address,
    ):
        own = OwnSite(site, {"PERMANENCE_CASES_ADDRESS": address})
        yield made, own.site
        own.stop()


@pytest.mark.parametrize("mode", MODES)
def test_moved_dates_are_confirmed_one_by_one_or_all_at_once(
    visitor: Visitors, moved: tuple[Moved, Site], mode: Mode
) -> None:
    made, at = moved
    made.confirmed.clear()
    given("a manager, and three dates that a proclaimed bank holiday has moved")
    manager = visitor(MANAGER, mode, at=at)
    manager.open("/moved-dates")
    first = made.clocks[0]
    (row,) = (one for one in manager.rows(CAPTION) if made.references[first.subject] in one)
    then("each is shown with both dates, why, and the case")
    change = made.change(first)
    assert short_date(civil(change.due_date_before)) in row and short_date(civil(change.due_date_after)) in row
    assert "because a bank holiday was proclaimed or taken back" in row
    when("they confirm, with none ticked")
    manager.press("Confirm those ticked")
    then("the page says what to do")
    assert manager.faults == ["Tick the dates that you have seen, or confirm all on this page"]
    manager.picture("moved-dates")
    when("they tick one")
    manager.tick(f"{made.references[first.subject]}, {first.title}")
    manager.press("Confirm those ticked")
    then("that one is gone, and the others wait")
    assert manager.done == "You have confirmed 1 moved date" and len(manager.rows(CAPTION)) == 2
    assert made.confirmed == {change.name}
    when("they confirm the others")
    manager.press("Confirm all on this page")
    then("none is left, and the page says so")
    assert manager.done == "You have confirmed 2 moved dates" and len(made.confirmed) == 3
    manager.says("No date has moved that nobody has confirmed.")


@pytest.mark.parametrize("mode", WIDTHS)
def test_a_childs_clocks_show_both_dates_until_somebody_confirms(
    visitor: Visitors, moved: tuple[Moved, Site], mode: Mode
) -> None:
    made, at = moved
    made.confirmed.clear()
    clock = made.clocks[0]
    manager = visitor(MANAGER, mode, at=at)
    manager.open("/moved-dates")
    when("they follow a row to its clock")
    manager.follow(made.references[clock.subject])
    then("the clock says both dates, and its rule is shown")
    change = made.change(clock)
    before, after = short_date(civil(change.due_date_before)), short_date(civil(change.due_date_after))
    manager.says(f"This date moved from {before} to {after}, because a bank holiday was proclaimed or taken back.")
    manager.says(clock.explanation.sentence)
    manager.picture("moved-clock")


def test_only_managers_are_shown_them(visitor: Visitors, site: Site) -> None:
    manager = visitor("team-manager")
    manager.open("/")
    manager.follow("Moved dates")
    manager.says("No date has moved that nobody has confirmed.")
    officer = visitor("business-support")
    officer.open("/to-arrange")
    assert not officer.has("link", "Moved dates")
    officer.open("/moved-dates", status=404)
    then("one that is not there, or not theirs, is not confirmed, and the page says that the list has changed")
    client = site.client("team-manager")
    answer = client.post("/moved-dates", {"ticked": "0193c5a0-0000-7000-8000-00000000ffff", "request_id": ""})
    assert answer.status_code == 409 and "Nothing was confirmed" in answer.text
