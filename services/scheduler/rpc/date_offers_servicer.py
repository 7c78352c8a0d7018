"""DateOffersService: dates offered to people whose diaries nobody can read.

A link's token is made here, told once and never kept, not even with a response that is kept for its repeat.
"""

from permanence.scheduler.v1 import date_offers_service_pb2 as wire
from permanence.scheduler.v1.date_offers_service_pb2_grpc import DateOffersServiceServicer

from servicekit.caller import current_caller
from servicekit.idempotency import once
from services.scheduler.app import ports
from services.scheduler.app.answer_offered_dates import answer_offered_dates, prepare_own_answer
from services.scheduler.app.create_answer_link import create_answer_link, prepare_link
from services.scheduler.app.create_date_offer import create_date_offer, prepare_offer
from services.scheduler.app.get_date_offer import get_date_offer
from services.scheduler.app.list_date_offers import list_date_offers
from services.scheduler.app.read_offered_dates import read_offered_dates
from services.scheduler.app.record_offer_answer import prepare_answer, record_offer_answer
from services.scheduler.app.take_offered_date import prepare_taking, take_offered_date
from services.scheduler.app.withdraw_date_offer import prepare_withdrawal, withdraw_date_offer
from services.scheduler.domain.date_offer import new_link
from services.scheduler.rpc import convert
from services.scheduler.rpc import date_offer_convert as show
from services.scheduler.rpc.scheduler_servicer import BeginOnWire, Context, WireUnit


class DateOffersServicer(DateOffersServiceServicer):
    """Thin: conversion, once-only, and the use case."""

    def __init__(self, around: ports.Surroundings, begin: BeginOnWire) -> None:
        self._around = around
        self._begin = begin
        self._calendar = around.calendar

    async def CreateDateOffer(
        self, request: wire.CreateDateOfferRequest, context: Context
    ) -> wire.CreateDateOfferResponse:
        """Dates held, people to be asked."""
        caller = current_caller()
        wanted = await prepare_offer(self._around, caller, show.offer_command(request, caller))

        async def do(unit: WireUnit) -> wire.CreateDateOfferResponse:
            offer = await create_date_offer(unit, caller, wanted, self._calendar)
            return wire.CreateDateOfferResponse(date_offer=show.offer_message(caller.council, offer))

        return await once(self._begin, caller, request, wire.CreateDateOfferResponse, do)

    async def GetDateOffer(self, request: wire.GetDateOfferRequest, context: Context) -> wire.GetDateOfferResponse:
        """One offer."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        offer_id = show.offer_id_in(check)
        check.raise_if_any()
        offer = await get_date_offer(self._around, caller, offer_id)
        return wire.GetDateOfferResponse(date_offer=show.offer_message(caller.council, offer))

    async def ListDateOffers(
        self, request: wire.ListDateOffersRequest, context: Context
    ) -> wire.ListDateOffersResponse:
        """A page, the latest made first."""
        caller = current_caller()
        wanted, size, token = show.offer_filter(request, caller)
        offers, following = await list_date_offers(self._around, caller, wanted, size, token)
        shown = [show.offer_message(caller.council, one) for one in offers]
        return wire.ListDateOffersResponse(date_offers=shown, next_page_token=following)

    async def RecordAnswer(self, request: wire.RecordAnswerRequest, context: Context) -> wire.RecordAnswerResponse:
        """The offer with an answer that somebody gave by telephone."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        offer_id = show.offer_id_in(check)
        check.resource_name("person", convert.person_form(request.person))
        answers = show.answers_in(check, request.answers)
        check.uuid("request_id")
        check.raise_if_any()
        await prepare_answer(self._around, caller, offer_id)

        async def do(unit: WireUnit) -> wire.RecordAnswerResponse:
            offer = await record_offer_answer(unit, caller, offer_id, request.person, answers)
            return wire.RecordAnswerResponse(date_offer=show.offer_message(caller.council, offer))

        return await once(self._begin, caller, request, wire.RecordAnswerResponse, do)

    async def TakeOfferedDate(
        self, request: wire.TakeOfferedDateRequest, context: Context
    ) -> wire.TakeOfferedDateResponse:
        """A booked date, the others given back."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        offer_id = show.offer_id_in(check)
        etag = check.text("etag", 20, required=True)
        reason = check.text("breach_reason", 2000)
        check.uuid("request_id")
        check.raise_if_any()
        wanted = await prepare_taking(self._around, caller, offer_id, etag, request.number, reason)

        async def do(unit: WireUnit) -> wire.TakeOfferedDateResponse:
            offer = await take_offered_date(unit, caller, wanted, self._calendar)
            return wire.TakeOfferedDateResponse(date_offer=show.offer_message(caller.council, offer))

        return await once(self._begin, caller, request, wire.TakeOfferedDateResponse, do)

    async def WithdrawDateOffer(
        self, request: wire.WithdrawDateOfferRequest, context: Context
    ) -> wire.WithdrawDateOfferResponse:
        """All dates given back."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        offer_id = show.offer_id_in(check)
        etag = check.text("etag", 20, required=True)
        check.uuid("request_id")
        check.raise_if_any()
        await prepare_withdrawal(self._around, caller, offer_id)

        async def do(unit: WireUnit) -> wire.WithdrawDateOfferResponse:
            offer = await withdraw_date_offer(unit, caller, offer_id, etag)
            return wire.WithdrawDateOfferResponse(date_offer=show.offer_message(caller.council, offer))

        return await once(self._begin, caller, request, wire.WithdrawDateOfferResponse, do)

    async def CreateAnswerLink(
        self, request: wire.CreateAnswerLinkRequest, context: Context
    ) -> wire.CreateAnswerLinkResponse:
        """The token of a new link, the first time."""
        caller = current_caller()
        check = convert.checked(request, caller, parent=False)
        offer_id = show.offer_id_in(check)
        check.resource_name("person", convert.person_form(request.person))
        check.uuid("request_id")
        check.raise_if_any()
        await prepare_link(self._around, caller, offer_id)
        made: list[str] = []

        async def do(unit: WireUnit) -> wire.CreateAnswerLinkResponse:
            token = new_link()
            await create_answer_link(unit, caller, offer_id, request.person, token)
            made.append(token)
            return wire.CreateAnswerLinkResponse()

        reply = await once(self._begin, caller, request, wire.CreateAnswerLinkResponse, do)
        reply.token = made[0] if made else ""
        return reply

    async def ReadOfferedDates(
        self, request: wire.ReadOfferedDatesRequest, context: Context
    ) -> wire.ReadOfferedDatesResponse:
        """What a link shows."""
        caller = current_caller()
        check = convert.checked(request, caller)
        token = check.text("token", show.LONGEST_TOKEN, required=True)
        check.raise_if_any()
        offer, person = await read_offered_dates(self._around, caller, token)
        return wire.ReadOfferedDatesResponse(answer_sheet=show.sheet_message(offer, person))

    async def AnswerOfferedDates(
        self, request: wire.AnswerOfferedDatesRequest, context: Context
    ) -> wire.AnswerOfferedDatesResponse:
        """What the link shows with the answer."""
        caller = current_caller()
        check = convert.checked(request, caller)
        token = check.text("token", show.LONGEST_TOKEN, required=True)
        answers = show.answers_in(check, request.answers)
        check.uuid("request_id")
        check.raise_if_any()
        prepare_own_answer(caller)

        async def do(unit: WireUnit) -> wire.AnswerOfferedDatesResponse:
            offer, person = await answer_offered_dates(unit, caller, token, answers)
            return wire.AnswerOfferedDatesResponse(answer_sheet=show.sheet_message(offer, person))

        return await once(self._begin, caller, request, wire.AnswerOfferedDatesResponse, do)
