"""Whether people can also join by video: settled in a draft, booked, kept by a move, and changed afterwards."""

from uuid import uuid4

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from .conftest import MANAGER, PARENT, World, at, chair, days_from_monday, sitting
from .test_held_drafts import WEDNESDAY, Draft, hold
from .test_meeting_drafts import change, get, start

START, LATER = at(days_from_monday(1, 10)), at(days_from_monday(2, 10))


async def move(world: World, meeting: meeting_pb2.Meeting, to: Timestamp, **more: object) -> meeting_pb2.Meeting:
    request = wire.RescheduleMeetingRequest(
        name=meeting.name, etag=meeting.etag, start_time=to, reason="The chair asked.", request_id=str(uuid4()), **more
    )  # type: ignore[arg-type]
    return (await world.stub.RescheduleMeeting(request, metadata=world.as_())).meeting


def _without_room(draft: Draft) -> wire.MeetingPlan:
    draft.plan.needs_room = False
    return draft.plan


async def test_a_draft_keeps_it_and_a_booking_takes_it_over(world: World) -> None:
    draft = await start(world)
    draft = await change(world, draft, plan=_without_room(draft))
    assert not draft.plan.held_by_video, "nobody has said so"
    draft.plan.held_by_video = True
    changed = await change(world, draft, start_time=WEDNESDAY)
    assert changed.plan.held_by_video and (await get(world, draft.name)).plan.held_by_video
    book = wire.BookMeetingRequest(
        parent=PARENT, plan=changed.plan, start_time=WEDNESDAY, draft=draft.name, request_id=str(uuid4())
    )
    booked = (await world.stub.BookMeeting(book, metadata=world.as_())).meeting
    read = await world.stub.GetMeeting(wire.GetMeetingRequest(name=booked.name), metadata=world.as_())
    assert booked.held_by_video and read.meeting.held_by_video


async def test_what_is_settled_while_the_time_is_held_gives_nothing_back_and_is_booked(world: World) -> None:
    draft = await start(world)
    draft = await change(world, draft, plan=_without_room(draft))
    held = await hold(world, draft, WEDNESDAY)
    draft = await get(world, draft.name)
    draft.plan.held_by_video = True
    changed = await change(world, draft, start_time=WEDNESDAY)
    assert changed.hold == held.name
    book = wire.BookMeetingRequest(parent=PARENT, hold=held.name, draft=draft.name, request_id=str(uuid4()))
    assert (await world.stub.BookMeeting(book, metadata=world.as_())).meeting.held_by_video


async def test_a_move_keeps_it_and_a_change_of_it_is_told_like_a_move(world: World) -> None:
    await world.import_capacity()
    booked = await world.book(sitting(chair(MANAGER), held_by_video=True), START)
    moved = await move(world, booked, LATER)
    assert moved.held_by_video and moved.revision == booked.revision + 1
    ended = await move(world, moved, LATER, held_by_video=False)
    assert not ended.held_by_video and ended.revision == moved.revision + 1 and ended.start_time == LATER
    begun = await move(world, ended, LATER, held_by_video=True)
    read = await world.stub.GetMeeting(wire.GetMeetingRequest(name=booked.name), metadata=world.as_())
    assert begun.held_by_video and read.meeting.held_by_video
