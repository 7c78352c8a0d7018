"""Busy times out of people's Outlook: read before a time is looked for or taken, kept with their age."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import grpc
import pytest
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from servicekit.caller import service_caller
from servicekit.errors import Unavailable
from services.scheduler.adapters.notifications_client import NotificationsClient
from tests.servicekit.eventually import eventually

from .conftest import DEMO, MANAGER, MONDAY, PARENT, WORKER, World, at, chair, days_from_monday, sitting

DAY = date(2026, 3, 18)
WEDNESDAY = datetime(2026, 3, 18, tzinfo=UTC)
WHOLE_DAY = (WEDNESDAY, WEDNESDAY + timedelta(days=1))


def _on(day: date) -> dict[str, object]:
    wire_day = Date(year=day.year, month=day.month, day=day.day)
    return {"from_date": wire_day, "until_date": wire_day, "max_slots": 50}


async def slots(world: World, day: date = DAY, **more: object) -> wire.SuggestSlotsResponse:
    request = wire.SuggestSlotsRequest(parent=PARENT, plan=sitting(chair(MANAGER)), **_on(day), **more)  # type: ignore[arg-type]
    return await world.stub.SuggestSlots(request, metadata=world.as_())


def readings(world: World) -> int:
    return sum(1 for rpc, _ in world.cases.asked if rpc == "ReadBusyTimes")


async def test_what_stands_in_outlook_is_taken(world: World) -> None:
    await world.import_capacity()
    assert (await slots(world)).slots
    world.at(MONDAY + timedelta(minutes=11))
    world.cases.outlook[MANAGER] = [WHOLE_DAY]
    found = await slots(world)
    assert not found.slots and {day.reason for day in found.days_without} == {"CHAIR_BUSY"}
    assert found.outlook_read_time.ToDatetime(UTC) == MONDAY + timedelta(minutes=11)
    assert ("ReadBusyTimes", frozenset({"service-kit"})) in world.cases.asked, "asked as the scheduler itself"


async def test_it_is_read_once_in_ten_minutes_and_its_age_is_told(world: World) -> None:
    await world.import_capacity()
    world.cases.outlook[MANAGER] = []
    await slots(world)
    before = readings(world)
    world.at(MONDAY + timedelta(minutes=9))
    world.cases.outlook[MANAGER] = [WHOLE_DAY]
    found = await slots(world)
    assert found.slots and found.outlook_read_time.ToDatetime(UTC) == MONDAY and readings(world) == before
    world.at(MONDAY + timedelta(minutes=11))
    assert not (await slots(world)).slots and readings(world) == before + 1


async def test_it_is_read_again_before_a_time_is_taken(world: World) -> None:
    await world.import_capacity()
    world.cases.outlook[MANAGER] = []
    start = (await slots(world)).slots[0].start_time
    world.at(MONDAY + timedelta(minutes=2))
    world.cases.outlook[MANAGER] = [WHOLE_DAY]
    meeting = await world.book(sitting(chair(MANAGER)), start)
    assert meeting.attendees[0].diary == meeting_pb2.DIARY_STATE_BUSY and [one.person for one in meeting.clashes] == [
        MANAGER
    ]


async def test_an_outlook_that_cannot_be_read_makes_nobody_free(world: World) -> None:
    """Nobody has told the worker's hours or diary: what an unread Outlook does not say is not known."""
    plan = sitting(chair(WORKER, "social-worker"))
    request = wire.SuggestSlotsRequest(parent=PARENT, plan=plan, **_on(DAY))  # type: ignore[arg-type]
    found = await world.stub.SuggestSlots(request, metadata=world.as_())
    assert not found.HasField("outlook_read_time")
    assert found.slots and all(list(slot.not_checked) == [WORKER] for slot in found.slots)


async def test_a_reading_of_yesterday_says_nothing_any_more(world: World) -> None:
    await world.import_capacity()
    later = date(2026, 6, 3)  # beyond what the file told
    world.cases.outlook[MANAGER] = []
    assert not any(slot.not_checked for slot in (await slots(world, later)).slots)
    del world.cases.outlook[MANAGER]
    world.at(MONDAY + timedelta(hours=25))
    found = await slots(world, later)
    assert found.slots and all(list(slot.not_checked) == [MANAGER] for slot in found.slots)
    assert not found.HasField("outlook_read_time")


async def test_while_nobody_answers_what_was_read_stays(world: World) -> None:
    await world.import_capacity()
    world.cases.outlook[MANAGER] = [WHOLE_DAY]
    assert not (await slots(world)).slots
    world.cases.outlook_is_down = True
    world.at(MONDAY + timedelta(hours=2))
    found = await slots(world)
    assert not found.slots and found.outlook_read_time.ToDatetime(UTC) == MONDAY
    before = readings(world)
    await slots(world)
    assert readings(world) == before, "who waits for a search does not wait for a neighbour that was away a moment ago"


async def test_our_own_meeting_in_outlook_is_no_second_obstacle(world: World) -> None:
    await world.import_capacity()
    start = days_from_monday(2, 13)
    meeting = await world.book(sitting(chair(MANAGER)), at(start))
    end = meeting.sessions[-1].end_time.ToDatetime(UTC)
    world.cases.outlook[MANAGER] = [(start, end)]
    world.at(MONDAY + timedelta(minutes=11))
    moving = {slot.start_time.ToDatetime(UTC) for slot in (await slots(world, moving_meeting=meeting.name)).slots}
    assert start in moving, "its own time is free for it"
    assert start not in {slot.start_time.ToDatetime(UTC) for slot in (await slots(world)).slots}
    foreign = (start, end + timedelta(minutes=30))
    world.cases.outlook[MANAGER] = [foreign]
    world.at(MONDAY + timedelta(minutes=22))
    moving = {slot.start_time.ToDatetime(UTC) for slot in (await slots(world, moving_meeting=meeting.name)).slots}
    assert start not in moving, "what others put there is not ours, however near"


async def test_what_leaves_an_outlook_leaves_the_search_and_the_file_stays(world: World) -> None:
    await world.import_capacity()
    tuesday = date(2026, 3, 17)  # the file has the manager busy until half past four
    world.cases.outlook[MANAGER] = [WHOLE_DAY]
    assert not (await slots(world)).slots
    world.cases.outlook[MANAGER] = []
    world.at(MONDAY + timedelta(minutes=11))
    assert (await slots(world)).slots and not (await slots(world, tuesday)).slots


async def test_many_searches_at_once_keep_one_reading(world: World) -> None:
    await world.import_capacity()
    world.cases.outlook |= {MANAGER: [WHOLE_DAY], WORKER: [WHOLE_DAY]}
    plans = [sitting(chair(MANAGER), meeting_pb2.Attendee(person=WORKER, role="social-worker")), sitting(chair(WORKER))]
    requests = [wire.SuggestSlotsRequest(parent=PARENT, plan=plan, **_on(DAY)) for plan in plans * 6]  # type: ignore[arg-type]
    calls = [world.stub.SuggestSlots(request, metadata=world.as_()) for request in requests]
    assert not [slot for call in calls for slot in (await call).slots]

    async def kept() -> bool:
        async with world.database.transaction(DEMO.council_id) as tx:
            return await tx.fetchval("select count(*) from busy_time where source = 'outlook'") == 2

    await eventually(kept)


async def test_farther_ahead_than_a_year_nobody_reads_and_nobody_is_free_by_that(world: World) -> None:
    await world.import_capacity()
    world.cases.outlook[MANAGER] = [WHOLE_DAY]
    far = await slots(world, date(2027, 4, 14))
    assert far.slots and all(list(slot.not_checked) == [MANAGER] for slot in far.slots)
    assert not (await slots(world)).slots, "the near part was read all the same"
    before = readings(world)
    await slots(world, date(2027, 4, 14))
    assert readings(world) == before, "what cannot be read is not asked for again and again"


class SlowPeer:
    """A neighbour that does not answer in time."""

    def __init__(self, seconds: float) -> None:
        self.channel, self.seconds, self.calls = grpc.aio.insecure_channel("127.0.0.1:1"), seconds, 0

    def timeout(self, default: float) -> float:
        return min(default, self.seconds)

    async def call(self, *_: object, **__: object) -> object:
        self.calls += 1
        raise Unavailable


@pytest.mark.parametrize(("seconds", "calls"), [(60.0, 2), (1.0, 3)])
async def test_one_councils_slow_tenant_keeps_no_other_from_being_read(seconds: float, calls: int) -> None:
    """Nor does somebody who gave it no time to answer."""
    peer = SlowPeer(seconds)
    client = NotificationsClient(peer)  # type: ignore[arg-type]
    first, second = (service_caller(UUID(int=n), "demo", "scheduler") for n in (1, 2))
    for caller in (first, first, second):
        with pytest.raises(Unavailable):
            await client.busy_times(caller, [MANAGER], MONDAY, MONDAY + timedelta(days=1))
    await peer.channel.close()
    assert peer.calls == calls
