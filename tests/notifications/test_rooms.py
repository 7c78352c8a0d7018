"""A room with a mailbox is asked by an event that says nothing, and is confirmed by nobody but itself."""

from dataclasses import replace
from datetime import timedelta

from services.notifications.app.list_invitations import get_meeting_delivery
from services.notifications.app.read_replies import read_replies
from services.notifications.domain.answer import Answer
from services.notifications.domain.delivery import Delivery, DeliveryState
from services.notifications.domain.remote_event import EventDraft, RemoteReply
from services.notifications.domain.room_booking import NOT_TAKEN, RESERVED, RoomState
from tests.notifications.world import Kept, World

MAILBOX = "room-4@north.example.org"


def _with_mailbox(world: World, mailbox: str = MAILBOX) -> None:
    world.meeting = replace(world.meeting, room_mailbox=mailbox)


def _room_event(world: World) -> Kept:
    (found,) = (one for one in world.calendar.live if one.draft.subject_line == RESERVED)
    return found


async def _delivery(world: World) -> Delivery:
    return await get_meeting_delivery(world.desk, world.user("business-support"), world.meeting.name)


async def _answers(world: World, answer: Answer, address: str = MAILBOX) -> None:
    world.calendar.page = []
    world.calendar.reply(address, answer, world.clock.now())
    await read_replies(world.desk, world.caller)


async def test_the_rooms_own_event_says_reserved_and_nothing_else(world: World) -> None:
    _with_mailbox(world)
    assert await world.tell()
    draft = _room_event(world).draft
    (attendee,) = draft.attendees
    assert (attendee.address, attendee.resource, attendee.display_name) == (MAILBOX, True, "")
    assert (draft.body_text, draft.location, draft.hide_attendees) == ("", world.meeting.room_name, True)
    assert (draft.start, draft.end) == (world.meeting.start, world.meeting.end)
    others = [one.draft for one in world.calendar.live if one.draft != draft]
    assert others and all(MAILBOX not in {to.address for to in one.attendees} for one in others)


async def test_a_room_without_a_mailbox_is_not_asked(world: World) -> None:
    assert await world.tell()
    assert RESERVED not in {one.draft.subject_line for one in world.calendar.live}
    found = await _delivery(world)
    assert (found.room, found.state) == (RoomState.NONE, DeliveryState.SENT)


async def test_the_room_is_not_asked_again_for_one_item_of_its_sitting(world: World) -> None:
    _with_mailbox(world)
    world.meeting = replace(world.meeting, part_of="councils/north/meetings/the-sitting")
    assert await world.tell()
    assert RESERVED not in {one.draft.subject_line for one in world.calendar.live}
    found = await _delivery(world)
    assert (found.room, found.state) == (RoomState.NONE, DeliveryState.SENT)


async def test_nothing_is_confirmed_before_the_room_says_so(world: World) -> None:
    _with_mailbox(world)
    assert await world.tell()
    assert (await _delivery(world)).room is RoomState.PENDING
    await _answers(world, Answer.ACCEPTED, "chair@example.org")
    assert (await _delivery(world)).room is RoomState.PENDING
    await _answers(world, Answer.ACCEPTED)
    found = await _delivery(world)
    assert (found.room, found.state, found.troubles) == (RoomState.ACCEPTED, DeliveryState.SENT, ())


async def test_a_room_that_declines_is_somebodys_to_see_to(world: World) -> None:
    _with_mailbox(world)
    assert await world.tell()
    await _answers(world, Answer.DECLINED)
    found = await _delivery(world)
    assert (found.room, found.state, found.troubles) == (RoomState.DECLINED, DeliveryState.NEEDS_PERSON, (NOT_TAKEN,))
    assert (await world.invitation("chair")).trouble == ""


async def test_after_a_move_the_room_is_asked_again_and_an_old_answer_does_not_count(world: World) -> None:
    _with_mailbox(world)
    assert await world.tell()
    old = _room_event(world).draft
    await _answers(world, Answer.ACCEPTED)
    world.move(2)
    assert await world.tell()
    assert _room_event(world).draft.start == world.meeting.start
    assert (await _delivery(world)).room is RoomState.PENDING
    world.calendar.page = [_late(world, old)]
    await read_replies(world.desk, world.caller)
    assert (await _delivery(world)).room is RoomState.PENDING
    await _answers(world, Answer.ACCEPTED)
    assert (await _delivery(world)).room is RoomState.ACCEPTED


async def test_an_answer_from_before_the_last_request_does_not_count_though_the_time_is_the_same(world: World) -> None:
    _with_mailbox(world)
    assert await world.tell()
    old = _room_event(world).draft
    world.calendar.reply(MAILBOX, Answer.ACCEPTED, world.clock.now())
    stale = world.calendar.page[-1]
    for hours in (2, -2):
        world.clock.instant += timedelta(hours=1)
        world.move(hours)
        assert await world.tell()
    assert _room_event(world).draft.start == old.start
    world.calendar.page = [stale]
    await read_replies(world.desk, world.caller)
    assert (await _delivery(world)).room is RoomState.PENDING
    await _answers(world, Answer.ACCEPTED)
    assert (await _delivery(world)).room is RoomState.ACCEPTED


def _late(world: World, old: EventDraft) -> RemoteReply:
    world.calendar.reply(MAILBOX, Answer.ACCEPTED, world.clock.now())
    return replace(world.calendar.page[-1], event_start=old.start, event_end=old.end)


async def test_another_room_is_asked_and_the_first_let_go(world: World) -> None:
    _with_mailbox(world)
    assert await world.tell()
    await _answers(world, Answer.DECLINED)
    _with_mailbox(world, "room-5@north.example.org")
    world.meeting = replace(world.meeting, room_name="Room 5", revision=2)
    assert await world.tell()
    assert [one.address for one in _room_event(world).draft.attendees] == ["room-5@north.example.org"]
    assert (MAILBOX, "CANCEL") in {(to, kind) for to, kind, _, _ in world.calendar.mailed}
    assert (await _delivery(world)).room is RoomState.PENDING


async def test_a_cancelled_meeting_lets_its_room_go(world: World) -> None:
    _with_mailbox(world)
    assert await world.tell()
    world.cancel()
    assert await world.tell()
    assert world.calendar.live == [] and (await _delivery(world)).room is RoomState.NONE


async def test_the_room_of_a_restricted_case_waits_for_no_release(world: World) -> None:
    _with_mailbox(world)
    world.restricted = True
    await world.tell()
    assert [one.draft.subject_line for one in world.calendar.live] == [RESERVED]


async def test_a_room_that_outlook_refuses_says_why(world: World) -> None:
    _with_mailbox(world)
    world.calendar.faults.planned = ["refused"]
    await world.tell(tries=3)
    found = await _delivery(world)
    assert found.room is RoomState.PENDING and any("ERROR_ACCESS_DENIED" in one for one in found.troubles)
