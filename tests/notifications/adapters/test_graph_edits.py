"""People edit, delete and answer in Outlook, and the engine notices over Graph's own wire."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifications.adapters.graph_calendar import GraphCalendar
from services.notifications.app.ports import Outside
from services.notifications.app.read_replies import read_replies
from services.notifications.app.reconcile import reconcile_if_due
from services.notifications.domain.answer import Answer
from services.notifications.domain.outlook_event import EventState
from services.notifications.domain.outlook_proposal import Decision, ProposalState
from services.notifications.domain.shown_event import EditedPart
from tests.emulators.microsoft_process import OFFICE, TENANT, Microsoft
from tests.notifications.test_drift import decide, event_of, listen, proposals
from tests.notifications.world import SENDER, START, World


@pytest.fixture
async def office(world: World, calendar: GraphCalendar) -> World:
    """The made-up meeting, told through Graph, and the delta read once."""
    outside = Outside(replace(SENDER, mailbox=OFFICE), "north.example.org", calendar, world.mail)
    world.desk = replace(world.desk, outside={world.caller.council_id: outside})
    assert await world.tell(3)
    await read_replies(world.desk, world.caller)
    assert await proposals(world) == []
    return world


def shared(microsoft: Microsoft) -> dict[str, Any]:
    """The staff's event, as the organiser sees it."""
    return next(one for one in microsoft.calendar(OFFICE) if not one["hideAttendees"])


def act(microsoft: Microsoft, do: str, **more: object) -> None:
    """The organiser does something in Outlook itself."""
    order = {"tenant": TENANT, "mailbox": OFFICE, "event": shared(microsoft)["id"], "do": do, **more}
    microsoft.control("POST", "outlook", order)


def at(moment: datetime) -> dict[str, str]:
    return {"dateTime": moment.strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"}


async def test_what_we_write_ourselves_is_never_an_edit(office: World) -> None:
    office.move(1)
    await office.tell()
    await listen(office)
    assert await proposals(office) == []
    assert await reconcile_if_due(office.desk, office.caller)
    async with office.begin(office.caller) as unit:
        assert await unit.mismatches.page((), 50) == []


async def test_every_part_that_is_edited_becomes_a_proposal_and_is_put_back(
    office: World, microsoft: Microsoft
) -> None:
    before, change = shared(microsoft), {
        "start": at(START + timedelta(hours=2)), "end": at(START + timedelta(hours=3)),
        "location": {"displayName": "Somewhere else"}, "subject": "Another subject",
        "attendees": [{"type": "required", "emailAddress": {"address": "chair@example.org"}}],
    }  # fmt: skip
    act(microsoft, "edit", change=change)
    await listen(office)
    assert {one.part for one in await proposals(office)} == set(EditedPart) - {EditedPart.GONE}
    assert (await event_of(office)).state is EventState.DRIFTED
    mails = len(microsoft.mail())
    await listen(office)
    assert len(microsoft.mail()) == mails
    async with office.begin(office.caller) as unit:
        for one in await proposals(office):
            await unit.proposals.put(one.decided(Decision.PUT_OURS_BACK, "oid-2", unit.now(), "As agreed."))
    await office.tell(3)
    now = shared(microsoft)
    assert all(now[part] == before[part] for part in ("id", "start", "end", "location", "subject"))
    assert {one["address"] for one in now["attendees"]} == {one["address"] for one in before["attendees"]}
    await listen(office)
    assert {one.state for one in await proposals(office)} == {ProposalState.DONE}


async def test_a_deleted_event_is_made_anew_with_another_transaction_id(office: World, microsoft: Microsoft) -> None:
    before = shared(microsoft)
    act(microsoft, "delete")
    await listen(office)
    assert [one.part for one in await proposals(office)] == [EditedPart.GONE]
    await decide(office, Decision.PUT_OURS_BACK)
    await office.tell(3)
    now = shared(microsoft)
    assert (now["subject"], now["start"]) == (before["subject"], before["start"])
    assert now["id"] != before["id"] and now["transactionId"] != before["transactionId"]


async def test_a_proposed_time_comes_with_the_answer(office: World, microsoft: Microsoft) -> None:
    wish = (START + timedelta(days=1), START + timedelta(days=1, hours=1))
    answer = {"tenant": TENANT, "organizer": OFFICE, "event": shared(microsoft)["id"], "attendee": "chair@example.org"}
    proposed = {"start": at(wish[0]), "end": at(wish[1])}
    microsoft.control("POST", "reply", {**answer, "response": "tentativelyAccepted", "proposedNewTime": proposed})
    await listen(office)
    one = await office.invitation("chair")
    assert (one.answer, one.proposed) == (Answer.TENTATIVE, wish)


async def test_after_the_sync_state_is_lost_all_is_read_again_over_pages_and_nothing_is_an_edit(
    office: World, microsoft: Microsoft
) -> None:
    async with office.begin(office.caller) as unit:
        cursor = await unit.replies.cursor(OFFICE)
    assert cursor is not None
    for number in range(60):
        moment = datetime(2026, 4, 1, tzinfo=UTC) + timedelta(hours=number)
        body = {"subject": "Somebody else's", "start": at(moment), "end": at(moment + timedelta(minutes=30))}
        microsoft.graph("POST", f"/users/{OFFICE}/events", body)
    microsoft.fault(fault="sync_state_not_found")
    await listen(office)
    pages = [row for row in microsoft.control("GET", "requests")["requests"] if row["operation"] == "delta"]
    assert [row["status"] for row in pages] == [200, 410, 200, 200]
    assert await proposals(office) == []
    async with office.begin(office.caller) as unit:
        after = await unit.replies.cursor(OFFICE)
    assert after is not None and after.token != cursor.token
