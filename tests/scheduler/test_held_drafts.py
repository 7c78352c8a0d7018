"""A draft whose time is held: who goes on with it books what is held, and whatever changes gives it back."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import meeting_draft_pb2, meeting_pb2
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from .conftest import (
    CHILD,
    FATHER,
    MONDAY,
    MOTHER,
    PARENT,
    SIBLING,
    World,
    at,
    days_from_monday,
    must_not_meet,
    named,
    ppm,
    refusal,
)
from .test_meeting_drafts import change, discard, get, start

Draft = meeting_draft_pb2.MeetingDraft
WEDNESDAY, FRIDAY = at(days_from_monday(2, 13)), at(days_from_monday(4, 10))
EVENING = at(datetime(2026, 4, 18, 17, tzinfo=UTC))
CONSENT = meeting_pb2.DateDecision(person=MOTHER, consent_date=Date(year=2026, month=3, day=12))


async def hold(world: World, draft: Draft, when: Timestamp, room: str = "", **more: object) -> meeting_pb2.Meeting:
    request = wire.HoldSlotRequest(
        parent=PARENT, plan=draft.plan, start_time=when, room=room, draft=draft.name, request_id=str(uuid4()), **more
    )  # type: ignore[arg-type]
    return (await world.stub.HoldSlot(request, metadata=world.as_())).meeting


async def state_of(world: World, name: str) -> meeting_pb2.MeetingState.ValueType:
    return (await world.stub.GetMeeting(wire.GetMeetingRequest(name=name), metadata=world.as_())).meeting.state


async def test_a_draft_names_what_is_held_for_it_and_is_booked_from_that(world: World) -> None:
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    draft = await start(world)
    held = await hold(world, draft, WEDNESDAY, room)
    seen = await get(world, draft.name, "another officer")
    assert (seen.hold, seen.start_time, seen.room) == (held.name, WEDNESDAY, room)
    assert seen.hold_expire_time.ToDatetime(UTC) == MONDAY + timedelta(minutes=10) and seen.etag != draft.etag
    listed = await world.drafts.ListMeetingDrafts(
        drafts_pb.ListMeetingDraftsRequest(parent=PARENT), metadata=world.as_()
    )
    assert [one.hold_expire_time for one in listed.meeting_drafts] == [seen.hold_expire_time]
    book = wire.BookMeetingRequest(parent=PARENT, hold=held.name, draft=draft.name, request_id=str(uuid4()))
    booked = (await world.stub.BookMeeting(book, metadata=world.as_())).meeting
    assert booked.name == held.name and booked.state == meeting_pb2.MEETING_STATE_BOOKED
    assert (await get(world, draft.name)).state == meeting_draft_pb2.MEETING_DRAFT_STATE_BOOKED


async def test_another_time_or_none_or_giving_up_lets_the_held_time_go(world: World) -> None:
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    draft = await start(world)

    first = await hold(world, draft, WEDNESDAY, room)
    second = await hold(world, draft, FRIDAY, room)  # a draft holds one time at most
    assert await state_of(world, first.name) == meeting_pb2.MEETING_STATE_LAPSED
    draft = await get(world, draft.name)
    assert draft.hold == second.name

    kept = await change(world, draft, breach_reason="Why not.")
    assert kept.hold == second.name
    let_go = await change(world, kept, release_hold=True)
    assert not let_go.hold and (let_go.start_time, let_go.room) == (FRIDAY, room)
    second = await hold(world, let_go, FRIDAY, room)
    other = await change(world, await get(world, draft.name), start_time=WEDNESDAY)
    assert not other.hold and not other.HasField("hold_expire_time")
    assert await state_of(world, second.name) == meeting_pb2.MEETING_STATE_LAPSED

    third = await hold(world, other, FRIDAY, room)
    await discard(world, await get(world, draft.name))
    assert await state_of(world, third.name) == meeting_pb2.MEETING_STATE_LAPSED
    await world.book(ppm(), FRIDAY, room)  # all of it is free again
    await world.book(ppm(), WEDNESDAY, room)


async def test_holding_a_time_overwrites_nothing_that_somebody_else_settled_meanwhile(world: World) -> None:
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    read = await start(world)
    wider = wire.MeetingPlan()
    wider.CopyFrom(read.plan)
    wider.attendees.add(person=named("people", "gran"), role="family-member")
    changed = await change(world, read, plan=wider, oid="ben")
    for more in ({"draft_etag": read.etag}, {}):
        with pytest.raises(grpc.aio.AioRpcError) as stale:
            await hold(world, read, WEDNESDAY, room, **more)
        assert refusal(stale.value)[:2] == (grpc.StatusCode.ABORTED, "STALE")
    assert await get(world, read.name) == changed, "nothing of it is lost"
    held = await hold(world, changed, WEDNESDAY, room, draft_etag=changed.etag)
    with pytest.raises(grpc.aio.AioRpcError) as stale:
        await hold(world, changed, FRIDAY, room, draft_etag=changed.etag)
    assert refusal(stale.value)[1] == "STALE"
    kept = await get(world, read.name)
    assert (kept.hold, kept.start_time, kept.plan.attendees) == (held.name, WEDNESDAY, changed.plan.attendees)


async def test_booking_at_once_does_not_stumble_over_the_drafts_own_hold(world: World) -> None:
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    draft = await start(world)
    held = await hold(world, draft, WEDNESDAY, room)
    half_an_hour_later = at(days_from_monday(2, 13, 30))
    booked = await world.book(draft.plan, half_an_hour_later, room, draft=draft.name)
    assert booked.start_time == half_an_hour_later
    assert await state_of(world, held.name) == meeting_pb2.MEETING_STATE_LAPSED


async def test_a_hold_that_ran_out_is_still_named_and_cannot_be_booked(world: World) -> None:
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    draft = await start(world)
    held = await hold(world, draft, WEDNESDAY, room)
    world.at(MONDAY + timedelta(minutes=10))
    seen = await get(world, draft.name)
    assert seen.hold == held.name and seen.hold_expire_time.ToDatetime(UTC) == MONDAY + timedelta(minutes=10)
    book = wire.BookMeetingRequest(parent=PARENT, hold=held.name, draft=draft.name, request_id=str(uuid4()))
    with pytest.raises(grpc.aio.AioRpcError) as lapsed:
        await world.stub.BookMeeting(book, metadata=world.as_())
    assert refusal(lapsed.value)[1] == "HOLD_LAPSED"
    await world.book(ppm(SIBLING, attendees=draft.plan.attendees), WEDNESDAY, room)
    again = await change(world, seen, start_time=None)
    assert not again.hold


async def test_a_time_is_held_only_for_a_draft_of_the_same_meeting_that_one_may_change(world: World) -> None:
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    world.cases.involve(SIBLING, team_manager=named("people", "tm3"), social_worker=named("people", "sw3"))
    other = await start(world, ppm(SIBLING))
    draft = await start(world)

    async def refused(draft_name: str, *roles: str, oid: str = "anna") -> grpc.StatusCode:
        request = wire.HoldSlotRequest(
            parent=PARENT, plan=draft.plan, start_time=WEDNESDAY, room=room, draft=draft_name, request_id=str(uuid4())
        )
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await world.stub.HoldSlot(request, metadata=world.as_(*roles, oid=oid))
        return error.value.code()

    assert await refused(other.name) is grpc.StatusCode.INVALID_ARGUMENT
    assert await refused(named("meetingDrafts", "nobody's")) is grpc.StatusCode.NOT_FOUND
    assert await refused(draft.name, "reviewing-officer") is grpc.StatusCode.NOT_FOUND
    world.cases.hidden.add(("outsider", CHILD))
    assert await refused(draft.name, oid="outsider") is grpc.StatusCode.NOT_FOUND
    await discard(world, draft)
    assert await refused(draft.name) is grpc.StatusCode.FAILED_PRECONDITION


def conference() -> wire.MeetingPlan:
    return wire.MeetingPlan(meeting_kind="family_group_conference", subjects=[CHILD])


async def test_a_draft_keeps_the_familys_choice_for_whoever_goes_on(world: World) -> None:
    world.cases.involve(CHILD, family_group_coordinator=named("people", "fgc"))
    draft = await start(world, conference())
    assert [one.role for one in draft.plan.attendees if one.throughout] == ["social-worker"]
    draft = await change(world, draft, start_time=EVENING, date_decision=CONSENT)
    seen = await get(world, draft.name, "another officer")
    assert (seen.date_decision, seen.start_time) == (CONSENT, EVENING)
    assert [one.role for one in seen.plan.attendees if one.throughout] == ["social-worker"]
    late = meeting_pb2.DateDecision(person=MOTHER, consent_date=Date(year=2026, month=3, day=17))
    with pytest.raises(grpc.aio.AioRpcError) as future:
        await change(world, seen, start_time=EVENING, date_decision=late)
    assert future.value.code() is grpc.StatusCode.INVALID_ARGUMENT

    held = await hold(world, seen, EVENING, date_decision=CONSENT)
    seen = await get(world, draft.name)
    assert (seen.hold, seen.date_decision) == (held.name, CONSENT)
    other_day = meeting_pb2.DateDecision(person=MOTHER, consent_date=Date(year=2026, month=3, day=11))
    other = await change(world, seen, start_time=EVENING, date_decision=other_day)
    assert not other.hold and other.date_decision == other_day
    other.plan.attendees.add(person=named("people", "gran"), role="family-member")
    more = await change(world, other, date_decision=other_day)
    assert (more.start_time, more.date_decision, len(more.plan.attendees)) == (EVENING, other_day, 4)
    left = [one for one in more.plan.attendees if one.person != MOTHER]
    del more.plan.attendees[:]
    more.plan.attendees.extend(left)
    with pytest.raises(grpc.aio.AioRpcError) as nobody:
        await change(world, more, date_decision=other_day)
    assert nobody.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    dropped = await change(world, await get(world, draft.name), start_time=None, date_decision=other_day)
    assert not dropped.HasField("date_decision") and not dropped.HasField("start_time")


async def test_a_conference_of_two_who_must_not_meet_is_begun_and_not_booked_before_one_is_left_out(
    world: World,
) -> None:
    world.cases.involve(CHILD, family_group_coordinator=named("people", "fgc"), father=FATHER)
    world.cases.restrictions.append(must_not_meet(MOTHER, FATHER))
    draft = await start(world, conference())
    assert {draft.kept_apart_pairs[0].person, draft.kept_apart_pairs[0].other} == {MOTHER, FATHER}
    with pytest.raises(grpc.aio.AioRpcError) as together:
        await change(world, draft, kept_apart_checked=True)
    assert refusal(together.value)[1] == "MUST_NOT_MEET"
    for ask in (
        hold(world, draft, EVENING, date_decision=CONSENT),
        world.book(draft.plan, EVENING, date_decision=CONSENT),  # type: ignore[arg-type]
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await ask
        assert refusal(refused.value)[1] == "MUST_NOT_MEET"
    left = [one for one in draft.plan.attendees if one.person != FATHER]
    del draft.plan.attendees[:]
    draft.plan.attendees.extend(left)
    changed = await change(world, draft, kept_apart_checked=True)
    assert not changed.kept_apart_pairs and FATHER not in {one.person for one in changed.plan.attendees}
