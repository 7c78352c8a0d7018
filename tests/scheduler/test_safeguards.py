"""Who must not meet, who may not know, and who may accept that a clock is missed."""

from datetime import date
from uuid import uuid4

import grpc
import pytest
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from .conftest import (
    CHILD,
    CLOCK,
    FATHER,
    MANAGER,
    MOTHER,
    OTHER_MANAGER,
    PARENT,
    SIBLING,
    WORKER,
    World,
    at,
    chair,
    days_from_monday,
    must_not_meet,
    ppm,
    refusal,
    sitting,
)


def _sessions(plan: wire.MeetingPlan) -> dict[str, set[int]]:
    every = set(range(1, len(plan.session_minutes) + 1))
    return {one.person: set(one.sessions) or every for one in plan.attendees}


async def test_people_who_must_not_meet_come_to_different_sessions(world: World) -> None:
    await world.import_capacity()
    world.cases.involve(CHILD, father=FATHER)
    world.cases.restrictions.append(must_not_meet(FATHER, MOTHER, court=True))
    found = await world.suggest()
    sessions = _sessions(found.plan)
    assert len(found.plan.session_minutes) == 2
    assert not sessions[FATHER] & sessions[MOTHER]
    assert sessions[MANAGER] == {1, 2} == sessions[WORKER]
    assert len(found.slots[0].sessions) == 2
    gap = found.slots[0].sessions[1].start_time.seconds - found.slots[0].sessions[0].end_time.seconds
    assert gap == 15 * 60
    assert len(found.kept_apart) == 1 and FATHER not in found.kept_apart[0]
    booked = await world.book(found.plan, found.slots[0].start_time, found.slots[0].room)
    assert len(booked.sessions) == 2
    # The restrictions are the service's own question: the caller is not asked to be allowed to know.
    assert ("ListRestrictions", frozenset({"service-kit"})) in world.cases.asked


@pytest.mark.parametrize("roles", [("business-support",), ("team-manager",), ("business-support-manager",)])
async def test_nobody_books_them_into_one_session(world: World, roles: tuple[str, ...]) -> None:
    await world.import_capacity()
    world.cases.restrictions.append(must_not_meet(FATHER, MOTHER, court=True))
    both = [meeting_pb2.Attendee(person=one, role="parent") for one in (MOTHER, FATHER)]
    plan = ppm(attendees=[chair(MANAGER, "team-manager"), *both])
    request = wire.BookMeetingRequest(
        parent=PARENT, plan=plan, start_time=at(days_from_monday(2, 13)), room=(await world.rooms())["Oak"],
        request_id=str(uuid4()), breach_reason="they promised to behave",
    )  # fmt: skip
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub.BookMeeting(request, metadata=world.as_(*roles))
    code, reason, metadata = refusal(refused.value)
    assert (code, reason) == (grpc.StatusCode.FAILED_PRECONDITION, "MUST_NOT_MEET")
    assert metadata == {"court_ordered": "yes"}


async def test_brothers_and_sisters_bring_all_their_people_and_one_chair(world: World) -> None:
    world.cases.involve(SIBLING, team_manager=OTHER_MANAGER, social_worker=WORKER, mother=MOTHER, father=FATHER)
    request = wire.SuggestSlotsRequest(parent=PARENT, plan=ppm(CHILD, SIBLING))
    found = await world.stub.SuggestSlots(request, metadata=world.as_())
    people = [one.person for one in found.plan.attendees]
    assert {MANAGER, OTHER_MANAGER, WORKER, MOTHER, FATHER} < set(people)
    assert len(people) == len(set(people))
    assert [one.chair for one in found.plan.attendees].count(True) == 1


async def test_only_those_who_may_accept_that_a_clock_is_missed(world: World) -> None:
    await world.import_capacity()
    world.cases.tell_subject(CHILD, "NM-0001")
    world.cases.tell_obligation(CLOCK, CHILD, date(2026, 3, 17))
    await world.follow()
    waiting = await world.stub.ListUnarrangedObligations(
        wire.ListUnarrangedObligationsRequest(parent=PARENT), metadata=world.as_()
    )
    assert [(one.obligation, one.subject_reference, one.working_days_left) for one in waiting.obligations] == [
        (CLOCK, "NM-0001", 1)
    ]
    room = (await world.rooms())["Oak"]
    for roles, reason in ((("business-support",), "agreed"), (("team-manager",), "")):
        request = _late(room, reason)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await world.stub.BookMeeting(request, metadata=world.as_(*roles))
        code, why, metadata = refusal(refused.value)
        assert (code, why) == (grpc.StatusCode.FAILED_PRECONDITION, "MISSES_A_CLOCK")
        assert (metadata["obligations"], metadata["due_date"]) == (CLOCK, "2026-03-17")
    accepted = await world.stub.BookMeeting(_late(room, "carer abroad"), metadata=world.as_("team-manager", oid="tm"))
    (breach,) = accepted.meeting.accepted_breaches
    assert (breach.obligation, breach.approved_by, breach.reason) == (CLOCK, "tm", "carer abroad")
    waiting = await world.stub.ListUnarrangedObligations(
        wire.ListUnarrangedObligationsRequest(parent=PARENT), metadata=world.as_()
    )
    assert not waiting.obligations


def _late(room: str, reason: str) -> wire.BookMeetingRequest:
    return wire.BookMeetingRequest(
        parent=PARENT, plan=ppm(), start_time=at(days_from_monday(2, 13)), room=room, breach_reason=reason,
        request_id=str(uuid4()),
    )  # fmt: skip


async def test_a_restricted_case_looks_like_no_case(world: World) -> None:
    await world.import_capacity()
    world.cases.tell_subject(CHILD, "NM-0001", restricted=True)
    await world.follow()
    meeting = await world.book(ppm(), at(days_from_monday(2, 13)), (await world.rooms())["Oak"])
    world.cases.hidden.add(("outsider", CHILD))
    them = world.as_(oid="outsider")
    get = wire.GetMeetingRequest(name=meeting.name)
    cancel = wire.CancelMeetingRequest(name=meeting.name, etag=meeting.etag, reason="x", request_id=str(uuid4()))
    suggest = wire.SuggestSlotsRequest(parent=PARENT, plan=ppm())
    for call in (
        world.stub.GetMeeting(get, metadata=them),
        world.stub.CancelMeeting(cancel, metadata=them),
        world.stub.SuggestSlots(suggest, metadata=them),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call
        assert refused.value.code() == grpc.StatusCode.NOT_FOUND
    listed = await world.stub.ListMeetings(wire.ListMeetingsRequest(parent=PARENT), metadata=them)
    assert not listed.meetings
    notifications = world.as_("service-notifications", scp=None, idtyp="app")
    assert (await world.stub.GetMeeting(get, metadata=notifications)).meeting == meeting


async def test_every_fault_of_a_request_is_told_at_once(world: World) -> None:
    plan = wire.MeetingPlan(
        meeting_kind="ppm", subjects=["child 1"], attendees=[meeting_pb2.Attendee(person="x", role="king")]
    )
    request = wire.BookMeetingRequest(parent="demo", plan=plan, request_id="7")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub.BookMeeting(request, metadata=world.as_())
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    details = str(refused.value.trailing_metadata())
    for field in ("parent", "request_id", "plan.subjects[0]", "plan.attendees[0].role", "start_time"):
        assert field in details


@pytest.mark.parametrize(
    ("role", "may_book"),
    [("business-support", True), ("business-support-manager", True), ("team-manager", True), ("meetings", True),
     ("social-worker", False), ("reviewing-officer", False), ("panel-chair", False), ("case-system", False),
     ("service-notifications", False), ("feed", False)],
)  # fmt: skip
async def test_who_may_book(world: World, role: str, may_book: bool) -> None:
    request = wire.BookMeetingRequest(
        parent=PARENT, plan=sitting(chair(MANAGER)), start_time=at(days_from_monday(2, 13)), request_id=str(uuid4())
    )
    call = world.stub.BookMeeting(request, metadata=world.as_(role))
    if may_book:
        assert (await call).meeting.reference == "M-000001"
        return
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED
