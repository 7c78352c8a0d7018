"""A child's own week: pure, against a model that looks at the wall clock; and over the wire, on a real database."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import grpc
import pytest
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import peoples_time_service_pb2 as wire
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler

from rulebook.working_days import england_and_wales
from services.scheduler.domain.childs_time import (
    ChildsTime,
    ChildTime,
    ChildTimeKind,
    costs_of_a_start,
    faults_of_times,
)
from services.scheduler.domain.diary import Capacity
from services.scheduler.domain.grains import positions
from services.scheduler.domain.meeting import LONDON, Attendee, Plan
from services.scheduler.domain.slot_search import days_without, prepare_search

from .conftest import CHILD, DEMO, MANAGER, MOTHER, PARENT, SIBLING, World, at, chair, days_from_monday, named
from .test_capacity import FAR, day
from .test_peoples_time import OWN, bring_dated, fields_at_fault, pattern_row, term_row

CALENDAR = england_and_wales()
MONDAY, TUESDAY = date(2026, 3, 16), date(2026, 3, 17)
A, B = "councils/demo/children/a", "councils/demo/children/b"
SPRING = (date(2026, 1, 5), date(2026, 3, 27))
SUMMER = (date(2026, 4, 13), date(2026, 7, 20))
SCHOOL = tuple(ChildTime(ChildTimeKind.SCHOOL, weekday, 9 * 60, 15 * 60) for weekday in range(5))


def plan(*roles: str, subjects: tuple[str, ...] = (A,), minutes: int = 60) -> Plan:
    attendees = (Attendee("tm", "team-manager", True, True), *(Attendee(role, role) for role in roles))
    return Plan("ppm", subjects, attendees, (minutes,))


def told(
    asked: Plan, start: datetime, children: dict[str, ChildsTime], minutes: int = 60
) -> dict[str, tuple[str, int]]:
    found = costs_of_a_start(asked, Capacity(children=children), start, start + timedelta(minutes=minutes))
    return {reason: (text, cost) for reason, text, cost in found}


def wall(on: date, hour: int, minute: int = 0) -> datetime:
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def test_school_on_record_stands_for_the_usual_hours() -> None:
    record = {A: ChildsTime(SCHOOL, (SPRING, SUMMER))}
    assert "WITHIN_SCHOOL_HOURS" in told(plan("child"), wall(TUESDAY, 14), record)
    assert told(plan("child"), wall(TUESDAY, 15), record) == {"OUTSIDE_SCHOOL_HOURS": ("Outside school hours", 0)}
    holiday = wall(date(2026, 4, 7), 11)
    assert told(plan("child"), holiday, record) == {"OUTSIDE_SCHOOL_HOURS": ("Outside school hours", 0)}
    after = told(plan("child"), wall(date(2026, 9, 8), 11), record)
    assert after["WITHIN_SCHOOL_HOURS"][0] == "Within school hours, unless it is a school holiday"
    # Of a brother or sister nothing is on record: the usual hours count too.
    both = plan("child", subjects=(A, B))
    assert "unless" in told(both, wall(TUESDAY, 15), record)["WITHIN_SCHOOL_HOURS"][0]
    assert "unless" in told(plan("child"), wall(TUESDAY, 15), {})["WITHIN_SCHOOL_HOURS"][0]
    assert told(plan("child"), wall(TUESDAY, 15, 30), {})["OUTSIDE_SCHOOL_HOURS"][1] == 0
    assert told(plan("carer"), wall(TUESDAY, 11), record) == {}, "a meeting without the child is not theirs to miss"


def test_wishes_are_costs_and_name_nobody() -> None:
    wishes = (
        ChildTime(ChildTimeKind.RATHER_NOT, 1, 10 * 60, 12 * 60),
        ChildTime(ChildTimeKind.WOULD_LIKE, 1, 16 * 60, 18 * 60, TUESDAY, TUESDAY),
    )
    record = {A: ChildsTime(wishes)}
    rather_not = told(plan(), wall(TUESDAY, 11, 30), record)
    assert {reason: cost for reason, (_, cost) in rather_not.items()} == {
        "CHILD_WOULD_RATHER_NOT": 12,
        "NOT_AS_LIKED": 4,
    }
    assert told(plan(), wall(TUESDAY, 16), record) == {"CHILD_WOULD_LIKE": ("A time that the child would like", 0)}
    assert set(told(plan(), wall(TUESDAY, 17, 30), record)) == {"NOT_AS_LIKED"}, "not to its end"
    assert set(told(plan(), wall(date(2026, 3, 24), 16), record)) == {"NOT_AS_LIKED"}


CONTACTS = st.lists(
    st.builds(
        lambda weekday, first, length: ChildTime(
            ChildTimeKind.CONTACT, weekday, first * 60 + 20, min(1440, (first + length) * 60)
        ),
        st.integers(0, 6), st.integers(4, 18), st.integers(1, 5),
    ),
    max_size=4,
)  # fmt: skip


@given(CONTACTS, st.sampled_from([date(2026, 3, 26), date(2026, 10, 22)]), st.booleans())
@settings(max_examples=80, deadline=None)
def test_no_start_lies_in_contact_where_the_family_is_asked(
    contacts: list[ChildTime], first: date, family: bool
) -> None:
    asked = plan("mother") if family else plan("health")
    window = (first, first + timedelta(days=6))
    capacity = Capacity(children={A: ChildsTime(tuple(contacts))})
    found = set(positions(prepare_search(asked, capacity, window, CALENDAR).starts))
    every = prepare_search(asked, Capacity(), window, CALENDAR)
    for grain in positions(every.starts):
        start = every.grid.instant(grain).astimezone(LONDON)
        begins = start.hour * 60 + start.minute
        taken = any(
            one.weekday == start.weekday() and one.from_minute < begins + 60 and begins < one.until_minute
            for one in contacts
        )
        assert (grain in found) == (not (taken and family)), start


def test_a_day_of_contact_says_so() -> None:
    whole = ChildTime(ChildTimeKind.CONTACT, 1, 8 * 60, 19 * 60)
    capacity = Capacity(children={A: ChildsTime((whole,))})
    (found,) = days_without(prepare_search(plan("child"), capacity, (TUESDAY, TUESDAY), CALENDAR), CALENDAR)
    assert (found.reason, found.text) == (
        "CONTACT_TIME", "What is left of the day is contact between the child and their family.",
    )  # fmt: skip


def test_each_fault_names_its_field() -> None:
    times = [
        ChildTime(ChildTimeKind.SCHOOL, 0, 540, 540),
        ChildTime(ChildTimeKind.SCHOOL, 0, 540, 600, TUESDAY, MONDAY),
        ChildTime(ChildTimeKind.CONTACT, 0, 540, 600),
    ]
    assert [path for path, _ in faults_of_times(times)] == ["times[0].local_until", "times[1].until_date"]


def week_of(*times: wire.ChildTime, etag: str = "0", child: str = CHILD) -> wire.SetChildsTimeRequest:
    return wire.SetChildsTimeRequest(parent=PARENT, child=child, times=times, etag=etag, request_id=str(uuid4()))


def time(kind: wire.ChildTimeKind.ValueType, weekday: int, first: str, last: str, **more: object) -> wire.ChildTime:
    return wire.ChildTime(kind=kind, weekday=weekday, local_from=first, local_until=last, **more)  # type: ignore[arg-type]


CONTACT = time(wire.CHILD_TIME_KIND_CONTACT, 2, "08:00", "19:00")


async def ask(
    world: World, method: str, request: Message, role: str = "business-support", oid: str = "oid-1"
) -> Message:
    app = {"scp": None, "idtyp": "app"} if role in ("meetings", "case-system", "service-panels") else {}
    found: Message = await getattr(world.time, method)(request, metadata=world.as_(role, oid=oid, **app))
    return found


async def code(world: World, method: str, request: Message, role: str, oid: str = "oid-1") -> str:
    try:
        await ask(world, method, request, role, oid)
    except grpc.aio.AioRpcError as error:
        return error.code().name
    return "OK"


@pytest.fixture
async def manager(world: World) -> World:
    """The manager works nine to five in a spring with a term."""
    world.cases.accounts[OWN] = MANAGER
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    await bring_dated(
        world, *(pattern_row("TM1", one) for one in days), term_row("spring", "2026-01-05", "2026-03-27"), FAR
    )
    return world


def meeting(*attendees: meeting_pb2.Attendee) -> scheduler.MeetingPlan:
    everybody = [chair(MANAGER, "team-manager"), *attendees]
    return scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=everybody, session_minutes=[60])


async def suggest(world: World, asked: scheduler.MeetingPlan) -> scheduler.SuggestSlotsResponse:
    request = scheduler.SuggestSlotsRequest(
        parent=PARENT, plan=asked, from_date=day(MONDAY), until_date=day(TUESDAY), max_slots=50
    )
    return await world.stub.SuggestSlots(request, metadata=world.as_())


async def test_a_search_keeps_contact_free_and_knows_the_school(manager: World) -> None:
    school = [time(wire.CHILD_TIME_KIND_SCHOOL, one, "11:00", "15:00") for one in range(1, 6)]
    await ask(manager, "SetChildsTime", week_of(CONTACT, *school))
    kid = meeting_pb2.Attendee(person=named("people", "kid"), role="child")
    reply = await suggest(manager, meeting(kid))
    assert {one.start_time.ToDatetime(UTC).date() for one in reply.slots} == {MONDAY}
    assert [one.reason for one in reply.days_without] == ["CONTACT_TIME"]
    within = {
        one.start_time.ToDatetime(UTC).hour
        for one in reply.slots
        if any(each.reason == "WITHIN_SCHOOL_HOURS" and each.text == "Within school hours" for each in one.reasons)
    }
    assert within == {10, 11, 12, 13, 14}
    # Where neither the child nor the family is asked, it can be while they are together.
    assert len({one.start_time.ToDatetime(UTC).date() for one in (await suggest(manager, meeting())).slots}) == 2


async def test_who_books_over_contact_is_told_who_cannot_come(manager: World) -> None:
    await ask(manager, "SetChildsTime", week_of(CONTACT))
    mother = meeting_pb2.Attendee(person=MOTHER, role="mother")
    booked = await manager.book(meeting(mother), at(days_from_monday(1, 10)))
    assert [(one.person, one.diary) for one in booked.clashes] == [(MOTHER, meeting_pb2.DIARY_STATE_NOT_WORKING)]


async def test_what_is_on_record_is_read_as_it_was_set(manager: World) -> None:
    times = [
        CONTACT,
        time(wire.CHILD_TIME_KIND_SCHOOL, 1, "08:45", "15:15", from_date=day(MONDAY), until_date=day(TUESDAY)),
        time(wire.CHILD_TIME_KIND_RATHER_NOT, 5, "13:00", "24:00"),
        time(wire.CHILD_TIME_KIND_WOULD_LIKE, 7, "16:00", "17:00"),
    ]
    first = await ask(manager, "SetChildsTime", week_of(*times))
    read = await ask(manager, "GetChildsTime", wire.GetChildsTimeRequest(parent=PARENT, child=CHILD))
    assert isinstance(read, wire.GetChildsTimeResponse) and isinstance(first, wire.SetChildsTimeResponse)
    key = lambda one: (one.kind, one.weekday)  # noqa: E731
    assert sorted(read.childs_time.times, key=key) == sorted(times, key=key)
    assert read.childs_time.etag == first.childs_time.etag == "1"
    assert await code(manager, "SetChildsTime", week_of(CONTACT), "team-manager") == "ABORTED"
    other = await ask(manager, "GetChildsTime", wire.GetChildsTimeRequest(parent=PARENT, child=SIBLING))
    assert isinstance(other, wire.GetChildsTimeResponse) and not other.childs_time.times
    async with manager.database.transaction(DEMO.council_id) as tx:
        rows = await tx.fetch("select action from audit_event where object_name = $1", CHILD)
    assert {"GetChildsTime", "SetChildsTime"} <= {row["action"] for row in rows}


async def test_every_fault_of_a_week_names_its_field(manager: World) -> None:
    odd = wire.ChildTime(weekday=9, local_from="9", local_until="26:00", from_date=day(MONDAY))
    found = await fields_at_fault(manager, "SetChildsTime", week_of(odd, CONTACT, etag=""))
    assert set(found) == {"etag", "times[0].kind", "times[0].weekday", "times[0].local_from", "times[0].local_until"}
    backwards = time(wire.CHILD_TIME_KIND_SCHOOL, 1, "15:00", "09:00")
    assert await fields_at_fault(manager, "SetChildsTime", week_of(CONTACT, backwards)) == ["times[1].local_until"]


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("business-support", True), ("business-support-manager", True), ("team-manager", True), ("social-worker", True),
        ("reviewing-officer", True), ("panel-chair", False), ("performance-officer", False), ("meetings", False),
        ("case-system", False), ("service-panels", False), ("nobody", False),
    ],
)  # fmt: skip
async def test_who_records_a_childs_week(manager: World, role: str, may: bool) -> None:
    get = wire.GetChildsTimeRequest(parent=PARENT, child=CHILD)
    expected = "OK" if may else "NOT_FOUND"
    assert await code(manager, "GetChildsTime", get, role) == expected
    assert await code(manager, "SetChildsTime", week_of(CONTACT), role) == expected
    manager.cases.hidden.add(("oid-2", CHILD))
    assert await code(manager, "GetChildsTime", get, role, "oid-2") == "NOT_FOUND"
    assert await code(manager, "SetChildsTime", week_of(CONTACT), role, "oid-2") == "NOT_FOUND"
