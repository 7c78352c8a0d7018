"""Who must not meet, who may not know, and who may accept that a clock is missed."""

from datetime import date
from uuid import uuid4

import grpc
import pytest
from permanence.cases.v1 import subject_pb2
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
    named,
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


async def test_who_must_not_know_of_somebody_does_not_meet_them(world: World) -> None:
    kind = subject_pb2.RESTRICTION_KIND_MUST_NOT_KNOW
    carer = named("people", "carer")
    world.cases.involve(CHILD, father=FATHER, carer=carer)
    world.cases.restrictions.append(subject_pb2.Restriction(kind=kind, subject=CHILD, person=FATHER, other=carer))
    sessions = _sessions((await world.suggest()).plan)
    assert not sessions[FATHER] & sessions[carer]


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


async def test_a_person_is_taken_twice_only_with_an_approval_and_a_room_never(world: World) -> None:
    """Two meetings in one room could bring those together who must not meet: no approval helps there."""
    await world.import_capacity()
    oak, start = (await world.rooms())["Oak"], at(days_from_monday(2, 13))
    await world.book(sitting(chair(MANAGER), needs_room=True), start, oak)
    again = wire.BookMeetingRequest(
        parent=PARENT,
        plan=sitting(chair(MANAGER)),
        start_time=start,
        overlap_reason="Asked for",
        request_id=str(uuid4()),
    )
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub.BookMeeting(again, metadata=world.as_())
    assert refused.value.code() in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.NOT_FOUND)
    meeting = (await world.stub.BookMeeting(again, metadata=world.as_("team-manager"))).meeting
    assert meeting.approved_overlap.reason == "Asked for" and meeting.approved_overlap.approved_by
    free = wire.BookMeetingRequest()
    free.CopyFrom(again)
    free.start_time.CopyFrom(at(days_from_monday(3, 13)))
    free.request_id = str(uuid4())
    alone = (await world.stub.BookMeeting(free, metadata=world.as_("team-manager"))).meeting
    assert not alone.HasField("approved_overlap"), "nobody approved what did not come about"
    other = wire.BookMeetingRequest(
        parent=PARENT, plan=sitting(chair(OTHER_MANAGER), needs_room=True), start_time=start, room=oak,
        overlap_reason="Asked for", request_id=str(uuid4()),
    )  # fmt: skip
    with pytest.raises(grpc.aio.AioRpcError) as taken:
        await world.stub.BookMeeting(other, metadata=world.as_("team-manager"))
    assert refusal(taken.value)[2]["taken"] == "room"


async def test_an_interpreter_of_the_staff_list_is_never_taken_twice_and_all_that_is_taken_is_told(
    world: World,
) -> None:
    interpreter = meeting_pb2.Attendee(person=named("people", "speaks-polish"), role="interpreter", required=True)
    await world.import_capacity()
    oak, start = (await world.rooms())["Oak"], at(days_from_monday(2, 13))
    await world.book(sitting(chair(MANAGER), interpreter, needs_room=True), start, oak)
    again = sitting(chair(MANAGER), interpreter, needs_room=True)
    for roles, reason, told in (
        (("business-support",), "", "chair, interpreter, room"),
        (("team-manager",), "Asked for", "interpreter, room"),
    ):
        request = wire.BookMeetingRequest(
            parent=PARENT, plan=again, start_time=start, room=oak, overlap_reason=reason, request_id=str(uuid4())
        )
        with pytest.raises(grpc.aio.AioRpcError) as taken:
            await world.stub.BookMeeting(request, metadata=world.as_(*roles))
        assert (refusal(taken.value)[1], refusal(taken.value)[2]["taken"]) == ("TIME_TAKEN", told)


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


async def test_whoever_moves_or_books_has_prepared_what_is_told(world: World) -> None:
    """A second person lets a restricted meeting's messages go: second to whoever set the time that they tell."""
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    hold = wire.HoldSlotRequest(
        parent=PARENT, plan=ppm(), start_time=at(days_from_monday(2, 13)), room=room, request_id=str(uuid4())
    )
    held = (await world.stub.HoldSlot(hold, metadata=world.as_(oid="holder"))).meeting
    book = wire.BookMeetingRequest(parent=PARENT, hold=held.name, request_id=str(uuid4()))
    booked = (await world.stub.BookMeeting(book, metadata=world.as_(oid="booker"))).meeting
    assert booked.booked_by == "booker"
    move = wire.RescheduleMeetingRequest(
        name=booked.name, etag=booked.etag, start_time=at(days_from_monday(2, 13, 30)), reason="chair asked",
        request_id=str(uuid4()),
    )  # fmt: skip
    moved = (await world.stub.RescheduleMeeting(move, metadata=world.as_(oid="mover"))).meeting
    assert moved.booked_by == "mover"
    get = wire.GetMeetingRequest(name=booked.name)
    assert (await world.stub.GetMeeting(get, metadata=world.as_())).meeting.booked_by == "mover"


async def test_a_list_of_few_among_many_asks_cases_a_handful_of_times(world: World) -> None:
    """Who sees only their own children's clocks would otherwise wait for a question about each child."""
    children = [named("children", f"many-{number}") for number in range(220)]
    for number, child in enumerate(children):
        world.cases.tell_obligation(named("obligations", f"many-{number}"), child, date(2026, 6, 1))
    await world.follow()
    mine = {children[3], children[150]}
    world.cases.hidden.update(("manager", child) for child in children if child not in mine)
    world.cases.asked.clear()
    request = wire.ListUnarrangedObligationsRequest(parent=PARENT, page_size=25)
    reply = await world.stub.ListUnarrangedObligations(request, metadata=world.as_("team-manager", oid="manager"))
    assert ({one.subject for one in reply.obligations}, reply.next_page_token) == (mine, "")
    assert [rpc for rpc, _ in world.cases.asked] == ["FilterSubjects"] * 2


async def test_no_list_tells_that_something_is_hidden(world: World) -> None:
    """One row at a time, a gap or a token at a hidden row would say that there is one, and when."""
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    world.cases.involve(SIBLING, team_manager=MANAGER, social_worker=WORKER)
    for name, subject, due in (("1", CHILD, 17), ("2", SIBLING, 18), ("3", CHILD, 19)):
        world.cases.tell_obligation(named("obligations", name), subject, date(2026, 6, due), kind="care_plan_review")
    world.cases.tell_subject(CHILD, "NM-0001", restricted=True)
    await world.follow()
    booked = [
        (await world.book(ppm(subject), at(days_from_monday(2, hour)), room)).name
        for subject, hour in ((CHILD, 10), (SIBLING, 12), (CHILD, 14), (CHILD, 16))
    ]
    world.cases.hidden.add(("outsider", CHILD))
    them = world.as_(oid="outsider")
    meetings = await world.stub.ListMeetings(wire.ListMeetingsRequest(parent=PARENT, page_size=1), metadata=them)
    assert ([one.name for one in meetings.meetings], meetings.next_page_token) == ([booked[1]], "")
    of_hidden = wire.ListMeetingsRequest(parent=PARENT, subject=CHILD, page_size=1)
    of_nobody = wire.ListMeetingsRequest(parent=PARENT, subject=named("children", "nobody"), page_size=1)
    assert await world.stub.ListMeetings(of_hidden, metadata=them) == await world.stub.ListMeetings(
        of_nobody, metadata=them
    )
    clocks = await world.stub.ListUnarrangedObligations(
        wire.ListUnarrangedObligationsRequest(parent=PARENT, page_size=1), metadata=them
    )
    assert ([one.subject for one in clocks.obligations], clocks.next_page_token) == ([SIBLING], "")
    ours, token = [], ""
    for _ in booked:
        page = await world.stub.ListMeetings(
            wire.ListMeetingsRequest(parent=PARENT, page_size=1, page_token=token), metadata=world.as_()
        )
        ours, token = [*ours, *(one.name for one in page.meetings)], page.next_page_token
    assert (ours, token) == (booked, "")
