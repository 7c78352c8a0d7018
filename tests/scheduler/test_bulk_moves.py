"""Sixty-five meetings of an officer who is away: seen first, held for two minutes, taken back or moved, each once."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import grpc
import pytest
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import bulk_move_pb2 as moves
from permanence.scheduler.v1 import bulk_moves_service_pb2 as wire
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler

from services.scheduler.app import carry_out_bulk_move
from services.scheduler.domain.bulk_move import BulkMove, Part
from tests.servicekit.eventually import eventually

from .conftest import (
    DEMO,
    MONDAY,
    OFFICER,
    PARENT,
    SECOND,
    World,
    at,
    chair,
    named,
    refusal,
    sitting,
)
from .officer_away import (
    AWAY,
    CANNOT,
    HELD,
    LEFT,
    MOVED,
    PROPOSED,
    TOO_SOON,
    UNDONE,
    WINDOW,
    WORD,
    asked,
    book_reviews,
    get,
    import_lines,
    meeting,
    outside,
    preview,
    reasons,
    rescheduled,
    sixty_five,
    start,
    states,
    time_is_over,
    undo,
)


async def test_of_sixty_five_meetings_three_need_a_person_and_the_others_move(world: World) -> None:
    booked = await sixty_five(world)
    before = await outside(world)
    seen = await preview(world)
    assert states(seen) == {PROPOSED: 63, CANNOT: 2}
    assert reasons(seen, CANNOT) == {"REQUIRED_BUSY": 1, "DATE_OF_A_BODY": 1}
    # What needs a person comes first, then what misses a clock.
    assert [one.state for one in seen.meetings[:2]] == [CANNOT, CANNOT]
    assert [one.needs_breach_reason for one in seen.meetings[2:]] == [True, *[False] * 62]
    late = seen.meetings[2].obligations[0]
    assert (late.subject_reference, late.misses_local, late.misses_statutory, late.missed_before) == (
        "R-062", True, False, False,
    )  # fmt: skip
    assert all(one.before_room == one.after_room for one in seen.meetings if one.state == PROPOSED)
    _do_not_take_each_others_time(seen.meetings)
    started = await start(world, seen)
    assert states(started) == {HELD: 62, CANNOT: 3}
    assert reasons(started, CANNOT) == {"REQUIRED_BUSY": 1, "DATE_OF_A_BODY": 1, "MISSES_A_CLOCK": 1}
    assert started.release_time.ToDatetime() == (MONDAY + timedelta(minutes=2)).replace(tzinfo=None)
    # Until then nothing has happened to anybody.
    now = await outside(world)
    assert [now[place] for place in (0, 1, 2, 3, 5)] == [before[place] for place in (0, 1, 2, 3, 5)]
    done = await time_is_over(world, started)
    assert states(done) == {MOVED: 62, CANNOT: 3}
    after = {one.meeting: one for one in done.meetings}
    for old in booked:
        new, part = await meeting(world, old.name), after[old.name]
        moved = part.state == MOVED
        assert new.start_time == (part.after_start_time if moved else old.start_time)
        assert (new.revision, new.room) == (2 if moved else 1, old.room)
        if moved:
            assert [one.person for one in new.attendees] == [one.person for one in old.attendees]
            assert (new.change_reason, new.booked_by) == ("The officer is away.", "anna")
    assert Counter(await rescheduled(world)) == Counter(one.meeting for one in done.meetings if one.state == MOVED)


def _do_not_take_each_others_time(parts: Sequence[moves.BulkMoveMeeting]) -> None:
    times = sorted((one.after_start_time.seconds, one.after_end_time.seconds) for one in parts if one.state == PROPOSED)
    assert all(end <= following for (_, end), (following, _) in pairwise(times))


async def test_a_move_that_is_taken_back_leaves_no_trace(world: World) -> None:
    await book_reviews(world, 5)
    before = await outside(world)
    started = await start(world, await preview(world))
    assert states(started) == {HELD: 5} and await outside(world) != before
    undone = await undo(world, started)
    assert states(undone) == {UNDONE: 5} and undone.state == moves.BULK_MOVE_STATE_UNDONE
    assert await outside(world) == before
    world.at(MONDAY + timedelta(minutes=3))
    assert await undo(world, undone) == undone
    await eventually(lambda: _lane_is_done(world))
    assert await outside(world) == before
    async with world.database.transaction(DEMO.council_id) as tx:
        kept = await tx.fetch(
            "select action, actor from audit_event where object_name = $1 order by event_id", undone.name
        )
    assert [row["action"] for row in kept if row["action"] != "GetBulkMove"] == [
        "PreviewBulkMove", "StartBulkMove", "UndoBulkMove",
    ]  # fmt: skip
    # What was given back can be had.
    again = await start(world, await preview(world))
    assert states(again) == {HELD: 5}


async def _lane_is_done(world: World) -> bool:
    async with world.database.unscoped() as connection:
        return (
            await connection.fetchval("select count(*) from lane where kind = 'bulk-move' and due_at is not null") == 0
        )


async def test_after_two_minutes_it_cannot_be_taken_back(world: World) -> None:
    await book_reviews(world, 1)
    started = await start(world, await preview(world))
    world.at(MONDAY + timedelta(minutes=2))
    with pytest.raises(grpc.aio.AioRpcError) as late:
        await undo(world, started)
    assert refusal(late.value)[:2] == (grpc.StatusCode.FAILED_PRECONDITION, "MOVE_CLOSED")


async def test_a_worker_that_breaks_off_half_way_moves_each_meeting_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await book_reviews(world, 6)
    settle, calls = carry_out_bulk_move._settle, 0

    async def breaks_off(unit: object, move: BulkMove, part: Part) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise RuntimeError("killed")
        await settle(unit, move, part)  # type: ignore[arg-type]

    monkeypatch.setattr(carry_out_bulk_move, "_settle", breaks_off)
    started = await start(world, await preview(world))
    done = await time_is_over(world, started)
    # Three, the one that broke off, and then it and the two that were left.
    assert calls == 7 and states(done) == {MOVED: 6}
    assert Counter(await rescheduled(world)) == {one.meeting: 1 for one in done.meetings}
    assert {(await meeting(world, one.meeting)).revision for one in done.meetings} == {2}


async def test_a_worker_that_comes_late_leaves_meetings_that_took_place(world: World) -> None:
    """Nobody was told of the new time, so people have met at the old one."""
    await book_reviews(world, 3)
    started = await start(world, await preview(world))
    first = min(one.before_start_time.seconds for one in started.meetings)
    done = await time_is_over(world, started, datetime.fromtimestamp(first, UTC) + timedelta(minutes=5))
    left = [one for one in done.meetings if one.state == LEFT]
    assert [one.reason_code for one in left] == ["ALREADY_STARTED"] * len(left) and left
    assert {(await meeting(world, one.meeting)).revision for one in left} == {1}


async def test_what_somebody_took_meanwhile_is_listed(world: World) -> None:
    await book_reviews(world, 4)
    seen = await preview(world)
    lost = seen.meetings[0]
    await world.book(sitting(chair(OFFICER), session_minutes=[60]), lost.after_start_time)
    started = await start(world, seen)
    assert states(started) == {HELD: 3, CANNOT: 1}
    found = next(one for one in started.meetings if one.state == CANNOT)
    assert (found.meeting, found.reason_code) == (lost.meeting, "TAKEN_MEANWHILE")


async def test_who_must_come_and_was_asked_elsewhere_meanwhile_is_not_forgotten(world: World) -> None:
    """A worker's time is nobody's alone, so that the database would let it pass; so would a room's own diary."""
    await book_reviews(world, 3)
    seen = await preview(world)
    worker = named("people", f"worker-{int(seen.meetings[0].obligations[0].subject_reference[2:])}")
    elsewhere = meeting_pb2.Attendee(person=worker, role="social-worker", required=True)
    plan = sitting(chair(named("people", "someone")), elsewhere, session_minutes=[60])
    await world.book(plan, seen.meetings[0].after_start_time)
    shut = seen.meetings[1].after_start_time.ToDatetime()
    await import_lines(
        world,
        "room,room,R1,,,,Oak,12,,,,,\n"
        f"busy,room,R1{',' * 9}{shut + timedelta(hours=1):%Y-%m-%dT%H:%M},{shut + timedelta(hours=2):%Y-%m-%dT%H:%M}",
    )
    started = await start(world, seen)
    assert states(started) == {HELD: 1, CANNOT: 2} and reasons(started, CANNOT) == {"TAKEN_MEANWHILE": 2}
    assert {one.meeting for one in started.meetings if one.state == HELD} == {seen.meetings[2].meeting}


async def test_two_who_want_the_same_times_at_once_do_not_both_get_them(world: World) -> None:
    """Given two previews with the same new times and somebody who books one of them, all at once."""
    await book_reviews(world, 6)
    one, other = await preview(world), await preview(world, oid="ben")
    taken = one.meetings[2].after_start_time

    async def book() -> bool:
        try:
            await world.book(sitting(chair(OFFICER), session_minutes=[60]), taken)
        except grpc.aio.AioRpcError as refused:
            assert refusal(refused)[1] == "TIME_TAKEN"
            return False
        return True

    first, second, booked = await asyncio.gather(start(world, one), start(world, other, oid="ben"), book())
    held = [part.meeting for move in (first, second) for part in move.meetings if part.state == HELD]
    assert len(held) == len(set(held)) == (5 if booked else 6)
    assert set(reasons(first, CANNOT) + reasons(second, CANNOT)) <= {"TAKEN_MEANWHILE", "IN_ANOTHER_MOVE"}


async def test_a_meeting_that_somebody_moves_or_cancels_by_hand_leaves_the_move(world: World) -> None:
    booked = await book_reviews(world, 3)
    started = await start(world, await preview(world))
    by_hand = scheduler.RescheduleMeetingRequest(
        name=booked[0].name, etag=booked[0].etag, start_time=at(datetime(2026, 5, 5, 9, tzinfo=MONDAY.tzinfo)),
        reason="Asked for by the carer.", request_id=str(uuid4()), date_decision=WORD,
    )  # fmt: skip
    moved = (await world.stub.RescheduleMeeting(by_hand, metadata=world.as_())).meeting
    off = scheduler.CancelMeetingRequest(
        name=booked[1].name, etag=booked[1].etag, reason="Not needed.", request_id=str(uuid4()), date_decision=WORD
    )
    await world.stub.CancelMeeting(off, metadata=world.as_())
    seen = await get(world, started.name)
    assert states(seen) == {LEFT: 2, HELD: 1} and reasons(seen, LEFT) == {"CHANGED_MEANWHILE": 2}
    done = await time_is_over(world, started)
    assert states(done) == {LEFT: 2, MOVED: 1}
    assert await meeting(world, moved.name) == moved
    async with world.database.transaction(DEMO.council_id) as tx:
        assert await tx.fetchval("select count(*) from reservation where state = 'held'") == 0


async def test_a_meeting_changed_behind_its_back_is_left_with_the_reason(world: World) -> None:
    booked = await book_reviews(world, 2)
    started = await start(world, await preview(world))
    async with world.database.transaction(DEMO.council_id) as tx:
        meeting_id = UUID(booked[0].name.split("/")[-1])
        await tx.execute("update meeting set version = version + 1 where id = $1", meeting_id)
    done = await time_is_over(world, started)
    assert states(done) == {LEFT: 1, MOVED: 1} and reasons(done, LEFT) == {"CHANGED_MEANWHILE": 1}
    async with world.database.transaction(DEMO.council_id) as tx:
        assert await tx.fetchval("select count(*) from reservation where state = 'held'") == 0


async def test_a_clock_is_missed_only_with_a_reason_of_somebody_who_may(world: World) -> None:
    await book_reviews(world, 2, {0: TOO_SOON})
    late = next(one for one in (await preview(world)).meetings if one.needs_breach_reason)
    given = [wire.BreachReason(meeting=late.meeting, reason="The officer is ill.")]
    refused = await start(world, await preview(world), breach_reasons=given)
    assert reasons(refused, CANNOT) == {"MISSES_A_CLOCK": 1}
    await undo(world, refused)
    accepted = await start(world, await preview(world), "team-manager", oid="mo", breach_reasons=given)
    assert states(accepted) == {HELD: 2}
    done = await time_is_over(world, accepted)
    assert states(done) == {MOVED: 2}
    new = await meeting(world, late.meeting)
    breach = new.accepted_breaches[0]
    assert (breach.approved_by, breach.reason, new.booked_by) == ("mo", "The officer is ill.", "mo")


async def test_a_part_is_started_and_the_rest_stays_as_it_is(world: World) -> None:
    await book_reviews(world, 3)
    seen = await preview(world)
    chosen = [one.meeting for one in seen.meetings[:2]]
    started = await start(world, seen, meetings=chosen)
    assert {one.meeting for one in started.meetings if one.state == HELD} == set(chosen)
    assert states(started) == {HELD: 2, PROPOSED: 1}
    with pytest.raises(grpc.aio.AioRpcError) as twice:
        await start(world, seen)
    assert refusal(twice.value)[:2] == (grpc.StatusCode.FAILED_PRECONDITION, "MOVE_CLOSED")


async def test_new_times_held_are_seen_by_everybody_else(world: World) -> None:
    """A worker who is only asked is as taken at the new time as the chair, while the move waits."""
    await book_reviews(world, 1)
    started = await start(world, await preview(world))
    part = started.meetings[0]
    worker = named("people", "worker-0")
    asked_plan = sitting(
        chair(named("people", "someone")), meeting_pb2.Attendee(person=worker, role="social-worker", required=True),
        session_minutes=[60],
    )  # fmt: skip
    day = part.after_start_time.ToDatetime().date()
    on = Date(year=day.year, month=day.month, day=day.day)
    request = scheduler.SuggestSlotsRequest(parent=PARENT, plan=asked_plan, from_date=on, until_date=on, max_slots=50)
    slots = (await world.stub.SuggestSlots(request, metadata=world.as_())).slots
    assert slots and part.after_start_time not in [slot.start_time for slot in slots]


async def test_a_closed_room_or_council_offers_no_time_until_it_opens(world: World) -> None:
    await book_reviews(world, 2)
    oak = (await world.rooms())["Oak"]
    near = {"window_from_date": Date(year=2026, month=3, day=23), "window_until_date": WINDOW[1]}
    closed = await preview(world, person="", room=oak, cause=moves.BULK_MOVE_CAUSE_CLOSURE, **near)
    assert {one.after_room for one in closed.meetings} == {(await world.rooms())["Elm"]}
    snow = await preview(world, person="", whole_council=True, cause=moves.BULK_MOVE_CAUSE_WEATHER, **near)
    assert all(one.after_start_time.ToDatetime() >= AWAY[1].replace(tzinfo=None) for one in snow.meetings)
    assert states(closed) == states(snow) == {PROPOSED: 2}


async def test_every_fault_is_named_at_once(world: World) -> None:
    request = wire.PreviewBulkMoveRequest(parent=PARENT, person=OFFICER, whole_council=True)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.bulk_moves.PreviewBulkMove(request, metadata=world.as_())
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    told = str(refused.value.trailing_metadata())
    for field in ("person", "from_time", "until_time", "cause", "reason", "window_from_date", "request_id"):
        assert field in told


async def test_started_moves_are_listed_the_latest_first(world: World) -> None:
    await book_reviews(world, 2)
    first = await start(world, await preview(world))
    await undo(world, first)
    world.at(MONDAY + timedelta(minutes=1))
    second = await start(world, await preview(world))
    await preview(world)
    names: list[str] = []
    token = ""
    for _ in range(2):
        request = wire.ListBulkMovesRequest(parent=PARENT, page_size=1, page_token=token)
        page = await world.bulk_moves.ListBulkMoves(request, metadata=world.as_())
        names += [one.name for one in page.bulk_moves]
        token = page.next_page_token
    assert names == [second.name, first.name] and not token
    with pytest.raises(grpc.aio.AioRpcError) as elsewhere:
        await world.bulk_moves.GetBulkMove(wire.GetBulkMoveRequest(name=first.name), metadata=world.as_(council=SECOND))
    assert elsewhere.value.code() is grpc.StatusCode.NOT_FOUND


async def test_a_named_meeting_that_is_cancelled_is_not_counted_on(world: World) -> None:
    one, other = await book_reviews(world, 2)
    cancel = scheduler.CancelMeetingRequest(
        name=one.name, etag=one.etag, reason="Not needed", request_id=str(uuid4()), date_decision=WORD
    )
    await world.stub.CancelMeeting(cancel, metadata=world.as_())
    request = asked(meetings=[one.name, other.name], person="")
    request.ClearField("from_time")
    request.ClearField("until_time")
    found = (await world.bulk_moves.PreviewBulkMove(request, metadata=world.as_())).bulk_move
    assert states(found) == {CANNOT: 1, PROPOSED: 1} and reasons(found, CANNOT) == {"NOT_BOOKED": 1}
