"""From a capacity file to a booked, moved, held and cancelled meeting, over gRPC on a real database."""

from datetime import date, timedelta
from uuid import uuid4

import grpc
import pytest
from google.type.date_pb2 import Date
from permanence.feed.v1 import event_feed_pb2
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from .conftest import (
    CHILD,
    CLOCK,
    MANAGER,
    MOTHER,
    PARENT,
    SECOND,
    World,
    at,
    chair,
    days_from_monday,
    ppm,
    refusal,
    sitting,
)

BOOKED = meeting_pb2.MEETING_STATE_BOOKED


async def test_import_says_what_it_kept_and_what_not_and_changes_nothing_the_second_time(world: World) -> None:
    first, second = await world.import_capacity(), await world.import_capacity()
    assert (first.working_patterns, first.rooms, first.busy_times) == (8, 2, 3)
    assert {(row.row, row.reason) for row in first.refused_rows} == {
        (16, "UNKNOWN_WORKER"),
        (17, "ENDS_BEFORE_IT_BEGINS"),
    }
    assert first == second
    assert set(await world.rooms()) == {"Oak", "Elm"}


async def test_suggest_then_book_then_list(world: World) -> None:
    await world.import_capacity()
    world.cases.tell_subject(CHILD, "NM-0001")
    world.cases.tell_obligation(CLOCK, CHILD, date(2026, 4, 15))
    await world.follow()
    found = await world.suggest()
    best = found.slots[0]
    assert list(found.plan.obligations) == [CLOCK]
    # Tuesday's diary is full until 16:30, Wednesday's room until 10:00; the small room has too few seats for no one.
    assert best.start_time.ToDatetime().date() == date(2026, 3, 18)
    assert not best.breaches
    assert "BEFORE_EARLIEST_CLOCK" in {reason.reason for reason in best.reasons}
    why = {(day.on_date.month, day.on_date.day): (day.reason, day.text) for day in found.days_without}
    assert why[3, 17][0] == "CHAIR_BUSY"
    assert why[3, 19][0] == "CHAIR_NOT_WORKING"
    assert why[4, 3] == ("NOT_A_WORKING_DAY", "Good Friday.")
    assert (4, 15) not in why or why[4, 15][0] != "NOT_A_WORKING_DAY"
    meeting = await world.book(found.plan, best.start_time, best.room)
    assert (meeting.state, meeting.reference, meeting.title) == (BOOKED, "M-000001", "Permanence planning meeting")
    assert meeting.obligations == [CLOCK]
    diaries = {one.role: one.diary for one in meeting.attendees}
    assert diaries["team-manager"] == meeting_pb2.DIARY_STATE_FREE
    assert diaries["mother"] == meeting_pb2.DIARY_STATE_UNSPECIFIED
    listed = await world.stub.ListMeetings(wire.ListMeetingsRequest(parent=PARENT, subject=CHILD), metadata=world.as_())
    assert [one.name for one in listed.meetings] == [meeting.name]
    got = await world.stub.GetMeeting(wire.GetMeetingRequest(name=meeting.name), metadata=world.as_())
    assert got.meeting == meeting


async def test_a_taken_chair_is_refused_with_times_that_would_do(world: World) -> None:
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    start = at(days_from_monday(2, 13))
    await world.book(ppm(), start, room)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.book(ppm(), start, (await world.rooms())["Elm"])
    code, reason, metadata = refusal(refused.value)
    assert (code, reason, metadata["taken"]) == (grpc.StatusCode.ALREADY_EXISTS, "TIME_TAKEN", "chair")
    alternatives = metadata["alternatives"].split(",")
    assert len(alternatives) == 3
    start.FromJsonString(alternatives[0])
    assert (await world.book(ppm(), start, room)).state == BOOKED
    for secret in (MANAGER, MOTHER):
        assert secret not in str(metadata)


@pytest.mark.parametrize("field", ["from_date", "until_date"])
async def test_a_day_beyond_every_diary_is_refused_by_name(world: World, field: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.suggest(**{field: Date(year=9999, month=12, day=31)})
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert field in str(refused.value.trailing_metadata())


async def test_times_for_a_move_are_in_rooms_that_have_what_the_meeting_needs(world: World) -> None:
    await world.import_capacity()
    rooms = await world.rooms()
    plan = sitting(chair(MANAGER), needs_room=True, room_features=["video"])
    meeting = await world.book(plan, at(days_from_monday(2, 13)), rooms["Oak"])

    async def rooms_for(moving: str, *features: str, needs_room: bool = True) -> set[str]:
        asked = sitting(chair(MANAGER), needs_room=needs_room, room_features=features)
        request = wire.SuggestSlotsRequest(parent=PARENT, plan=asked, moving_meeting=moving)
        reply = await world.stub.SuggestSlots(request, metadata=world.as_())
        assert reply.slots
        return {one.room for one in reply.slots}

    assert rooms["Elm"] in await rooms_for("")
    assert await rooms_for(meeting.name) == {rooms["Oak"]}
    assert await rooms_for(meeting.name, "step-free") == {rooms["Oak"]}
    assert await rooms_for(meeting.name, needs_room=False) == {""}


async def test_times_for_the_move_of_a_hidden_meeting_are_as_for_none(world: World) -> None:
    """Which times are free beside it would tell of it."""
    await world.import_capacity()
    meeting = await world.book(ppm(), at(days_from_monday(2, 13)), (await world.rooms())["Oak"])
    world.cases.hidden.add(("outsider", CHILD))
    for name in (meeting.name, f"{PARENT}/meetings/{uuid4()}"):
        request = wire.SuggestSlotsRequest(parent=PARENT, plan=sitting(chair(MANAGER)), moving_meeting=name)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await world.stub.SuggestSlots(request, metadata=world.as_("team-manager", oid="outsider"))
        assert refusal(refused.value)[::2] == (grpc.StatusCode.NOT_FOUND, {"resource": name})


async def test_move_hold_cancel_and_held(world: World) -> None:
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    meeting = await world.book(ppm(), at(days_from_monday(2, 13)), room)
    move = wire.RescheduleMeetingRequest(
        name=meeting.name, etag=meeting.etag, start_time=at(days_from_monday(2, 13, 30)), reason="chair asked",
        request_id=str(uuid4()),
    )  # fmt: skip
    moved = (await world.stub.RescheduleMeeting(move, metadata=world.as_())).meeting
    assert (moved.revision, moved.room, moved.attendees[0]) == (2, room, meeting.attendees[0])
    again = (await world.stub.RescheduleMeeting(move, metadata=world.as_())).meeting
    assert again == moved
    move.request_id = str(uuid4())
    with pytest.raises(grpc.aio.AioRpcError) as stale:
        await world.stub.RescheduleMeeting(move, metadata=world.as_())
    assert refusal(stale.value)[:2] == (grpc.StatusCode.ABORTED, "STALE")
    early = wire.RecordMeetingHeldRequest(name=moved.name, etag=moved.etag, request_id=str(uuid4()))
    with pytest.raises(grpc.aio.AioRpcError) as not_yet:
        await world.stub.RecordMeetingHeld(early, metadata=world.as_())
    assert refusal(not_yet.value)[1] == "NOT_YET_ENDED"
    world.at(days_from_monday(2, 16))
    held = (await world.stub.RecordMeetingHeld(early, metadata=world.as_())).meeting
    assert held.state == meeting_pb2.MEETING_STATE_HELD
    other = await world.book(ppm(), at(days_from_monday(4, 10)), room)
    cancel = wire.CancelMeetingRequest(name=other.name, etag=other.etag, reason="not needed", request_id=str(uuid4()))
    gone = (await world.stub.CancelMeeting(cancel, metadata=world.as_())).meeting
    cancel.request_id = str(uuid4())
    assert (await world.stub.CancelMeeting(cancel, metadata=world.as_())).meeting == gone
    assert (await world.book(ppm(), at(days_from_monday(4, 10)), room)).state == BOOKED
    pulled = await world.feed.Pull(
        event_feed_pb2.PullRequest(parent=PARENT, wait={"seconds": 5}), metadata=_service(world)
    )
    while len(pulled.events) < 6:
        pulled = await world.feed.Pull(
            event_feed_pb2.PullRequest(parent=PARENT, wait={"seconds": 1}), metadata=_service(world)
        )
    kinds = [event.fact.type_url.rpartition(".")[2] for event in pulled.events]
    assert kinds == [
        "MeetingBooked", "MeetingRescheduled", "MeetingHeld", "MeetingBooked", "MeetingCancelled", "MeetingBooked",
    ]  # fmt: skip


async def test_a_hold_keeps_the_time_for_ten_minutes(world: World) -> None:
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    start = at(days_from_monday(2, 13))
    hold = wire.HoldSlotRequest(parent=PARENT, plan=ppm(), start_time=start, room=room, request_id=str(uuid4()))
    kept = await world.stub.HoldSlot(hold, metadata=world.as_())
    assert kept.expire_time.ToDatetime() == (days_from_monday(0, 9) + timedelta(minutes=10)).replace(tzinfo=None)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.book(ppm(), start, room)
    assert refusal(refused.value)[1] == "TIME_TAKEN"
    book = wire.BookMeetingRequest(parent=PARENT, hold=kept.meeting.name, request_id=str(uuid4()))
    booked = (await world.stub.BookMeeting(book, metadata=world.as_())).meeting
    assert (booked.name, booked.state) == (kept.meeting.name, BOOKED)
    hold = wire.HoldSlotRequest(
        parent=PARENT, plan=ppm(), start_time=at(days_from_monday(4, 10)), room=room, request_id=str(uuid4())
    )
    lapsing = await world.stub.HoldSlot(hold, metadata=world.as_())
    world.at(days_from_monday(0, 9, 10))
    late = wire.BookMeetingRequest(parent=PARENT, hold=lapsing.meeting.name, request_id=str(uuid4()))
    with pytest.raises(grpc.aio.AioRpcError) as lapsed:
        await world.stub.BookMeeting(late, metadata=world.as_())
    assert refusal(lapsed.value)[1] == "HOLD_LAPSED"
    assert (await world.book(ppm(), at(days_from_monday(4, 10)), room)).state == BOOKED
    got = await world.stub.GetMeeting(wire.GetMeetingRequest(name=lapsing.meeting.name), metadata=world.as_())
    assert got.meeting.state == meeting_pb2.MEETING_STATE_LAPSED


async def test_a_series_steps_round_bank_holidays(world: World) -> None:
    request = wire.CreateSeriesRequest(
        parent=PARENT, body=sitting().body, meeting_kind="tracking_panel", local_start="10:00", minutes=180,
        interval_days=14, count=4, attendees=[chair(MANAGER)], request_id=str(uuid4()),
    )  # fmt: skip
    request.first_date.year, request.first_date.month, request.first_date.day = 2026, 3, 20
    series = (await world.stub.CreateSeries(request, metadata=world.as_())).series
    assert [one.local_start for one in series.meetings] == [
        "2026-03-20T10:00", "2026-04-02T10:00", "2026-04-17T10:00", "2026-05-01T10:00",
    ]  # fmt: skip
    assert series.meetings[0].start_time.ToDatetime().hour == 10
    assert series.meetings[1].start_time.ToDatetime().hour == 9
    assert [(one.regular_date.day, one.moved_to_date.day, one.reason) for one in series.moved] == [
        (3, 2, "Good Friday")
    ]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.book(sitting(chair(MANAGER)), at(days_from_monday(4, 11)))
    assert refusal(refused.value)[1] == "TIME_TAKEN"


async def test_another_council_finds_nothing(world: World) -> None:
    await world.import_capacity()
    meeting = await world.book(ppm(), at(days_from_monday(2, 13)), (await world.rooms())["Oak"])
    theirs = world.as_(council=SECOND)
    for name in (meeting.name, meeting.name.replace("demo", "second")):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await world.stub.GetMeeting(wire.GetMeetingRequest(name=name), metadata=theirs)
        assert refused.value.code() == grpc.StatusCode.NOT_FOUND


def _service(world: World) -> list[tuple[str, str]]:
    return world.as_("service-notifications", scp=None, idtyp="app")
