"""The scheduler, asked about offers of dates and for the links of those who are asked."""

from datetime import UTC

from permanence.scheduler.v1 import date_offers_service_pb2 as rpc
from permanence.scheduler.v1 import date_offers_service_pb2_grpc as rpc_grpc
from permanence.scheduler.v1.date_offer_pb2 import DATE_OFFER_STATE_OPEN

from servicekit.caller import Caller, service_caller
from servicekit.client import Peer
from servicekit.errors import RemoteRefusal
from servicekit.ids import new_id
from services.notifications.domain.date_question import OfferToAsk


class DateOfferPeer:
    """OfferReader over gRPC. Within a request the caller's own token goes along, so that the scheduler decides."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub: rpc_grpc.DateOffersServiceAsyncStub = rpc_grpc.DateOffersServiceStub(peer.channel)

    async def offer(self, caller: Caller, name: str) -> OfferToAsk | None:
        """None for NOT_FOUND."""
        try:
            reply = await self._peer.call(self._stub.GetDateOffer, rpc.GetDateOfferRequest(name=name), caller)
        except RemoteRefusal as refusal:
            if refusal.code in ("NOT_FOUND", "PERMISSION_DENIED"):
                return None
            raise
        found = reply.date_offer
        return OfferToAsk(
            name=found.name,
            meetings=tuple(one.meeting for one in found.dates),
            people=tuple(one.person for one in found.people if not one.answers),
            remote=found.remote,
            expires_at=found.expire_time.ToDatetime(tzinfo=UTC),
            open=found.state == DATE_OFFER_STATE_OPEN,
        )

    async def link(self, caller: Caller, offer: str, person: str) -> str:
        """Empty where the offer takes no answers any more. As this service itself, whose right alone it is."""
        own = service_caller(caller.council_id, caller.council, "notifications")
        request = rpc.CreateAnswerLinkRequest(name=offer, person=person, request_id=str(new_id()))
        try:
            return (await self._peer.call(self._stub.CreateAnswerLink, request, own)).token
        except RemoteRefusal as refusal:
            if refusal.remote_reason == "DATE_OFFER_CLOSED":
                return ""
            raise
