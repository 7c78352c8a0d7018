"""Dates offered in the tests: who is asked, and what an officer, the notifier and the site's public page do."""

from datetime import datetime
from uuid import uuid4

import grpc
import pytest
from google.protobuf.message import Message
from permanence.feed.v1 import event_feed_pb2
from permanence.scheduler.v1 import date_offer_pb2 as offer_pb
from permanence.scheduler.v1 import date_offers_service_pb2 as wire
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler
from permanence.scheduler.v1.meeting_pb2 import Attendee, Meeting

from .conftest import (
    CHILD,
    MANAGER,
    MOTHER,
    PARENT,
    World,
    at,
    chair,
    days_from_monday,
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


def alone() -> scheduler.MeetingPlan:
    """A planning meeting to which nobody comes but its chair."""
    return scheduler.MeetingPlan(meeting_kind="ppm", subjects=[CHILD], attendees=[chair(MANAGER, "team-manager")])
