"""C-22 of the rule register: a fortnightly body and a clock of four weeks: to move one sitting can break the clock."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import grpc
import pytest
from google.type.date_pb2 import Date
from hypothesis import given
from hypothesis import strategies as st
from permanence.scheduler.v1 import capacity_service_pb2 as capacity
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from services.scheduler.domain.bulk_move import Touched
from services.scheduler.domain.clocks import ClockToKeep
from services.scheduler.domain.sitting_move import made_late

from .conftest import CHILD, DEMO, MANAGER, PARENT, SIBLING, World, at, chair, days_from_monday, named, refusal, sitting

BROKEN, KEPT, HIDDEN = (named("obligations", key) for key in ("broken", "kept", "hidden"))
SECRET, INTERPRETER = named("children", "secret"), named("people", "it")
MONDAY = date(2026, 3, 16)


async def sittings(world: World, *days: int) -> list[meeting_pb2.Meeting]:
    """Booked so many days from Monday, ten o'clock."""
    plan = sitting(chair(MANAGER), session_minutes=[120])
    return [await world.book(plan, at(days_from_monday(day, 10))) for day in days]


async def clocks(world: World) -> None:
    """One that only the first sitting keeps, one that the second keeps too, one of a child that nobody here sees."""
    for subject, name, days in ((CHILD, BROKEN, 12), (SIBLING, KEPT, 20), (SECRET, HIDDEN, 11)):
        world.cases.tell_subject(subject, f"R-{days}", restricted=subject == SECRET)
        world.cases.tell_obligation(name, subject, MONDAY + timedelta(days=days), "tracking_panel")
    world.cases.hidden |= {("oid-1", SECRET), ("manager", SECRET)}
    await world.follow()


async def preview(world: World, meeting: meeting_pb2.Meeting, start: datetime | None) -> list[tuple[str, Date]]:
    request = wire.PreviewSittingMoveRequest(name=meeting.name, start_time=at(start) if start else None)
    found = (await world.stub.PreviewSittingMove(request, metadata=world.as_())).obligations
    assert all(one.misses_local and not one.misses_statutory and not one.missed_before for one in found)
    return [(one.subject_reference, one.local_due_date) for one in found]


async def move(
    world: World, meeting: meeting_pb2.Meeting, start: datetime, role: str = "business-support", **more: str
) -> meeting_pb2.Meeting:
    request = wire.RescheduleMeetingRequest(
        name=meeting.name, etag=meeting.etag, start_time=at(start), reason="Christmas", request_id=str(uuid4()), **more
    )
    oid = "manager" if role.endswith("manager") else "oid-1"
    return (await world.stub.RescheduleMeeting(request, metadata=world.as_(role, oid=oid))).meeting


async def test_c_22_moving_a_sitting_shows_whose_four_weeks_it_breaks_and_asks_for_a_managers_reason(
    world: World,
) -> None:
    first, _ = await sittings(world, 4, 18)
    await clocks(world)
    later = days_from_monday(14, 10)
    assert await preview(world, first, later) == [("R-12", Date(year=2026, month=3, day=28))]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await move(world, first, later)
    code, reason, told = refusal(refused.value)
    assert (code, reason) == (grpc.StatusCode.FAILED_PRECONDITION, "MISSES_A_CLOCK")
    # The hidden child's clock would be broken too, and is earlier: neither it nor its date is told.
    assert (told["obligations"], told["due_date"]) == (BROKEN, "2026-03-28")

    moved = await move(world, first, later, "business-support-manager", breach_reason="The panel heard of it.")
    assert [(one.obligation, one.approved_by, one.reason) for one in moved.accepted_breaches] == [
        (BROKEN, "manager", "The panel heard of it.")
    ]
    got = await world.stub.GetMeeting(wire.GetMeetingRequest(name=moved.name), metadata=world.as_())
    assert [one.obligation for one in got.meeting.accepted_breaches] == [BROKEN] and not got.meeting.obligations
    # It is not the sitting's to meet: it stays to be arranged.
    waiting = wire.ListUnarrangedObligationsRequest(parent=PARENT, meeting_kind="tracking_panel")
    listed = await world.stub.ListUnarrangedObligations(waiting, metadata=world.as_())
    assert {one.obligation for one in listed.obligations} == {BROKEN, KEPT}
    async with world.database.transaction(DEMO.council_id) as tx:
        assert await tx.fetchval("select purpose from audit_event where action = 'RescheduleMeeting'") == (
            "accepted that a clock is missed"
        )


async def test_c_22_somebody_else_is_shown_only_children_they_may_know_of(world: World) -> None:
    (only,) = await sittings(world, 4)
    await clocks(world)
    moved = await move(world, only, days_from_monday(14, 10), "business-support-manager", breach_reason="It must be.")
    world.cases.hidden.add(("other", CHILD))
    world.cases.tell_subject(CHILD, "R-12", restricted=True)
    await world.follow()
    got = await world.stub.GetMeeting(wire.GetMeetingRequest(name=moved.name), metadata=world.as_(oid="other"))
    assert not got.meeting.accepted_breaches


async def test_c_22_where_another_sitting_comes_in_time_nothing_is_broken(world: World) -> None:
    first, second = await sittings(world, 4, 11)
    await clocks(world)
    assert await preview(world, first, days_from_monday(14, 10)) == []
    assert await preview(world, first, None) == []
    # Later than both dates; and a sitting that falls away is as late as can be.
    after_all = [("R-12", Date(year=2026, month=3, day=28)), ("R-20", Date(year=2026, month=4, day=5))]
    await world.stub.CancelMeeting(
        wire.CancelMeetingRequest(name=second.name, etag=second.etag, reason="x", request_id=str(uuid4())),
        metadata=world.as_(),
    )
    assert await preview(world, first, days_from_monday(35, 10)) == after_all == await preview(world, first, None)
    assert await preview(world, first, days_from_monday(3, 10)) == [], "an earlier sitting breaks nothing"


async def heard(world: World) -> meeting_pb2.Meeting:
    """A sitting that is to meet a clock of a child whom everybody here sees, and one of a hidden child."""
    await clocks(world)
    interpreter = meeting_pb2.Attendee(person=INTERPRETER, role="interpreter")
    plan = sitting(chair(MANAGER), interpreter, session_minutes=[120], obligations=[BROKEN, HIDDEN])
    return await book_knowing(world, plan, days_from_monday(4, 10))


async def book_knowing(world: World, plan: wire.MeetingPlan, start: datetime) -> meeting_pb2.Meeting:
    """Booked by somebody who knew of the child then, and does so no more."""
    world.cases.hidden.discard(("oid-1", SECRET))
    booked = await world.book(plan, at(start))
    world.cases.hidden.add(("oid-1", SECRET))
    return booked


def named_in(meeting: meeting_pb2.Meeting) -> tuple[list[str], list[str]]:
    return list(meeting.obligations), [one.obligation for one in meeting.accepted_breaches]


async def test_a_hidden_childs_clock_that_the_sitting_was_to_meet_is_told_by_no_refusal_of_a_move(world: World) -> None:
    booked = await heard(world)
    later, sooner = days_from_monday(14, 10), days_from_monday(12, 10)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await move(world, booked, later)
    told = refusal(refused.value)[2]
    assert (told["obligations"], told["due_date"]) == (BROKEN, "2026-03-28")
    # Later than the hidden one alone: whoever does not know of it is asked nothing.
    assert named_in(await move(world, booked, sooner)) == ([BROKEN], [])


async def test_what_a_manager_accepted_of_a_hidden_childs_clock_stays_on_record_when_others_move_on(
    world: World,
) -> None:
    booked = await heard(world)
    world.cases.hidden.discard(("manager", SECRET))
    late, role = days_from_monday(12, 10), "business-support-manager"
    moved = await move(world, booked, late, role, breach_reason="It must be.")
    assert named_in(moved) == ([BROKEN, HIDDEN], [HIDDEN])
    moved = await move(world, moved, late + timedelta(hours=1))
    assert named_in(moved) == ([BROKEN], [])
    got = await world.stub.GetMeeting(wire.GetMeetingRequest(name=moved.name), metadata=world.as_(role, oid="manager"))
    assert [(one.obligation, one.approved_by) for one in got.meeting.accepted_breaches] == [(HIDDEN, "manager")]


async def test_no_reply_about_a_sitting_names_a_hidden_childs_clock_nor_does_its_week(world: World) -> None:
    booked = await heard(world)
    confirm = wire.RecordConfirmationRequest(
        name=booked.name, etag=booked.etag, person=INTERPRETER, confirmed=True, request_id=str(uuid4())
    )
    confirmed = (await world.stub.RecordConfirmation(confirm, metadata=world.as_())).meeting
    world.cases.people["TM1"] = MANAGER
    week = capacity.GetCapacityWeekRequest(parent=PARENT, from_date=Date(year=2026, month=3, day=16), person=MANAGER)
    (seen,) = (await world.capacity.GetCapacityWeek(week, metadata=world.as_())).meetings
    world.at(days_from_monday(5, 9))
    over = wire.RecordMeetingHeldRequest(name=booked.name, etag=confirmed.etag, request_id=str(uuid4()))
    held = (await world.stub.RecordMeetingHeld(over, metadata=world.as_())).meeting
    plan = sitting(chair(MANAGER), session_minutes=[120], obligations=[HIDDEN])
    other = await book_knowing(world, plan, days_from_monday(6, 10))
    gone = wire.CancelMeetingRequest(name=other.name, etag=other.etag, reason="x", request_id=str(uuid4()))
    cancelled = (await world.stub.CancelMeeting(gone, metadata=world.as_())).meeting
    assert [named_in(one)[0] for one in (confirmed, seen, held, cancelled)] == [[BROKEN], [BROKEN], [BROKEN], []]


async def test_a_reply_given_again_leaves_out_what_was_hidden_since(world: World) -> None:
    booked = await heard(world)
    world.cases.hidden.clear()
    request = wire.RescheduleMeetingRequest(
        name=booked.name, etag=booked.etag, start_time=at(days_from_monday(14, 10)), reason="x", breach_reason="y",
        request_id=str(uuid4()),
    )  # fmt: skip
    as_manager, found = world.as_("business-support-manager", oid="manager"), []
    for _ in range(2):
        found.append(named_in((await world.stub.RescheduleMeeting(request, metadata=as_manager)).meeting))
        world.cases.hidden.add(("manager", SECRET))
    assert found == [([BROKEN, HIDDEN], [BROKEN, HIDDEN]), ([BROKEN], [BROKEN])]


async def test_only_a_booked_sitting_is_asked_about_by_those_who_move(world: World) -> None:
    (first,) = await sittings(world, 4)
    asked = wire.PreviewSittingMoveRequest(name=first.name)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub.PreviewSittingMove(asked, metadata=world.as_("panel-chair"))
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
    plan = wire.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=[chair(MANAGER, "team-manager")])
    other = await world.book(plan, at(days_from_monday(1, 10)))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub.PreviewSittingMove(wire.PreviewSittingMoveRequest(name=other.name), metadata=world.as_())
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


_DAYS = st.integers(0, 60).map(lambda n: MONDAY + timedelta(days=n))


@given(_DAYS, _DAYS, _DAYS, st.lists(_DAYS, max_size=4))
def test_a_clock_is_made_late_where_a_sitting_would_have_kept_it_and_none_does(
    due: date, before: date, after: date, others: list[date]
) -> None:
    clock = ClockToKeep("o", "s", "r", "k", None, due)
    kept = any(day <= due for day in (before, *others))
    keeps = any(day <= due for day in (after, *others))
    found = made_late([clock], before, after, others)
    assert found == ((Touched(clock, misses_local=True),) if kept and not keeps else ())


@pytest.mark.parametrize("rpc", ["SuggestSlots", "HoldSlot", "BookMeeting", "SuggestBackToBack"])
async def test_nobody_puts_a_clock_into_a_sitting_of_whose_child_they_may_not_know(world: World, rpc: str) -> None:
    """It is answered as a clock that is not there: no refusal gives its date to whoever has its id."""
    await clocks(world)
    answers = []
    for name in (HIDDEN, named("obligations", "never was")):
        plan = sitting(chair(MANAGER), session_minutes=[120], obligations=[name])
        start, once = at(days_from_monday(30, 10)), str(uuid4())
        request = {
            "SuggestSlots": wire.SuggestSlotsRequest(parent=PARENT, plan=plan),
            "SuggestBackToBack": wire.SuggestBackToBackRequest(parent=PARENT, plans=[plan]),
            "HoldSlot": wire.HoldSlotRequest(parent=PARENT, plan=plan, start_time=start, request_id=once),
            "BookMeeting": wire.BookMeetingRequest(parent=PARENT, plan=plan, start_time=start, request_id=once),
        }[rpc]
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await getattr(world.stub, rpc)(request, metadata=world.as_())
        answers.append((refused.value.code(), refused.value.details()))
    assert answers[0] == answers[1] and answers[0][0] is grpc.StatusCode.INVALID_ARGUMENT
