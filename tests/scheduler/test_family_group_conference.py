"""A family group conference: the family chooses, in three parts, with the referrer at hand throughout."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import grpc
import pytest
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import diary_service_pb2 as diary_pb
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from rulebook.pack import DecidesDate, load_pack
from rulebook.rule import MeetingKindId
from tests.scheduler.conftest import CHILD, MANAGER, MOTHER, PARENT, WORKER, World, at, named, ppm, refusal

KIND = MeetingKindId("family_group_conference")
COORDINATOR, GRANDMOTHER, INTERPRETER = (named("people", key) for key in ("fgc", "gran", "it"))
# A Saturday evening: six in London, which is on summer time.
SATURDAY = datetime(2026, 4, 18, 17, tzinfo=UTC)
CONSENT = meeting_pb2.DateDecision(person=MOTHER, consent_date=Date(year=2026, month=3, day=12))


def conference(*sessions_of_worker: int) -> wire.MeetingPlan:
    def one(person: str, role: str, **more: object) -> meeting_pb2.Attendee:
        return meeting_pb2.Attendee(person=person, role=role, **more)  # type: ignore[arg-type]

    return wire.MeetingPlan(
        meeting_kind="family_group_conference",
        subjects=[CHILD],
        attendees=[
            one(COORDINATOR, "family-group-coordinator", chair=True, required=True),
            one(WORKER, "social-worker", required=True, sessions=sessions_of_worker),
            one(MOTHER, "mother"),
            one(GRANDMOTHER, "family-member"),
            one(INTERPRETER, "interpreter"),
        ],
    )


async def hold(
    world: World, decision: meeting_pb2.DateDecision | None = CONSENT, **more: object
) -> meeting_pb2.Meeting:
    request = wire.HoldSlotRequest(
        parent=PARENT,
        plan=conference(2),
        start_time=at(SATURDAY),
        date_decision=decision,
        request_id=str(uuid4()),
        **more,
    )
    return (await world.stub.HoldSlot(request, metadata=world.as_())).meeting


async def test_no_time_is_proposed_and_none_is_taken_without_the_familys_word(world: World) -> None:
    asks = (
        world.stub.SuggestSlots(wire.SuggestSlotsRequest(parent=PARENT, plan=conference()), metadata=world.as_()),
        hold(world, None),
        world.book(conference(), at(SATURDAY)),
    )
    for ask in asks:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await ask
        code, reason, _ = refusal(refused.value)
        assert (code, reason) == (grpc.StatusCode.FAILED_PRECONDITION, "DATE_IS_THE_FAMILYS")
    for wrong in (
        meeting_pb2.DateDecision(person=WORKER, consent_date=CONSENT.consent_date),
        meeting_pb2.DateDecision(person=MOTHER, consent_date=Date(year=2026, month=3, day=17)),
        meeting_pb2.DateDecision(person=MOTHER),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await hold(world, wrong)
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert "date_decision" in str(refused.value.trailing_metadata())


async def test_a_choice_of_the_family_is_refused_where_the_date_is_not_theirs(world: World) -> None:
    await world.import_capacity()
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.book(ppm(), at(SATURDAY), (await world.rooms())["Oak"], date_decision=CONSENT)  # type: ignore[arg-type]
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_three_parts_on_the_familys_evening_from_hold_to_confirmed(world: World) -> None:
    held = await hold(world)
    request = wire.BookMeetingRequest(parent=PARENT, hold=held.name, request_id=str(uuid4()))
    meeting = (await world.stub.BookMeeting(request, metadata=world.as_())).meeting
    assert meeting.local_start == "2026-04-18T18:00" and meeting.date_decision == CONSENT
    minutes = [(one.end_time.seconds - one.start_time.seconds) // 60 for one in meeting.sessions]
    assert minutes == [60, 75, 45] and meeting.sessions[0].end_time == meeting.sessions[1].start_time
    came = {one.role: list(one.sessions) for one in meeting.attendees}
    # The worker was asked into the private time by mistake: the kind does not let anybody in who is not of the family.
    assert came == {
        "family-group-coordinator": [1, 3], "social-worker": [1, 3], "mother": [], "family-member": [],
        "interpreter": [1, 3],
    }  # fmt: skip
    assert [one.role for one in meeting.attendees if one.throughout] == ["social-worker"]
    assert _waited_for(meeting) == ["interpreter"]

    confirmed = await _confirm(world, meeting, INTERPRETER)
    assert _waited_for(confirmed) == [] and confirmed.revision == meeting.revision
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await _confirm(world, confirmed, MOTHER)
    assert refusal(refused.value)[1] == "NOT_ASKED_TO_CONFIRM"
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await _confirm(world, meeting, INTERPRETER)
    assert refusal(refused.value)[:2] == (grpc.StatusCode.ABORTED, "STALE")


async def test_the_referrers_diary_is_taken_throughout_and_a_move_asks_the_interpreter_again(world: World) -> None:
    meeting = await _confirm(world, await _book(world), INTERPRETER)
    # In the family's private time the worker is at hand: another meeting then clashes with it.
    other = ppm(attendees=[
        meeting_pb2.Attendee(person=MANAGER, role="team-manager", chair=True, required=True),
        meeting_pb2.Attendee(person=WORKER, role="social-worker", required=True),
    ], session_minutes=[30])  # fmt: skip
    await world.import_capacity()
    private = meeting.sessions[1].start_time
    clash = await world.book(other, private, (await world.rooms())["Oak"])
    assert {one.role: one.diary for one in clash.attendees}["social-worker"] == meeting_pb2.DIARY_STATE_BUSY

    day = Date(year=2026, month=4, day=18)
    diary = diary_pb.GetDiaryRequest(parent=PARENT, person=WORKER, from_date=day, until_date=day)
    (shown,) = (await world.diary.GetDiary(diary, metadata=world.as_())).diary.days
    assert [one.meeting.meeting for one in shown.entries].count(meeting.name) == 3

    move = _move(meeting, SATURDAY.replace(day=25))
    move.ClearField("date_decision")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub.RescheduleMeeting(move, metadata=world.as_())
    assert refusal(refused.value)[1] == "DATE_IS_THE_FAMILYS"
    move.date_decision.CopyFrom(CONSENT)
    moved = (await world.stub.RescheduleMeeting(move, metadata=world.as_())).meeting
    assert (
        _waited_for(moved) == ["interpreter"] and moved.sessions[2].end_time.seconds - moved.start_time.seconds == 10800
    )


async def test_one_booked_before_its_kind_had_parts_is_moved_into_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = load_pack("bcp").meeting_kinds
    with monkeypatch.context() as before:
        whole = replace(kinds[KIND], parts=(), throughout_roles=(), decides_date=DecidesDate.ORGANISER)
        before.setitem(kinds, KIND, whole)  # type: ignore[arg-type]
        plan = conference()
        booked = await world.book(plan, at(SATURDAY))
        apart = conference()
        apart.session_minutes[:] = [60, 30]
        for number, one in enumerate(apart.attendees):
            one.sessions[:] = [] if one.chair else [1 + number % 2]
        divided = await world.book(apart, at(SATURDAY.replace(hour=7)))
    assert len(booked.sessions) == 1 and not any(one.throughout for one in booked.attendees)
    for meeting in (booked, divided):
        later = meeting.start_time.ToDatetime(UTC) + timedelta(days=7)
        moved = (await world.stub.RescheduleMeeting(_move(meeting, later), metadata=world.as_())).meeting
        read = await world.stub.GetMeeting(wire.GetMeetingRequest(name=meeting.name), metadata=world.as_())
        assert read.meeting == moved
        minutes = [(one.end_time.seconds - one.start_time.seconds) // 60 for one in moved.sessions]
        assert minutes == [60, 75, 45] and moved.sessions[1].start_time == moved.sessions[0].end_time
        came = {one.role: list(one.sessions) for one in moved.attendees}
        assert came == {
            "family-group-coordinator": [1, 3], "social-worker": [1, 3], "mother": [], "family-member": [],
            "interpreter": [1, 3],
        }  # fmt: skip
        assert [one.role for one in moved.attendees if one.throughout] == ["social-worker"]


async def test_parts_stay_what_they_were_where_the_kind_has_none_any_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked = await _book(world)
    kinds = load_pack("bcp").meeting_kinds
    whole = replace(kinds[KIND], parts=(), throughout_roles=(), decides_date=DecidesDate.ORGANISER)
    monkeypatch.setitem(kinds, KIND, whole)  # type: ignore[arg-type]
    request = _move(booked, SATURDAY.replace(day=25))
    request.ClearField("date_decision")
    moved = (await world.stub.RescheduleMeeting(request, metadata=world.as_())).meeting
    assert len(moved.sessions) == 3
    assert [list(one.sessions) for one in moved.attendees] == [list(one.sessions) for one in booked.attendees]


def _move(meeting: meeting_pb2.Meeting, start: datetime) -> wire.RescheduleMeetingRequest:
    return wire.RescheduleMeetingRequest(
        name=meeting.name, etag=meeting.etag, start_time=at(start), reason="Grandmother is ill",
        date_decision=CONSENT, request_id=str(uuid4()),
    )  # fmt: skip


async def _book(world: World) -> meeting_pb2.Meeting:
    request = wire.BookMeetingRequest(
        parent=PARENT, plan=conference(), start_time=at(SATURDAY), date_decision=CONSENT, request_id=str(uuid4())
    )
    return (await world.stub.BookMeeting(request, metadata=world.as_())).meeting


def _waited_for(meeting: meeting_pb2.Meeting) -> list[str]:
    waited = meeting_pb2.CONFIRMATION_STATE_WAITED_FOR
    return [one.role for one in meeting.attendees if one.confirmation == waited]


async def _confirm(world: World, meeting: meeting_pb2.Meeting, person: str) -> meeting_pb2.Meeting:
    request = wire.RecordConfirmationRequest(
        name=meeting.name, etag=meeting.etag, person=person, confirmed=True, request_id=str(uuid4())
    )
    return (await world.stub.RecordConfirmation(request, metadata=world.as_())).meeting
