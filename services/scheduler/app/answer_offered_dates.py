"""Keeps what somebody answers by their own link."""

from collections.abc import Mapping

from servicekit.caller import Caller
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import UnitOfWork
from services.scheduler.app.read_offered_dates import offer_of_link
from services.scheduler.app.record_offer_answer import keep_answer
from services.scheduler.domain.date_offer import DateOffer, OfferAnswer, OfferState, offer_name
from services.scheduler.domain.errors import DateOfferClosed


def prepare_own_answer(caller: Caller) -> None:
    """Whether the caller may hand answers on; asked before the transaction."""
    demand(caller, "AnswerOfferedDates", f"councils/{caller.council}")


async def answer_offered_dates(
    unit: UnitOfWork, caller: Caller, token: str, answers: Mapping[int, OfferAnswer]
) -> tuple[DateOffer, str]:
    """The offer with the answer, and whose it is. NotFound; DateOfferClosed; InvalidRequest: not each date."""
    offer, person = await offer_of_link(unit, caller, token, lock=True)
    if offer.state is not OfferState.OPEN:
        raise DateOfferClosed(state=offer.state.value)
    offer = await keep_answer(unit, offer, person, answers, by="")
    await unit.audit(caller, "AnswerOfferedDates", offer_name(caller.council, offer.id), f"by the link of {person}")
    return offer, person
