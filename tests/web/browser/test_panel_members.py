"""A panel's list, who comes to its sitting, and who keeps out: known before the day, counted on it."""

from datetime import date, timedelta
from uuid import uuid4

import grpc
import pytest
from google.type.date_pb2 import Date
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import panels_service_pb2 as pb
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb
from permanence.scheduler.v1.meeting_pb2 import Attendee

from tests.web.browser.panel import COUNCIL, Panel, key, path_of
from tests.web.browser.site import Site, until
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitors
from web.words import LONDON, long_date

LIST = "The central list"
MEMBERS = "Members on the list that day"
ITEMS = "Conflicts of interest and quorum of each item"
CHAIR, WORKER = "Rosalind Achterberg", "Social worker with three years' experience since qualifying"


def _today(site: Site) -> date:
    return site.clock.now().astimezone(LONDON).date()


def _panel(panel: Panel, kind: str) -> wire.Body:
    listed = panel.panels.ListBodies(pb.ListBodiesRequest(parent=COUNCIL), metadata=panel.who())
    return next(one for one in listed.bodies if one.meeting_kind == kind)


def _sitting(panel: Panel, site: Site, body: wire.Body) -> wire.Sitting:
    """Of that body, on the first day ahead on which somebody is free to chair it, with one child referred."""
    chair = next(one for one in panel.meeting(panel.sittings()[-1].meeting).attendees if one.chair)
    child = next(one for one in panel.children() if not one.restricted)
    for ahead in range(2, 40):
        first = _today(site) + timedelta(days=ahead)
        request = scheduler_pb.CreateSeriesRequest(
            parent=COUNCIL,
            body=body.name,
            meeting_kind=body.meeting_kind,
            first_date=Date(year=first.year, month=first.month, day=first.day),
            local_start="18:00",
            minutes=90,
            interval_days=28,
            count=1,
            attendees=[Attendee(person=chair.person, role=body.chair_role, required=True, chair=True)],
            request_id=str(uuid4()),
        )
        try:
            meeting = panel.scheduler.CreateSeries(request, metadata=panel.who()).series.meetings[0].name
        except grpc.RpcError:
            continue
        return _with_item(panel, site, body, meeting, child.name)
    raise AssertionError("nobody is free to chair it")


def _with_item(panel: Panel, site: Site, body: wire.Body, meeting: str, child: str) -> wire.Sitting:
    def listed() -> wire.Sitting | None:
        return next((one for one in panel.all_sittings() if one.meeting == meeting), None)

    until("the panel knows its sitting", listed)
    refer = pb.ReferSubjectRequest(
        parent=COUNCIL, body=body.name, subjects=[child], reason="A match.", request_id=str(uuid4())
    )
    try:
        panel.panels.ReferSubject(refer, metadata=panel.who())
    except grpc.RpcError as refused:
        assert refused.code() is grpc.StatusCode.ALREADY_EXISTS

    def filled() -> wire.Sitting | None:
        found = [
            one for one in panel.all_sittings() if one.body == body.name and one.state == wire.SITTING_STATE_PLANNED
        ]
        return next((full for full in (panel.sitting(one.name) for one in found) if full.agenda), None)

    found: wire.Sitting = until("somebody is on its agenda", filled)
    return found


@pytest.mark.parametrize("mode", MODES)
def test_a_chair_keeps_the_list_and_knows_quorum_and_conflicts_before_the_day(
    visitor: Visitors, panel: Panel, site: Site, mode: Mode
) -> None:
    body = _panel(panel, "fostering_panel" if mode in ("keyboard", "mouse") else "adoption_panel")
    sitting = _sitting(panel, site, body)
    new = f"Pelham Overstone {mode}"
    given("the chair of a panel that the law asks for")
    chair = visitor("panel-chair", mode)
    chair.open("/sittings")
    chair.follow(f"members of {body.title}")
    then("its list says as what each member sits, and what shows a social worker's experience")
    chair.says(CHAIR, "Chair, Independent member", WORKER, "seen by the panel adviser", "5 members (by law)")
    before = len(chair.rows(LIST))
    when("they add a social worker without saying what shows the three years")
    chair.follow("Add a member")
    chair.write("Name", new)
    chair.write_date("First day on the list", _today(site))
    chair.tick(WORKER)
    chair.press("Put on the list")
    then("the page says what is missing")
    assert chair.faults == [
        "Enter the day from which their experience since qualifying counts",
        "Say what showed their experience, and who saw it",
    ]
    chair.write_date("Experience since qualifying counts from", _today(site) - timedelta(days=4 * 365))
    chair.write("What showed it, and who saw that", "Entry in the register, seen by the panel adviser")
    chair.press("Put on the list")
    assert chair.done == f"{new} is on the list" and len(chair.rows(LIST)) == before + 1
    chair.picture("panel-members")

    when("they open the next sitting")
    chair.open(path_of(sitting))
    then("its page says that the quorum is not met yet, since nobody has said that they come")
    chair.says("Quorum not met", "Counted from who said that they come")
    chair.follow("Members, conflicts and quorum")
    chair.says("5 more members are needed (5 in all)", "silence is not a yes", "Last day to nominate")
    when("enough members say that they come")
    for name in (CHAIR, "Merete Oldcastle", "Anselm Brackwater", "Iphigenia Marlock", new):
        chair.press(f"Coming {name}")
        assert chair.done == f"{name}: coming"
    then("it is met")
    chair.says_not("Quorum not met")
    chair.picture("composition")

    when("one of them declares a conflict of interest, at first without saying what")
    chair.follow("Declare one on item 1")
    chair.press("Declare")
    assert chair.faults == ["Choose the member", "Choose what it is", "Say in a sentence what it is"]
    chair.select("Whose is it?", "Anselm Brackwater")
    chair.choose("Knows the family, or has an interest of their own")
    chair.write("In a sentence", "Taught the child.")
    chair.press("Declare")
    then("they keep out, and the quorum of that item is lost and says why")
    assert chair.done == "Anselm Brackwater keeps out of item 1"
    (row,) = chair.rows(ITEMS)
    assert "Anselm Brackwater keeps out. Taught the child." in row
    assert "Quorum not met 4 members count. 1 more member is needed (5 in all)." in row
    when("the chair sets it aside with a reason")
    chair.follow("Set aside the conflict of Anselm Brackwater on item 1")
    chair.press("Set aside")
    assert chair.faults == ["Say why they may"]
    chair.write("Why may they take part all the same?", "It was eight years ago, for one term.")
    chair.press("Set aside")
    then("they count again")
    (row,) = chair.rows(ITEMS)
    assert "Anselm Brackwater takes part: it was set aside" in row and "Quorum met" in row

    when("the chair ends a membership at once, against the notice of the list")
    chair.open(f"/bodies/{key(body.name)}/members")
    chair.follow(new)
    chair.write_date("Last day on the list", _today(site) + timedelta(days=3))
    chair.press("End membership")
    then("the page says from when on")
    assert chair.faults and chair.faults[0].startswith("The notice of this list ends on ")
    last = _today(site) + timedelta(days=40)
    chair.write_date("Last day on the list", last)
    chair.press("End membership")
    assert chair.done == f"{new} leaves the list after {long_date(last)}"
    chair.says(f"Leaves after {long_date(last)}")


def test_who_may_not_keep_a_list_reads_it(visitor: Visitors, panel: Panel) -> None:
    body = _panel(panel, "fostering_panel")
    officer = visitor("business-support", "phone")
    officer.open(f"/bodies/{key(body.name)}/members")
    officer.says(CHAIR, "How this panel works", "agency decision maker")
    assert not officer.has("link", "Add a member")
    officer.follow(CHAIR)
    assert not officer.has("button", "End membership")
    officer.open("/bodies/00000000-0000-4000-8000-000000000000/members", status=404)
