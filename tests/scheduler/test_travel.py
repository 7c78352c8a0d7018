"""The way between venues: pure, against a plain look at each start; and from the capacity file to a search."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler

from rulebook.pack import load_pack
from rulebook.working_days import england_and_wales
from services.scheduler.domain.diary import Busy, Capacity, Diary, Room, WorkingHours
from services.scheduler.domain.grains import positions
from services.scheduler.domain.meeting import Attendee, Plan
from services.scheduler.domain.slot_search import days_without, prepare_search
from services.scheduler.domain.time_kept import TimeKept

from .conftest import CHILD, MANAGER, PARENT, World, at, chair, days_from_monday
from .test_capacity import FAR, day
from .test_peoples_time import DATED, bring_dated, pattern_row

CALENDAR = england_and_wales()
DAY = date(2026, 3, 18)
NINE = int(datetime(2026, 3, 18, 9, tzinfo=UTC).timestamp()) // 60
HOURS = tuple(WorkingHours(one, 540, 1020) for one in range(5))
ROOMS = (Room("oak", "Oak", 9, venue="north"), Room("elm", "Elm", 9, venue="south"), Room("ash", "Ash", 9))


@given(
    st.lists(st.tuples(st.integers(0, 84), st.sampled_from(["oak", "elm", "ash"])), max_size=3),
    st.sampled_from([0, 5, 20, 45]), st.booleans(),
)  # fmt: skip
@settings(max_examples=120, deadline=None)
def test_a_room_is_had_only_where_whoever_must_come_can_be_there(
    drawn: list[tuple[int, str]], travel: int, required: bool
) -> None:
    stays = tuple((NINE + first * 5, NINE + first * 5 + 30, room) for first, room in drawn)
    busy = Busy([(first, last) for first, last, _ in stays])
    worker = Attendee("sw", "social-worker", required)
    people = (Attendee("tm", "team-manager", True, True), worker)
    plan = Plan("ppm", (), people, (60,), needs_room=True)
    capacity = Capacity({"tm": Diary(HOURS), "sw": Diary(HOURS, busy, places=stays)}, ROOMS)
    search = prepare_search(plan, capacity, (DAY, DAY), CALENDAR, kept=TimeKept(travel=travel))
    venues = {room.name: room.venue for room in ROOMS}
    found = set(positions(search.starts))
    for grain in positions(search.allowed):
        start = search.grid.origin + grain * 5
        if not NINE <= start <= NINE + 7 * 60:
            continue
        free = not required or all(last <= start or start + 60 <= first for first, last, _ in stays)
        reached = [
            room.name
            for room in ROOMS
            if not required
            or all(
                not room.venue or not venues[there] or venues[there] == room.venue
                or last + travel <= start or start + 60 + travel <= first
                for first, last, there in stays
            )
        ]  # fmt: skip
        assert (grain in found) == bool(free and reached), search.grid.instant(grain)
        at_all = {room.room.name for room in search.rooms if room.fits >> grain & 1}
        assert not travel or at_all == set(reached), search.grid.instant(grain)


def test_rooms_that_are_all_too_far_are_said_to_be() -> None:
    stays = tuple((NINE + first * 60, NINE + first * 60 + 60, "oak") for first in range(0, 8, 2))
    diary = Diary(HOURS, Busy([(first, last) for first, last, _ in stays]), places=stays)
    plan = Plan("ppm", (), (Attendee("tm", "team-manager", True, True),), (60,), needs_room=True)
    capacity = Capacity({"tm": diary}, (*ROOMS[1:2], Room("oak", "Oak", 0, venue="north")))
    window = (DAY, DAY)
    assert not days_without(prepare_search(plan, capacity, window, CALENDAR), CALENDAR)
    (found,) = days_without(prepare_search(plan, capacity, window, CALENDAR, kept=TimeKept(travel=20)), CALENDAR)
    assert (found.reason, found.text) == (
        "TOO_FAR", "No room is free that those who must come can reach in time from their other meetings.",
    )  # fmt: skip


async def test_venues_of_the_file_are_what_a_search_goes_by(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(load_pack("bcp").parameters, "minutes_between_venues", 30)  # type: ignore[arg-type]
    monkeypatch.setattr("tests.scheduler.test_peoples_time.DATED", DATED + ",venue")
    rows = [
        pattern_row("TM1", "wednesday") + ",",
        "room,room,R1,,,,Oak,12,,,,,,,,,,North house",
        "room,room,R2,,,,Elm,12,,,,,,,,,,South house",
    ]
    kept = await bring_dated(world, *rows, FAR)
    assert not kept.refused_rows and kept.rooms == 2
    rooms = await world.rooms()
    plan = scheduler.MeetingPlan(
        meeting_kind="ppm", subjects=[CHILD], attendees=[chair(MANAGER, "team-manager")], session_minutes=[60],
        needs_room=True,
    )  # fmt: skip
    await world.book(plan, at(days_from_monday(2, 11)), rooms["Oak"])
    request = scheduler.SuggestSlotsRequest(
        parent=PARENT, plan=plan, from_date=day(DAY), until_date=day(DAY), max_slots=50
    )
    reply = await world.stub.SuggestSlots(request, metadata=world.as_())
    found = {one.start_time.ToDatetime(UTC): one.room for one in reply.slots}
    # Just before and just after it is in the same house; half an hour further off the other will do, by its name.
    noon = days_from_monday(2, 12)
    assert found[noon] == found[noon - timedelta(hours=2)] == rooms["Oak"]
    assert found[noon + timedelta(minutes=30)] == rooms["Elm"]
    assert found[noon - timedelta(hours=2, minutes=30)] == rooms["Elm"]
