"""A meeting held by video: one link for everybody who may join, which works, and which nobody holds who may not."""

import re
from dataclasses import replace
from typing import Any

import pytest

from servicekit.postgres import Database
from services.notifications.app.list_invitations import get_meeting_delivery
from services.notifications.app.preview_invitations import preview_invitations
from services.notifications.app.read_replies import read_replies
from services.notifications.app.reconcile import reconcile
from services.notifications.domain.delivery import DeliveryState
from services.notifications.domain.joining_link import NO_OUTLOOK, JoiningLinkState
from services.notifications.domain.meeting import Channel
from services.notifications.domain.outlook_event import NO_LINK, VIDEO, OutlookEvent
from services.notifications.domain.rendering import ASK_HOW_TO_JOIN
from tests.emulators.microsoft_process import OFFICE, TENANT, mailbox
from tests.notifications.outlook.emulator_inside import EmulatorInside
from tests.notifications.outlook.neighbours import ADDRESSES
from tests.notifications.outlook.world_on_outlook import world_on
from tests.notifications.world import SENDER, World, person

_LINK = re.compile(r"https://teams\.example\.invalid/\S+")


@pytest.fixture
def world(database: Database, emulator: EmulatorInside) -> World:
    made = world_on(database, emulator.calendar)
    made.meeting = replace(made.meeting, held_by_video=True)
    made.restrictions = ()
    return made


async def _video(world: World) -> OutlookEvent:
    (event,) = [one for one in await world.events() if one.audience == VIDEO]
    return event


async def _online(emulator: EmulatorInside, world: World) -> list[dict[str, Any]]:
    events = await emulator.events()
    mine = [one for one in events if one["subject"].endswith(world.meeting.reference) and not one["isCancelled"]]
    return [one for one in mine if one["onlineMeeting"]]


async def _link(emulator: EmulatorInside, world: World) -> str:
    """The link of the one Teams meeting that there is."""
    (event,) = await _online(emulator, world)
    return str(event["onlineMeeting"]["joinUrl"])


async def _told(emulator: EmulatorInside, world: World) -> dict[str, str]:
    """By name, the link that the person holds by the last message of Exchange's or of ours; empty for none."""
    last = {row["to"]: row["bodyText"] for row in await emulator.mail() if _is_of(world, row["subject"])}
    last |= {mail.recipient: mail.body_text for mail in world.mail.accepted}
    found = {name: _LINK.findall(last[address]) for name, address in ADDRESSES.items() if address in last}
    return {name: "".join(links) for name, links in found.items()}


def _is_of(world: World, subject: str) -> bool:
    return subject.endswith(world.meeting.reference)


async def _licence(emulator: EmulatorInside, *, teams: bool) -> None:
    await emulator.control("POST", "mailboxes", {"tenant_id": TENANT, "mailboxes": [mailbox(OFFICE, teams=teams)]})


async def _edit(emulator: EmulatorInside, event_id: str, **order: object) -> None:
    await emulator.control(
        "POST", "outlook", {"tenant": TENANT, "mailbox": OFFICE, "event": event_id, "do": "edit", **order}
    )


async def _delivery(world: World) -> Any:
    return await get_meeting_delivery(world.desk, world.user("business-support"), world.meeting.name)


async def test_everybody_who_may_join_is_told_one_link_in_the_first_message(
    world: World, emulator: EmulatorInside
) -> None:
    assert await world.tell()
    link = await _link(emulator, world)
    assert await _told(emulator, world) == dict.fromkeys(ADDRESSES, link)
    assert len([row for row in await emulator.mail() if _is_of(world, row["subject"])]) == 4
    assert (await _delivery(world)).joining_link is JoiningLinkState.MADE


async def test_the_event_with_the_link_has_nobody_on_it_and_says_nothing(
    world: World, emulator: EmulatorInside
) -> None:
    assert await world.tell()
    (event,) = await _online(emulator, world)
    assert event["attendees"] == [] and event["subject"] == f"Meeting · {world.meeting.reference}"
    assert event["bodyText"] == "Join the meeting now"
    assert event["sensitivity"] == "private" and not event["location"]


async def test_a_meeting_that_is_not_by_video_has_no_link(world: World, emulator: EmulatorInside) -> None:
    world.meeting = replace(world.meeting, held_by_video=False)
    assert await world.tell()
    assert await _online(emulator, world) == []
    assert set((await _told(emulator, world)).values()) == {""}
    assert (await _delivery(world)).joining_link is JoiningLinkState.NONE


async def test_the_link_stays_the_same_when_the_meeting_moves(world: World, emulator: EmulatorInside) -> None:
    """cal.com #13823: a second invitation brought another Teams link."""
    assert await world.tell()
    link = await _link(emulator, world)
    world.move(3)
    assert await world.tell()
    (event,) = await _online(emulator, world)
    assert event["start"]["dateTime"][:16] == world.meeting.start.strftime("%Y-%m-%dT%H:%M")
    assert await _told(emulator, world) == dict.fromkeys(ADDRESSES, link)


@pytest.mark.parametrize("times", range(1, 4))
async def test_9743_the_link_outlives_every_change_of_the_text(
    world: World, emulator: EmulatorInside, times: int
) -> None:
    """Graph #9743: the link came and went with every second PATCH. #12244: a changed text took it away."""
    assert await world.tell()
    link = await _link(emulator, world)
    for number in range(times):
        room = f"Room {number + 7}"
        world.meeting = replace(world.meeting, room_name=room, revision=world.meeting.revision + 1)
        assert await world.tell()
        assert await _link(emulator, world) == link
    rows = (await emulator.control("GET", "requests?after=0"))["requests"]
    asked = [row["body"] for row in rows if row["method"] in ("POST", "PATCH") and row["operation"] != "schedule"]
    assert not [body for body in asked if body.get("isOnlineMeeting") and "body" in body]


async def test_12244_a_teams_meeting_that_somebody_made_in_outlook_outlives_our_text(
    world: World, emulator: EmulatorInside
) -> None:
    world.meeting = replace(world.meeting, held_by_video=False)
    assert await world.tell()
    shared = next(one for one in await emulator.events() if len(one["attendees"]) == 2)
    await _edit(emulator, shared["id"], change={"isOnlineMeeting": True})
    link = await _link(emulator, world)
    for room in ("Room 8", "Room 9"):
        world.meeting = replace(world.meeting, room_name=room, revision=world.meeting.revision + 1)
        assert await world.tell()
        (event,) = await _online(emulator, world)
        assert event["onlineMeeting"]["joinUrl"] == link
        assert f"Where: {room}" in event["bodyText"] and event["bodyText"].count("Where:") == 1


async def test_the_link_is_kept_by_whoever_holds_it_when_the_reply_is_lost(
    world: World, emulator: EmulatorInside
) -> None:
    await emulator.arm(fault="lost_reply", operation="create", times=2)
    assert await world.tell(4)
    assert await _told(emulator, world) == dict.fromkeys(ADDRESSES, await _link(emulator, world))


async def test_nobody_is_told_without_the_link_while_it_is_being_made(world: World, emulator: EmulatorInside) -> None:
    await emulator.arm(fault="down", operation="create", times=1)
    assert not await world.tell()
    assert (await _delivery(world)).joining_link is JoiningLinkState.PENDING
    assert await emulator.mail() == [] and world.mail.accepted == []
    assert await world.tell()
    assert await _told(emulator, world) == dict.fromkeys(ADDRESSES, await _link(emulator, world))


async def test_without_a_licence_people_are_told_to_ask_and_a_person_sees_why(
    world: World, emulator: EmulatorInside
) -> None:
    """cal.com #2946, #3854: the link was missing and nobody knew."""
    await _licence(emulator, teams=False)
    assert await world.tell()
    assert set((await _told(emulator, world)).values()) == {""}
    assert all(f"By video: {ASK_HOW_TO_JOIN}" in row["bodyText"] for row in await emulator.mail())
    seen = await _delivery(world)
    assert (seen.state, seen.joining_link) == (DeliveryState.NEEDS_PERSON, JoiningLinkState.MISSING)
    assert NO_LINK in seen.troubles


async def test_once_there_is_a_licence_the_link_is_made_and_told(world: World, emulator: EmulatorInside) -> None:
    await _licence(emulator, teams=False)
    assert await world.tell()
    await _licence(emulator, teams=True)
    assert await world.tell()
    assert await _told(emulator, world) == dict.fromkeys(ADDRESSES, await _link(emulator, world))
    assert (await _delivery(world)).troubles == ()


async def test_without_outlook_a_person_is_asked_to_make_a_link(world: World) -> None:
    outside = world.desk.outside[world.caller.council_id]
    without = replace(outside, calendar=None, sender=replace(SENDER, mailbox=""))
    world.desk = replace(world.desk, outside={world.caller.council_id: without})
    await world.tell()
    seen = await _delivery(world)
    assert (seen.joining_link, NO_OUTLOOK in seen.troubles) == (JoiningLinkState.MISSING, True)


@pytest.mark.parametrize("by_night", [False, True])
async def test_a_link_that_was_lost_in_outlook_is_noticed_and_another_is_told(
    world: World, emulator: EmulatorInside, by_night: bool
) -> None:
    """Somebody writes into the event by a program that leaves the block out."""
    assert await world.tell()
    await read_replies(world.desk, world.caller)
    old, event = await _link(emulator, world), await _video(world)
    await emulator.control("POST", "drills", {"outlook_loses_teams": True})
    await _edit(emulator, event.event_id, change={"body": {"contentType": "text", "content": "Bring the plan."}})
    assert await _online(emulator, world) == []
    if by_night:
        await reconcile(world.desk, world.caller, emulator.calendar, OFFICE)
    else:
        await read_replies(world.desk, world.caller)
    assert (await _delivery(world)).joining_link is not JoiningLinkState.MADE
    assert await world.tell()
    link = await _link(emulator, world)
    assert link != old and await _told(emulator, world) == dict.fromkeys(ADDRESSES, link)


async def test_an_event_that_was_deleted_in_outlook_is_made_again_and_nobody_is_asked(
    world: World, emulator: EmulatorInside
) -> None:
    assert await world.tell()
    await read_replies(world.desk, world.caller)
    old = await _link(emulator, world)
    await _edit(emulator, (await _video(world)).event_id, do="delete")
    await read_replies(world.desk, world.caller)
    assert await world.tell()
    link = await _link(emulator, world)
    assert link != old and await _told(emulator, world) == dict.fromkeys(ADDRESSES, link)
    async with world.begin(world.caller) as unit:
        assert await unit.proposals.page("", (), 10) == []


async def test_who_is_kept_apart_is_told_to_ask_and_so_is_whom_they_must_not_know(
    database: Database, emulator: EmulatorInside
) -> None:
    """A Teams roster shows names: safeguards 1 and 6."""
    world = world_on(database, emulator.calendar)
    world.meeting = replace(world.meeting, held_by_video=True)
    await world.tell()
    # The link is there before the second person reads what each would receive, so that they read it too.
    link = await _link(emulator, world)
    assert await _told(emulator, world) == {}
    assert await world.tell()
    assert await _told(emulator, world) == {"chair": link, "worker": link, "mother": "", "father": ""}
    assert f"By video: {ASK_HOW_TO_JOIN}" in world.mail.accepted[-1].body_text


@pytest.mark.parametrize("who", ["mother", "father", "worker"])
async def test_who_is_no_longer_asked_holds_a_link_to_which_nobody_comes(
    world: World, emulator: EmulatorInside, who: str
) -> None:
    """Stale relationships: an ended involvement ends access."""
    assert await world.tell()
    old = await _link(emulator, world)
    gone = world.people.pop(who)
    assert await world.tell()
    link = await _link(emulator, world)
    told = await _told(emulator, world)
    told.pop(who)
    assert link != old and told == {name: link for name in ADDRESSES if ADDRESSES[name] != gone.email}
    before = len(await emulator.mail())
    assert await world.tell() and await _link(emulator, world) == link, "once is enough"
    assert len(await emulator.mail()) == before


async def test_who_comes_to_be_kept_apart_holds_a_link_to_which_nobody_comes(
    world: World, emulator: EmulatorInside, database: Database
) -> None:
    assert await world.tell()
    old = await _link(emulator, world)
    world.restrictions = world_on(database, emulator.calendar).restrictions
    await world.tell()
    link = await _link(emulator, world)
    assert link != old, "another, though nobody has let the messages go yet"
    assert await world.tell()
    link = await _link(emulator, world)
    told = await _told(emulator, world)
    assert link != old and (told["chair"], told["worker"], told["mother"]) == (link, link, "")


async def test_the_link_goes_with_the_meeting(world: World, emulator: EmulatorInside) -> None:
    assert await world.tell()
    world.cancel()
    assert await world.tell()
    assert await _online(emulator, world) == []
    assert (await _delivery(world)).joining_link is JoiningLinkState.NONE


async def test_a_meeting_that_is_no_longer_by_video_has_no_link_and_by_video_again_another(
    world: World, emulator: EmulatorInside
) -> None:
    """Graph cannot unset an online meeting: the event goes, and nobody who was invited loses theirs."""
    assert await world.tell()
    old, people = await _link(emulator, world), {one.audience for one in await world.events()}
    for by_video in (False, True):
        world.meeting = replace(world.meeting, held_by_video=by_video, revision=world.meeting.revision + 1)
        assert await world.tell()
        assert bool(await _online(emulator, world)) is by_video
        assert set((await _told(emulator, world)).values()) == {await _link(emulator, world) if by_video else ""}
    assert await _link(emulator, world) != old and {one.audience for one in await world.events()} == people
    assert not [row for row in await emulator.mail() if row["method"] == "CANCEL"]


async def test_a_text_holds_the_link_and_a_letter_says_whom_to_ask(world: World, emulator: EmulatorInside) -> None:
    mother, father = world.people["mother"], world.people["father"]
    world.people["mother"] = replace(mother, channel=Channel.TEXT, phone="+447700900123")
    world.people["father"] = replace(
        father, channel=Channel.LETTER, postal_lines=("1 Made Up Street", "Northtown", "AB1 2CD")
    )
    outside = world.desk.outside[world.caller.council_id]
    sender = replace(outside.sender, by_notify=frozenset({Channel.TEXT, Channel.LETTER}))
    world.desk = replace(world.desk, outside={world.caller.council_id: replace(outside, sender=sender)})
    await world.tell()
    seen = await preview_invitations(world.desk, world.user("business-support"), world.meeting.name)
    shown = {one.person: one.rendering for one in seen.previews}
    text, letter = shown[person("mother")], shown[person("father")]
    assert text is not None and letter is not None
    assert f"By video: {await _link(emulator, world)} " in f"{text.body_text} "
    assert f"By video: {ASK_HOW_TO_JOIN}" in letter.body_text and not _LINK.search(letter.body_text)
