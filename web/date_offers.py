"""Dates that are offered, for every page that leads to them."""

from permanence.scheduler.v1 import date_offers_service_pb2 as pb
from permanence.scheduler.v1.date_offer_pb2 import DATE_OFFER_STATE_OPEN, DateOffer

from web.desk import Desk, key_of

_AT_ONCE = 500


async def waiting_offers(desk: Desk, *, subject: str = "") -> list[DateOffer]:
    """Those that wait for somebody, the latest made first: of one subject, or all that the reader may know of."""
    found: list[DateOffer] = []
    token = ""
    while True:
        request = pb.ListDateOffersRequest(parent=desk.parent, subject=subject, page_size=_AT_ONCE, page_token=token)
        reply = await desk.ask("scheduler", desk.offers.ListDateOffers, request)
        found += reply.date_offers
        token = reply.next_page_token
        if not token:
            return found


async def offer_of_draft(desk: Desk, draft: str, subject: str) -> DateOffer | None:
    """The open offer that would book the draft."""
    offers = await waiting_offers(desk, subject=subject)
    return next((one for one in offers if one.draft == draft and one.state == DATE_OFFER_STATE_OPEN), None)


def offer_path(name: str) -> str:
    """The path of an offer's page."""
    return f"/date-offers/{key_of(name)}"
