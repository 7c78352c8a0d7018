"""When people work and when they are away, over the wire, on a real database."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date
from uuid import uuid4

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from permanence.scheduler.v1 import diary_service_pb2 as diary_wire
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import peoples_time_service_pb2 as wire
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler

from services.scheduler.domain.working_time import WorkingPattern, WorkingTime
from services.scheduler.storage.working_time_rows import WorkingTimeRows
from tests.servicekit.eventually import eventually

from .conftest import (
    CAPACITY,
    CHILD,
    DEMO,
    MANAGER,
    MOTHER,
    OFFICER,
    PARENT,
    SECOND,
    WORKER,
    World,
    at,
    chair,
    days_from_monday,
    named,
    refusal,
)
from .test_capacity import FAR, bring, day, works

OWN = "oid-manager"
MONDAY, TUESDAY, FRIDAY = date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 20)
STAFF = (
    "business-support", "business-support-manager", "team-manager", "social-worker", "reviewing-officer", "panel-chair",
    "performance-officer",
)  # fmt: skip
SYSTEMS = ("case-system", "meetings", "feed", "service-panels", "service-notifications", "service-web")
KEEPERS = ("business-support", "business-support-manager")
DATED = CAPACITY.partition("\n")[0] + ",from_day,until_day,term_time_only,absence_kind"


async def bring_dated(world: World, *rows: str) -> scheduler.ImportCapacityResponse:
    world.cases.people.update({"TM1": MANAGER, "SW1": WORKER, "RO1": OFFICER})
    content = "\n".join([DATED, *rows]).encode()
    request = scheduler.ImportCapacityRequest(parent=PARENT, content=content, request_id=str(uuid4()))
    return await world.stub.ImportCapacity(request, metadata=world.as_())


def pattern_row(who: str, weekday: str, first: str = "", last: str = "", term: str = "") -> str:
    return f"working_pattern,person,{who},{weekday},09:00,17:00,,,,,,,,{first},{last},{term},"


def absence_row(who: str, first: str, last: str, kind: str = "leave") -> str:
    return f"absence,person,{who},,,,,,,,,,,{first},{last},,{kind}"


def term_row(name: str, first: str, last: str) -> str:
    return f"term,term,{name},,,,,,,,,,,{first},{last},,"


def away(first: date = TUESDAY, last: date | None = None, person: str = "", **more: str) -> wire.RecordAbsenceRequest:
    return wire.RecordAbsenceRequest(
        parent=PARENT,
        person=person,
        kind=wire.ABSENCE_KIND_LEAVE,
        from_date=day(first),
        until_date=day(last or first),
        request_id=str(uuid4()),
        **more,  # type: ignore[arg-type]
    )


def week(*weekdays: int, **more: object) -> wire.WorkingPattern:
    hours = [wire.WeekdayHours(weekday=one, local_from="09:00", local_until="17:00") for one in weekdays]
    return wire.WorkingPattern(hours=hours, **more)  # type: ignore[arg-type]


async def ask(
    world: World, method: str, request: Message, role: str = "team-manager", oid: str = OWN, **more: object
) -> Message:
    app = {"scp": None, "idtyp": "app"} if role in SYSTEMS else {}
    found: Message = await getattr(world.time, method)(request, metadata=world.as_(role, oid=oid, **app, **more))  # type: ignore[arg-type]
    return found


async def code(world: World, method: str, request: Message, role: str = "team-manager", **more: object) -> str:
    try:
        await ask(world, method, request, role, **more)  # type: ignore[arg-type]
    except grpc.aio.AioRpcError as error:
        return error.code().name
    return "OK"


async def time_of(world: World, person: str = "") -> wire.WorkingTime:
    request = wire.GetWorkingTimeRequest(parent=PARENT, person=person)
    reply = await ask(world, "GetWorkingTime", request, "business-support" if person else "team-manager")
    assert isinstance(reply, wire.GetWorkingTimeResponse)
    return reply.working_time


async def set_pattern(world: World, *patterns: wire.WorkingPattern, person: str = "", **more: object) -> Message:
    etag = (await time_of(world, person)).etag
    request = wire.SetWorkingPatternRequest(
        parent=PARENT, person=person, patterns=patterns, request_id=str(uuid4()), **{"etag": etag, **more}
    )  # type: ignore[arg-type]
    return await ask(world, "SetWorkingPattern", request, "business-support" if person else "team-manager")


async def absences(world: World, person: str = "") -> Sequence[wire.Absence]:
    request = wire.ListAbsencesRequest(parent=PARENT, person=person)
    reply = await ask(world, "ListAbsences", request, "business-support" if person else "team-manager")
    assert isinstance(reply, wire.ListAbsencesResponse)
    return reply.absences


async def fields_at_fault(world: World, method: str, request: Message) -> list[str]:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await ask(world, method, request)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    found = error_details_pb2.BadRequest()
    for detail in rpc_status.from_call(refused.value).details:  # type: ignore[arg-type,union-attr]
        if detail.Is(found.DESCRIPTOR):
            detail.Unpack(found)
    return [one.field for one in found.field_violations]


@pytest.fixture
async def manager(world: World) -> World:
    """The manager signs in, works nine to five, and their diary was read to the end of July."""
    world.cases.accounts.update({OWN: MANAGER, "oid-worker": WORKER})
    await bring(world, *works("TM1"), FAR)
    return world


async def slots(world: World, first: date, last: date) -> tuple[set[date], dict[date, tuple[str, str]]]:
    """The days with a start for the manager alone, and the others with their reasons."""
    attendees = [chair(MANAGER, "team-manager")]
    plan = scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=attendees, session_minutes=[60])
    request = scheduler.SuggestSlotsRequest(
        parent=PARENT, plan=plan, from_date=day(first), until_date=day(last), max_slots=50
    )
    reply = await world.stub.SuggestSlots(request, metadata=world.as_())
    without = {
        date(one.on_date.year, one.on_date.month, one.on_date.day): (one.reason, one.text) for one in reply.days_without
    }
    return {one.start_time.ToDatetime(UTC).date() for one in reply.slots}, without


async def test_an_absence_is_no_time_for_a_search_and_its_meetings_are_told_and_stay(manager: World) -> None:
    plan = scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=[chair(MANAGER, "team-manager")])
    booked = await manager.book(plan, at(days_from_monday(1, 10)))
    other = await manager.book(plan, at(days_from_monday(3, 10)))
    reply = await ask(manager, "RecordAbsence", away(TUESDAY, date(2026, 3, 18)))
    assert isinstance(reply, wire.RecordAbsenceResponse)
    (missed,) = reply.absence.meetings
    assert (missed.meeting, missed.reference, missed.chair) == (booked.name, booked.reference, True)
    found, without = await slots(manager, MONDAY, FRIDAY)
    assert found == {MONDAY, date(2026, 3, 19), FRIDAY}
    assert without[TUESDAY] == ("CHAIR_NOT_WORKING", "The chair (team manager) is away or does not work then.")
    (listed,) = await absences(manager)
    assert [one.meeting for one in listed.meetings] == [booked.name] and other.name != booked.name
    async with manager.database.transaction(DEMO.council_id) as tx:
        assert await tx.fetchval("select count(*) from meeting where state = 'booked'") == 2, "nothing moved by itself"


async def test_a_meeting_in_parts_is_one_that_is_missed(manager: World) -> None:
    attendees = [chair(MANAGER, "team-manager")]
    plan = scheduler.MeetingPlan(
        meeting_kind="ppm", subjects=[CHILD], attendees=attendees, session_minutes=[60, 30, 60]
    )
    booked = await manager.book(plan, at(days_from_monday(1, 10)))
    reply = await ask(manager, "RecordAbsence", away(TUESDAY, local_from="11:15"))
    assert isinstance(reply, wire.RecordAbsenceResponse)
    (missed,) = reply.absence.meetings
    assert missed.meeting == booked.name
    second, third = booked.sessions[1], booked.sessions[2]
    assert (missed.start_time, missed.end_time) == (second.start_time, third.end_time)


async def test_hours_that_touch_are_one_for_a_booking_too(manager: World) -> None:
    hours = [
        wire.WeekdayHours(weekday=2, local_from=first, local_until=last)
        for first, last in (("12:00", "17:00"), ("09:00", "12:00"))
    ]
    await set_pattern(manager, wire.WorkingPattern(hours=hours))
    (kept,) = (await time_of(manager)).patterns
    assert [(one.local_from, one.local_until) for one in kept.hours] == [("09:00", "17:00")]
    plan = scheduler.MeetingPlan(
        meeting_kind="ppm", subjects=[CHILD], attendees=[chair(MANAGER, "team-manager")], session_minutes=[60]
    )
    booked = await manager.book(plan, at(days_from_monday(1, 11, 30)))
    assert [one.diary for one in booked.attendees] == [meeting_pb2.DIARY_STATE_FREE] and not booked.clashes


async def test_who_is_booked_while_away_is_told_as_not_there_and_not_as_busy(manager: World) -> None:
    await ask(manager, "RecordAbsence", away(TUESDAY))
    plan = scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=[chair(MANAGER, "team-manager")])
    booked = await manager.book(plan, at(days_from_monday(1, 10)))
    assert [one.diary for one in booked.clashes] == [meeting_pb2.DIARY_STATE_NOT_WORKING]


async def test_part_of_a_day_leaves_the_rest(manager: World) -> None:
    await ask(manager, "RecordAbsence", away(TUESDAY, local_from="13:00"))
    (listed,) = await absences(manager)
    assert (listed.local_from, listed.local_until) == ("13:00", "")
    request = diary_wire.GetDiaryRequest(parent=PARENT, from_date=day(TUESDAY), until_date=day(TUESDAY))
    reply = await manager.diary.GetDiary(request, metadata=manager.as_("team-manager", oid=OWN))
    (tuesday,) = reply.diary.days
    told = [(one.kind, one.start_time.ToDatetime().hour, one.end_time.ToDatetime().hour) for one in tuesday.entries]
    assert told == [
        (diary_wire.DIARY_ENTRY_KIND_GAP, 9, 13), (diary_wire.DIARY_ENTRY_KIND_AWAY, 13, 0),
    ]  # fmt: skip


async def test_a_withdrawn_absence_does_not_count_and_no_file_brings_it_back(manager: World) -> None:
    rows = (pattern_row("TM1", "tuesday"), absence_row("TM1", "2026-03-17", "2026-03-17"))
    kept = await bring_dated(manager, *rows, FAR)
    assert (kept.absences, kept.terms, len(kept.refused_rows)) == (1, 0, 0)
    assert (await slots(manager, TUESDAY, TUESDAY))[0] == set()
    (listed,) = await absences(manager)
    assert listed.recorded_by == "" and listed.kind == wire.ABSENCE_KIND_LEAVE
    for _ in range(2):
        request = wire.WithdrawAbsenceRequest(name=listed.name, request_id=str(uuid4()))
        reply = await ask(manager, "WithdrawAbsence", request)
        assert isinstance(reply, wire.WithdrawAbsenceResponse) and reply.absence.HasField("withdraw_time")
    await bring_dated(manager, rows[0], FAR)
    await bring_dated(manager, *rows, FAR)
    assert not await absences(manager) and (await slots(manager, TUESDAY, TUESDAY))[0] == {TUESDAY}


async def test_a_file_replaces_its_own_absences_and_not_what_somebody_recorded(manager: World) -> None:
    await ask(manager, "RecordAbsence", away(FRIDAY))
    await bring_dated(manager, absence_row("TM1", "2026-03-17", "2026-03-17"), FAR)
    await bring_dated(manager, absence_row("TM1", "2026-03-18", "2026-03-18"), FAR)
    assert [one.from_date.day for one in await absences(manager)] == [18, 20]
    await bring_dated(manager, *works("SW1"), FAR)
    assert len(await absences(manager)) == 2, "a file that does not speak of them leaves them alone"


async def test_patterns_with_days_and_terms_are_what_a_search_goes_by(manager: World) -> None:
    rows = [
        pattern_row("TM1", "monday", last="2026-03-22"),
        *(pattern_row("TM1", one, first="2026-03-23", term="yes") for one in ("monday", "wednesday")),
        term_row("spring", "2026-01-05", "2026-03-27"),
        term_row("summer", "2026-04-13", "2026-07-20"),
    ]
    kept = await bring_dated(manager, *rows, FAR)
    assert (kept.working_patterns, kept.terms, len(kept.refused_rows)) == (3, 2, 0)
    found, without = await slots(manager, MONDAY, date(2026, 4, 15))
    assert found == {MONDAY, date(2026, 3, 23), date(2026, 3, 25), date(2026, 4, 13), date(2026, 4, 15)}
    assert without[date(2026, 4, 8)][0] == "CHAIR_NOT_WORKING", "a school holiday"
    # After the last term that is known nobody knows: found, but said to be not checked.
    later, _ = await slots(manager, date(2026, 7, 22), date(2026, 7, 22))
    assert later == {date(2026, 7, 22)}
    time = await time_of(manager)
    assert [one.term_time_only for one in time.patterns] == [False, True] and len(time.terms) == 2


async def test_hours_set_by_hand_stay_until_they_are_cleared(manager: World) -> None:
    before = await time_of(manager)
    assert not before.set_by_hand and [one.weekday for one in before.patterns[0].hours] == [1, 2, 3, 4, 5]
    await set_pattern(manager, week(2, 3))
    kept = await bring_dated(manager, pattern_row("TM1", "friday"), FAR)
    assert [one.reason for one in kept.refused_rows] == ["SET_BY_HAND"]
    assert (await slots(manager, MONDAY, FRIDAY))[0] == {TUESDAY, date(2026, 3, 18)}
    await set_pattern(manager)
    cleared = await time_of(manager)
    assert not cleared.patterns and not cleared.set_by_hand
    await bring_dated(manager, pattern_row("TM1", "friday"), FAR)
    assert (await slots(manager, MONDAY, FRIDAY))[0] == {FRIDAY}


async def test_a_file_that_meets_hours_just_being_set_leaves_them_and_says_so(manager: World) -> None:
    """The file's rows wait for whoever sets hours; that these were set by hand is seen after the wait."""

    async def waits() -> bool:
        async with manager.database.unscoped() as connection:
            return await connection.fetchval("select count(*) from pg_locks where not granted") != 0

    by_hand = WorkingTime((WorkingPattern(((1, 540, 720),)),), by_hand=True)
    async with manager.database.transaction(DEMO.council_id) as tx:
        rows = WorkingTimeRows(tx)
        await rows.load(MANAGER, lock=True)
        await rows.save(MANAGER, by_hand)
        brought = asyncio.create_task(bring_dated(manager, pattern_row("TM1", "friday"), FAR))
        await eventually(waits)
    kept = await brought
    assert (kept.working_patterns, [one.reason for one in kept.refused_rows]) == (0, ["SET_BY_HAND"])
    (pattern,) = (await time_of(manager)).patterns
    assert [(one.weekday, one.local_from, one.local_until) for one in pattern.hours] == [(2, "09:00", "12:00")]


async def test_whoever_has_no_pattern_is_never_free(manager: World) -> None:
    await set_pattern(manager)
    attendees = [chair(MANAGER, "team-manager")]
    plan = scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=attendees, session_minutes=[60])
    request = scheduler.SuggestSlotsRequest(parent=PARENT, plan=plan, from_date=day(TUESDAY), until_date=day(TUESDAY))
    reply = await manager.stub.SuggestSlots(request, metadata=manager.as_())
    assert reply.slots and all(list(one.not_checked) == [MANAGER] for one in reply.slots)


async def test_two_who_set_hours_at_once_are_told(manager: World) -> None:
    etag = (await time_of(manager)).etag
    await set_pattern(manager, week(1))
    request = wire.SetWorkingPatternRequest(parent=PARENT, patterns=[week(2)], etag=etag, request_id=str(uuid4()))
    assert await code(manager, "SetWorkingPattern", request) == "ABORTED"
    # The number alone leaves the hours to the next file.
    await set_pattern(manager)
    await bring(manager, *works("TM1"), FAR)
    await set_pattern(manager, *(await time_of(manager)).patterns, most_chaired_a_day=2)
    assert ((await time_of(manager)).most_chaired_a_day, (await time_of(manager)).set_by_hand) == (2, False)


async def test_every_fault_names_its_field(manager: World) -> None:
    backwards = week(1, from_date=day(FRIDAY), until_date=day(MONDAY))
    odd = wire.WorkingPattern(hours=[wire.WeekdayHours(weekday=8, local_from="9", local_until="25:00")])
    request = wire.SetWorkingPatternRequest(
        parent=PARENT, patterns=[odd], most_chaired_a_day=21, etag="x", request_id="no"
    )
    assert set(await fields_at_fault(manager, "SetWorkingPattern", request)) == {
        "request_id", "most_chaired_a_day", "patterns[0].hours[0].weekday", "patterns[0].hours[0].local_from",
        "patterns[0].hours[0].local_until",
    }  # fmt: skip
    request = wire.SetWorkingPatternRequest(
        parent=PARENT, patterns=[week(1), week(2), backwards], etag="x", request_id=str(uuid4())
    )
    found = await fields_at_fault(manager, "SetWorkingPattern", request)
    assert found == ["patterns[2].until_date", "patterns[1].from_date"]
    assert await fields_at_fault(manager, "RecordAbsence", away(FRIDAY, MONDAY)) == ["until_date"]
    assert await fields_at_fault(manager, "RecordAbsence", away(FRIDAY, date.max)) == ["until_date"]
    assert await fields_at_fault(manager, "RecordAbsence", away(date.max)) == ["from_date"]
    early = away(FRIDAY, local_from="13:00", local_until="13:00")
    assert await fields_at_fault(manager, "RecordAbsence", early) == ["local_until"]
    nothing = wire.RecordAbsenceRequest(parent=PARENT, local_from="noon")
    assert set(await fields_at_fault(manager, "RecordAbsence", nothing)) == {
        "request_id", "kind", "from_date", "until_date", "local_from",
    }  # fmt: skip


@pytest.mark.parametrize("role", [*STAFF, *SYSTEMS, "nobody"])
async def test_who_keeps_whose_time(manager: World, role: str) -> None:
    own = "OK" if role in STAFF else "PERMISSION_DENIED"
    others = "OK" if role in KEEPERS else "NOT_FOUND"
    for person, expected in (("", own), (WORKER, others)):
        get = wire.GetWorkingTimeRequest(parent=PARENT, person=person)
        assert await code(manager, "GetWorkingTime", get, role) == expected
        listed = wire.ListAbsencesRequest(parent=PARENT, person=person)
        assert await code(manager, "ListAbsences", listed, role) == expected
        assert await code(manager, "RecordAbsence", away(person=person), role) == expected
        etag = (await time_of(manager, person or MANAGER)).etag
        change = wire.SetWorkingPatternRequest(
            parent=PARENT, person=person, patterns=[week(1)], etag=etag, request_id=str(uuid4())
        )
        assert await code(manager, "SetWorkingPattern", change, role) == expected
    reply = await ask(manager, "RecordAbsence", away(), "social-worker", oid="oid-worker")
    assert isinstance(reply, wire.RecordAbsenceResponse)
    withdraw = wire.WithdrawAbsenceRequest(name=reply.absence.name, request_id=str(uuid4()))
    assert await code(manager, "WithdrawAbsence", withdraw, role) == others
    unknown = wire.WithdrawAbsenceRequest(name=named("absences", "none"), request_id=str(uuid4()))
    assert await code(manager, "WithdrawAbsence", unknown, role) == "NOT_FOUND"


async def test_a_stranger_is_answered_like_one_who_never_was(manager: World) -> None:
    answers = set()
    for person in (MOTHER, named("people", "never")):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await ask(manager, "RecordAbsence", away(person=person), "business-support", oid="oid-b")
        answers.add((refused.value.code(), str(refused.value.details()).replace(person, "")))
    assert len(answers) == 1 and answers.pop()[0] is grpc.StatusCode.NOT_FOUND
    assert await code(manager, "RecordAbsence", away(), oid="oid-nobody") == "FAILED_PRECONDITION"
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await ask(manager, "ListAbsences", wire.ListAbsencesRequest(parent=PARENT), oid="oid-nobody")
    assert refusal(refused.value)[1] == "NOT_ON_STAFF_LIST"
    reply = await ask(manager, "RecordAbsence", away())
    assert isinstance(reply, wire.RecordAbsenceResponse)
    theirs = wire.WithdrawAbsenceRequest(name=reply.absence.name, request_id=str(uuid4()))
    assert await code(manager, "WithdrawAbsence", theirs, "business-support", council=SECOND) == "NOT_FOUND"


async def test_a_meeting_that_may_not_be_known_of_is_not_told_with_an_absence(manager: World) -> None:
    plan = scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=[chair(MANAGER, "team-manager")])
    await manager.book(plan, at(days_from_monday(1, 10)))
    manager.cases.hidden.add(("oid-b", CHILD))
    request = away(TUESDAY, person=MANAGER)
    reply = await ask(manager, "RecordAbsence", request, "business-support", oid="oid-b")
    assert isinstance(reply, wire.RecordAbsenceResponse) and not reply.absence.meetings
    assert len((await absences(manager))[0].meetings) == 1, "one's own are always known"
    # A repeat makes no second absence.
    again = await ask(manager, "RecordAbsence", request, "business-support", oid="oid-b")
    assert isinstance(again, wire.RecordAbsenceResponse) and again.absence.name == reply.absence.name
    assert len(await absences(manager)) == 1


async def test_a_diary_and_a_feed_say_away_and_not_of_what_kind(manager: World) -> None:
    await ask(manager, "RecordAbsence", away(TUESDAY, FRIDAY))
    as_me = manager.as_("team-manager", oid=OWN)
    create = diary_wire.CreateDiaryFeedRequest(parent=PARENT, request_id=str(uuid4()))
    token = (await manager.diary.CreateDiaryFeed(create, metadata=as_me)).token
    read = diary_wire.ReadDiaryFeedRequest(parent=PARENT, token=token)
    as_itself = manager.as_("service-web", oid="web", scp=None, idtyp="app")
    (entry,) = (await manager.diary.ReadDiaryFeed(read, metadata=as_itself)).entries
    assert entry.kind == diary_wire.DIARY_ENTRY_KIND_AWAY and not entry.HasField("meeting")
    told = [one.ToDatetime(UTC).isoformat()[:16] for one in (entry.start_time, entry.end_time)]
    assert told == ["2026-03-17T00:00", "2026-03-21T00:00"]


async def test_what_is_done_and_read_is_audited(manager: World) -> None:
    reply = await ask(manager, "RecordAbsence", away())
    assert isinstance(reply, wire.RecordAbsenceResponse)
    await absences(manager)
    await set_pattern(manager, week(1))
    await ask(manager, "WithdrawAbsence", wire.WithdrawAbsenceRequest(name=reply.absence.name, request_id=str(uuid4())))
    async with manager.database.transaction(DEMO.council_id) as tx:
        rows = await tx.fetch("select action, object_name from audit_event")
    seen = {(row["action"], row["object_name"]) for row in rows}
    assert {
        ("RecordAbsence", reply.absence.name), ("WithdrawAbsence", reply.absence.name), ("ListAbsences", MANAGER),
        ("GetWorkingTime", MANAGER), ("SetWorkingPattern", MANAGER),
    } <= seen  # fmt: skip
