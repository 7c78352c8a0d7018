"""What can be offered, who is told what of an offer, and who may do what with one."""

from dataclasses import replace
from datetime import UTC, timedelta
from uuid import uuid4

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from permanence.scheduler.v1 import date_offers_service_pb2 as wire
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler
from permanence.scheduler.v1.meeting_pb2 import MEETING_STATE_BOOKED, Attendee

from rulebook.pack import DecidesDate, load_pack
from rulebook.rule import MeetingKindId

from .conftest import (
    CHILD,
    DEMO,
    FATHER,
    MANAGER,
    MONDAY,
    MOTHER,
    PARENT,
    World,
    at,
    chair,
    days_from_monday,
    named,
)
from .offering import (
    APPS,
    BOOKERS,
    CAN,
    CANNOT,
    FRIDAY,
    NURSE,
    OTHERS,
    TUESDAY,
    WEDNESDAY,
    alone,
    answer,
    itself,
    link,
    offer,
    people,
    read,
    refused,
    request,
    said,
    sheet,
    taking,
    withdraw,
)


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
    await world.book(alone(), at(WEDNESDAY))
    code, reason, metadata = await refused(offer(world))
    assert (code, reason) == ("ALREADY_EXISTS", "OFFERED_TIME_TAKEN")
    assert metadata == {"start_time": "2026-03-25T10:00:00Z", "taken": "chair"}
    assert (await world.book(alone(), at(TUESDAY))).state == MEETING_STATE_BOOKED


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
