"""What is kept around a chair's meetings and how many they have on a day: pure, and over the wire."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from google.protobuf.message import Message
from google.type.date_pb2 import Date
from hypothesis import given, settings
from hypothesis import strategies as st
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from rulebook.pack import load_pack
from rulebook.rule import MeetingKindId
from rulebook.working_days import england_and_wales
from services.scheduler.domain.diary import Busy, Capacity, Diary, WorkingHours
from services.scheduler.domain.grains import Grid, after, positions
from services.scheduler.domain.meeting import Attendee, Plan, civil_day
from services.scheduler.domain.slot_search import days_without, prepare_search
from services.scheduler.domain.time_kept import TimeKept

from .conftest import CHILD, MANAGER, PARENT, World, at, chair, days_from_monday
from .test_capacity import FAR, bring, rows_of, works
from .test_peoples_time import OWN, ask, away, set_pattern, slots, time_of

CALENDAR = england_and_wales()
FIRST, LAST = date(2026, 3, 26), date(2026, 4, 2)
HOURS = tuple(WorkingHours(day, 540, 1020) for day in range(5))
MINUTES = int(datetime(2026, 3, 26, tzinfo=UTC).timestamp()) // 60
TUESDAY, WEDNESDAY = date(2026, 3, 17), date(2026, 3, 18)


@given(st.sets(st.integers(0, 287)), st.integers(0, 40))
def test_what_is_kept_after_something_is_taken_too(bits: set[int], count: int) -> None:
    mask = sum(1 << bit for bit in bits)
    found = set(positions(after(mask, count, Grid(FIRST, 1))))
    assert found == {bit + n for bit in bits for n in range(count + 1) if bit + n < 288}


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(96, 200), st.integers(1, 20)), max_size=8),
    st.integers(0, 60), st.integers(0, 60), st.none() | st.integers(1, 3), st.integers(0, 3),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_a_start_keeps_what_is_to_be_kept_and_lies_on_no_full_day(
    drawn: list[tuple[int, int, int]], write_up: int, before: int, own: int | None, usual: int
) -> None:
    spells = [(MINUTES + day * 1440 + at * 5, MINUTES + day * 1440 + (at + length) * 5) for day, at, length in drawn]
    chaired = tuple(first for first, _ in spells)
    diary = Diary(HOURS, Busy(spells), chaired=chaired, most_chaired=own)
    plan = Plan("ppm", (), (Attendee("tm", "team-manager", True, True),), (60,))
    kept = TimeKept(write_up, before, usual)
    search = prepare_search(plan, Capacity({"tm": diary}), (FIRST, LAST), CALENDAR, kept=kept)
    counted = Counter(civil_day(datetime.fromtimestamp(minute * 60, UTC)) for minute in chaired)
    found = set(positions(search.starts))
    # Minutes are counted in grains of five, rounded up.
    up, down = -(-write_up // 5) * 5, -(-before // 5) * 5
    for grain in positions(search.allowed):
        start = search.grid.origin + grain * 5
        day = civil_day(search.grid.instant(grain))
        works = search.people[0].works >> grain & 1
        free = not any(first < start + 60 + up and start - down < last for first, last in spells)
        full = bool(own or usual) and counted[day] >= (own or usual)
        assert (grain in found) == bool(works and free and not full), search.grid.instant(grain)


def test_a_full_day_is_told_with_its_number_and_only_of_the_chair() -> None:
    spells = [(MINUTES + hour * 60, MINUTES + hour * 60 + 30) for hour in (9, 11)]
    diary = Diary(HOURS, Busy(spells), chaired=tuple(first for first, _ in spells), most_chaired=2)
    for chairs, expected in ((True, ("CHAIR_HAS_ENOUGH", "The chair (team manager) has 2 meetings that day already.")),
                             (False, None)):  # fmt: skip
        plan = Plan("ppm", (), (Attendee("tm", "team-manager", True, chairs),), (60,))
        search = prepare_search(plan, Capacity({"tm": diary}), (FIRST, FIRST), CALENDAR)
        found = {(one.reason, one.text) for one in days_without(search, CALENDAR)}
        assert found == ({expected} if expected else set())
    away = replace(diary, away=((MINUTES, MINUTES + 1440),))
    plan = Plan("ppm", (), (Attendee("tm", "team-manager", True, True),), (60,))
    (day,) = days_without(prepare_search(plan, Capacity({"tm": away}), (FIRST, FIRST), CALENDAR), CALENDAR)
    assert day.reason == "CHAIR_NOT_WORKING", "who is away is not said to have enough"


@pytest.fixture
async def manager(world: World) -> World:
    """The manager signs in and works nine to five."""
    world.cases.accounts[OWN] = MANAGER
    await bring(world, *works("TM1"), FAR)
    return world


async def most(world: World, number: int) -> Message:
    return await set_pattern(world, *(await time_of(world)).patterns, most_chaired_a_day=number)


def plan_of(*minutes: int) -> wire.MeetingPlan:
    attendees = [chair(MANAGER, "team-manager")]
    return wire.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=attendees, session_minutes=minutes or (60,))


async def test_a_day_with_as_many_meetings_as_the_chair_takes_is_not_proposed(manager: World) -> None:
    await manager.book(plan_of(), at(days_from_monday(1, 10)))
    await most(manager, 1)
    found, without = await slots(manager, TUESDAY, WEDNESDAY)
    assert found == {WEDNESDAY}
    assert without[TUESDAY] == ("CHAIR_HAS_ENOUGH", "The chair (team manager) has 1 meeting that day already.")
    await most(manager, 2)
    assert (await slots(manager, TUESDAY, WEDNESDAY))[0] == {TUESDAY, WEDNESDAY}
    # A meeting in two parts is one.
    await manager.book(plan_of(30, 30), at(days_from_monday(2, 10)))
    assert (await slots(manager, WEDNESDAY, WEDNESDAY))[0] == {WEDNESDAY}


async def test_booking_over_the_number_is_a_warning_and_a_move_does_not_count_itself(manager: World) -> None:
    await most(manager, 1)
    first = await manager.book(plan_of(), at(days_from_monday(1, 10)))
    assert first.attendees[0].diary == meeting_pb2.DIARY_STATE_FREE
    over = await manager.book(plan_of(), at(days_from_monday(1, 14)))
    assert [one.diary for one in over.clashes] == [meeting_pb2.DIARY_STATE_DAY_FULL]
    again = wire.SuggestSlotsRequest(
        parent=PARENT, plan=plan_of(), moving_meeting=first.name, max_slots=50,
        from_date=Date(year=2026, month=3, day=18), until_date=Date(year=2026, month=3, day=18),
    )  # fmt: skip
    assert (await manager.stub.SuggestSlots(again, metadata=manager.as_())).slots
    move = wire.RescheduleMeetingRequest(
        name=over.name,
        etag=over.etag,
        start_time=at(days_from_monday(2, 14)),
        reason="Too many",
        request_id=str(uuid4()),
    )
    moved = (await manager.stub.RescheduleMeeting(move, metadata=manager.as_())).meeting
    assert not moved.clashes


async def test_the_councils_own_number_counts_where_somebody_has_none(
    manager: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(load_pack("bcp").parameters, "most_chaired_a_day", 1)  # type: ignore[arg-type]
    await manager.book(plan_of(), at(days_from_monday(1, 10)))
    assert (await slots(manager, TUESDAY, WEDNESDAY))[0] == {WEDNESDAY}
    assert (await time_of(manager)).usual_most_chaired_a_day == 1


async def test_a_kind_that_is_written_up_for_long_keeps_that_time_for_its_chair_and_not_its_room(
    manager: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = load_pack("bcp").meeting_kinds
    kind = MeetingKindId("ppm")
    monkeypatch.setitem(kinds, kind, replace(kinds[kind], minutes_to_write_up=90))  # type: ignore[arg-type]
    await manager.import_capacity()
    rooms = await manager.rooms()
    await bring(manager, *works("TM1"), FAR)
    plan = plan_of()
    plan.needs_room = True
    await manager.book(plan, at(days_from_monday(2, 10)), rooms["Elm"])
    async with manager.database.transaction(manager.running.params.councils[0].council_id) as tx:
        rows = await tx.fetch(
            "select r.kind, extract(epoch from upper(during) - lower(during)) / 60 as minutes"
            " from reservation v join resource r on r.id = v.resource_id where v.state = 'booked'"
        )
    assert {row["kind"]: int(row["minutes"]) for row in rows} == {"person": 150, "room": 60}
    request = wire.SuggestSlotsRequest(
        parent=PARENT, plan=plan_of(), max_slots=50, from_date=Date(year=2026, month=3, day=18),
        until_date=Date(year=2026, month=3, day=18),
    )  # fmt: skip
    reply = await manager.stub.SuggestSlots(request, metadata=manager.as_())
    starts = {one.start_time.ToDatetime(UTC) for one in reply.slots}
    # Nine would be written up until half past eleven.
    assert min(starts) == days_from_monday(2, 12, 30) and max(starts) <= days_from_monday(2, 17) - timedelta(hours=1)


async def test_the_number_stands_in_the_weeks_of_a_chair(manager: World) -> None:
    async def week() -> tuple[int, int]:
        cell = (await rows_of(manager))[MANAGER].cells[0]
        return cell.chaired_meetings, cell.most_chaired_meetings

    await manager.book(plan_of(), at(days_from_monday(1, 10)))
    assert await week() == (1, 0), "nobody has said how many"
    await most(manager, 3)
    assert await week() == (1, 15)
    await ask(manager, "RecordAbsence", away(TUESDAY, WEDNESDAY))
    assert await week() == (1, 9), "on days away none"
