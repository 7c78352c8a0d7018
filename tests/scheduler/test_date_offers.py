"""Dates offered to people whose diaries nobody can read, over the wire, on a real database."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from permanence.feed.v1 import event_feed_pb2
from permanence.scheduler.v1 import date_offer_pb2 as offer_pb
from permanence.scheduler.v1 import date_offers_service_pb2 as wire
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts
from permanence.scheduler.v1 import scheduler_events_pb2 as events
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft
from permanence.scheduler.v1.meeting_pb2 import MEETING_STATE_BOOKED, MEETING_STATE_LAPSED, Attendee, Meeting

from rulebook.pack import DecidesDate, load_pack
from rulebook.rule import MeetingKindId

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
    World,
    at,
    chair,
    days_from_monday,
    must_not_meet,
    named,
    refusal,
)

SCHOOL, NURSE = named("people", "school"), named("people", "nurse")
CAN, RATHER_NOT, CANNOT = (
    offer_pb.OFFER_ANSWER_CAN_COME,
    offer_pb.OFFER_ANSWER_RATHER_NOT,
    offer_pb.OFFER_ANSWER_CANNOT,
)
TUESDAY, WEDNESDAY, FRIDAY = (days_from_monday(days, 10) for days in (8, 9, 11))
UNTIL = days_from_monday(5, 17)
BOOKERS = ("business-support", "business-support-manager", "team-manager", "meetings")
OTHERS = (
    "social-worker", "reviewing-officer", "panel-chair", "performance-officer", "case-system", "feed", "service-cases",
    "service-panels", "service-notifications", "service-web", "nobody",
)  # fmt: skip
APPS = ("meetings", "case-system", "feed")


def people() -> list[Attendee]:
    return [
        chair(MANAGER, "team-manager"),
        Attendee(person=MOTHER, role="mother", required=True),
        Attendee(person=NURSE, role="health", required=True),
        Attendee(person=SCHOOL, role="school"),
    ]


def request(*starts: datetime, **changes: object) -> wire.CreateDateOfferRequest:
    """Three dates, without a room, for three people."""
    plan = scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=people())
    values: dict[str, object] = {
        "plan": plan,
        "dates": [wire.DateToOffer(start_time=at(one)) for one in starts or (TUESDAY, WEDNESDAY, FRIDAY)],
        "people": [SCHOOL, MOTHER, NURSE],
        "expire_time": at(UNTIL),
    } | changes
    return wire.CreateDateOfferRequest(parent=PARENT, request_id=str(uuid4()), **values)  # type: ignore[arg-type]


async def offer(world: World, *starts: datetime, **changes: object) -> offer_pb.DateOffer:
    reply = await world.offers.CreateDateOffer(request(*starts, **changes), metadata=world.as_())
    return reply.date_offer


def said(*answers: int) -> list[offer_pb.DateAnswer]:
    return [offer_pb.DateAnswer(number=number, answer=one) for number, one in enumerate(answers, 1)]  # type: ignore[arg-type]


def itself(world: World, service: str) -> list[tuple[str, str]]:
    return world.as_(f"service-{service}", oid=service, scp=None, idtyp="app")


async def read(world: World, made: offer_pb.DateOffer) -> offer_pb.DateOffer:
    return (await world.offers.GetDateOffer(wire.GetDateOfferRequest(name=made.name), metadata=world.as_())).date_offer


async def link(world: World, made: offer_pb.DateOffer, person: str) -> str:
    wanted = wire.CreateAnswerLinkRequest(name=made.name, person=person, request_id=str(uuid4()))
    return (await world.offers.CreateAnswerLink(wanted, metadata=itself(world, "notifications"))).token


async def sheet(world: World, token: str) -> wire.AnswerSheet:
    wanted = wire.ReadOfferedDatesRequest(parent=PARENT, token=token)
    return (await world.offers.ReadOfferedDates(wanted, metadata=itself(world, "web"))).answer_sheet


async def answer(world: World, token: str, *answers: int) -> wire.AnswerSheet:
    wanted = wire.AnswerOfferedDatesRequest(parent=PARENT, token=token, answers=said(*answers), request_id=str(uuid4()))
    return (await world.offers.AnswerOfferedDates(wanted, metadata=itself(world, "web"))).answer_sheet


def taking(made: offer_pb.DateOffer, number: int, **more: str) -> wire.TakeOfferedDateRequest:
    more = {"etag": made.etag, **more}
    return wire.TakeOfferedDateRequest(name=made.name, number=number, request_id=str(uuid4()), **more)  # type: ignore[arg-type]


async def take(world: World, made: offer_pb.DateOffer, number: int, **more: str) -> offer_pb.DateOffer:
    return (await world.offers.TakeOfferedDate(taking(made, number, **more), metadata=world.as_())).date_offer


async def withdraw(world: World, made: offer_pb.DateOffer) -> offer_pb.DateOffer:
    wanted = wire.WithdrawDateOfferRequest(name=made.name, etag=made.etag, request_id=str(uuid4()))
    return (await world.offers.WithdrawDateOffer(wanted, metadata=world.as_())).date_offer


async def meeting(world: World, name: str) -> Meeting:
    return (await world.stub.GetMeeting(scheduler.GetMeetingRequest(name=name), metadata=world.as_())).meeting


async def refused(work: object) -> tuple[str, str, dict[str, str]]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await work  # type: ignore[misc]
    code, reason, metadata = refusal(caught.value)
    return code.name, reason, metadata


async def told(world: World, *kinds: type[Message]) -> list[Message]:
    """What the feed says of these kinds, up to the first of the last kind."""
    wanted = event_feed_pb2.PullRequest(
        parent=PARENT, types=[kind.DESCRIPTOR.full_name for kind in kinds], wait={"seconds": 10}
    )
    found: list[Message] = []
    while not found or not isinstance(found[-1], kinds[-1]):
        events_ = (await world.feed.Pull(wanted, metadata=itself(world, "notifications"))).events
        assert events_, f"no {kinds[-1].__name__} came"
        for event in events_:
            fact = next(one for one in kinds if event.fact.Is(one.DESCRIPTOR))()
            event.fact.Unpack(fact)
            found.append(fact)
        wanted.after_position = events_[-1].position
    return found


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
    again = await world.book(_alone(), at(TUESDAY))
    assert again.state == MEETING_STATE_BOOKED, "what was given back can be had"
    shown = await sheet(world, mother)
    assert shown.state == offer_pb.DATE_OFFER_STATE_TAKEN and not shown.dates


def _alone() -> scheduler.MeetingPlan:
    return scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=[chair(MANAGER, "team-manager")])


async def test_held_dates_are_taken_by_nobody_else_until_the_offer_ends(world: World) -> None:
    made = await offer(world)
    code, reason, metadata = await refused(world.book(_alone(), at(WEDNESDAY)))
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
    assert (await world.book(_alone(), at(WEDNESDAY))).state == MEETING_STATE_BOOKED
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
    assert await refused(world.book(_alone(), at(days_from_monday(14, 9)), draft=draft.name)) == expected
    gone = drafts.DiscardMeetingDraftRequest(name=draft.name, etag=draft.etag, request_id=str(uuid4()))
    assert await refused(world.drafts.DiscardMeetingDraft(gone, metadata=world.as_())) == expected
    change = drafts.UpdateMeetingDraftRequest(
        name=draft.name, etag=draft.etag, plan=_alone(), people_checked=True, request_id=str(uuid4())
    )
    assert await refused(world.drafts.UpdateMeetingDraft(change, metadata=world.as_())) == expected
    await withdraw(world, made)
    assert (await world.drafts.UpdateMeetingDraft(change, metadata=world.as_())).meeting_draft.people_checked
    assert (await world.book(_alone(), at(days_from_monday(14, 9)), draft=draft.name)).state == MEETING_STATE_BOOKED


async def test_what_the_draft_held_is_given_back_and_nothing_more_is_held_for_it(world: World) -> None:
    draft = await _draft(world)

    def hold(start: datetime) -> scheduler.HoldSlotRequest:
        return scheduler.HoldSlotRequest(
            parent=PARENT, plan=_alone(), start_time=at(start), draft=draft.name, request_id=str(uuid4())
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
    wanted = drafts.CreateMeetingDraftRequest(parent=PARENT, plan=_alone(), request_id=str(uuid4()))
    return (await world.drafts.CreateMeetingDraft(wanted, metadata=world.as_())).meeting_draft


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"dates": [wire.DateToOffer(start_time=at(TUESDAY))]}, {"dates"}),
        ({"dates": [wire.DateToOffer()] * 4}, {"dates", *(f"dates[{place}].start_time" for place in range(4))}),
        ({"dates": [wire.DateToOffer(start_time=at(TUESDAY))] * 2}, {"dates"}),
        ({"dates": [wire.DateToOffer(start_time=at(one)) for one in (TUESDAY, TUESDAY + timedelta(minutes=30))]},
         {"dates"}),
        ({"dates": [wire.DateToOffer(start_time=at(one + timedelta(seconds=3))) for one in (TUESDAY, FRIDAY)]},
         {"dates[0].start_time", "dates[1].start_time"}),
        ({"expire_time": at(MONDAY)}, {"expire_time"}),
        ({"expire_time": at(TUESDAY)}, {"expire_time"}),
        ({"expire_time": at(MONDAY + timedelta(days=14, seconds=1)),
          "dates": [wire.DateToOffer(start_time=at(days_from_monday(days, 9))) for days in (21, 22)]}, {"expire_time"}),
        ({"people": []}, {"people"}),
        ({"people": [MOTHER, MOTHER]}, {"people"}),
        ({"people": [MOTHER, FATHER], "expire_time": at(MONDAY)}, {"people[1]", "expire_time"}),
        ({"plan": scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD])}, {"plan.attendees"}),
        ({"plan": scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=people(), needs_room=True)},
         {"dates[0].room", "dates[1].room", "dates[2].room"}),
    ],
)  # fmt: skip
async def test_what_cannot_be_offered_is_said_all_at_once(
    world: World, changes: dict[str, object], fields: set[str]
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await offer(world, **changes)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    faults, status = error_details_pb2.BadRequest(), rpc_status.from_call(caught.value)
    for detail in status.details if status else ():
        detail.Unpack(faults)
    assert {one.field for one in faults.field_violations} == fields
    async with world.database.transaction(DEMO.council_id) as tx:
        assert await tx.fetchval("select count(*) from date_offer") == 0


async def test_one_date_that_is_taken_is_named_and_nothing_is_held(world: World) -> None:
    await world.book(_alone(), at(WEDNESDAY))
    code, reason, metadata = await refused(offer(world))
    assert (code, reason) == ("ALREADY_EXISTS", "OFFERED_TIME_TAKEN")
    assert metadata == {"start_time": "2026-03-25T10:00:00Z", "taken": "chair"}
    assert (await world.book(_alone(), at(TUESDAY))).state == MEETING_STATE_BOOKED


async def test_a_date_that_is_the_familys_is_not_offered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = load_pack("bcp").meeting_kinds
    kind = replace(kinds[MeetingKindId("ppm")], decides_date=DecidesDate.FAMILY)
    monkeypatch.setitem(kinds, MeetingKindId("ppm"), kind)  # type: ignore[arg-type]
    assert (await refused(offer(world)))[:2] == ("FAILED_PRECONDITION", "DATE_IS_THE_FAMILYS")


async def test_answers_are_of_each_date_and_of_whoever_was_asked(world: World) -> None:
    made = await offer(world)
    token = await link(world, made, MOTHER)
    for answers in (said(CAN, CAN), said(CAN, CAN, CAN, CAN), [*said(CAN, CAN, CAN), *said(CANNOT)], said(CAN, CAN, 0)):
        wanted = wire.AnswerOfferedDatesRequest(parent=PARENT, token=token, answers=answers, request_id=str(uuid4()))
        found = await refused(world.offers.AnswerOfferedDates(wanted, metadata=itself(world, "web")))
        assert found[0] == "INVALID_ARGUMENT"
    stranger = wire.RecordAnswerRequest(
        name=made.name, person=MANAGER, answers=said(CAN, CAN, CAN), request_id=str(uuid4())
    )
    assert (await refused(world.offers.RecordAnswer(stranger, metadata=world.as_())))[0] == "INVALID_ARGUMENT"
    nobody = wire.CreateAnswerLinkRequest(name=made.name, person=MANAGER, request_id=str(uuid4()))
    made_link = world.offers.CreateAnswerLink(nobody, metadata=itself(world, "notifications"))
    assert (await refused(made_link))[0] == "INVALID_ARGUMENT"
    assert not any(one.answers for one in (await read(world, made)).people)


async def test_a_link_is_told_once_kept_as_a_digest_and_replaced(world: World) -> None:
    made = await offer(world)
    wanted = wire.CreateAnswerLinkRequest(name=made.name, person=MOTHER, request_id=str(uuid4()))
    own = itself(world, "notifications")
    token = (await world.offers.CreateAnswerLink(wanted, metadata=own)).token
    assert len(token) == 43 and not (await world.offers.CreateAnswerLink(wanted, metadata=own)).token
    async with world.database.transaction(DEMO.council_id) as tx:
        for table in ("date_offer_person", "idempotency", "outbox", "audit_event"):
            rows = await tx.fetch(f"select t::text as row from {table} t")
            assert rows and not any(token in row["row"] for row in rows)
    newer = await link(world, made, MOTHER)
    assert (await refused(sheet(world, token)))[0] == "NOT_FOUND"
    assert (await sheet(world, newer)).dates
    assert (await refused(sheet(world, "a" * 43)))[0] == "NOT_FOUND"


async def test_each_is_shown_the_times_of_their_own_part(world: World) -> None:
    two = [
        chair(MANAGER, "team-manager"),
        Attendee(person=MOTHER, role="mother", required=True, sessions=[1]),
        Attendee(person=FATHER, role="father", required=True, sessions=[2]),
    ]
    plan = scheduler.MeetingPlan(
        meeting_kind="ppm", subjects=[CHILD], attendees=two, session_minutes=[60, 60], minutes_between_sessions=15
    )
    made = await offer(world, plan=plan, people=[MOTHER, FATHER])
    starts = []
    for person in (MOTHER, FATHER):
        first = (await sheet(world, await link(world, made, person))).dates[0]
        starts.append((first.start_time.ToDatetime(UTC), first.end_time.ToDatetime(UTC)))
    hour, gap = timedelta(hours=1), timedelta(minutes=15)
    assert starts == [(TUESDAY, TUESDAY + hour), (TUESDAY + hour + gap, TUESDAY + 2 * hour + gap)]


async def test_an_offer_of_a_hidden_case_is_not_there(world: World) -> None:
    made = await offer(world)
    world.cases.hidden.add(("oid-9", CHILD))
    as_ = world.as_(oid="oid-9")
    got = wire.GetDateOfferRequest(name=made.name)
    assert (await refused(world.offers.GetDateOffer(got, metadata=as_)))[0] == "NOT_FOUND"
    assert (await refused(world.offers.TakeOfferedDate(taking(made, 1), metadata=as_)))[0] == "NOT_FOUND"
    gone = wire.WithdrawDateOfferRequest(name=made.name, etag=made.etag, request_id=str(uuid4()))
    assert (await refused(world.offers.WithdrawDateOffer(gone, metadata=as_)))[0] == "NOT_FOUND"
    recorded = wire.RecordAnswerRequest(
        name=made.name, person=MOTHER, answers=said(CAN, CAN, CAN), request_id=str(uuid4())
    )
    assert (await refused(world.offers.RecordAnswer(recorded, metadata=as_)))[0] == "NOT_FOUND"
    assert (await refused(world.offers.CreateDateOffer(request(), metadata=as_)))[0] == "NOT_FOUND"
    listed = wire.ListDateOffersRequest(parent=PARENT)
    assert not (await world.offers.ListDateOffers(listed, metadata=as_)).date_offers


async def test_the_list_is_narrowed_to_a_child_and_to_ones_own(world: World) -> None:
    made = await offer(world)
    sibling = named("children", "b")
    for narrowed, found in (({}, [made.name]), ({"own": True}, []), ({"subject": CHILD}, [made.name])):
        wanted = wire.ListDateOffersRequest(parent=PARENT, **narrowed)  # type: ignore[arg-type]
        listed = (await world.offers.ListDateOffers(wanted, metadata=world.as_(oid="oid-2"))).date_offers
        assert [one.name for one in listed] == found
    wanted = wire.ListDateOffersRequest(parent=PARENT, subject=sibling)
    assert not (await world.offers.ListDateOffers(wanted, metadata=world.as_())).date_offers


@pytest.mark.parametrize("role", [*BOOKERS, *OTHERS])
async def test_who_may_do_what_with_an_offer(world: World, role: str) -> None:
    made = await offer(world)
    token = await link(world, made, MOTHER)
    app = {"scp": None, "idtyp": "app"} if role in APPS or role.startswith("service-") else {}
    as_ = world.as_(role, oid="oid-5", **app)
    named_ = {"name": made.name, "request_id": str(uuid4())}
    books, itself_ = role in BOOKERS, "service-notifications"
    asked: dict[str, tuple[Message, bool, str]] = {
        "CreateDateOffer": (request(days_from_monday(14, 9), days_from_monday(15, 9)), books, "PERMISSION_DENIED"),
        "ListDateOffers": (wire.ListDateOffersRequest(parent=PARENT), books, "PERMISSION_DENIED"),
        "GetDateOffer": (wire.GetDateOfferRequest(name=made.name), books or role == itself_, "NOT_FOUND"),
        "CreateAnswerLink": (wire.CreateAnswerLinkRequest(person=NURSE, **named_), role == itself_, "NOT_FOUND"),
        "ReadOfferedDates": (
            wire.ReadOfferedDatesRequest(parent=PARENT, token=token),
            role == "service-web",
            "NOT_FOUND",
        ),
        "AnswerOfferedDates": (
            wire.AnswerOfferedDatesRequest(
                parent=PARENT, token=token, answers=said(CAN, CAN, CAN), request_id=str(uuid4())
            ),
            role == "service-web",
            "NOT_FOUND",
        ),
        "RecordAnswer": (
            wire.RecordAnswerRequest(person=MOTHER, answers=said(CAN, CAN, CAN), **named_),
            books,
            "NOT_FOUND",
        ),
    }
    for rpc, (sent, may, otherwise) in asked.items():
        assert await _code(world, rpc, sent, as_) == ("OK" if may else otherwise), rpc
    etag = (await read(world, made)).etag
    ends = wire.WithdrawDateOfferRequest(name=made.name, etag=etag, request_id=str(uuid4()))
    takes = taking(made, 1, etag=etag)
    if not books:
        assert await _code(world, "WithdrawDateOffer", ends, as_) == "NOT_FOUND"
    assert await _code(world, "TakeOfferedDate", takes, as_) == ("OK" if books else "NOT_FOUND")
    if books:
        again = await offer(world, days_from_monday(16, 9), days_from_monday(17, 9))
        ends = wire.WithdrawDateOfferRequest(name=again.name, etag=again.etag, request_id=str(uuid4()))
        assert await _code(world, "WithdrawDateOffer", ends, as_) == "OK"


async def _code(world: World, rpc: str, sent: Message, as_: list[tuple[str, str]]) -> str:
    try:
        await getattr(world.offers, rpc)(sent, metadata=as_)
    except grpc.aio.AioRpcError as error:
        return error.code().name
    return "OK"


async def test_everything_is_audited_and_happens_once(world: World) -> None:
    wanted = request()
    first = await world.offers.CreateDateOffer(wanted, metadata=world.as_())
    again = await world.offers.CreateDateOffer(wanted, metadata=world.as_())
    assert first == again
    made = first.date_offer
    token = await link(world, made, MOTHER)
    await sheet(world, token)
    await answer(world, token, CAN, CAN, CAN)
    await withdraw(world, await read(world, made))
    async with world.database.transaction(DEMO.council_id) as tx:
        rows = await tx.fetch("select action, purpose from audit_event where object_name = $1 order by 1", made.name)
    assert [row["action"] for row in rows] == sorted(
        ["CreateDateOffer", "CreateAnswerLink", "ReadOfferedDates", "AnswerOfferedDates", "GetDateOffer",
         "WithdrawDateOffer"]
    )  # fmt: skip
    own = [row["purpose"] for row in rows if row["action"] == "AnswerOfferedDates"]
    assert own == [f"by the link of {MOTHER}"], "whose answer it was is known, though the site asked"
