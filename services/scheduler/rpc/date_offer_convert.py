"""Offers of dates: wire to domain and back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from permanence.scheduler.v1 import date_offer_pb2 as wire
from permanence.scheduler.v1 import date_offers_service_pb2 as service

from servicekit.caller import Caller
from servicekit.validate import Check
from services.scheduler.app.create_date_offer import OfferCommand
from services.scheduler.app.date_offer_ports import OfferFilter
from services.scheduler.domain.date_offer import (
    FEWEST_DATES,
    MOST_DATES,
    AskedPerson,
    DateOffer,
    OfferAnswer,
    OfferState,
    Tally,
    is_kept,
    offer_name,
    times_of,
)
from services.scheduler.domain.meeting import Meeting, meeting_name
from services.scheduler.domain.meeting_draft import draft_name
from services.scheduler.rpc.convert import (
    DATE_OFFER,
    DRAFT,
    ROOM,
    checked,
    checked_plan,
    checked_subject,
    person_form,
    uuid_in,
)
from services.scheduler.rpc.meeting_message import timestamp

LONGEST_TOKEN = 200
_STATES = {
    OfferState.OPEN: wire.DATE_OFFER_STATE_OPEN,
    OfferState.TAKEN: wire.DATE_OFFER_STATE_TAKEN,
    OfferState.WITHDRAWN: wire.DATE_OFFER_STATE_WITHDRAWN,
    OfferState.EXPIRED: wire.DATE_OFFER_STATE_EXPIRED,
}
_ANSWERS = {
    OfferAnswer.CAN_COME: wire.OFFER_ANSWER_CAN_COME,
    OfferAnswer.RATHER_NOT: wire.OFFER_ANSWER_RATHER_NOT,
    OfferAnswer.CANNOT: wire.OFFER_ANSWER_CANNOT,
}
_SAID = {number: answer for answer, number in _ANSWERS.items()}


def offer_command(request: service.CreateDateOfferRequest, caller: Caller) -> OfferCommand:
    """InvalidRequest with every violation."""
    check = checked(request, caller)
    check.uuid("request_id")
    plan = checked_plan(check, request.plan)
    if request.plan.body:
        check.refuse("plan.body", "must be empty; a sitting's dates are not offered")
    check.require("plan.attendees")
    dates = _dates(check, request.dates)
    _people(check, request.people)
    expires_at = check.instant("expire_time")
    draft = uuid_in(check.resource_name("draft", DRAFT, required=False), "meeting_draft")
    check.raise_if_any()
    assert expires_at is not None
    return OfferCommand(plan, dates, tuple(request.people), request.remote, expires_at, draft)


def _dates(check: Check, dates: Sequence[service.DateToOffer]) -> tuple[tuple[datetime, str], ...]:
    if not FEWEST_DATES <= len(dates) <= MOST_DATES:
        check.refuse("dates", f"names {len(dates)}; offer {FEWEST_DATES} or {MOST_DATES}")
    found = []
    for place, one in enumerate(dates):
        check.resource_name_text(f"dates[{place}].room", one.room, ROOM, required=False)
        start = _instant(check, f"dates[{place}].start_time", one)
        if start is not None:
            found.append((start, one.room))
    return tuple(found)


def _instant(check: Check, field: str, one: service.DateToOffer) -> datetime | None:
    if not one.HasField("start_time"):
        check.refuse(field, "is required")
        return None
    try:
        return one.start_time.ToDatetime(UTC)
    except (OverflowError, ValueError):
        check.refuse(field, "must be an instant between the years 1 and 9999")
        return None


def _people(check: Check, people: Sequence[str]) -> None:
    check.require("people")
    if len(set(people)) != len(people):
        check.refuse("people", "names one twice")
    for place, person in enumerate(people):
        check.resource_name_text(f"people[{place}]", person, person_form(person))


def offer_filter(request: service.ListDateOffersRequest, caller: Caller) -> tuple[OfferFilter, int, str]:
    """What is wanted, the page's size and its token."""
    check = checked(request, caller)
    checked_subject(check, request.subject)
    size, token = check.page()
    check.raise_if_any()
    return OfferFilter(request.subject, caller.principal_id if request.own else ""), size, token


def offer_id_in(check: Check) -> UUID:
    """The offer that the request's field `name` names; any UUID after a violation, which the check still holds."""
    found = uuid_in(check.resource_name("name", DATE_OFFER), "date_offer")
    return found or UUID(int=0)


def answers_in(check: Check, answers: Sequence[wire.DateAnswer]) -> Mapping[int, OfferAnswer]:
    """By number; a violation where one is missing its answer or is answered twice."""
    found: dict[int, OfferAnswer] = {}
    check.require("answers")
    for place, one in enumerate(answers):
        if one.answer not in _SAID:
            check.refuse(f"answers[{place}].answer", "must be chosen")
        elif one.number in found:
            check.refuse(f"answers[{place}].number", "is answered twice")
        else:
            found[one.number] = _SAID[one.answer]
    return found


def offer_message(council: str, offer: DateOffer) -> wire.DateOffer:
    """The offer with its answers."""
    taken = offer.taken_date
    return wire.DateOffer(
        name=offer_name(council, offer.id),
        meeting_kind=offer.plan.meeting_kind,
        title=offer.dates[0].title,
        subjects=offer.plan.subjects,
        reference=offer.dates[0].reference,
        dates=[_date(council, offer, number, one) for number, one in enumerate(offer.dates, 1)],
        people=[_person(offer, one) for one in offer.people],
        remote=offer.remote,
        state=_STATES[offer.state],
        taken_meeting=meeting_name(council, taken.id) if taken else "",
        draft=draft_name(council, offer.draft) if offer.draft else "",
        create_time=timestamp(offer.created_at),
        created_by=offer.created_by,
        expire_time=timestamp(offer.expires_at),
        close_time=timestamp(offer.closed_at) if offer.closed_at else None,
        closed_by=offer.closed_by,
        etag=str(offer.version),
    )


def _date(council: str, offer: DateOffer, number: int, one: Meeting) -> wire.OfferedDate:
    return wire.OfferedDate(
        number=number,
        meeting=meeting_name(council, one.id),
        start_time=timestamp(one.start),
        end_time=timestamp(one.end),
        room=one.room,
        kept=is_kept(offer, one),
        required=_tally(offer.tally(number, required=True)),
        optional=_tally(offer.tally(number, required=False)),
    )


def _tally(one: Tally) -> wire.Tally:
    return wire.Tally(can=one.can, rather_not=one.rather_not, cannot=one.cannot, asked=one.asked)


def _person(offer: DateOffer, one: AskedPerson) -> wire.AskedPerson:
    part = offer.attendee(one.person)
    return wire.AskedPerson(
        person=one.person,
        role=part.role,
        required=part.required or part.chair,
        answers=[wire.DateAnswer(number=number, answer=_ANSWERS[said]) for number, said in sorted(one.answers.items())],
        answer_time=timestamp(one.answered_at) if one.answered_at else None,
        recorded_by=one.recorded_by,
    )


def sheet_message(offer: DateOffer, person: str) -> service.AnswerSheet:
    """What one person's link shows: the times of their own part, of an open offer alone."""
    said, part = offer.asked(person), offer.attendee(person)
    assert said is not None
    dates = []
    for number, meeting in enumerate(offer.dates, 1) if offer.state is OfferState.OPEN else ():
        start, end = times_of(meeting, part)
        answer = _ANSWERS[said.answers[number]] if number in said.answers else wire.OFFER_ANSWER_UNSPECIFIED
        dates.append(
            service.DateToAnswer(number=number, start_time=timestamp(start), end_time=timestamp(end), answer=answer)
        )
    return service.AnswerSheet(
        state=_STATES[offer.state],
        dates=dates,
        remote=offer.remote,
        expire_time=timestamp(offer.expires_at),
        answer_time=timestamp(said.answered_at) if said.answered_at else None,
    )
