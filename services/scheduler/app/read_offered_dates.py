"""Reads what a link shows, for the staff site, which shows it to whoever has the link."""

from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.domain.date_offer import DateOffer, digest_of_link, offer_name


async def read_offered_dates(around: Surroundings, caller: Caller, token: str) -> tuple[DateOffer, str]:
    """The offer and whose link it is. NotFound, which names the council alone, whatever is wrong with the token."""
    demand(caller, "ReadOfferedDates", f"councils/{caller.council}")
    async with around.begin(caller) as unit:
        offer, person = await offer_of_link(unit, caller, token)
        await unit.audit(caller, "ReadOfferedDates", offer_name(caller.council, offer.id), f"by the link of {person}")
    return offer, person


async def offer_of_link(unit: UnitOfWork, caller: Caller, token: str, *, lock: bool = False) -> tuple[DateOffer, str]:
    """The offer and the person of a link. NotFound."""
    found = await unit.offers.find(digest_of_link(token))
    offer = await unit.offers.load(found[0], lock=lock) if found else None
    if found is None or offer is None:
        raise NotFound(f"councils/{caller.council}")
    return offer, found[1]
