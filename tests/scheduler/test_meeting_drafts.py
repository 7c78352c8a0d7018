"""Meetings arranged step by step: made once, changed by one at a time, booked once, hidden with their subjects."""

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import grpc
import pytest
from permanence.cases.v1 import subject_pb2
from permanence.scheduler.v1 import meeting_draft_pb2
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as wire
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler

from .conftest import (
    CHILD,
    CLOCK,
    DEMO,
    FATHER,
    MANAGER,
    MONDAY,
    MOTHER,
    OTHER_MANAGER,
    PARENT,
    SECOND,
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
)

Draft = meeting_draft_pb2.MeetingDraft
OPEN, BOOKED, DISCARDED = (
    meeting_draft_pb2.MEETING_DRAFT_STATE_OPEN,
    meeting_draft_pb2.MEETING_DRAFT_STATE_BOOKED,
    meeting_draft_pb2.MEETING_DRAFT_STATE_DISCARDED,
)
WEDNESDAY = at(days_from_monday(2, 13))
CLOSED = (grpc.StatusCode.FAILED_PRECONDITION, "DRAFT_CLOSED")


async def start(world: World, plan: scheduler.MeetingPlan | None = None, oid: str = "anna") -> Draft:
    request = wire.CreateMeetingDraftRequest(parent=PARENT, plan=plan or ppm(), request_id=str(uuid4()))
    return (await world.drafts.CreateMeetingDraft(request, metadata=world.as_(oid=oid))).meeting_draft


async def get(world: World, name: str, oid: str = "anna") -> Draft:
    return (
        await world.drafts.GetMeetingDraft(wire.GetMeetingDraftRequest(name=name), metadata=world.as_(oid=oid))
    ).meeting_draft


def change_of(draft: Draft, **changes: object) -> wire.UpdateMeetingDraftRequest:
    """The whole of the draft, with these changes."""
    fields = ("name", "etag", "plan", "room", "people_checked", "kept_apart_checked", "breach_reason")
    held: dict[str, object] = {name: getattr(draft, name) for name in fields}
    if draft.HasField("start_time"):
        held["start_time"] = draft.start_time
    return wire.UpdateMeetingDraftRequest(**{**held, "request_id": str(uuid4()), **changes})  # type: ignore[arg-type]


async def change(world: World, draft: Draft, oid: str = "anna", **changes: object) -> Draft:
    request = change_of(draft, **changes)
    return (await world.drafts.UpdateMeetingDraft(request, metadata=world.as_(oid=oid))).meeting_draft


async def discard(world: World, draft: Draft, oid: str = "anna") -> Draft:
    request = wire.DiscardMeetingDraftRequest(name=draft.name, etag=draft.etag, request_id=str(uuid4()))
    return (await world.drafts.DiscardMeetingDraft(request, metadata=world.as_(oid=oid))).meeting_draft


async def listed(world: World, oid: str = "anna", size: int = 0, token: str = "") -> tuple[list[str], str]:
    request = wire.ListMeetingDraftsRequest(parent=PARENT, page_size=size, page_token=token)
    reply = await world.drafts.ListMeetingDrafts(request, metadata=world.as_(oid=oid))
    return [one.name for one in reply.meeting_drafts], reply.next_page_token


async def oak(world: World) -> str:
    await world.import_capacity()
    return (await world.rooms())["Oak"]


def without(plan: scheduler.MeetingPlan, person: str) -> scheduler.MeetingPlan:
    fewer = scheduler.MeetingPlan()
    fewer.CopyFrom(plan)
    del fewer.attendees[:]
    fewer.attendees.extend(one for one in plan.attendees if one.person != person)
    return fewer


async def test_a_new_draft_is_filled_in_as_a_suggestion_is(world: World) -> None:
    world.cases.tell_subject(CHILD, "NM-0001")
    world.cases.tell_obligation(CLOCK, CHILD, date(2026, 4, 15))
    await world.follow()
    draft = await start(world)
    assert draft.plan == (await world.suggest()).plan
    assert list(draft.plan.obligations) == [CLOCK]
    assert (draft.title, list(draft.references)) == ("Permanence planning meeting", ["NM-0001"])
    assert (draft.state, draft.meeting, draft.started_by, draft.changed_by) == (OPEN, "", "anna", "anna")
    assert draft.create_time.ToDatetime() == MONDAY.replace(tzinfo=None) and not draft.HasField("start_time")
    assert await get(world, draft.name, oid="ben") == draft


async def test_two_officers_do_not_arrange_the_same_meeting_twice(world: World) -> None:
    """Given eight who begin at once, then there is one draft; whoever comes later goes on with what it holds."""
    world.cases.involve(SIBLING, team_manager=MANAGER, social_worker=WORKER)
    begun = await asyncio.gather(*(start(world, ppm(CHILD, SIBLING), oid=f"officer-{n}") for n in range(8)))
    assert len({one.name for one in begun}) == 1 == len({one.started_by for one in begun})
    changed = await change(world, begun[0], room="", people_checked=True)
    assert await start(world, ppm(SIBLING, CHILD), oid="late") == changed
    others = [await start(world), await start(world, ppm(SIBLING))]
    review = scheduler.MeetingPlan(meeting_kind="cic_review", subjects=[CHILD])
    review.attendees.append(chair(MANAGER, "team-manager"))
    others.append(await start(world, review))
    assert len({changed.name, *(one.name for one in others)}) == 4


async def test_an_open_draft_is_found_also_where_none_could_be_started(world: World) -> None:
    """Given a draft whose chair has left the case since, then starting it again finds it."""
    draft = await start(world)
    world.cases.involvements = [one for one in world.cases.involvements if one.role != "team-manager"]
    assert (await start(world, oid="ben")).name == draft.name
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await start(world, ppm(SIBLING))
    assert refusal(refused.value)[:2] == (grpc.StatusCode.FAILED_PRECONDITION, "NO_CHAIR")


async def test_an_officer_goes_on_where_another_left_off(world: World) -> None:
    draft = await start(world)
    room = await oak(world)
    world.at(days_from_monday(0, 10))
    changed = await change(
        world, draft, oid="ben", start_time=WEDNESDAY, room=room, people_checked=True, kept_apart_checked=True,
        breach_reason="carer abroad",
    )  # fmt: skip
    assert (changed.start_time, changed.room, changed.breach_reason) == (WEDNESDAY, room, "carer abroad")
    assert (changed.people_checked, changed.kept_apart_checked) == (True, True)
    assert (changed.started_by, changed.changed_by) == ("anna", "ben")
    assert changed.update_time.seconds - draft.update_time.seconds == 3600
    assert await get(world, draft.name) == changed
    for call in (change(world, draft), discard(world, draft)):
        with pytest.raises(grpc.aio.AioRpcError) as stale:
            await call
        assert refusal(stale.value)[:2] == (grpc.StatusCode.ABORTED, "STALE")
    request = change_of(changed, room="", start_time=None)
    first = await world.drafts.UpdateMeetingDraft(request, metadata=world.as_())
    assert await world.drafts.UpdateMeetingDraft(request, metadata=world.as_()) == first
    assert (first.meeting_draft.room, first.meeting_draft.HasField("start_time")) == ("", False)


async def test_a_time_goes_with_the_people_it_was_chosen_for(world: World) -> None:
    room = await oak(world)
    draft = await change(world, await start(world), start_time=WEDNESDAY, room=room, people_checked=True)
    # The same people in another order are the same people.
    turned = without(draft.plan, "")
    turned.attendees.reverse()
    draft = await change(world, draft, plan=turned)
    assert (draft.start_time, draft.room) == (WEDNESDAY, room)
    # One fewer: the time that was sent along is the old one.
    draft = await change(world, draft, plan=without(draft.plan, MOTHER))
    assert (draft.HasField("start_time"), draft.room, draft.people_checked) == (False, "", True)
    # Other sessions, and a time chosen for them in the same call.
    longer = without(draft.plan, "")
    longer.session_minutes[:] = [120]
    draft = await change(world, draft, plan=longer, start_time=WEDNESDAY, room=room, kept_apart_checked=True)
    assert (draft.start_time, draft.room, draft.kept_apart_checked) == (WEDNESDAY, room, True)
    # Filled in anew: nobody has seen these people.
    draft = await change(world, draft, plan=ppm())
    assert MOTHER in [one.person for one in draft.plan.attendees]
    assert (draft.HasField("start_time"), draft.people_checked, draft.kept_apart_checked) == (False, False, False)


async def test_a_draft_stays_with_its_kind_and_subjects(world: World) -> None:
    world.cases.involve(SIBLING, team_manager=MANAGER)
    draft = await start(world)
    review = scheduler.MeetingPlan(meeting_kind="cic_review", subjects=[CHILD])
    for plan, field in ((ppm(SIBLING), "plan.subjects"), (review, "plan.meeting_kind")):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await change(world, draft, plan=plan)
        assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert field in str(refused.value.trailing_metadata())
    for plan, field in ((ppm(CHILD, body=named("bodies", "panel")), "plan.body"), (review, "plan.subjects")):
        del review.subjects[:]
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await start(world, plan)
        assert field in str(refused.value.trailing_metadata())


async def test_a_booking_closes_its_draft_and_nobody_books_from_it_again(world: World) -> None:
    room, draft = await oak(world), await start(world)
    book = scheduler.BookMeetingRequest(
        parent=PARENT, plan=draft.plan, start_time=WEDNESDAY, room=room, draft=draft.name, request_id=str(uuid4())
    )
    meeting = (await world.stub.BookMeeting(book, metadata=world.as_(oid="ben"))).meeting
    closed = await get(world, draft.name)
    assert (closed.state, closed.meeting, closed.changed_by) == (BOOKED, meeting.name, "ben")
    assert (await world.stub.BookMeeting(book, metadata=world.as_(oid="ben"))).meeting == meeting
    later = at(days_from_monday(2, 15))
    for call in (
        world.book(draft.plan, later, room, draft=draft.name),
        change(world, draft),
        discard(world, closed),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call
        code, reason, metadata = refusal(refused.value)
        assert ((code, reason), metadata["meeting"], metadata["state"]) == (CLOSED, meeting.name, "booked")
    meetings = await world.stub.ListMeetings(scheduler.ListMeetingsRequest(parent=PARENT), metadata=world.as_())
    assert [one.name for one in meetings.meetings] == [meeting.name]
    assert (await start(world)).name != draft.name


async def test_of_many_who_book_from_one_draft_at_once_one_does(world: World) -> None:
    room, draft = await oak(world), await start(world)

    async def book(hour: int) -> str:
        try:
            return (await world.book(draft.plan, at(days_from_monday(2, hour)), room, draft=draft.name)).name
        except grpc.aio.AioRpcError as error:
            code, reason, metadata = refusal(error)
            assert (code, reason) == CLOSED
            return metadata["meeting"]

    # Times that are all free: only the draft stands between two bookings.
    found = await asyncio.gather(*(book(hour) for hour in (10, 12, 14, 15)))
    assert set(found) == {(await get(world, draft.name)).meeting}
    meetings = await world.stub.ListMeetings(scheduler.ListMeetingsRequest(parent=PARENT), metadata=world.as_())
    assert [one.name for one in meetings.meetings] == found[:1]


async def test_a_refused_booking_leaves_its_draft_open(world: World) -> None:
    """Given a hold at the time, when booking beside it is refused, then the draft waits; booking the hold closes it."""
    room, draft = await oak(world), await start(world)
    hold = scheduler.HoldSlotRequest(
        parent=PARENT, plan=draft.plan, start_time=WEDNESDAY, room=room, request_id=str(uuid4())
    )
    held = (await world.stub.HoldSlot(hold, metadata=world.as_())).meeting
    with pytest.raises(grpc.aio.AioRpcError) as taken:
        await world.book(draft.plan, WEDNESDAY, room, draft=draft.name)
    assert refusal(taken.value)[1] == "TIME_TAKEN"
    assert await get(world, draft.name) == draft
    world.cases.involve(SIBLING, team_manager=OTHER_MANAGER)
    other = await start(world, ppm(SIBLING))
    wrong = scheduler.BookMeetingRequest(parent=PARENT, hold=held.name, draft=other.name, request_id=str(uuid4()))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub.BookMeeting(wrong, metadata=world.as_())
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "draft" in str(refused.value.trailing_metadata())
    book = scheduler.BookMeetingRequest(parent=PARENT, hold=held.name, draft=draft.name, request_id=str(uuid4()))
    meeting = (await world.stub.BookMeeting(book, metadata=world.as_())).meeting
    assert (await get(world, draft.name)).meeting == meeting.name == held.name


async def test_a_discarded_draft_is_closed_and_another_can_be_started(world: World) -> None:
    room, draft = await oak(world), await start(world)
    gone = await discard(world, draft, oid="ben")
    assert (gone.state, gone.changed_by, gone.meeting) == (DISCARDED, "ben", "")
    assert await discard(world, draft) == gone == await get(world, draft.name)
    for call in (change(world, gone), world.book(draft.plan, WEDNESDAY, room, draft=draft.name)):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call
        code, reason, metadata = refusal(refused.value)
        assert ((code, reason), metadata["meeting"], metadata["state"]) == (CLOSED, "", "discarded")
    another = await start(world)
    assert another.name != draft.name
    assert await listed(world) == ([another.name], "")


async def test_the_latest_changed_come_first_page_by_page(world: World) -> None:
    drafts = []
    for minute, key in enumerate("abcd"):
        world.cases.involve(named("children", key), team_manager=MANAGER)
        world.at(MONDAY + timedelta(minutes=minute))
        drafts.append(await start(world, ppm(named("children", key))))
    world.at(MONDAY + timedelta(minutes=9))
    await change(world, drafts[1], people_checked=True)
    wanted = [drafts[place].name for place in (1, 3, 2, 0)]
    assert await listed(world) == (wanted, "")
    found, token = [], ""
    for _ in range(2):
        names, token = await listed(world, size=2, token=token)
        found += names
    assert (found, token) == (wanted, "")


async def test_a_draft_is_hidden_with_its_subjects(world: World) -> None:
    """Given a restricted child, then nothing tells an officer who is not listed that a meeting is being arranged."""
    world.cases.tell_subject(CHILD, "NM-0001", restricted=True)
    world.cases.involve(SIBLING, team_manager=MANAGER, social_worker=WORKER)
    await world.follow()
    room, shown, hidden = await oak(world), await start(world, ppm(SIBLING)), await start(world)
    world.cases.hidden.add(("outsider", CHILD))
    absent = Draft(name=named("meetingDrafts", "none"), etag="1", plan=hidden.plan)
    them = world.as_(oid="outsider")
    for draft in (hidden, absent):
        book = scheduler.BookMeetingRequest(
            parent=PARENT, plan=ppm(SIBLING), start_time=WEDNESDAY, room=room, draft=draft.name, request_id=str(uuid4())
        )
        for call in (
            get(world, draft.name, "outsider"),
            change(world, draft, "outsider"),
            change(world, draft, "outsider", plan=ppm(SIBLING)),
            discard(world, draft, "outsider"),
            world.stub.BookMeeting(book, metadata=them),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await call
            code, reason, metadata = refusal(refused.value)
            assert (code, reason, metadata) == (grpc.StatusCode.NOT_FOUND, "NOT_FOUND", {"resource": draft.name})
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await start(world, oid="outsider")
    assert refusal(refused.value)[2] == {"resource": CHILD}
    assert await listed(world, "outsider", size=1) == ([shown.name], "")
    assert (await get(world, hidden.name)) == hidden


async def test_who_must_not_meet_is_told_anew_and_kept_nowhere(world: World) -> None:
    """Given a court's order about the father and the carers' household, then each pair is told, carer by carer."""
    carers = [named("people", key) for key in ("carer-1", "carer-2")]
    world.cases.involve(CHILD, father=FATHER)
    world.cases.involvements += [subject_pb2.Involvement(person=one, subject=CHILD, role="carer") for one in carers]
    world.cases.restrictions.append(must_not_meet(FATHER, named("carerHouseholds", "home"), court=True))
    world.cases.restrictions.append(must_not_meet(named("people", "uncle"), MOTHER))
    draft = await start(world)
    pairs = [(one.person, one.other, one.court_ordered) for one in draft.kept_apart_pairs]
    assert pairs == [(FATHER, one, True) for one in sorted(carers)]
    assert len(draft.plan.session_minutes) == 2
    assert draft.kept_apart_pairs == (await world.suggest()).kept_apart_pairs
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        together = without(draft.plan, "")
        for one in together.attendees:
            del one.sessions[:]
        await change(world, draft, plan=together)
    assert refusal(refused.value) == (
        grpc.StatusCode.FAILED_PRECONDITION, "MUST_NOT_MEET", {"court_ordered": "yes"},
    )  # fmt: skip
    # Both ways round, by two records: one pair.
    world.cases.restrictions[:] = [must_not_meet(MOTHER, FATHER), must_not_meet(FATHER, MOTHER, court=True)]
    now = (await get(world, draft.name)).kept_apart_pairs
    assert [({one.person, one.other}, one.court_ordered) for one in now] == [({MOTHER, FATHER}, True)]
    async with world.database.transaction(DEMO.council_id) as tx:
        kept = await tx.fetch("select response from idempotency where response_type like '%CreateMeetingDraftResponse'")
    responses = [wire.CreateMeetingDraftResponse.FromString(row["response"]).meeting_draft for row in kept]
    assert [(one.name, len(one.kept_apart_pairs)) for one in responses] == [(draft.name, 0)]


@pytest.mark.parametrize(
    ("role", "may_draft"),
    [("business-support-manager", True), ("team-manager", True), ("meetings", True), ("social-worker", False),
     ("reviewing-officer", False), ("panel-chair", False), ("case-system", False), ("service-panels", False)],
)  # fmt: skip
async def test_who_may_draft_is_who_may_book(world: World, role: str, may_draft: bool) -> None:
    draft = await start(world)
    create = wire.CreateMeetingDraftRequest(parent=PARENT, plan=ppm(), request_id=str(uuid4()))
    give_up = wire.DiscardMeetingDraftRequest(name=draft.name, etag="2", request_id=str(uuid4()))
    them = world.as_(role, oid="them")
    asked = (
        (world.drafts.CreateMeetingDraft, create),
        (world.drafts.ListMeetingDrafts, wire.ListMeetingDraftsRequest(parent=PARENT)),
        (world.drafts.GetMeetingDraft, wire.GetMeetingDraftRequest(name=draft.name)),
        (world.drafts.UpdateMeetingDraft, change_of(draft)),
        (world.drafts.DiscardMeetingDraft, give_up),
    )
    codes = [await rpc(request, metadata=them).code() for rpc, request in asked]
    ok, denied, absent = grpc.StatusCode.OK, grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.NOT_FOUND
    assert codes == ([ok] * 5 if may_draft else [denied, denied, absent, absent, absent])


async def test_who_did_what_with_a_draft_is_recorded(world: World) -> None:
    draft = await start(world)
    await get(world, draft.name, oid="ben")
    await listed(world)
    await discard(world, await change(world, draft))
    with pytest.raises(grpc.aio.AioRpcError):
        theirs = wire.GetMeetingDraftRequest(name=draft.name.replace("demo", "second"))
        await world.drafts.GetMeetingDraft(theirs, metadata=world.as_(council=SECOND))
    async with world.database.transaction(DEMO.council_id) as tx:
        rows = await tx.fetch("select action, actor, object_name from audit_event order by event_id")
    assert [(row["action"], row["actor"].rpartition(":")[2], row["object_name"]) for row in rows] == [
        ("CreateMeetingDraft", "anna", draft.name),
        ("GetMeetingDraft", "ben", draft.name),
        ("ListMeetingDrafts", "anna", PARENT),
        ("UpdateMeetingDraft", "anna", draft.name),
        ("DiscardMeetingDraft", "anna", draft.name),
    ]
