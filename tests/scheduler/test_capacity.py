"""Which week will break: weeks of chairs and rooms over the wire, on a real database."""

from datetime import date, timedelta
from uuid import uuid4

import grpc
import pytest
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import capacity_service_pb2 as wire
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler

from .conftest import (
    CAPACITY,
    CHILD,
    DEMO,
    MANAGER,
    MOTHER,
    OFFICER,
    PARENT,
    SECOND,
    SIBLING,
    WORKER,
    World,
    at,
    chair,
    days_from_monday,
    named,
    ppm,
    sitting,
)

MONDAY = date(2026, 3, 16)
CHAIRS, ROOMS = wire.CAPACITY_OF_CHAIRS, wire.CAPACITY_OF_ROOMS
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def day(when: date) -> Date:
    return Date(year=when.year, month=when.month, day=when.day)


async def rows_of(
    world: World, of: wire.CapacityOf.ValueType = CHAIRS, role: str = "", **more: object
) -> dict[str, wire.CapacityRow]:
    request = wire.GetCapacityRequest(parent=PARENT, of=of, **more)  # type: ignore[arg-type]
    reply = await world.capacity.GetCapacity(request, metadata=world.as_(role or "business-support"))
    return {row.resource: row for row in reply.rows}


async def bring(world: World, *rows: str) -> None:
    world.cases.people.update({"TM1": MANAGER, "SW1": WORKER, "RO1": OFFICER})
    content = "\n".join([CAPACITY.partition("\n")[0], *rows]) + "\n"
    request = scheduler.ImportCapacityRequest(parent=PARENT, content=content.encode(), request_id=str(uuid4()))
    reply = await world.stub.ImportCapacity(request, metadata=world.as_())
    assert not reply.refused_rows


def works(who: str, *, from_: str = "09:00", until: str = "17:00") -> list[str]:
    return [f"working_pattern,person,{who},{one},{from_},{until},,,,,,," for one in WEEKDAYS]


def busy(who: str, start: str, end: str, kind: str = "person") -> str:
    return f"busy,{kind},{who},,,,,,,,,{start},{end}"


async def owe(world: World, name: str, subject: str, due: date, kind: str = "ppm") -> None:
    world.cases.tell_subject(subject, f"REF-{name}")
    world.cases.tell_obligation(named("obligations", name), subject, due, kind)
    await world.follow()


FAR = busy("SW1", "2026-07-31T09:00", "2026-07-31T10:00")


async def test_a_week_in_minutes_taken_left_and_still_to_be_booked(world: World) -> None:
    await bring(world, *works("TM1"), FAR, busy("TM1", "2026-03-17T09:00", "2026-03-17T12:00"))
    plan = scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=[chair(MANAGER, "team-manager")])
    await world.book(plan, at(days_from_monday(2, 10)))
    await owe(world, "sib", SIBLING, MONDAY + timedelta(days=9))
    world.cases.involve(SIBLING, team_manager=MANAGER)
    first, second, *_ = (await rows_of(world, weeks=4))[MANAGER].cells
    assert (first.week, second.week) == (day(MONDAY), day(MONDAY + timedelta(weeks=1)))
    assert (first.working_minutes, first.elsewhere_minutes, first.available_minutes) == (2400, 180, 2220)
    assert (first.meetings, first.meeting_minutes, first.free_minutes) == (1, 90, 2130)
    assert (first.unbooked_meetings, second.unbooked_meetings, second.unbooked_minutes) == (0, 1, 90)
    assert first.state == second.state == wire.CAPACITY_STATE_FITS


async def test_a_week_breaks_where_what_must_be_booked_is_more_than_is_free(world: World) -> None:
    full = [busy("TM1", f"2026-04-{n:02d}T09:00", f"2026-04-{n:02d}T17:00") for n in (14, 15, 16, 17)]
    nearly = busy("TM1", "2026-04-13T09:00", "2026-04-13T15:30")
    await bring(world, *works("TM1"), FAR, *full, nearly)
    await owe(world, "one", CHILD, date(2026, 4, 15))
    cells = (await rows_of(world))[MANAGER].cells
    assert cells[4].week == day(date(2026, 4, 13)), "four weeks ahead"
    assert (cells[4].free_minutes, cells[4].unbooked_minutes, cells[4].state) == (90, 90, wire.CAPACITY_STATE_FULL)
    world.cases.involve(SIBLING, team_manager=MANAGER)
    await owe(world, "two", SIBLING, date(2026, 4, 17))
    cells = (await rows_of(world))[MANAGER].cells
    assert (cells[4].unbooked_minutes, cells[4].state) == (180, wire.CAPACITY_STATE_OVER)


async def test_what_is_not_known_is_never_free(world: World) -> None:
    await bring(world, *works("TM1"), busy("SW1", "2026-03-27T16:00", "2026-03-27T16:55"))
    world.cases.involve(SIBLING, reviewing_officer=OFFICER)
    await owe(world, "one", CHILD, MONDAY)
    rows = await rows_of(world, weeks=2)
    states = {person: [cell.state for cell in row.cells] for person, row in rows.items()}
    assert states[OFFICER] == [wire.CAPACITY_STATE_HOURS_NOT_KNOWN] * 2
    assert states[MANAGER] == [wire.CAPACITY_STATE_FITS, wire.CAPACITY_STATE_DIARY_NOT_READ], (
        "read to five minutes short"
    )
    assert rows[MANAGER].cells[1].free_minutes == 0 and rows[MANAGER].cells[1].working_minutes == 2400
    assert not rows[OFFICER].HasField("known_until_time") and rows[MANAGER].HasField("known_until_time")


async def test_bank_holidays_are_no_working_time_and_what_has_passed_is_not_free(world: World) -> None:
    await bring(world, *works("TM1"), FAR)
    await owe(world, "one", CHILD, MONDAY)
    world.at(days_from_monday(2, 13))
    cells = (await rows_of(world))[MANAGER].cells
    assert cells[0].free_minutes == 4 * 60 + 2 * 480, "from Wednesday at one o'clock"
    assert cells[0].unbooked_meetings == 1, "late: it needs its time now"
    # Good Friday is 3 April, Easter Monday the 6th; the clocks change on 29 March.
    assert [cell.working_minutes for cell in cells] == [2400, 2400, 4 * 480, 4 * 480, 2400, 2400, 2400, 4 * 480]


async def test_a_hold_takes_time_until_it_lapses_and_a_cancelled_meeting_takes_none(world: World) -> None:
    await bring(world, *works("TM1"), FAR)
    await owe(world, "one", CHILD, MONDAY + timedelta(weeks=8))
    world.cases.involve(SIBLING, team_manager=MANAGER)
    plan = scheduler.MeetingPlan(meeting_kind="ppm", subjects=[SIBLING], attendees=[chair(MANAGER, "team-manager")])
    held = scheduler.HoldSlotRequest(
        parent=PARENT, plan=plan, start_time=at(days_from_monday(1, 9)), request_id=str(uuid4())
    )
    await world.stub.HoldSlot(held, metadata=world.as_())
    assert (await rows_of(world, weeks=1))[MANAGER].cells[0].meeting_minutes == 90
    world.at(days_from_monday(0, 9, 11))
    assert MANAGER not in await rows_of(world, weeks=1), "whoever chairs nothing and will not have to has no row"
    booked = await world.book(plan, at(days_from_monday(1, 9)))
    cell = (await rows_of(world, weeks=1))[MANAGER].cells[0]
    assert (cell.meetings, cell.meeting_minutes) == (1, 90)
    cancel = scheduler.CancelMeetingRequest(name=booked.name, etag=booked.etag, reason="Ill.", request_id=str(uuid4()))
    await world.stub.CancelMeeting(cancel, metadata=world.as_())
    assert MANAGER not in await rows_of(world, weeks=1)


async def test_clocks_of_one_kind_and_subject_are_one_meeting_and_without_a_chair_they_have_a_row(world: World) -> None:
    await bring(world, *works("TM1"), FAR)
    await owe(world, "a", CHILD, MONDAY + timedelta(days=1))
    await owe(world, "b", CHILD, MONDAY + timedelta(days=8))
    await owe(world, "c", named("children", "c"), MONDAY + timedelta(days=2))
    await owe(world, "d", CHILD, MONDAY, "tracking_panel")
    rows = await rows_of(world, weeks=2)
    assert [cell.unbooked_meetings for cell in rows[MANAGER].cells] == [1, 0]
    assert [cell.unbooked_meetings for cell in rows[""].cells] == [1, 0], "a child's place at a panel is no meeting"
    assert rows[""].cells[0].state == wire.CAPACITY_STATE_HOURS_NOT_KNOWN
    assert list(rows[MANAGER].roles) == ["team-manager"] and list(rows[OFFICER].roles) == ["reviewing-officer"]


async def test_rooms_by_themselves_and_together(world: World) -> None:
    await bring(world, FAR, "room,room,R1,,,,Oak,12,,,,,", busy("R1", "2026-03-18T09:00", "2026-03-18T10:00", "room"))
    room = (await world.rooms())["Oak"]
    await world.book(sitting(chair(WORKER)), at(days_from_monday(1, 9)), room)
    await owe(world, "one", CHILD, MONDAY + timedelta(days=1))
    rows = await rows_of(world, ROOMS, weeks=1)
    oak, together = rows[room], rows[""].cells[0]
    assert oak.display_name == "Oak"
    cell = oak.cells[0]
    assert (cell.working_minutes, cell.elsewhere_minutes, cell.meetings, cell.meeting_minutes) == (2400, 60, 1, 180)
    assert (cell.unbooked_meetings, together.unbooked_meetings, together.free_minutes) == (0, 1, cell.free_minutes)


async def test_what_stands_behind_a_week(world: World) -> None:
    await bring(world, *works("TM1"), FAR, "room,room,R1,,,,Oak,12,,,,,")
    room = (await world.rooms())["Oak"]
    mine = await world.book(ppm(attendees=[chair(MANAGER, "team-manager")]), at(days_from_monday(1, 9)), room)
    await world.book(ppm(attendees=[chair(MANAGER, "team-manager")]), at(days_from_monday(8, 9)), room)
    world.cases.involve(SIBLING, team_manager=MANAGER)
    await owe(world, "sib", SIBLING, MONDAY + timedelta(days=3))
    for which in ({"person": MANAGER}, {"room": room}):
        asked = wire.GetCapacityWeekRequest(parent=PARENT, from_date=day(MONDAY + timedelta(days=4)), **which)
        reply = await world.capacity.GetCapacityWeek(asked, metadata=world.as_("team-manager"))
        assert [one.name for one in reply.meetings] == [mine.name]
        assert [one.obligation for one in reply.obligations] == [named("obligations", "sib")]
        assert reply.row.cells[0].meetings == 1
    # Whoever may not know of them still sees that the time is taken, and nothing else.
    world.cases.hidden |= {("oid-9", CHILD), ("oid-9", SIBLING)}
    asked = wire.GetCapacityWeekRequest(parent=PARENT, from_date=day(MONDAY), person=MANAGER)
    reply = await world.capacity.GetCapacityWeek(asked, metadata=world.as_("team-manager", oid="oid-9"))
    assert not reply.meetings and not reply.obligations
    assert (reply.row.cells[0].meetings, reply.row.cells[0].unbooked_meetings) == (1, 1)
    assert not reply.row.roles, "the role tells in what kind of meeting they would chair"


async def test_minutes_do_not_tell_of_what_kind_the_meeting_of_a_restricted_case_will_be(world: World) -> None:
    await bring(world, *works("TM1"), FAR)
    kinds = {"ppm": 90, "placement_arrangement": 60}
    shown = {}
    for restricted in (False, True):
        for kind in kinds:
            subject = named("children", f"{kind} {restricted}")
            world.cases.involve(subject, team_manager=subject.replace("children", "people"))
            await owe(world, f"{kind} {restricted}", subject, MONDAY + timedelta(days=3), kind)
            world.cases.tell_subject(subject, "R-1", restricted=restricted)
            await world.follow()
            row = (await rows_of(world, weeks=1))[subject.replace("children", "people")]
            shown[kind, restricted] = row.cells[0].unbooked_minutes
    assert [shown[kind, False] for kind in kinds] == list(kinds.values())
    assert shown["ppm", True] == shown["placement_arrangement", True] > 0


async def test_an_unknown_room_a_week_that_is_over_and_other_faults(world: World) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as absent:
        asked = wire.GetCapacityWeekRequest(parent=PARENT, from_date=day(MONDAY), room=named("rooms", "none"))
        await world.capacity.GetCapacityWeek(asked, metadata=world.as_())
    assert absent.value.code() == grpc.StatusCode.NOT_FOUND
    for faulty in (
        wire.GetCapacityRequest(parent=PARENT),
        wire.GetCapacityRequest(parent=PARENT, of=CHAIRS, weeks=27),
        wire.GetCapacityRequest(parent=PARENT, of=CHAIRS, from_date=day(MONDAY - timedelta(days=1))),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await world.capacity.GetCapacity(faulty, metadata=world.as_())
        assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    for both in ({}, {"room": named("rooms", "a"), "person": MANAGER}):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            asked = wire.GetCapacityWeekRequest(parent=PARENT, from_date=day(MONDAY), **both)
            await world.capacity.GetCapacityWeek(asked, metadata=world.as_())
        assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


ROLES = (
    "business-support", "business-support-manager", "team-manager", "social-worker", "reviewing-officer", "panel-chair",
    "performance-officer", "case-system", "meetings", "feed", "service-web", "service-panels", "nobody",
)  # fmt: skip
COUNTS = {"business-support", "business-support-manager", "team-manager", "performance-officer"}


@pytest.mark.parametrize("role", ROLES)
async def test_who_sees_capacity_and_who_what_stands_behind_it(world: World, role: str) -> None:
    app = {} if role in ROLES[:7] or role == "nobody" else {"scp": None, "idtyp": "app"}

    async def code(method: str, request: object) -> str:
        try:
            await getattr(world.capacity, method)(request, metadata=world.as_(role, **app))
        except grpc.aio.AioRpcError as error:
            return error.code().name
        return "OK"

    seen = await code("GetCapacity", wire.GetCapacityRequest(parent=PARENT, of=CHAIRS))
    assert seen == ("OK" if role in COUNTS else "PERMISSION_DENIED")
    world.cases.people["TM1"] = MANAGER
    asked = wire.GetCapacityWeekRequest(parent=PARENT, from_date=day(MONDAY), person=MANAGER)
    behind = await code("GetCapacityWeek", asked)
    assert behind == ("OK" if role in COUNTS - {"performance-officer"} else "NOT_FOUND")


async def test_nobody_learns_how_often_a_parent_is_asked(world: World) -> None:
    """The week of somebody who is no member of staff is like that of nobody, whatever meetings they are asked to."""
    await bring(world, *works("TM1"), FAR)
    mother = meeting_pb2.Attendee(person=MOTHER, role="mother")
    await world.book(sitting(chair(MANAGER), mother), at(days_from_monday(1, 10)))
    answers = set()
    for person in (MOTHER, named("people", "nobody")):
        asked = wire.GetCapacityWeekRequest(parent=PARENT, from_date=day(MONDAY), person=person)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await world.capacity.GetCapacityWeek(asked, metadata=world.as_())
        answers.add((refused.value.code(), str(refused.value.details()).replace(person, "")))
    assert len(answers) == 1 and answers.pop()[0] is grpc.StatusCode.NOT_FOUND


async def test_another_council_counts_its_own(world: World) -> None:
    await bring(world, *works("TM1"), FAR)
    await owe(world, "one", CHILD, MONDAY)
    request = wire.GetCapacityRequest(parent="councils/second", of=CHAIRS)
    reply = await world.capacity.GetCapacity(request, metadata=world.as_(council=SECOND))
    assert all(not cell.unbooked_meetings and not cell.working_minutes for row in reply.rows for cell in row.cells)


async def test_sums_are_asked_for_as_the_service_and_the_reading_is_audited(world: World) -> None:
    await owe(world, "one", CHILD, MONDAY)
    await rows_of(world)
    (roles,) = [roles for rpc, roles in world.cases.asked if rpc == "ListParts"]
    assert "business-support" not in roles
    async with world.database.transaction(DEMO.council_id) as tx:
        assert await tx.fetchval("select count(*) from audit_event where action = 'GetCapacity'") == 1
