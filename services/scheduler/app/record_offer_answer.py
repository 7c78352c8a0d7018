"""Keeps what somebody who was asked told the council, by telephone or face to face."""

from collections.abc import Mapping
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.see_date_offer import offer_for, open_offer
from services.scheduler.domain.date_offer import DateOffer, OfferAnswer, faults_of_answers, offer_name


async def prepare_answer(around: Surroundings, caller: Caller, offer_id: UUID) -> None:
    """Whether the caller may know of the offer and answer for people; asked before the transaction."""
    await offer_for(around, caller, "RecordAnswer", offer_id)


async def record_offer_answer(
    unit: UnitOfWork, caller: Caller, offer_id: UUID, person: str, answers: Mapping[int, OfferAnswer]
) -> DateOffer:
    """Keep it in place of what they said before. InvalidRequest: not asked, or not each date; DateOfferClosed."""
    offer = await open_offer(unit, caller, offer_id)
    if offer.asked(person) is None:
        raise InvalidRequest([Violation("person", "was not asked about these dates")])
    offer = await keep_answer(unit, offer, person, answers, by=caller.principal_id)
    await unit.audit(caller, "RecordAnswer", offer_name(caller.council, offer_id), f"answer of {person}")
    return offer


async def keep_answer(
    unit: UnitOfWork, offer: DateOffer, person: str, answers: Mapping[int, OfferAnswer], *, by: str
) -> DateOffer:
    """The open, locked offer with the answer. InvalidRequest where it is not of each date."""
    faults = faults_of_answers(offer, answers)
    if faults:
        raise InvalidRequest([Violation(*fault) for fault in faults])
    offer = offer.answered(person, answers, unit.now(), by)
    said = offer.asked(person)
    assert said is not None
    await unit.offers.save_answer(offer, said)
    return offer
