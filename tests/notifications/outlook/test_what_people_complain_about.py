"""What people complain of elsewhere, one test each, named after where they did.

Of cal.com (stored as calcom/cal.diy) unless another project is named. What is said of links to join by video (13823,
19991, 2946, 3854, Graph #9743 and #12244) is in `test_joining_link.py`.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

import pytest

from servicekit.caller import service_caller
from servicekit.postgres import Database
from services.notifications.adapters.imip_message import compose
from services.notifications.app.read_busy_times import BusyQuestion, read_busy_times
from services.notifications.app.read_replies import read_replies
from services.notifications.app.reconcile import reconcile
from services.notifications.domain.answer import Answer
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.mail_draft import MailMethod
from services.notifications.domain.meeting import Session
from tests.emulators.microsoft_process import OFFICE, TENANT
from tests.notifications.outlook.emulator_inside import STAFF, EmulatorInside
from tests.notifications.outlook.neighbours import ADDRESSES
from tests.notifications.outlook.world_on_outlook import world_on
from tests.notifications.world import World


@pytest.fixture
def world(database: Database, emulator: EmulatorInside) -> World:
    return world_on(database, emulator.calendar)


async def _live(emulator: EmulatorInside, world: World, address: str = OFFICE) -> list[dict[str, Any]]:
    events = await emulator.events(address)
    return [one for one in events if one["subject"].endswith(world.meeting.reference) and not one["isCancelled"]]


async def _mails(emulator: EmulatorInside, world: World, method: str = "") -> list[dict[str, Any]]:
    mine = [row for row in await emulator.mail() if row["subject"].endswith(world.meeting.reference)]
    return [row for row in mine if method in ("", row["method"])]


async def _edit(emulator: EmulatorInside, event: dict[str, Any], do: str = "edit", **change: object) -> None:
    order: dict[str, object] = {"tenant": TENANT, "mailbox": OFFICE, "event": event["id"], "do": do}
    await emulator.control("POST", "outlook", {**order, **({"change": change} if change else {})})


async def test_7703_an_invitation_is_there_once_however_often_its_lane_is_worked(
    world: World, emulator: EmulatorInside
) -> None:
    await emulator.arm(fault="lost_reply", operation="create", times=2)
    for _ in range(4):
        await world.tell(4)
    for address in STAFF:
        assert len(await _live(emulator, world, address)) == 1
    assert len(await _mails(emulator, world)) == 3


async def test_13823_and_14765_nobody_is_invited_both_by_exchange_and_by_mail(
    world: World, emulator: EmulatorInside
) -> None:
    assert await world.tell()
    world.move(1)
    assert await world.tell()
    by_exchange = {row["to"] for row in await _mails(emulator, world)}
    by_mail = {mail.recipient for mail in world.mail.accepted}
    assert by_exchange == {*STAFF, ADDRESSES["mother"]}
    assert by_mail == {ADDRESSES["father"]}


async def test_13823_a_cancellation_leaves_nothing_behind(world: World, emulator: EmulatorInside) -> None:
    assert await world.tell()
    world.cancel()
    assert await world.tell()
    for address in (OFFICE, *STAFF):
        assert await _live(emulator, world, address) == []
    assert sorted(row["to"] for row in await _mails(emulator, world, "CANCEL")) == sorted([*STAFF, ADDRESSES["mother"]])
    assert [mail.method for mail in world.mail.accepted] == [MailMethod.REQUEST, MailMethod.CANCEL]


async def test_14913_what_is_cancelled_in_outlook_is_not_shown_as_sent(world: World, emulator: EmulatorInside) -> None:
    assert await world.tell()
    await read_replies(world.desk, world.caller)
    for event in await _live(emulator, world):
        await _edit(emulator, event, "delete")
    await read_replies(world.desk, world.caller)
    await world.tell()
    for name in ("chair", "worker", "mother"):
        one = await world.invitation(name)
        assert (one.state, bool(one.trouble)) == (InvitationState.NEEDS_PERSON, True)
    async with world.begin(world.caller) as unit:
        assert len(await unit.proposals.page("", (), 10)) == 2


async def test_17212_who_vanishes_from_the_invitation_is_noticed(world: World, emulator: EmulatorInside) -> None:
    assert await world.tell()
    await read_replies(world.desk, world.caller)
    shared = next(one for one in await _live(emulator, world) if len(one["attendees"]) == 2)
    await _edit(emulator, shared, attendees=[{"type": "required", "emailAddress": {"address": STAFF[0]}}])
    await reconcile(world.desk, world.caller, emulator.calendar, OFFICE)
    async with world.begin(world.caller) as unit:
        (proposal,) = await unit.proposals.page("", (), 10)
    assert proposal.removed == (STAFF[1],)


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2026-12-01"])
async def test_885_and_6927_the_time_is_londons_and_not_utc(world: World, emulator: EmulatorInside, day: str) -> None:
    london = datetime.fromisoformat(f"{day}T14:00:00")
    utc = london.replace(tzinfo=UTC) - (timedelta(hours=1) if "2026-03-29" <= day < "2026-10-25" else timedelta())
    world.meeting = replace(world.meeting, sessions=(Session(1, utc, utc + timedelta(hours=1)),))
    assert await world.tell()
    for event in await _live(emulator, world):
        assert (event["timeZone"], event["start"]["dateTime"][:16]) == ("Europe/London", f"{utc:%Y-%m-%dT%H:%M}")
    assert all("14:00 to 15:00 (Europe/London)" in row["bodyText"] for row in await _mails(emulator, world))


async def test_5209_and_17298_what_outlook_did_not_take_is_not_shown_as_sent(
    world: World, emulator: EmulatorInside
) -> None:
    await emulator.arm(fault="error", status=403, operation="create", times=9)
    await world.tell()
    one = await world.invitation("chair")
    assert one.state is InvitationState.NEEDS_PERSON
    assert (one.told_revision, one.messages_sent, one.send_time) == (0, 0, None)


async def test_3462_a_diary_that_was_not_read_is_not_free(world: World, emulator: EmulatorInside) -> None:
    await emulator.arm(fault="down", operation="schedule", times=9)
    world.people["chair"] = replace(world.people["chair"], email=STAFF[0])
    chair, day = world.people["chair"].person, datetime(2026, 3, 24, tzinfo=UTC)
    scheduler = service_caller(world.caller.council_id, "north", "scheduler")
    found = await read_busy_times(world.desk, scheduler, BusyQuestion((chair,), day, day + timedelta(days=1)))
    assert not found[chair].read


async def test_9743_only_what_changed_is_written(world: World, emulator: EmulatorInside) -> None:
    """Graph #9743 and #12244: a text that is written again ends what Teams or somebody has put into it."""
    assert await world.tell()
    world.people.pop("worker")
    assert await world.tell()
    (change,) = [
        row for row in (await emulator.control("GET", "requests?after=0"))["requests"] if row["method"] == "PATCH"
    ]
    assert set(change["body"]) == {"attendees"}


async def test_28847_a_meeting_that_repeats_is_busy_each_time(world: World, emulator: EmulatorInside) -> None:
    """Busy times are asked of getSchedule, where Exchange has unfolded them: no list of events is read for it."""
    before = len((await emulator.control("GET", "requests?after=0"))["requests"])
    chair, day = world.people["chair"].person, datetime(2026, 3, 24, tzinfo=UTC)
    scheduler = service_caller(world.caller.council_id, "north", "scheduler")
    await read_busy_times(world.desk, scheduler, BusyQuestion((chair,), day, day + timedelta(days=1)))
    asked = (await emulator.control("GET", "requests?after=0"))["requests"][before:]
    assert [row["operation"] for row in asked] == ["schedule"]


async def test_17326_the_calendar_file_of_an_e_mail_is_in_londons_time(world: World, emulator: EmulatorInside) -> None:
    world.meeting = replace(
        world.meeting,
        sessions=(Session(1, datetime(2026, 6, 10, 9, tzinfo=UTC), datetime(2026, 6, 10, 10, tzinfo=UTC)),),
    )
    assert await world.tell()
    (mail,) = world.mail.accepted
    parts = [part for part in message_from_bytes(compose(mail)).walk() if part.get_content_type() == "text/calendar"]
    assert b"DTSTART;TZID=Europe/London:20260610T100000" in parts[0].get_payload(decode=True)


async def test_graph_1996_nothing_is_sent_where_nothing_changed(world: World, emulator: EmulatorInside) -> None:
    """msgraph-sdk-dotnet #1996, #2172: any PATCH mails everybody."""
    assert await world.tell()
    before = len(await _mails(emulator, world))
    world.meeting = replace(world.meeting, revision=world.meeting.revision + 1)
    assert await world.tell()
    assert len(await _mails(emulator, world)) == before


async def test_graph_15350_a_cancellation_that_is_repeated_is_done(world: World, emulator: EmulatorInside) -> None:
    assert await world.tell()
    world.cancel()
    await emulator.arm(fault="lost_reply", operation="cancel", times=2)
    assert await world.tell(6)
    assert await _live(emulator, world) == []
    assert (await world.invitation("chair")).state is InvitationState.WITHDRAWN


async def test_odoo_148011_and_169888_only_our_own_copy_is_written_to(world: World, emulator: EmulatorInside) -> None:
    assert await world.tell()
    world.move(2)
    assert await world.tell()
    written = [
        row
        for row in (await emulator.control("GET", "requests?after=0"))["requests"]
        if row["method"] in ("POST", "PATCH", "DELETE") and row["operation"] != "schedule"
    ]
    assert written
    assert all(f"/users/{OFFICE}/" in row["path"] for row in written)


async def test_graph_6599_what_only_left_the_window_is_not_lost(world: World, emulator: EmulatorInside) -> None:
    assert await world.tell()
    await read_replies(world.desk, world.caller)
    event = (await _live(emulator, world))[0]
    order = {"tenant": TENANT, "mailbox": OFFICE, "event": event["id"], "do": "move", "folder": "Kept"}
    await emulator.control("POST", "outlook", order)
    await read_replies(world.desk, world.caller)
    assert await world.tell()
    assert (await world.invitation("chair")).state is InvitationState.SENT


async def test_an_answer_is_not_forgotten_when_exchange_forgets_it(world: World, emulator: EmulatorInside) -> None:
    """Exchange sets every answer back to none when the time changes; we know what was said, and to which time."""
    assert await world.tell()
    await _answer(emulator, world, STAFF[0], "accepted")
    world.move(1)
    assert await world.tell()
    one = await world.invitation("chair")
    assert (one.answer, one.answered_revision, one.told_revision) == (Answer.ACCEPTED, 1, 2)


async def _answer(emulator: EmulatorInside, world: World, address: str, response: str) -> None:
    event = next(one for one in await _live(emulator, world) if address in {who["address"] for who in one["attendees"]})
    order = {"tenant": TENANT, "organizer": OFFICE, "event": event["id"], "attendee": address, "response": response}
    await emulator.control("POST", "reply", order)
