"""Makes the link by which one person who was asked answers without an account."""

from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.see_date_offer import offer_for, open_offer
from services.scheduler.domain.date_offer import digest_of_link, offer_name


async def prepare_link(around: Surroundings, caller: Caller, offer_id: UUID) -> None:
    """Whether the caller may make links; asked before the transaction."""
    await offer_for(around, caller, "CreateAnswerLink", offer_id)


async def create_answer_link(unit: UnitOfWork, caller: Caller, offer_id: UUID, person: str, token: str) -> None:
    """Keep the digest of the token. InvalidRequest where the person was not asked; DateOfferClosed."""
    offer = await open_offer(unit, caller, offer_id)
    if offer.asked(person) is None:
        raise InvalidRequest([Violation("person", "was not asked about these dates")])
    await unit.offers.put_link(offer_id, person, digest_of_link(token))
    await unit.audit(caller, "CreateAnswerLink", offer_name(caller.council, offer_id), f"link of {person}")
