"""Meetings one directly after the other, such as the reviews of brothers and sisters."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import grpc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from rulebook.working_days import england_and_wales
from services.scheduler.domain.back_to_back import BackToBack, in_grains, no_time_for_a_way, offsets_of
from services.scheduler.domain.diary import Busy, Capacity, Diary, Room, WorkingHours
from services.scheduler.domain.grains import Grid, positions
from services.scheduler.domain.kept_apart import MustNotMeetPair
from services.scheduler.domain.meeting import Attendee, Plan
from services.scheduler.domain.slot_rank import Ranking
from services.scheduler.domain.slot_search import prepare_search
from services.scheduler.domain.time_kept import NOTHING_KEPT, TimeKept
from tests.servicekit.serving import refusal

from .conftest import CHILD, FATHER, MANAGER, MOTHER, PARENT, SIBLING, WORKER, World, must_not_meet, ppm

CALENDAR = england_and_wales()
FULL_WEEK = tuple(WorkingHours(day, 540, 1020) for day in range(5))
MONDAY = date(2026, 3, 16)
WINDOW = (MONDAY, MONDAY + timedelta(days=1))
ORIGIN = Grid(MONDAY, 1).origin
OFFICER = Attendee("iro", "reviewing-officer", True, True)


def review(*people: str, minutes: int = 60, room: bool = False) -> Plan:
    others = tuple(Attendee(one, "social-worker", True) for one in people)
    return Plan("cic_review", attendees=(OFFICER, *others), session_minutes=(minutes,), needs_room=room)


def together(plans: list[Plan], capacity: Capacity, buffer: int = 0, travel: int = 0) -> BackToBack:
    kept = [(buffer, TimeKept(travel=travel))] * len(plans)
    minutes = offsets_of(plans, kept, ())
    offsets = in_grains(minutes)
    rankings = [
        Ranking(
            prepare_search(plan, capacity, WINDOW, CALENDAR, buffer_minutes=buffer, on_half_hours=place == 0),
            capacity,
            {},
            CALENDAR,
        )
        for place, plan in enumerate(plans)
    ]
    return BackToBack(tuple(rankings), offsets, no_time_for_a_way(plans, kept, minutes))


def busy(*hours: tuple[int, int]) -> Diary:
    spells = tuple((ORIGIN + first * 60, ORIGIN + last * 60) for first, last in hours)
    return Diary(FULL_WEEK, Busy(spells), datetime(2027, 1, 1, tzinfo=UTC))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_proposed_is_free_for_each_in_its_turn_and_nothing_is_missed(data: st.DataObject) -> None:
    hours = st.lists(st.tuples(st.integers(9, 15), st.integers(1, 3)), max_size=3)
    diaries = {
        name: busy(*((first, first + length) for first, length in data.draw(hours))) for name in ("iro", "a", "b")
    }
    first, second = data.draw(st.sampled_from([30, 60, 75])), data.draw(st.sampled_from([45, 60]))
    buffer = data.draw(st.sampled_from([0, 15]))
    found = together([review("a", minutes=first), review("b", minutes=second)], Capacity(diaries), buffer)
    grid = found.rankings[0].search.grid
    starts = {grid.instant(grain) for grain in positions(found.starts())}
    expected = set()
    for half_hour in range(96):
        start = datetime(2026, 3, 16, tzinfo=UTC) + timedelta(minutes=30 * half_hour)
        one = (start, start + timedelta(minutes=first))
        other = (one[1] + timedelta(minutes=buffer), one[1] + timedelta(minutes=buffer + second))
        people = [("iro", one), ("a", one), ("iro", other), ("b", other)]
        if all(_is_free(diaries[name], *spell, buffer if name == "iro" else 0) for name, spell in people):
            expected.add(start)
    assert starts == expected


def _is_free(diary: Diary, start: datetime, end: datetime, after: int) -> bool:
    first, last = (int(one.timestamp()) // 60 for one in (start, end))
    day = (start - datetime(start.year, start.month, start.day, tzinfo=UTC)).seconds // 60
    works = day >= 540 and day + (last - first) <= 1020
    return works and not any(a < last + after and first < b for a, b in diary.busy.spells)


def test_they_stay_in_one_room_where_one_is_free_for_all() -> None:
    people = {"iro": busy((9, 13), (15, 17)), "a": busy(), "b": busy()}
    small = Room("small", "Small", 4, frozenset(), Busy(((ORIGIN + 14 * 60, ORIGIN + 15 * 60),)))
    large = Room("large", "Large", 9)
    plans = [review("a", room=True), review("b", room=True)]
    (first, second), *_ = together(plans, Capacity(people, (small, large))).best(5)
    assert first.start.hour == 13 and second.start.hour == 14
    assert (first.room, second.room) == ("large", "large"), "the small one is free for the first alone"


def taken_but(*hours: int) -> Busy:
    return Busy(tuple((ORIGIN + one * 60, ORIGIN + one * 60 + 60) for one in range(9, 17) if one not in hours))


def test_nobody_is_sent_to_another_venue_without_time_to_get_there() -> None:
    people = {"iro": Diary(FULL_WEEK, taken_but(9, 10, 13, 14)), "a": busy(), "b": busy()}
    north = Room("n1", "N1", 4, frozenset(), taken_but(9, 13), "north")
    next_door = Room("n2", "N2", 9, frozenset(), taken_but(14), "north")
    south = Room("s1", "S1", 3, frozenset(), taken_but(10, 14), "south")
    plans = [review("a", room=True), review("b", room=True)]
    rooms = (north, next_door, south)

    def rooms_of(found: BackToBack) -> dict[int, tuple[str, ...]]:
        monday = (slots for slots in found.best(20) if slots[0].start.date() == MONDAY)
        return {slots[0].start.hour: tuple(one.room for one in slots) for slots in monday}

    assert rooms_of(together(plans, Capacity(people, rooms))) == {9: ("n1", "s1"), 13: ("n1", "s1")}
    assert rooms_of(together(plans, Capacity(people, rooms), travel=20)) == {13: ("n1", "n2")}
    nowhere = together(plans, Capacity(people, (north, south)), travel=20)
    assert rooms_of(nowhere) == {}
    assert {one.on_date: one.reason for one in nowhere.days_without(CALENDAR)}[MONDAY] == "NOT_ONE_AFTER_THE_OTHER"
    # Where nobody has said of which venue a room is, or one of the meetings needs none, nothing stands in the way.
    somewhere = (north, replace(south, venue=""))
    assert rooms_of(together(plans, Capacity(people, somewhere), travel=20)) == {9: ("n1", "s1"), 13: ("n1", "s1")}
    talk = [plans[0], review("b")]
    assert rooms_of(together(talk, Capacity(people, (north,)), travel=20)) == {9: ("n1", ""), 13: ("n1", "")}


def test_time_enough_between_two_leaves_every_venue() -> None:
    plans = [review("a"), review("b"), review("c")]
    for gaps, way, hurried in (((0, 0), 0, False), ((20, 20), 20, False), ((20, 15), 20, True)):
        offsets = [0, 60 + gaps[0], 120 + sum(gaps)]
        assert no_time_for_a_way(plans, [(0, TimeKept(travel=way))] * 3, offsets) is hurried


def test_between_two_lies_what_is_kept_and_nobody_who_must_not_meet_passes_in_the_corridor() -> None:
    plans = [review("a"), review("b")]
    nothing, written_up = (0, NOTHING_KEPT), (0, TimeKept(write_up=30))
    assert offsets_of(plans, [nothing, nothing], ()) == [0, 60]
    assert offsets_of(plans, [(10, NOTHING_KEPT), nothing], ()) == [0, 70]
    assert offsets_of(plans, [written_up, nothing], ()) == [0, 90]
    other_chair = Plan("cic_review", attendees=(Attendee("b", "reviewing-officer", True, True),), session_minutes=(60,))
    assert offsets_of([plans[0], other_chair], [written_up, nothing], ()) == [0, 60]
    assert offsets_of(plans, [nothing, nothing], [MustNotMeetPair("b", "a")]) == [0, 75]


def test_a_day_that_would_do_for_each_but_not_for_both_says_so() -> None:
    whole = {"iro": busy((9, 10), (11, 13), (14, 17)), "a": busy(), "b": busy()}
    found = together([review("a"), review("b")], Capacity(whole))
    reasons = {day.on_date: day.reason for day in found.days_without(CALENDAR)}
    assert reasons == {MONDAY: "NOT_ONE_AFTER_THE_OTHER"}
    away = {"iro": busy((9, 17)), "a": busy(), "b": busy()}
    reasons = {
        day.on_date: day.reason for day in together([review("a"), review("b")], Capacity(away)).days_without(CALENDAR)
    }
    assert reasons == {MONDAY: "CHAIR_BUSY"}


async def test_two_childrens_meetings_are_proposed_and_booked_one_after_the_other(world: World) -> None:
    await world.import_capacity()
    world.cases.involve(SIBLING, team_manager=MANAGER, social_worker=WORKER)
    request = wire.SuggestBackToBackRequest(parent=PARENT, plans=[ppm(CHILD), ppm(SIBLING)])
    found = await world.stub.SuggestBackToBack(request, metadata=world.as_())
    assert found.proposals and [list(one.subjects) for one in found.plans] == [[CHILD], [SIBLING]]
    for proposal in found.proposals:
        one, other = proposal.slots
        assert other.start_time.seconds - one.end_time.seconds in range(16 * 60) and one.room == other.room
        assert proposal.cost == one.cost + other.cost
    for plan, slot in zip(found.plans, found.proposals[0].slots, strict=True):
        booked = await world.book(plan, slot.start_time, slot.room)
        assert booked.start_time == slot.start_time


async def test_people_of_the_one_and_the_other_who_must_not_meet_have_a_quarter_of_an_hour_between(
    world: World,
) -> None:
    await world.import_capacity()
    world.cases.involve(SIBLING, team_manager=MANAGER, social_worker=WORKER, father=FATHER)
    world.cases.restrictions.append(must_not_meet(FATHER, MOTHER, court=True))
    request = wire.SuggestBackToBackRequest(parent=PARENT, plans=[ppm(CHILD), ppm(SIBLING)])
    found = await world.stub.SuggestBackToBack(request, metadata=world.as_())
    assert found.proposals
    for proposal in found.proposals:
        one, other = proposal.slots
        assert other.start_time.seconds - one.end_time.seconds >= 15 * 60


@pytest.mark.parametrize(
    ("plans", "field"),
    [
        ([], "plans"),
        ([ppm(CHILD)] * 7, "plans"),
        ([ppm(CHILD), wire.MeetingPlan(subjects=[SIBLING])], "plans[1].meeting_kind"),
        ([ppm(CHILD), ppm("x")], "plans[1].subjects[0]"),
        ([ppm(CHILD), ppm(CHILD, session_minutes=[0])], "plans[1].session_minutes"),
    ],
)
async def test_what_is_wrong_is_named_with_the_meeting_it_is_in(
    world: World, plans: list[wire.MeetingPlan], field: str
) -> None:
    request = wire.SuggestBackToBackRequest(parent=PARENT, plans=plans)
    refused = await refusal(lambda: world.stub.SuggestBackToBack(request, metadata=world.as_()))
    assert refused.code is grpc.StatusCode.INVALID_ARGUMENT
    assert field in {one.field for one in refused.bad.field_violations}


async def test_a_hidden_brother_is_not_there(world: World) -> None:
    world.cases.involve(SIBLING, team_manager=MANAGER, social_worker=WORKER)
    world.cases.hidden.add(("oid-1", SIBLING))
    request = wire.SuggestBackToBackRequest(parent=PARENT, plans=[ppm(CHILD), ppm(SIBLING)])
    refused = await refusal(lambda: world.stub.SuggestBackToBack(request, metadata=world.as_()))
    assert refused.code is grpc.StatusCode.NOT_FOUND
