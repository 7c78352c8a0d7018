"""The council's stop and the hour's limit: nothing leaves past them, nothing is lost by them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from servicekit.caller import Caller
from servicekit.config import Council
from servicekit.lanes import LaneWorker
from servicekit.postgres import Database
from services.notifications.app.move_work_on import Piece, discard_work, retry_work, start_sending, stop_sending
from services.notifications.app.ports import Outside
from services.notifications.app.preview_invitations import preview_invitations
from services.notifications.app.release_invitations import Release, read_for_release, release_invitations
from services.notifications.domain.brake import GIVEN_UP, HOUR_IS_FULL, STOPPED, SendingStop, Source, why_it_waits
from services.notifications.domain.integration_health import MEETING
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.refusal import NothingWaitsError, NotStoppedError
from services.notifications.storage.unit_of_work import LANE
from services.notifications.workers.telling import teller
from tests.notifications.world import World

MANAGER = "business-support-manager"


async def _stop(world: World) -> SendingStop:
    async with world.begin(world.caller) as unit:
        return await stop_sending(unit, _manager(world), "The wrong people were invited.")


def _manager(world: World) -> Caller:
    return world.user(MANAGER)


async def _start(world: World) -> None:
    async with world.begin(world.caller) as unit:
        await start_sending(unit, _manager(world))


async def _left(world: World, source: Source = Source.OUTLOOK) -> int:
    async with world.begin(world.caller) as unit:
        return await unit.brakes.left_since(source, unit.now() - timedelta(hours=1))


def _limited(world: World, most: int) -> None:
    world.desk = replace(world.desk, most_an_hour=most)


async def test_while_sending_is_stopped_nothing_leaves_and_everything_says_why(world: World) -> None:
    await _stop(world)
    assert not await world.tell()
    assert (world.calendar.calls, world.mail.accepted) == (0, [])
    for name in ("chair", "worker", "mother", "father"):
        one = await world.invitation(name)
        assert (one.state, one.trouble, one.messages_sent) == (InvitationState.WAITING, STOPPED, 0)
    await _start(world)
    assert await world.tell()
    assert len(world.calendar.mailed) == 4
    assert (await world.invitation("father")).trouble == ""


async def test_an_email_waits_for_the_stop_too_and_leaves_once(world: World) -> None:
    world.desk = replace(world.desk, outside=_without_a_calendar(world))
    await _stop(world)
    assert not await world.tell()
    assert world.mail.accepted == [] and (await world.invitation("father")).in_doubt is False
    await _start(world)
    assert await world.tell()
    assert sorted(mail.sequence for mail in world.mail.accepted) == [0, 0, 0, 0]


def _without_a_calendar(world: World) -> Mapping[UUID, Outside]:
    return {
        key: replace(one, calendar=None, sender=replace(one.sender, mailbox=""))
        for key, one in world.desk.outside.items()
    }


async def test_a_cancellation_waits_for_the_stop_and_then_goes(world: World) -> None:
    assert await world.tell()
    await _stop(world)
    world.cancel()
    assert not await world.tell()
    assert "CANCEL" not in {kind for _, kind, _, _ in world.calendar.mailed}
    assert (await world.invitation("chair")).trouble == STOPPED
    await _start(world)
    assert await world.tell()
    assert (await world.invitation("chair")).state is InvitationState.WITHDRAWN


async def test_a_second_stop_keeps_the_first_and_only_a_stop_can_be_lifted(world: World) -> None:
    first = await _stop(world)
    async with world.begin(world.caller) as unit:
        assert await stop_sending(unit, world.caller, "Another reason.") == first
    await _start(world)
    with pytest.raises(NotStoppedError):
        await _start(world)


async def test_what_is_over_the_hours_limit_waits_and_goes_as_the_hour_moves_on(world: World) -> None:
    _limited(world, 3)
    assert not await world.tell()
    waiting = [name for name in world.people if (await world.invitation(name)).trouble == HOUR_IS_FULL]
    assert waiting and await _left(world) <= 3
    sent = len(world.calendar.mailed)
    assert not await world.tell() and len(world.calendar.mailed) == sent
    world.clock.instant += timedelta(hours=1, seconds=1)
    assert await world.tell()
    assert len(world.calendar.mailed) == 4


async def test_a_meeting_larger_than_an_hour_goes_alone() -> None:
    assert why_it_waits(None, 0, 12, 10) == ""
    assert why_it_waits(None, 1, 12, 10) == HOUR_IS_FULL
    assert why_it_waits(None, 12, 0, 10) == ""


async def test_what_certainly_did_not_leave_is_not_counted_and_what_is_in_doubt_is(world: World) -> None:
    world.calendar.faults.planned = ["down", "down", "down"]
    assert not await world.tell()
    assert await _left(world) == 0
    world.calendar.faults.planned = ["lost"]
    assert not await world.tell()
    assert await _left(world) >= 1


async def test_the_count_is_kept_before_it_is_asked(world: World) -> None:
    world.calendar.faults.planned = ["crash after"]
    assert not await world.tell()
    mailed = len(world.calendar.mailed)
    assert mailed and await _left(world) == mailed


async def test_what_was_given_up_is_somebodys_to_tell_until_the_meeting_moves(world: World, database: Database) -> None:
    world.calendar.faults.planned = ["down"] * 3
    async with world.begin(world.caller) as unit:
        await unit.meetings.hear(world.meeting.name, world.meeting.subjects, 1)
        await unit.wake(world.meeting.name)
    worker = _worker(world, database)
    assert await worker.work_once()
    async with world.begin(world.caller) as unit:
        (failing,) = await unit.work.failing(10)
        assert (failing.kind, failing.item, failing.failure) == (MEETING, world.meeting.name, "StillWaitingError")
        told = await discard_work(unit, _manager(world), Piece(MEETING, world.meeting.name), "They were rung")
    assert told == 4
    one = await world.invitation("chair")
    assert one.state is InvitationState.NEEDS_PERSON and one.trouble.startswith("Given up: They were rung. ")
    assert await world.tell() and world.calendar.mailed == []
    async with world.begin(world.caller) as unit:
        assert await unit.work.depths() == [] or all(one.kind != MEETING for one in await unit.work.depths())
        with pytest.raises(NothingWaitsError):
            await retry_work(unit, _manager(world), Piece(MEETING, world.meeting.name))
    world.move(2)
    assert await world.tell()
    assert (await world.invitation("chair")).state is InvitationState.SENT


async def test_who_lets_it_go_after_all_has_it_told_though_it_was_given_up(world: World, database: Database) -> None:
    world.restricted = True
    async with world.begin(world.caller) as unit:
        await unit.meetings.hear(world.meeting.name, world.meeting.subjects, 1)
        await unit.wake(world.meeting.name)
    async with world.begin(world.caller) as unit:
        await discard_work(unit, _manager(world), Piece(MEETING, world.meeting.name), "They were rung.")
    assert await world.tell() and world.calendar.mailed == []
    manager = _manager(world)
    token = (await preview_invitations(world.desk, manager, world.meeting.name)).token
    view = await read_for_release(world.desk, manager, world.meeting.name)
    async with world.begin(manager) as unit:
        await release_invitations(unit, world.desk, manager, view, Release(world.meeting.name, token))
    assert await world.tell() and len(world.calendar.mailed) == 4


async def _give_up(world: World) -> None:
    async with world.begin(world.caller) as unit:
        await unit.wake(world.meeting.name)
    async with world.begin(world.caller) as unit:
        await discard_work(unit, _manager(world), Piece(MEETING, world.meeting.name), "All were rung.")


async def test_whoever_has_no_part_any_more_is_taken_off_what_was_given_up(world: World) -> None:
    assert await world.tell()
    world.move(1)
    world.calendar.faults.planned = ["down"] * 9
    assert not await world.tell()
    world.calendar.faults.planned = []
    await _give_up(world)
    mailed = len(world.calendar.mailed)
    del world.people["mother"]
    assert await world.tell()
    assert [one[:2] for one in world.calendar.mailed[mailed:]] == [("mother@example.org", "CANCEL")]
    assert (await world.invitation("mother")).state is InvitationState.WITHDRAWN
    chair = await world.invitation("chair")
    assert (chair.state, chair.trouble) == (InvitationState.NEEDS_PERSON, GIVEN_UP.format(reason="All were rung."))
    assert await world.tell() and len(world.calendar.mailed) == mailed + 1


async def test_whoever_leaves_the_staffs_event_is_taken_off_though_it_was_given_up(world: World) -> None:
    assert await world.tell()
    await _give_up(world)
    mailed = len(world.calendar.mailed)
    del world.people["worker"]
    assert await world.tell()
    assert [one[:2] for one in world.calendar.mailed[mailed:]] == [("worker@example.org", "CANCEL")]


def _worker(world: World, database: Database) -> LaneWorker:
    council = Council(
        world.caller.council_id, "north", "North Council", "11111111-0000-0000-0000-000000000001", "north"
    )
    return LaneWorker(database, world.clock, LANE, teller(world.desk, [council]))


async def test_two_that_certainly_did_not_leave_at_once_are_both_taken_out(world: World) -> None:
    async with world.begin(world.caller) as unit:
        for _ in range(2):
            await unit.brakes.count(Source.OUTLOOK, 3)
    async with world.begin(world.caller) as one, world.begin(world.caller) as other:
        await one.brakes.uncount(Source.OUTLOOK, 3)
        await other.brakes.uncount(Source.OUTLOOK, 3)
    assert await _left(world) == 0
