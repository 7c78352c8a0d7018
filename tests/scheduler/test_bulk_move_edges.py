"""Bulk moves at their edges: a kind that is gone, a part that fails, a meeting's own time, previews never started."""

from datetime import date, timedelta
from unittest.mock import patch

import grpc
import pytest
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import bulk_move_pb2 as moves
from permanence.scheduler.v1 import bulk_moves_service_pb2 as wire
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler

from rulebook.pack import load_pack
from rulebook.rule import MeetingKindId
from services.scheduler.app import carry_out_bulk_move
from services.scheduler.app.reschedule_meeting import Move
from services.scheduler.domain.meeting import Meeting, meeting_name
from services.scheduler.storage.bulk_move_rows import BulkMoveRows
from services.scheduler.storage.capacity_rows import CapacityRows
from tests.servicekit.eventually import eventually

from .conftest import DEMO, MONDAY, OFFICER, PARENT, World, at, chair, named, sitting
from .officer_away import (
    AWAY,
    CANNOT,
    HELD,
    MOVED,
    another_kind,
    book_reviews,
    get,
    import_lines,
    meeting,
    preview,
    reasons,
    start,
    states,
    time_is_over,
    undo,
)

REVIEW = MeetingKindId("cic_review")
DAY = Date(year=2026, month=3, day=23)


async def test_a_meeting_of_a_kind_that_the_pack_no_longer_knows_is_for_a_person_and_stops_nobody(world: World) -> None:
    await book_reviews(world, 2)
    await another_kind(world)
    before = await preview(world)
    with patch.dict(load_pack("bcp").meeting_kinds):
        del load_pack("bcp").meeting_kinds[MeetingKindId("ppm")]  # type: ignore[attr-defined]
        found = await preview(world)
        started = await start(world, before)
    assert reasons(found, CANNOT) == {"KIND_NOT_KNOWN": 1} == reasons(started, CANNOT)
    assert states(started)[HELD] == 2


async def test_a_part_that_fails_unexpectedly_does_not_stop_those_behind_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked = await book_reviews(world, 3)
    failing, real = {booked[0].name}, carry_out_bulk_move.move_meeting

    async def fails(unit: object, caller: object, move: Move, calendar: object) -> Meeting:
        if meeting_name("demo", move.command.meeting) in failing:
            raise RuntimeError("nobody expected this")
        return await real(unit, caller, move, calendar)  # type: ignore[arg-type]

    monkeypatch.setattr(carry_out_bulk_move, "move_meeting", fails)
    move = await start(world, await preview(world))
    world.at(MONDAY + timedelta(minutes=2))

    async def others_moved() -> bool:
        return states(await get(world, move.name))[MOVED] == 2

    await eventually(others_moved)
    assert states(await get(world, move.name))[HELD] == 1
    failing.clear()
    assert states(await time_is_over(world, move)) == {MOVED: 3}


async def test_where_a_room_is_closed_a_meeting_keeps_its_time_in_another_room(world: World) -> None:
    _, booked = await book_reviews(world, 2)
    rooms = await world.rooms()
    found = await preview(world, person="", room=rooms["Oak"], window_from_date=DAY, window_until_date=DAY)
    part = next(one for one in found.meetings if one.meeting == booked.name)
    assert (part.after_start_time, part.after_room) == (booked.start_time, rooms["Elm"])
    await time_is_over(world, await start(world, found))
    moved = await meeting(world, booked.name)
    assert (moved.start_time, moved.room, moved.revision) == (booked.start_time, rooms["Elm"], 2)
    # Oak is free again, and she is taken once: still taken.
    other = sitting(chair(named("people", "another")), session_minutes=[60])
    await world.book(other, booked.start_time, rooms["Oak"])
    with pytest.raises(grpc.aio.AioRpcError):
        await world.book(sitting(chair(OFFICER, "service-director"), session_minutes=[60]), booked.start_time)


async def test_a_new_time_may_overlap_the_old_one_and_can_be_taken_back(world: World) -> None:
    _, booked = await book_reviews(world, 2)
    # All of that day but her own hour and the half hour after it.
    world.cases.people["IRO"] = OFFICER
    lines = [f"busy,person,IRO{',' * 9}2026-03-23T{first},2026-03-23T{last}" for first, last in
             (("00:00", "09:00"), ("10:30", "23:59"))]  # fmt: skip
    await import_lines(world, "\n".join(lines))
    by_name = {"person": "", "from_time": None, "until_time": None, "meetings": [booked.name]}
    found = await preview(world, **by_name, window_from_date=DAY, window_until_date=DAY)
    (part,) = found.meetings
    assert part.after_start_time.ToDatetime() == booked.start_time.ToDatetime() + timedelta(minutes=30)
    held = await start(world, found)
    assert states(held) == {HELD: 1}
    await undo(world, held)
    assert await meeting(world, booked.name) == booked
    again = await start(world, await preview(world, **by_name, window_from_date=DAY, window_until_date=DAY))
    assert states(await time_is_over(world, again)) == {MOVED: 1}
    assert (await meeting(world, booked.name)).start_time == part.after_start_time


async def test_a_preview_that_nobody_starts_is_kept_for_a_week(world: World) -> None:
    await book_reviews(world, 1)
    left, started = await preview(world), await start(world, await preview(world))
    await time_is_over(world, started)
    world.at(MONDAY + timedelta(days=7) - timedelta(minutes=1))
    await get(world, left.name)
    world.at(MONDAY + timedelta(days=7, minutes=1))

    async def gone() -> bool:
        async with world.database.transaction(DEMO.council_id) as tx:
            return await tx.fetchval("select count(*) from bulk_move") == 1

    await eventually(gone)
    assert (await get(world, started.name)).state == moves.BULK_MOVE_STATE_MOVED


async def test_the_clock_of_a_hidden_child_that_a_sitting_is_to_meet_is_told_to_nobody_who_may_not_know(
    world: World,
) -> None:
    clock, secret = named("obligations", "secret"), named("children", "secret")
    world.cases.tell_subject(secret, "R-1", restricted=True)
    world.cases.tell_obligation(clock, secret, date(2026, 6, 1), "tracking_panel")
    await world.follow()
    plan = sitting(chair(OFFICER, "service-director"), session_minutes=[60], obligations=[clock])
    booked = await world.book(plan, at(AWAY[0] + timedelta(hours=1)))
    world.cases.hidden.add(("bo", secret))
    seen = await preview(world)
    assert [one.obligation for one in seen.meetings[0].obligations] == [clock]
    for other in (await preview(world, oid="bo"), await get(world, seen.name, oid="bo")):
        assert len(other.meetings) == 1 and not other.meetings[0].obligations
    for oid, told in (("anna", [clock]), ("bo", [])):
        token = world.as_(oid=oid)
        got = await world.stub.GetMeeting(scheduler.GetMeetingRequest(name=booked.name), metadata=token)
        listed = await world.stub.ListMeetings(scheduler.ListMeetingsRequest(parent=PARENT), metadata=token)
        assert list(got.meeting.obligations) == told == list(listed.meetings[0].obligations)


async def test_the_list_of_moves_is_read_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await book_reviews(world, 2)
    for _ in range(2):
        await undo(world, await start(world, await preview(world)))

    async def one_by_one(*_: object, **__: object) -> None:
        raise AssertionError("each move is loaded by itself")

    monkeypatch.setattr(BulkMoveRows, "load", one_by_one)
    request = wire.ListBulkMovesRequest(parent=PARENT)
    assert len((await world.bulk_moves.ListBulkMoves(request, metadata=world.as_(oid="anna"))).bulk_moves) == 2


async def test_starting_reads_diaries_as_bits_and_not_the_rows_of_the_whole_window(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await book_reviews(world, 2)
    found, real, asked = await preview(world), CapacityRows.load, []

    async def noted(self: CapacityRows, *args: object, to_the_minute: bool = False, **more: object) -> object:
        asked.append(to_the_minute)
        return await real(self, *args, to_the_minute=to_the_minute, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(CapacityRows, "load", noted)
    assert states(await start(world, found)) == {HELD: 2}
    assert asked == [False]
