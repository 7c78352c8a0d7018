"""Two that change an invitation at the same moment: neither writes back what the other has changed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from services.notifications.app.move_work_on import Piece, discard_work
from services.notifications.app.read_replies import read_replies
from services.notifications.domain.answer import Answer
from services.notifications.domain.integration_health import MEETING
from services.notifications.domain.invitation_state import Happening, InvitationState
from services.notifications.domain.outlook_event import ROOM
from services.notifications.domain.remote_event import EventDraft, EventPart, RemoteEvent
from services.notifications.domain.room_booking import RESERVED
from tests.notifications.world import World
from tests.servicekit.eventually import eventually


@asynccontextmanager
async def _changing(world: World) -> AsyncIterator[None]:
    """Somebody changes the chair's invitation, and has not come to the end of it."""
    before = await world.invitation("chair")
    async with world.begin(world.caller) as unit:
        found = await unit.invitations.get(before.id, lock=True)
        assert found is not None
        await unit.invitations.put(replace(found, needs_language="Urdu"))
        yield


async def _is_waiting(world: World) -> bool:
    """Whether anybody stands before a lock."""
    async with world.begin(world.caller) as unit:
        waiting = "wait_event_type = 'Lock' and datname = current_database()"
        return bool(await unit.tx.fetchval(f"select count(*) from pg_stat_activity where {waiting}"))


async def _draft(world: World) -> None:
    world.move(2)
    await world.tell(tries=3)


async def _take_answer(world: World) -> None:
    world.calendar.reply("chair@example.org", Answer.DECLINED, world.clock.now())
    await read_replies(world.desk, world.caller)


async def _give_up(world: World) -> None:
    async with world.begin(world.caller) as unit:
        await unit.meetings.hear(world.meeting.name, world.meeting.subjects, 2)
        await unit.wake(world.meeting.name)
    manager = world.user("business-support-manager")
    async with world.begin(manager) as unit:
        await discard_work(unit, manager, Piece(MEETING, world.meeting.name), "All were rung.")


@pytest.mark.parametrize("write", [_draft, _take_answer, _give_up])
async def test_whoever_writes_an_invitation_waits_for_who_is_changing_it(
    world: World, write: Callable[[World], Awaitable[None]]
) -> None:
    await world.tell()
    before = await world.invitation("chair")
    async with asyncio.TaskGroup() as group, _changing(world):
        group.create_task(write(world))
        await eventually(lambda: _is_waiting(world))
    now = await world.invitation("chair")
    assert now.needs_language == "Urdu" and replace(now, needs_language="") != before


async def test_what_a_room_was_asked_is_kept_without_waiting_for_an_invitation(world: World) -> None:
    """Drafting locks the invitations and then the room; who has the room and waits for them would never end."""
    world.meeting = replace(world.meeting, room_mailbox="room-4@north.example.org")
    await world.tell()
    world.move(2)
    asked, done = asyncio.Event(), asyncio.Event()
    update = world.calendar.update

    async def slow_room(remote: RemoteEvent, draft: EventDraft, parts: frozenset[EventPart]) -> RemoteEvent:
        changed = await update(remote, draft, parts)
        if draft.subject_line == RESERVED:
            asked.set()
            await done.wait()
        return changed

    async def is_kept() -> bool:
        async with world.begin(world.caller) as unit:
            events = await unit.events.of_meeting(world.meeting.name)
        return all(one.sent == one.asked for one in events if one.audience == ROOM)

    world.calendar.update = slow_room  # type: ignore[method-assign]
    async with asyncio.TaskGroup() as group:
        group.create_task(world.tell(tries=3))
        await asked.wait()
        async with _changing(world):
            assert not await is_kept()
            done.set()
            await eventually(is_kept)


async def test_what_outlook_confirms_is_written_to_the_invitation_as_it_is_by_then(world: World) -> None:
    await world.tell()
    world.move(2)
    asked, done = asyncio.Event(), asyncio.Event()
    update = world.calendar.update

    async def slow(remote: RemoteEvent, draft: EventDraft, parts: frozenset[EventPart]) -> RemoteEvent:
        changed = await update(remote, draft, parts)
        asked.set()
        await done.wait()
        return changed

    world.calendar.update = slow  # type: ignore[method-assign]
    async with asyncio.TaskGroup() as group:
        group.create_task(world.tell(tries=3))
        await asked.wait()
        async with _changing(world):
            done.set()
            await eventually(lambda: _is_waiting(world))
    now = await world.invitation("chair")
    assert (now.needs_language, now.told_revision) == ("Urdu", 2)


async def test_who_came_to_wait_for_a_person_meanwhile_goes_on_waiting(world: World) -> None:
    await world.tell()
    world.move(2)
    update = world.calendar.update

    async def stuck(remote: RemoteEvent, draft: EventDraft, parts: frozenset[EventPart]) -> RemoteEvent:
        before = await world.invitation("chair")
        async with world.begin(world.caller) as unit:
            await unit.invitations.put(before.step(Happening.STUCK, "Ask them."))
        return await update(remote, draft, parts)

    world.calendar.update = stuck  # type: ignore[method-assign]
    before = await world.invitation("chair")
    await world.tell(tries=1)
    now = await world.invitation("chair")
    assert (now.state, now.trouble) == (InvitationState.NEEDS_PERSON, "Ask them.")
    assert now.messages_sent == before.messages_sent + 1
