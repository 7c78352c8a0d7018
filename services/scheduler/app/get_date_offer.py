"""Reads one offer of dates."""

from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_date_offer import offer_for
from services.scheduler.domain.date_offer import DateOffer, offer_name


async def get_date_offer(around: Surroundings, caller: Caller, offer_id: UUID) -> DateOffer:
    """The offer as it stands. NotFound where there is none that the caller may know of. The reading is audited."""
    await offer_for(around, caller, "GetDateOffer", offer_id)
    name = offer_name(caller.council, offer_id)
    async with around.begin(caller) as unit:
        # Read again with the audit row: what is shown is what was recorded as read.
        offer = await unit.offers.load(offer_id)
        if offer is None:
            raise NotFound(name)
        await unit.audit(caller, "GetDateOffer", name)
    return offer
