"""Who comes to a sitting for one item: said on the agenda, invited when it is sent out, moved with the item."""

import pytest
from permanence.panels.v1 import item_people_service_pb2 as people_pb
from permanence.panels.v1 import papers_service_pb2 as papers_pb
from permanence.panels.v1.item_people_service_pb2_grpc import ItemPeopleServiceStub
from permanence.panels.v1.papers_service_pb2_grpc import PapersServiceStub
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from tests.web.browser.panel import Panel, path_of
from tests.web.browser.site import Site, until
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitors
from web.words import london, time_span

NOT_TOLD = "Nobody is told before the agenda is sent out."


def _is_sent_out(site: Site, panel: Panel, sitting: str) -> bool:
    with site.channel("panels") as channel:
        asked = papers_pb.ListAgendaVersionsRequest(sitting=sitting)
        return bool(PapersServiceStub(channel).ListAgendaVersions(asked, metadata=panel.who()).agenda_versions)


def _part(site: Site, panel: Panel, item: str) -> Meeting | None:
    """The meeting by which they are invited; None before it is booked."""
    with site.channel("panels") as channel:
        asked = people_pb.GetItemPeopleRequest(agenda_item=item)
        kept = ItemPeopleServiceStub(channel).GetItemPeople(asked, metadata=panel.who()).item_people
    if not kept.HasField("asked_start_time"):
        return None
    request = scheduler_pb.GetMeetingRequest(name=kept.meeting)
    return panel.scheduler.GetMeeting(request, metadata=panel.who()).meeting


@pytest.mark.parametrize("mode", MODES)
def test_who_comes_for_an_item_is_invited_to_its_time_alone(
    visitor: Visitors, panel: Panel, site: Site, mode: Mode
) -> None:
    planned = panel.planned()
    item = next(one for one in planned.agenda if not one.comers)
    called = f"item {item.number}, {', '.join(item.references)}"
    given("business support, and a sitting to come")
    officer = visitor("business-support", mode)
    officer.open(path_of(planned))
    when("they say who comes for an item")
    officer.follow(f"Nobody is asked to {called}")
    then("everybody around its subject stands there, whoever usually comes is ticked")
    times = time_span(london(item.start_time), london(item.end_time))
    officer.says(f"Who comes for {called}", times, "Social worker, usually comes")
    sent_out = _is_sent_out(site, panel, planned.name)
    officer.says("Whoever you add or take off is told at once." if sent_out else NOT_TOLD)
    if mode in ("mouse", "narrow"):
        officer.picture("item-people" if mode == "mouse" else "narrow-item-people")
    officer.press("Save who comes")
    assert officer.path == path_of(planned)
    assert "asked to come for it" in officer.done
    if not sent_out:
        officer.open(f"{path_of(planned)}/papers")
        officer.press("Send the agenda out")
    when("the agenda is sent out")
    part = until("they are invited", lambda: _part(site, panel, item.name))
    then("each has a meeting of their own, to that time, with nobody of another item")
    assert part.part_of == planned.meeting and list(part.subjects) == sorted(item.subjects)
    assert (part.start_time, part.end_time) == (item.start_time, item.end_time)
    officer.open(path_of(planned))
    words = "1 person is asked" if len(part.attendees) == 1 else f"{len(part.attendees)} people are asked"
    officer.follow(f"{words} to {called}")
    officer.says("They are asked to come on", times)
    officer.follow("See what each of them knows and answered")
    officer.says("It follows the agenda", times)
    assert not officer.has("link", "Move this meeting") and not officer.has("link", "Cancel this meeting")
    if mode in ("mouse", "narrow"):
        officer.picture("item-people-invited" if mode == "mouse" else "narrow-item-people-invited")


def test_who_comes_is_nobodys_to_say_but_business_supports_and_the_chairs(panel: Panel, site: Site) -> None:
    planned = panel.planned()
    path = f"{path_of(planned)}/items/{planned.agenda[0].name.rpartition('/')[2]}/people"
    assert site.client("reviewing-officer").get(path).status_code == 404
    assert site.client("panel-chair").get(path).status_code == 200
    assert site.client("business-support").post(path, {}, token="somebody else's").status_code == 403
