"""Dates offered to people whose diaries nobody can read, over the wire, on a real database."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import grpc
from permanence.scheduler.v1 import date_offer_pb2 as offer_pb
from permanence.scheduler.v1 import date_offers_service_pb2 as wire
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts
from permanence.scheduler.v1 import scheduler_events_pb2 as events
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft
from permanence.scheduler.v1.meeting_pb2 import MEETING_STATE_BOOKED, MEETING_STATE_LAPSED, Attendee

from .conftest import (
    CHILD,
    CLOCK,
    MANAGER,
    MOTHER,
    OTHER_MANAGER,
    PARENT,
    World,
    at,
    chair,
    days_from_monday,
    must_not_meet,
    refusal,
)
from .offering import (
    CAN,
    CANNOT,
    FRIDAY,
    NURSE,
    RATHER_NOT,
    SCHOOL,
    TUESDAY,
    UNTIL,
    WEDNESDAY,
    alone,
    answer,
    link,
    meeting,
    offer,
    read,
    refused,
    request,
    said,
    sheet,
    take,
    taking,
    told,
    withdraw,
)


async def test_dates_are_held_answered_and_one_is_taken(world: World) -> None:
    made = await offer(world)
    assert [one.number for one in made.dates] == [1, 2, 3] and all(one.kept for one in made.dates)
    assert [one.person for one in made.people] == [MOTHER, NURSE, SCHOOL], "in the plan's order"
    mother, nurse = await link(world, made, MOTHER), await link(world, made, NURSE)
    shown = await sheet(world, mother)
    assert shown.state == offer_pb.DATE_OFFER_STATE_OPEN and not shown.HasField("answer_time")
    assert [one.start_time.ToDatetime(UTC) for one in shown.dates] == [TUESDAY, WEDNESDAY, FRIDAY]
    await answer(world, mother, CANNOT, CAN, RATHER_NOT)
    shown = await answer(world, nurse, CAN, CAN, CANNOT)
    assert [one.answer for one in shown.dates] == [CAN, CAN, CANNOT]
    recorded = wire.RecordAnswerRequest(
        name=made.name, person=SCHOOL, answers=said(CAN, CANNOT, CAN), request_id=str(uuid4())
    )
    found = (await world.offers.RecordAnswer(recorded, metadata=world.as_(oid="oid-2"))).date_offer
    assert [(one.required.can, one.required.asked, one.optional.can) for one in found.dates] == [
        (1, 2, 1),
        (2, 2, 0),
        (0, 2, 1),
    ]
    last = found.dates[2].required
    assert (last.can, last.rather_not, last.cannot, last.asked) == (0, 1, 1, 2)
    assert [one.recorded_by for one in found.people] == ["", "", "oid-2"]
    taken = await take(world, found, 2)
    assert taken.state == offer_pb.DATE_OFFER_STATE_TAKEN and [one.kept for one in taken.dates] == [False, True, False]
    assert taken.taken_meeting == made.dates[1].meeting
    states = [(await meeting(world, one.meeting)).state for one in made.dates]
    assert states == [MEETING_STATE_LAPSED, MEETING_STATE_BOOKED, MEETING_STATE_LAPSED]
    again = await world.book(alone(), at(TUESDAY))
    assert again.state == MEETING_STATE_BOOKED, "what was given back can be had"
    shown = await sheet(world, mother)
    assert shown.state == offer_pb.DATE_OFFER_STATE_TAKEN and not shown.dates


async def test_held_dates_are_taken_by_nobody_else_until_the_offer_ends(world: World) -> None:
    made = await offer(world)
    code, reason, metadata = await refused(world.book(alone(), at(WEDNESDAY)))
    assert (code, reason, metadata["taken"]) == ("ALREADY_EXISTS", "TIME_TAKEN", "chair")
    world.at(UNTIL - timedelta(seconds=1))
    assert (await read(world, made)).state == offer_pb.DATE_OFFER_STATE_OPEN
    token = await link(world, made, MOTHER)
    world.at(UNTIL)
    ended = await read(world, made)
    assert ended.state == offer_pb.DATE_OFFER_STATE_EXPIRED and not any(one.kept for one in ended.dates)
    closed = ("FAILED_PRECONDITION", "DATE_OFFER_CLOSED", {"state": "expired"})
    assert await refused(take(world, ended, 1)) == closed
    assert await refused(answer(world, token, CAN, CAN, CAN)) == closed
    assert (await sheet(world, token)).state == offer_pb.DATE_OFFER_STATE_EXPIRED
    assert (await world.book(alone(), at(WEDNESDAY))).state == MEETING_STATE_BOOKED
    listed = wire.ListDateOffersRequest(parent=PARENT)
    assert [one.name for one in (await world.offers.ListDateOffers(listed, metadata=world.as_())).date_offers] == [
        made.name
    ], "nobody loses sight of what ran out"
    world.at(UNTIL + timedelta(days=7))
    assert not (await world.offers.ListDateOffers(listed, metadata=world.as_())).date_offers
    world.at(UNTIL + timedelta(days=30))
    assert (await refused(sheet(world, token)))[0] == "NOT_FOUND"


async def test_two_officers_take_two_dates_and_one_of_them_has_it(world: World) -> None:
    made = await offer(world)
    done = await asyncio.gather(
        *(
            world.offers.TakeOfferedDate(taking(made, number), metadata=world.as_(oid=f"oid-{number}"))
            for number in (1, 2, 3)
        ),
        return_exceptions=True,
    )
    taken = [one for one in done if not isinstance(one, BaseException)]
    assert len(taken) == 1
    assert {refusal(one)[1] for one in done if isinstance(one, grpc.aio.AioRpcError)} == {"DATE_OFFER_CLOSED"}
    states = sorted([(await meeting(world, one.meeting)).state for one in made.dates])
    assert states == sorted([MEETING_STATE_BOOKED, MEETING_STATE_LAPSED, MEETING_STATE_LAPSED])


async def test_offers_that_want_two_rooms_in_either_order_do_not_deadlock(world: World) -> None:
    """Each at times of its own, so that none may be refused; chairs differ, so that only the rooms are waited for."""
    await world.import_capacity()
    rooms = sorted((await world.rooms()).values())

    def wanted(place: int) -> wire.CreateDateOfferRequest:
        chairs = (MANAGER, OTHER_MANAGER)[place % 2]
        who = [chair(chairs, "team-manager"), Attendee(person=MOTHER, role="mother")]
        plan = scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=who, needs_room=True)
        starts = (days_from_monday(7 + place, 10), days_from_monday(27 + place, 10))
        order = rooms if place % 2 else rooms[::-1]
        dates = [wire.DateToOffer(start_time=at(one), room=room) for one, room in zip(starts, order, strict=True)]
        return request(plan=plan, dates=dates, people=[MOTHER])

    await asyncio.gather(*(world.offers.CreateDateOffer(wanted(one), metadata=world.as_()) for one in range(12)))


async def test_an_offered_date_is_not_booked_extended_or_cancelled_by_itself(world: World) -> None:
    made = await offer(world)
    held = await meeting(world, made.dates[0].meeting)
    as_ = {"metadata": world.as_()}
    name, request_id = held.name, str(uuid4())
    asked = {"meeting": name, "offer": made.name}
    expected = ("FAILED_PRECONDITION", "DATE_IS_OFFERED", asked)
    book = scheduler.BookMeetingRequest(parent=PARENT, hold=name, request_id=request_id)
    assert await refused(world.stub.BookMeeting(book, **as_)) == expected
    extend = scheduler.ExtendHoldRequest(name=name, request_id=request_id)
    assert await refused(world.stub.ExtendHold(extend, **as_)) == expected
    cancel = scheduler.CancelMeetingRequest(name=name, etag=held.etag, reason="No.", request_id=request_id)
    assert await refused(world.stub.CancelMeeting(cancel, **as_)) == expected
    assert (await read(world, made)).expire_time == made.expire_time


async def test_withdrawing_gives_all_back_and_ends_the_links(world: World) -> None:
    made = await offer(world)
    token = await link(world, made, MOTHER)
    assert (await refused(withdraw(world, offer_pb.DateOffer(name=made.name, etag="99"))))[:2] == ("ABORTED", "STALE")
    gone = await withdraw(world, made)
    assert gone.state == offer_pb.DATE_OFFER_STATE_WITHDRAWN and not gone.taken_meeting
    assert {(await meeting(world, one.meeting)).state for one in made.dates} == {MEETING_STATE_LAPSED}
    closed = ("FAILED_PRECONDITION", "DATE_OFFER_CLOSED", {"state": "withdrawn"})
    assert await refused(answer(world, token, CAN, CAN, CAN)) == closed
    recorded = wire.RecordAnswerRequest(
        name=made.name, person=MOTHER, answers=said(CAN, CAN, CAN), request_id=str(uuid4())
    )
    assert await refused(world.offers.RecordAnswer(recorded, metadata=world.as_())) == closed
    assert await refused(withdraw(world, gone)) == closed
    assert not (await sheet(world, token)).dates
    assert [fact.taken_meeting for fact in await told(world, events.DateOfferClosed)] == [""]  # type: ignore[attr-defined]


async def test_taking_books_as_any_booking_does_and_tells_both(world: World) -> None:
    await world.import_capacity()
    world.cases.tell_subject(CHILD, "R-1")
    world.cases.tell_obligation(CLOCK, CHILD, WEDNESDAY.date() - timedelta(days=1))
    await world.follow()
    made = await offer(world)
    code, reason, _ = await refused(take(world, made, 3, breach_reason="The school asked for it."))
    assert (code, reason) == ("FAILED_PRECONDITION", "MISSES_A_CLOCK"), "business support may not accept that"
    assert (await read(world, made)).state == offer_pb.DATE_OFFER_STATE_OPEN, "a refused taking changes nothing"
    world.cases.restrictions.append(must_not_meet(MOTHER, NURSE))
    assert (await refused(take(world, made, 1)))[1] == "MUST_NOT_MEET"
    world.cases.restrictions.clear()
    late = taking(made, 3, breach_reason="The school asked for it.")
    taken = (await world.offers.TakeOfferedDate(late, metadata=world.as_("team-manager"))).date_offer
    facts = await told(world, events.DatesOffered, events.MeetingBooked, events.DateOfferClosed)
    assert [type(fact).__name__ for fact in facts] == ["DatesOffered", "MeetingBooked", "DateOfferClosed"]
    booked, closed = facts[1:]
    assert booked.obligations == [CLOCK] and booked.meeting == closed.taken_meeting == taken.taken_meeting  # type: ignore[attr-defined]
    assert "R-1" not in str(facts)


async def test_the_draft_is_booked_with_the_date_and_only_one_offer_is_open_for_it(world: World) -> None:
    draft = await _draft(world)
    made = await offer(world, draft=draft.name)
    other = request(days_from_monday(14, 9), days_from_monday(15, 9), draft=draft.name)
    code, reason, metadata = await refused(world.offers.CreateDateOffer(other, metadata=world.as_()))
    assert (code, reason, metadata["offer"]) == ("FAILED_PRECONDITION", "ALREADY_OFFERED", made.name)
    taken = await take(world, made, 1)
    wanted = drafts.GetMeetingDraftRequest(name=draft.name)
    found = (await world.drafts.GetMeetingDraft(wanted, metadata=world.as_())).meeting_draft
    assert found.meeting == taken.taken_meeting


async def test_while_dates_are_offered_the_draft_is_neither_changed_booked_otherwise_nor_given_up(world: World) -> None:
    draft = await _draft(world)
    made = await offer(world, draft=draft.name)
    expected = ("FAILED_PRECONDITION", "ALREADY_OFFERED", {"draft": draft.name, "offer": made.name})
    assert await refused(world.book(alone(), at(days_from_monday(14, 9)), draft=draft.name)) == expected
    gone = drafts.DiscardMeetingDraftRequest(name=draft.name, etag=draft.etag, request_id=str(uuid4()))
    assert await refused(world.drafts.DiscardMeetingDraft(gone, metadata=world.as_())) == expected
    change = drafts.UpdateMeetingDraftRequest(
        name=draft.name, etag=draft.etag, plan=alone(), people_checked=True, request_id=str(uuid4())
    )
    assert await refused(world.drafts.UpdateMeetingDraft(change, metadata=world.as_())) == expected
    await withdraw(world, made)
    assert (await world.drafts.UpdateMeetingDraft(change, metadata=world.as_())).meeting_draft.people_checked
    assert (await world.book(alone(), at(days_from_monday(14, 9)), draft=draft.name)).state == MEETING_STATE_BOOKED


async def test_what_the_draft_held_is_given_back_and_nothing_more_is_held_for_it(world: World) -> None:
    draft = await _draft(world)

    def hold(start: datetime) -> scheduler.HoldSlotRequest:
        return scheduler.HoldSlotRequest(
            parent=PARENT, plan=alone(), start_time=at(start), draft=draft.name, request_id=str(uuid4())
        )

    held = (await world.stub.HoldSlot(hold(TUESDAY), metadata=world.as_())).meeting
    made = await offer(world, draft=draft.name)
    assert (await meeting(world, held.name)).state == MEETING_STATE_LAPSED, "or its own date would be taken by itself"
    expected = ("FAILED_PRECONDITION", "ALREADY_OFFERED", {"draft": draft.name, "offer": made.name})
    assert await refused(world.stub.HoldSlot(hold(days_from_monday(14, 9)), metadata=world.as_())) == expected


async def test_once_an_offer_has_run_out_its_draft_is_free_again(world: World) -> None:
    draft = await _draft(world)
    await offer(world, draft=draft.name)
    world.at(UNTIL)
    gone = drafts.DiscardMeetingDraftRequest(name=draft.name, etag=draft.etag, request_id=str(uuid4()))
    assert (await world.drafts.DiscardMeetingDraft(gone, metadata=world.as_())).meeting_draft.name == draft.name


async def _draft(world: World) -> MeetingDraft:
    wanted = drafts.CreateMeetingDraftRequest(parent=PARENT, plan=alone(), request_id=str(uuid4()))
    return (await world.drafts.CreateMeetingDraft(wanted, metadata=world.as_())).meeting_draft
