"""Lists the offers of dates that wait for somebody, the latest made first."""

from collections.abc import Sequence

from servicekit.caller import Caller
from servicekit.page import PageRequest, fill_page, next_token, open_page
from services.scheduler.app.date_offer_ports import OfferFilter
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_meeting import visible
from services.scheduler.domain.date_offer import DateOffer


async def list_date_offers(
    around: Surroundings, caller: Caller, wanted: OfferFilter, page_size: int, page_token: str
) -> tuple[list[DateOffer], str]:
    """A page and the next one's token. What the caller may not know of is left out, and leaves no gap."""
    parent = f"councils/{caller.council}"
    demand(caller, "ListDateOffers", parent, may_know=True)
    bound_to = f"{parent} ListDateOffers {wanted.subject} {wanted.created_by}"
    page = open_page(page_size, page_token, bound_to)
    async with around.begin(caller) as unit:
        await unit.audit(caller, "ListDateOffers", wanted.subject or parent)

    async def read(step: PageRequest) -> Sequence[DateOffer]:
        async with around.begin(caller) as unit:
            return await unit.offers.waiting_page(wanted, step.size, step.after)

    async def may_be_shown(found: Sequence[DateOffer]) -> Sequence[DateOffer]:
        return await visible(around, caller, found)

    shown, last = await fill_page(page, read, may_be_shown, _place)
    return shown, next_token(bound_to, last) if last else ""


def _place(offer: DateOffer) -> tuple[str, ...]:
    return offer.created_at.isoformat(), str(offer.id)
