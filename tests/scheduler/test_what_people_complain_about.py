"""What people complain about in other booking systems, one test a theme: each is called what they call it."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import asyncpg
import grpc
import pytest
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from rulebook.pack import load_pack
from tests.scheduler.conftest import (
    CHILD,
    DEMO,
    MANAGER,
    OFFICER,
    OTHER_MANAGER,
    PARENT,
    SIBLING,
    WORKER,
    World,
    at,
    chair,
    days_from_monday,
    named,
    ppm,
    refusal,
    sitting,
)

LONDON = ZoneInfo("Europe/London")


async def test_double_booking(world: World) -> None:
    """Twenty at once want one chair at times that overlap in part; and a hold that nobody sees takes the time too."""
    await world.import_capacity()

    async def book(minute: int) -> str:
        plan = sitting(chair(MANAGER), session_minutes=[60])
        try:
            return (await world.book(plan, at(days_from_monday(2, 10, minute)))).name
        except grpc.aio.AioRpcError as refused:
            return refusal(refused)[1]

    answers = await asyncio.gather(*(book(minute % 4 * 15) for minute in range(20)))
    assert sorted(answers)[:19] == ["TIME_TAKEN"] * 19
    hold = wire.HoldSlotRequest(
        parent=PARENT,
        plan=sitting(chair(OTHER_MANAGER)),
        start_time=at(days_from_monday(3, 10)),
        request_id=str(uuid4()),
    )
    await world.stub.HoldSlot(hold, metadata=world.as_())
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.book(sitting(chair(OTHER_MANAGER)), at(days_from_monday(3, 10)))
    assert refusal(refused.value)[1] == "TIME_TAKEN"


@pytest.mark.parametrize("before", [date(2026, 3, 27), date(2026, 10, 23)])
async def test_clock_changes(world: World, before: date) -> None:
    """Ten o'clock stays ten o'clock for what is booked before a change of the clocks and held after it."""
    world.at(datetime.combine(before, time(9), UTC) - timedelta(days=30))
    for days in (0, 3, 4):
        day = datetime.combine(before, time(10), LONDON) + timedelta(days=days)
        meeting = await world.book(sitting(chair(MANAGER), session_minutes=[60]), at(day.astimezone(UTC)))
        assert meeting.local_start == f"{day:%Y-%m-%d}T10:00" and meeting.time_zone == "Europe/London"
    request = wire.CreateSeriesRequest(
        parent=PARENT, body=named("bodies", "panel"), meeting_kind="tracking_panel", local_start="10:00", minutes=120,
        first_date=Date(year=before.year, month=before.month, day=before.day - 14), interval_days=14, count=3,
        attendees=[chair(OTHER_MANAGER)], request_id=str(uuid4()),
    )  # fmt: skip
    series = (await world.stub.CreateSeries(request, metadata=world.as_())).series
    assert [one.local_start[-5:] for one in series.meetings] == ["10:00"] * 3
    assert len({one.start_time.ToDatetime().hour for one in series.meetings}) == 2, "no change lies between them"
    async with world.database.transaction(DEMO.council_id) as tx:
        rows = await tx.fetch("select start_at, local_start from meeting")
    assert {(row["start_at"].astimezone(LONDON).strftime("%H:%M"), row["local_start"][-5:]) for row in rows} == {
        ("10:00", "10:00")
    }


async def test_reschedule_loses_people(world: World) -> None:
    """A move keeps everybody and their part, the subjects, the obligations and what the room must have."""
    await world.import_capacity()
    rooms = await world.rooms()
    found = await world.suggest()
    plan = found.plan
    plan.room_features.append("video")
    meeting = await world.book(plan, at(days_from_monday(2, 13)), rooms["Oak"])
    move = wire.RescheduleMeetingRequest(
        name=meeting.name, etag=meeting.etag, start_time=at(days_from_monday(4, 10)), reason="The chair is ill",
        request_id=str(uuid4()),
    )  # fmt: skip
    moved = (await world.stub.RescheduleMeeting(move, metadata=world.as_())).meeting

    def kept(one: meeting_pb2.Meeting) -> list[object]:
        people = [(who.person, who.role, who.required, who.chair, list(who.sessions)) for who in one.attendees]
        return [people, list(one.subjects), list(one.obligations), one.room, one.reference]

    assert kept(moved) == kept(meeting) and moved.revision == meeting.revision + 1
    again = wire.SuggestSlotsRequest(parent=PARENT, plan=plan, moving_meeting=meeting.name)
    reply = await world.stub.SuggestSlots(again, metadata=world.as_())
    assert {one.room for one in reply.slots} == {rooms["Oak"]}


async def test_no_buffer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time kept after a meeting is kept before whatever else stands in the chair's diary, ours or not."""
    monkeypatch.setitem(load_pack("bcp").parameters, "minutes_kept_after_meetings", 30)  # type: ignore[arg-type]
    await world.import_capacity()
    await world.book(sitting(chair(MANAGER), session_minutes=[60]), at(days_from_monday(2, 13)))
    request = wire.SuggestSlotsRequest(
        parent=PARENT, plan=sitting(chair(MANAGER), session_minutes=[60]), max_slots=50,
        from_date=Date(year=2026, month=3, day=18), until_date=Date(year=2026, month=3, day=18),
    )  # fmt: skip
    found = (await world.stub.SuggestSlots(request, metadata=world.as_())).slots
    starts = {one.start_time.ToDatetime(tzinfo=UTC) for one in found}
    kept, hour = timedelta(minutes=30), timedelta(hours=1)
    begin, end = days_from_monday(2, 13), days_from_monday(2, 14) + kept
    assert not any(one + hour + kept > begin and one < end for one in starts)
    assert {begin - hour - kept, end} <= starts, "what just keeps the time is not offered"
    # Somebody else's entry, from nine to half past four on Tuesday, is kept clear of in the same way.
    request.from_date.day = request.until_date.day = 17
    assert not (await world.stub.SuggestSlots(request, metadata=world.as_())).slots


async def test_continuity(world: World) -> None:
    """The child's own reviewing officer chairs, not whoever is free; of several whoever has most of the children."""
    world.cases.involve(SIBLING, reviewing_officer=OFFICER, social_worker=WORKER, team_manager=OTHER_MANAGER)
    world.cases.involve(CHILD, team_manager=OTHER_MANAGER)
    plan = wire.MeetingPlan(meeting_kind="cic_review", subjects=[CHILD, SIBLING])
    reply = await world.stub.SuggestSlots(wire.SuggestSlotsRequest(parent=PARENT, plan=plan), metadata=world.as_())
    assert [one.person for one in reply.plan.attendees if one.chair] == [OFFICER]
    both = wire.SuggestSlotsRequest(parent=PARENT, plan=wire.MeetingPlan(meeting_kind="ppm", subjects=[CHILD, SIBLING]))
    reply = await world.stub.SuggestSlots(both, metadata=world.as_())
    assert [one.person for one in reply.plan.attendees if one.chair] == [OTHER_MANAGER]


async def test_slow_slots(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is asked as often for thirty people and thirty rooms as for one: nothing is looked up one by one."""
    await world.import_capacity()
    asked: list[int] = []
    fetch = asyncpg.Connection.fetch

    async def counted(connection: object, *args: object, **more: object) -> object:
        asked.append(1)
        return await fetch(connection, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncpg.Connection, "fetch", counted)
    counts = []
    for people in (1, 30):
        others = [meeting_pb2.Attendee(person=named("people", f"x{n}"), role="health") for n in range(people)]
        asked.clear()
        plan = sitting(chair(MANAGER), *others, session_minutes=[60])
        await world.stub.SuggestSlots(wire.SuggestSlotsRequest(parent=PARENT, plan=plan), metadata=world.as_())
        counts.append(len(asked))
    # Workers ask now and then as well, and Outlook is read the first time; thirty people one by one would be thirty.
    assert max(counts) <= 10, counts


async def test_bad_questions_are_refused_by_their_field(world: World) -> None:
    """A length of nothing, a window of years, five hundred people: each is refused at once and by name."""
    many = [meeting_pb2.Attendee(person=named("people", f"x{n}"), role="health") for n in range(500)]
    asks: list[tuple[str, wire.SuggestSlotsRequest]] = [
        ("plan.session_minutes", wire.SuggestSlotsRequest(parent=PARENT, plan=ppm(session_minutes=[0]))),
        ("until_date", wire.SuggestSlotsRequest(
            parent=PARENT, plan=ppm(), from_date=Date(year=2026, month=4, day=1),
            until_date=Date(year=2027, month=4, day=1),
        )),
        ("plan.attendees", wire.SuggestSlotsRequest(parent=PARENT, plan=ppm(attendees=many))),
    ]  # fmt: skip
    for field, request in asks:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await world.stub.SuggestSlots(request, metadata=world.as_())
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert field in str(refused.value.trailing_metadata())
    zone = wire.CreateSeriesRequest(
        parent=PARENT, body=named("bodies", "panel"), meeting_kind="tracking_panel", local_start="10:00 Mars/Base",
        minutes=120, first_date=Date(year=2026, month=4, day=1), interval_days=14, count=3,
        attendees=[chair(MANAGER)], request_id=str(uuid4()),
    )  # fmt: skip
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub.CreateSeries(zone, metadata=world.as_())
    assert "without a time zone" in str(refused.value.trailing_metadata())
    content = (
        "kind,resource_kind,resource_source_id,weekday,from,until,busy_start,busy_end\n"
        "working_pattern,person,TM1,monday,17:00,09:00,,\n"
        "busy,person,TM1,,,,2026-03-17T09:00+99:00,2026-03-17T16:30\n"
    )
    world.cases.people["TM1"] = MANAGER
    read = wire.ImportCapacityRequest(parent=PARENT, content=content.encode(), request_id=str(uuid4()))
    refused_rows = (await world.stub.ImportCapacity(read, metadata=world.as_())).refused_rows
    assert [(one.row, one.reason) for one in refused_rows] == [(2, "ENDS_BEFORE_IT_BEGINS"), (3, "BAD_TIME")]
