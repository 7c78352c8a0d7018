"""Who comes to a sitting for one item has a meeting of their own within it, which goes with the sitting."""

from datetime import datetime, timedelta
from uuid import uuid4

import grpc
import pytest
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import diary_service_pb2 as diary
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_events_pb2 as events
from permanence.scheduler.v1 import scheduler_service_pb2 as wire
from permanence.scheduler.v1 import sitting_parts_service_pb2 as parts

from .conftest import (
    CHILD,
    FATHER,
    MANAGER,
    MOTHER,
    PARENT,
    WORKER,
    World,
    at,
    chair,
    days_from_monday,
    must_not_meet,
    refusal,
    sitting,
)
from .offering import itself, told

ITEM = str(uuid4())
TEN, QUARTER_PAST = days_from_monday(7, 10), days_from_monday(7, 10, 15)


async def booked_sitting(world: World) -> meeting_pb2.Meeting:
    """A week on, ten to twelve, in Oak."""
    await world.import_capacity()
    world.cases.tell_subject(CHILD, "R-1")
    await world.follow()
    return await world.book(sitting(chair(MANAGER), session_minutes=[120]), at(TEN), (await world.rooms())["Oak"])


async def keep(
    world: World, meeting: str, *people: str, start: datetime = QUARTER_PAST, service: str = "panels"
) -> meeting_pb2.Meeting | None:
    """Said by panels: these come for the item, for a quarter of an hour."""
    roles = {WORKER: "social-worker", MOTHER: "mother", FATHER: "father"}
    request = parts.KeepSittingPartRequest(
        meeting=meeting,
        part_id=ITEM,
        subjects=[CHILD],
        attendees=[meeting_pb2.Attendee(person=one, role=roles[one]) for one in people],
        start_time=at(start),
        end_time=at(start + timedelta(minutes=15)),
        prepared_by="oid-preparer",
        request_id=str(uuid4()),
    )
    reply = await world.parts.KeepSittingPart(request, metadata=itself(world, service))
    return reply.meeting if reply.HasField("meeting") else None


async def read(world: World, name: str) -> meeting_pb2.Meeting:
    reply = await world.stub.GetMeeting(wire.GetMeetingRequest(name=name), metadata=itself(world, "notifications"))
    return reply.meeting


async def reason(call: object) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call  # type: ignore[misc]
    return refusal(refused.value)[1]


async def test_a_part_holds_its_own_people_and_time_and_takes_nothing_again(world: World) -> None:
    whole = await booked_sitting(world)
    part = await keep(world, whole.name, WORKER, MOTHER)
    assert part is not None and part.name != whole.name and part.part_of == whole.name
    assert (part.start_time, part.end_time) == (at(QUARTER_PAST), at(QUARTER_PAST + timedelta(minutes=15)))
    assert [(one.person, one.chair) for one in part.attendees] == [(WORKER, False), (MOTHER, False)]
    assert (part.room, part.body, part.title, list(part.obligations)) == (whole.room, "", whole.title, [])
    assert (part.booked_by, list(part.subjects)) == ("oid-preparer", [CHILD])
    assert [one.person for one in (await read(world, whole.name)).attendees] == [MANAGER]

    again = await keep(world, whole.name, WORKER, MOTHER)
    assert again is not None and (again.revision, again.etag) == (part.revision, part.etag), "repeated"
    moved = await keep(world, whole.name, WORKER, FATHER, start=days_from_monday(7, 11))
    assert moved is not None and (moved.name, moved.revision) == (part.name, part.revision + 1)
    assert [one.person for one in moved.attendees] == [WORKER, FATHER]
    gone = await keep(world, whole.name)
    assert gone is not None and gone.state == meeting_pb2.MEETING_STATE_CANCELLED
    assert await keep(world, whole.name) is None
    kinds = (events.MeetingBooked, events.MeetingRescheduled, events.MeetingCancelled)
    facts = [one for one in await told(world, *kinds) if getattr(one, "meeting") != whole.name]  # noqa: B009
    assert [type(one).__name__ for one in facts] == ["MeetingBooked", "MeetingRescheduled", "MeetingCancelled"]
    assert {getattr(one, "part_of") for one in facts} == {whole.name}  # noqa: B009
    fresh = await keep(world, whole.name, WORKER)
    assert fresh is not None and fresh.name != part.name


async def test_a_part_takes_the_time_of_those_who_come(world: World) -> None:
    whole = await booked_sitting(world)
    part = await keep(world, whole.name, WORKER)
    assert part is not None
    day = Date(year=2026, month=3, day=23)
    request = diary.GetDiaryRequest(parent=PARENT, person=WORKER, from_date=day, until_date=day)
    shown = (await world.diary.GetDiary(request, metadata=world.as_())).diary
    assert part.reference in str(shown) and whole.reference not in str(shown)


async def test_a_part_goes_with_its_sitting(world: World) -> None:
    whole = await booked_sitting(world)
    part = await keep(world, whole.name, WORKER)
    assert part is not None
    request = wire.RescheduleMeetingRequest(
        name=whole.name, etag=whole.etag, start_time=at(days_from_monday(8, 13)), reason="The room is flooded",
        room=(await world.rooms())["Elm"], request_id=str(uuid4()),
    )  # fmt: skip
    whole = (await world.stub.RescheduleMeeting(request, metadata=world.as_())).meeting
    moved = await read(world, part.name)
    assert (moved.start_time, moved.room) == (at(days_from_monday(8, 13, 15)), whole.room)
    assert moved.revision == part.revision + 1

    world.at(days_from_monday(8, 16))
    held = wire.RecordMeetingHeldRequest(name=whole.name, etag=whole.etag, request_id=str(uuid4()))
    await world.stub.RecordMeetingHeld(held, metadata=world.as_())
    assert (await read(world, part.name)).state == meeting_pb2.MEETING_STATE_HELD
    (fact,) = [one for one in await told(world, events.MeetingHeld) if one.meeting == part.name]  # type: ignore[attr-defined]
    assert fact.part_of == whole.name and not fact.body  # type: ignore[attr-defined]


async def test_a_cancelled_sitting_calls_its_parts_off(world: World) -> None:
    whole = await booked_sitting(world)
    part = await keep(world, whole.name, WORKER)
    assert part is not None
    off = wire.CancelMeetingRequest(name=whole.name, etag=whole.etag, reason="Snow", request_id=str(uuid4()))
    await world.stub.CancelMeeting(off, metadata=world.as_())
    assert (await read(world, part.name)).state == meeting_pb2.MEETING_STATE_CANCELLED
    assert await reason(keep(world, whole.name, WORKER)) == "NOT_BOOKED"


async def test_nobody_changes_a_part_by_hand_and_panels_alone_keeps_it(world: World) -> None:
    whole = await booked_sitting(world)
    part = await keep(world, whole.name, WORKER)
    assert part is not None
    off = wire.CancelMeetingRequest(name=part.name, etag=part.etag, reason="Snow", request_id=str(uuid4()))
    assert await reason(world.stub.CancelMeeting(off, metadata=world.as_())) == "PART_OF_A_SITTING"
    move = wire.RescheduleMeetingRequest(
        name=part.name, etag=part.etag, start_time=at(days_from_monday(9, 10)), reason="Snow", request_id=str(uuid4())
    )
    assert await reason(world.stub.RescheduleMeeting(move, metadata=world.as_())) == "PART_OF_A_SITTING"
    world.at(days_from_monday(7, 13))
    held = wire.RecordMeetingHeldRequest(name=part.name, etag=part.etag, request_id=str(uuid4()))
    assert await reason(world.stub.RecordMeetingHeld(held, metadata=world.as_())) == "PART_OF_A_SITTING"
    assert await reason(keep(world, whole.name, WORKER, service="cases")) == "NOT_FOUND"
    assert await reason(keep(world, part.name, WORKER)) == "NOT_FOUND", "a part of a part"


async def test_a_part_is_refused_outside_its_sitting_and_for_two_who_must_not_meet(world: World) -> None:
    whole = await booked_sitting(world)
    assert await reason(keep(world, whole.name, WORKER, start=days_from_monday(7, 12))) == "NOT_WITHIN_THE_SITTING"
    assert await reason(keep(world, whole.name, WORKER, start=days_from_monday(7, 9))) == "NOT_WITHIN_THE_SITTING"
    world.cases.restrictions.append(must_not_meet(MOTHER, FATHER))
    assert await reason(keep(world, whole.name, MOTHER, FATHER)) == "MUST_NOT_MEET"
    assert await keep(world, whole.name, MOTHER) is not None
