"""Offers of dates as a caller may see and change them."""

from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import NotFound, VersionClash
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.see_meeting import demand_meeting
from services.scheduler.domain.date_offer import DateOffer, OfferState, offer_name
from services.scheduler.domain.errors import AlreadyOffered, DateOfferClosed
from services.scheduler.domain.meeting_draft import draft_name


async def offer_for(around: Surroundings, caller: Caller, action: str, offer_id: UUID) -> DateOffer:
    """The offer that the caller may know of and do this with. PermissionDenied, NotFound: both as absence."""
    name = offer_name(caller.council, offer_id)
    demand(caller, action, name)
    async with around.begin(caller) as unit:
        found = await unit.offers.load(offer_id)
    return await demand_meeting(around, caller, name, found)


async def demand_not_offered(unit: UnitOfWork, caller: Caller, draft: UUID) -> None:
    """Raises AlreadyOffered while dates are offered for the draft. Needs the draft locked."""
    offer = await unit.offers.open_of_draft(draft)
    if offer is not None:
        raise AlreadyOffered(draft=draft_name(caller.council, draft), offer=offer_name(caller.council, offer))


async def open_offer(unit: UnitOfWork, caller: Caller, offer_id: UUID, etag: str | None = None) -> DateOffer:
    """The open offer, locked for change. NotFound, DateOfferClosed; VersionClash for an etag that is not current."""
    name = offer_name(caller.council, offer_id)
    offer = await unit.offers.load(offer_id, lock=True)
    if offer is None:
        raise NotFound(name)
    if offer.state is not OfferState.OPEN:
        raise DateOfferClosed(state=offer.state.value)
    if etag is not None and str(offer.version) != etag:
        raise VersionClash(name)
    return offer
