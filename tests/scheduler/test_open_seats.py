"""Seats of which it is open who takes them, and a quorum instead of everybody."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations, product
from uuid import uuid4

import grpc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from rulebook.pack import load_pack
from rulebook.rule import MeetingKindId
from rulebook.working_days import england_and_wales
from services.scheduler.domain.choice import at_least
from services.scheduler.domain.diary import Busy, Capacity, Diary, Room, WorkingHours
from services.scheduler.domain.grains import Grid, positions
from services.scheduler.domain.meeting import Attendee, Choice, Plan
from services.scheduler.domain.slot_search import prepare_search
from services.scheduler.domain.suggestion import Question, Suggestion, suggest
from services.scheduler.domain.time_kept import TimeKept, full_days, full_mask
from tests.servicekit.serving import refusal

from .conftest import FATHER, MANAGER, OTHER_MANAGER, PARENT, WORKER, World, chair, must_not_meet, named, ppm

CALENDAR = england_and_wales()
FULL_WEEK = tuple(WorkingHours(day, 540, 1020) for day in range(5))
MONDAY = date(2026, 3, 16)
WINDOW = (MONDAY, MONDAY + timedelta(days=4))
TM = Attendee("tm", "team-manager", True, True)
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
_ORIGIN = Grid(MONDAY, 1).origin


def busy_on(*days: int) -> Diary:
    """A diary that is full on these days of the week from MONDAY, and read far ahead."""
    return Diary(FULL_WEEK, Busy(tuple((_ORIGIN + day * 1440, _ORIGIN + (day + 1) * 1440) for day in days)), UNTIL)


def any_of(*people: str, count: int = 1, role: str = "health", leads: bool = False) -> Choice:
    """So many of these."""
    return Choice(tuple(Attendee(one, role, True, leads) for one in people), count)


def ask(plan: Plan, diaries: dict[str, Diary], **met: int) -> Suggestion:
    return suggest(Question(plan, WINDOW, {}, 0, 500, met=met), Capacity(diaries), CALENDAR)


@given(st.lists(st.sets(st.integers(0, 40)), max_size=7), st.integers(0, 8))
def test_at_least_so_many(sets: list[set[int]], count: int) -> None:
    masks = [sum(1 << bit for bit in one) for one in sets]
    found = at_least(masks, count) & ((1 << 41) - 1)
    assert list(positions(found)) == [bit for bit in range(41) if sum(bit in one for one in sets) >= count]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_choice_finds_the_times_of_every_way_to_fill_it(data: st.DataObject) -> None:
    days = st.sets(st.integers(0, 4))
    diaries = {name: busy_on(*data.draw(days)) for name in ("tm", "a", "b", "c", "d", "e")}
    count = data.draw(st.integers(1, 3))
    choices = (any_of("a", "b", "c", count=count), any_of("d", "e", role="school"))
    plan = Plan("ppm", attendees=(TM,), session_minutes=(60,), choices=choices)
    expected = 0
    for three, two in product(combinations(choices[0].candidates, count), choices[1].candidates):
        panel = Plan("ppm", attendees=(TM, *three, two), session_minutes=(60,))
        expected |= prepare_search(panel, Capacity(diaries), WINDOW, CALENDAR).starts
    assert prepare_search(plan, Capacity(diaries), WINDOW, CALENDAR).starts == expected
    for slot in ask(plan, diaries).slots:
        assert len(slot.chosen) == count + 1 and not slot.not_checked
        grain = prepare_search(plan, Capacity(diaries), WINDOW, CALENDAR).grid.grain_at_or_after(slot.start)
        panel = Plan("ppm", attendees=(TM, *slot.chosen), session_minutes=(60,))
        assert prepare_search(panel, Capacity(diaries), WINDOW, CALENDAR).starts >> grain & 1


def test_who_knows_the_child_comes_first_then_who_has_least_to_do() -> None:
    plan = Plan("ppm", attendees=(TM,), session_minutes=(60,), choices=(any_of("a", "b", "c"),))
    diaries = {"tm": busy_on(), "a": busy_on(1, 2), "b": busy_on(1), "c": busy_on(1, 2, 3)}
    monday = ask(plan, diaries).slots[0]
    assert [one.person for one in monday.chosen] == ["b"], "the least in their diary that week"
    known = ask(plan, diaries, c=2).slots[0]
    assert [one.person for one in known.chosen] == ["c"]
    assert "KNOWN_FACES" in {reason.reason for reason in known.reasons}
    assert known.cost < monday.cost
    unread = ask(plan, diaries | {"b": Diary(FULL_WEEK)}).slots[0]
    assert [one.person for one in unread.chosen] == ["a"], "nobody knows whether b is free"


def test_a_day_on_which_nobody_can_take_the_seat_says_so() -> None:
    plan = Plan("ppm", attendees=(TM,), session_minutes=(60,), choices=(any_of("a", "b", count=2),))
    found = ask(plan, {"tm": busy_on(), "a": busy_on(1), "b": busy_on(2)})
    assert {(day.on_date.weekday(), day.reason) for day in found.days_without} == {
        (1, "NONE_TO_CHOOSE"), (2, "NONE_TO_CHOOSE"),
    }  # fmt: skip


def test_a_quorum_is_enough_but_all_are_better() -> None:
    members = (TM, *(Attendee(name, "social-worker", True) for name in ("a", "b", "c")))
    plan = Plan("tracking_panel", attendees=members, session_minutes=(60,), quorum=3)
    diaries = {"tm": busy_on(4), "a": busy_on(0), "b": busy_on(0, 1), "c": busy_on(3)}
    found = ask(plan, diaries)
    away = {slot.start.weekday(): len(slot.clashes) for slot in found.slots}
    assert away == {1: 1, 2: 0, 3: 1}
    assert found.slots[0].start.weekday() == 2
    costs = {slot.start.weekday(): {reason.reason for reason in slot.reasons} for slot in found.slots}
    assert "QUORATE" in costs[1] and "ALL_REQUIRED_FREE" in costs[2]
    assert {(day.on_date.weekday(), day.reason) for day in found.days_without} == {(0, "NO_QUORUM"), (4, "CHAIR_BUSY")}
    everybody = ask(Plan("ppm", attendees=members, session_minutes=(60,)), diaries)
    assert {slot.start.weekday() for slot in everybody.slots} == {2}


def test_the_quorum_of_a_panel_is_the_councils_number() -> None:
    pack = load_pack("bcp")
    kinds = pack.meeting_kinds
    assert pack.quorum_of(kinds[MeetingKindId("tracking_panel")]) == pack.parameters["tracking_panel_quorum"] == 3
    assert pack.quorum_of(kinds[MeetingKindId("ppm")]) == 0


async def test_one_of_several_is_chosen_through_the_service(world: World) -> None:
    await world.import_capacity()
    seats = [wire.Choice(role="health", candidates=[named("people", "h1"), named("people", "h2")])]
    plan = ppm(choices=seats)
    found = await world.stub.SuggestSlots(wire.SuggestSlotsRequest(parent=PARENT, plan=plan), metadata=world.as_())
    assert found.slots and all(len(slot.chosen) == 1 and slot.chosen[0].role == "health" for slot in found.slots)
    assert found.slots[0].chosen[0].person in found.slots[0].not_checked
    best = found.slots[0]
    chosen = wire.MeetingPlan()
    chosen.CopyFrom(found.plan)
    chosen.ClearField("choices")
    chosen.attendees.extend(best.chosen)
    booked = await world.book(chosen, best.start_time, best.room)
    assert best.chosen[0].person in {one.person for one in booked.attendees}


async def test_whoever_was_at_the_last_meeting_is_chosen_again(world: World) -> None:
    await world.import_capacity()
    second = named("people", "h2")
    plan = ppm(attendees=[chair(MANAGER), meeting_pb2.Attendee(person=second, role="health")])
    found = await world.stub.SuggestSlots(wire.SuggestSlotsRequest(parent=PARENT, plan=plan), metadata=world.as_())
    await world.book(found.plan, found.slots[0].start_time, found.slots[0].room)
    seats = [wire.Choice(role="health", candidates=[named("people", "h1"), second])]
    again = await world.stub.SuggestSlots(
        wire.SuggestSlotsRequest(parent=PARENT, plan=ppm(choices=seats)), metadata=world.as_()
    )
    assert {slot.chosen[0].person for slot in again.slots} == {second}


async def test_a_stand_in_for_the_chair_takes_the_chairs_place(world: World) -> None:
    await world.import_capacity()
    seat = wire.Choice(role="team-manager", candidates=[OTHER_MANAGER], chair=True)
    request = wire.SuggestSlotsRequest(parent=PARENT, plan=ppm(choices=[seat]))
    found = await world.stub.SuggestSlots(request, metadata=world.as_())
    assert MANAGER not in {one.person for one in found.plan.attendees}
    assert {(slot.chosen[0].person, slot.chosen[0].chair) for slot in found.slots} == {(OTHER_MANAGER, True)}


async def test_who_must_not_meet_somebody_is_not_among_those_to_choose_from(world: World) -> None:
    await world.import_capacity()
    world.cases.restrictions.append(must_not_meet(FATHER, WORKER, court=True))
    other = named("people", "uncle")
    seat = wire.Choice(role="father", candidates=[FATHER, other])
    request = wire.SuggestSlotsRequest(parent=PARENT, plan=ppm(choices=[seat]))
    found = await world.stub.SuggestSlots(request, metadata=world.as_())
    assert {slot.chosen[0].person for slot in found.slots} == {other}
    request.plan.choices[0].candidates[:] = [FATHER]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub.SuggestSlots(request, metadata=world.as_())
    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION


@pytest.mark.parametrize(
    ("seats", "field"),
    [
        ([wire.Choice(role="health")], "plan.choices[0].candidates"),
        ([wire.Choice(role="health", candidates=[named("people", "h1")], count=2)], "plan.choices[0].count"),
        ([wire.Choice(role="health", candidates=[named("people", "h1")], count=-1)], "plan.choices[0].count"),
        ([wire.Choice(role="doctor", candidates=[named("people", "h1")])], "plan.choices[0].role"),
        ([wire.Choice(role="health", candidates=["x"])], "plan.choices[0].candidates[0]"),
        ([wire.Choice(role="health", candidates=[named("people", "h1")] * 2)], "plan.attendees"),
        ([wire.Choice(role="health", candidates=[named("people", f"h{n}") for n in range(201)])], "plan.choices"),
    ],
)
async def test_seats_that_cannot_be_filled_are_refused(world: World, seats: list[wire.Choice], field: str) -> None:
    request = wire.SuggestSlotsRequest(parent=PARENT, plan=ppm(choices=seats))
    refused = await refusal(lambda: world.stub.SuggestSlots(request, metadata=world.as_()))
    assert refused.code is grpc.StatusCode.INVALID_ARGUMENT
    assert field in {one.field for one in refused.bad.field_violations}


async def test_what_is_held_names_its_people(world: World) -> None:
    await world.import_capacity()
    found = await world.suggest()
    plan = ppm(choices=[wire.Choice(role="health", candidates=[named("people", "h1")])])
    request = wire.HoldSlotRequest(
        parent=PARENT, plan=plan, start_time=found.slots[0].start_time, request_id=str(uuid4())
    )
    refused = await refusal(lambda: world.stub.HoldSlot(request, metadata=world.as_()))
    assert [one.field for one in refused.bad.field_violations] == ["plan.choices"]


def test_where_fewer_are_named_than_make_a_quorum_all_of_them_are_looked_for() -> None:
    plan = Plan("tracking_panel", attendees=(TM, Attendee("a", "social-worker", True)), session_minutes=(60,), quorum=3)
    found = ask(plan, {"tm": busy_on(4), "a": busy_on(0)})
    assert {slot.start.weekday() for slot in found.slots} == {1, 2, 3}


def test_who_may_be_chosen_needs_time_to_come_from_another_venue() -> None:
    at_nine = (_ORIGIN + 9 * 60, _ORIGIN + 10 * 60, "far")
    rooms = (Room("near", "Near", 9, venue="north"), Room("far", "Far", 9, venue="south"))
    diaries = {"tm": busy_on(), "a": Diary(FULL_WEEK, Busy((at_nine[:2],)), UNTIL, places=(at_nine,))}
    plan = Plan("ppm", attendees=(TM,), session_minutes=(60,), needs_room=True, choices=(any_of("a"),))
    kept, window = TimeKept(travel=30), (MONDAY, MONDAY)

    def first_minute(*there: Room) -> int:
        search = prepare_search(plan, Capacity(diaries, there), window, CALENDAR, kept=kept)
        start = search.grid.instant(next(iter(positions(search.starts))))
        return start.hour * 60 + start.minute

    assert first_minute(*rooms) == 10 * 60 + 30
    assert first_minute(rooms[1]) == 10 * 60, "with one venue alone there is no way to go"


def test_meetings_looked_for_together_count_together_against_a_chairs_number_a_day() -> None:
    three = Diary(FULL_WEEK, chaired=tuple(_ORIGIN + hour * 60 for hour in (9, 11, 13)), most_chaired=4)
    assert full_days(three, 0) == frozenset() and full_days(three, 0, besides=1) == {MONDAY}
    grid = Grid(MONDAY, 3)
    assert full_mask(Diary(FULL_WEEK, most_chaired=2), 0, grid, besides=2) == grid.everything
    assert full_mask(Diary(FULL_WEEK, most_chaired=2), 0, grid, besides=1) == 0
