"""A date that was offered days ago is taken as things stand now: diaries, clocks, and what becomes of it after."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from permanence.scheduler.v1 import date_offers_service_pb2 as wire
from permanence.scheduler.v1 import scheduler_events_pb2 as events
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler
from permanence.scheduler.v1.date_offer_pb2 import DATE_OFFER_STATE_OPEN
from permanence.scheduler.v1.meeting_pb2 import DIARY_STATE_BUSY, DIARY_STATE_FREE, Attendee

from .conftest import CAPACITY, CHILD, CLOCK, MANAGER, MONDAY, MOTHER, PARENT, World, at, days_from_monday, named
from .offering import FRIDAY, TUESDAY, WEDNESDAY, meeting, offer, people, read, refused, take, taking, told
from .test_capacity import FAR, bring, works
from .test_peoples_time import OWN
from .test_time_kept import most

HOUR = timedelta(hours=1)


async def test_outlook_is_read_again_before_a_date_is_taken(world: World) -> None:
    await world.import_capacity()
    world.cases.outlook[MANAGER] = []
    made = await offer(world)
    assert await _chairs_diary(world, made.dates[0].meeting) == DIARY_STATE_FREE
    world.at(MONDAY + timedelta(days=2))
    world.cases.outlook[MANAGER] = [(TUESDAY, TUESDAY + HOUR)]
    taken = await take(world, made, 1)
    assert await _chairs_diary(world, taken.taken_meeting) == DIARY_STATE_BUSY


async def test_the_other_dates_of_the_day_are_none_of_the_chairs_meetings(world: World) -> None:
    world.cases.accounts[OWN] = MANAGER
    await bring(world, *works("TM1"), FAR)
    await most(world, 1)
    made = await offer(world, TUESDAY, TUESDAY + 3 * HOUR)
    taken = await take(world, made, 2)
    assert await _chairs_diary(world, taken.taken_meeting) == DIARY_STATE_FREE


async def _chairs_diary(world: World, name: str) -> int:
    return next(one.diary for one in (await meeting(world, name)).attendees if one.chair)


@pytest.mark.parametrize("kind", ["room", "interpreter"])
async def test_a_room_or_an_interpreter_taken_elsewhere_since_is_refused(world: World, kind: str) -> None:
    interpreter = named("interpreters", "it")
    world.cases.people["IT1"] = interpreter
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    who = [*people(), Attendee(person=interpreter, role="interpreter", required=True)]
    plan = scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=who, needs_room=True)
    dates = [wire.DateToOffer(start_time=at(one), room=room) for one in (TUESDAY, WEDNESDAY)]
    made = await offer(world, plan=plan, dates=dates)
    source = {"room": "R1", "interpreter": "IT1"}[kind]
    busy = f"busy,{kind},{source},,,,,,,,,{TUESDAY:%Y-%m-%dT%H:%M},{TUESDAY + HOUR:%Y-%m-%dT%H:%M}\n"
    more = scheduler.ImportCapacityRequest(parent=PARENT, content=(CAPACITY + busy).encode(), request_id=str(uuid4()))
    await world.stub.ImportCapacity(more, metadata=world.as_())
    code, reason, metadata = await refused(take(world, made, 1))
    assert (code, reason, metadata["taken"]) == ("ALREADY_EXISTS", "TIME_TAKEN", kind)
    still = await read(world, made)
    assert still.state == DATE_OFFER_STATE_OPEN and all(one.kept for one in still.dates)
    assert (await take(world, still, 2)).taken_meeting == made.dates[1].meeting


async def test_a_clock_that_began_after_the_offer_is_kept_and_arranged(world: World) -> None:
    await world.import_capacity()
    world.cases.tell_subject(CHILD, "R-1")
    await world.follow()
    made = await offer(world)
    world.cases.tell_obligation(CLOCK, CHILD, WEDNESDAY.date() - timedelta(days=1))
    await world.follow()
    assert (await refused(take(world, made, 3)))[:2] == ("FAILED_PRECONDITION", "MISSES_A_CLOCK")
    late = taking(made, 3, breach_reason="The school asked for it.")
    taken = (await world.offers.TakeOfferedDate(late, metadata=world.as_("team-manager"))).date_offer
    booked = await meeting(world, taken.taken_meeting)
    assert [one.obligation for one in booked.accepted_breaches] == [CLOCK]
    fact = (await told(world, events.MeetingBooked))[-1]
    assert fact.obligations == [CLOCK]  # type: ignore[attr-defined]
    waiting = scheduler.ListUnarrangedObligationsRequest(parent=PARENT)
    listed = await world.stub.ListUnarrangedObligations(waiting, metadata=world.as_())
    assert not listed.obligations, "the booked meeting arranges it"


async def test_a_taken_date_that_is_moved_keeps_its_number(world: World) -> None:
    made = await offer(world)
    taken = await take(world, made, 1)
    booked = await meeting(world, taken.taken_meeting)
    later = days_from_monday(14, 10)
    move = scheduler.RescheduleMeetingRequest(
        name=booked.name, etag=booked.etag, start_time=at(later), reason="The chair asked.", request_id=str(uuid4())
    )
    await world.stub.RescheduleMeeting(move, metadata=world.as_())
    found = await read(world, made)
    assert found.taken_meeting == made.dates[0].meeting
    starts: list[datetime] = [one.start_time.ToDatetime(UTC) for one in found.dates]
    assert starts == [later, WEDNESDAY, FRIDAY] and [one.kept for one in found.dates] == [True, False, False]
    assert [one.meeting for one in found.dates] == [one.meeting for one in made.dates]
    assert MOTHER in [one.person for one in found.people]
