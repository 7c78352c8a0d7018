"""Panels, asked as this service itself: what still waits before somebody is written to about it."""

from collections.abc import Sequence
from datetime import date

from permanence.panels.v1 import actions_service_pb2 as wire
from permanence.panels.v1 import actions_service_pb2_grpc as wire_grpc

from servicekit.caller import Caller, service_caller
from servicekit.client import Peer
from services.notifications.app.chaser_ports import Waiting

SERVICE = "permanence.panels.v1.ActionsService"
SAFE_METHODS = ("CheckWaiting",)
_MOST_THINGS = 500


class PanelsPeer:
    """WaitingReader over gRPC."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub: wire_grpc.ActionsServiceAsyncStub = wire_grpc.ActionsServiceStub(peer.channel)

    async def still_waiting(self, caller: Caller, things: Sequence[tuple[str, str]]) -> Sequence[Waiting]:
        """In as few calls as the contract allows."""
        own = service_caller(caller.council_id, caller.council, "notifications")
        found: list[Waiting] = []
        for first in range(0, len(things), _MOST_THINGS):
            asked = [wire.WaitingThing(name=name, clock=clock) for name, clock in things[first : first + _MOST_THINGS]]
            request = wire.CheckWaitingRequest(parent=f"councils/{caller.council}", things=asked)
            reply = await self._peer.call(self._stub.CheckWaiting, request, own)
            found += [Waiting(one.name, one.clock, _day(one), one.owner) for one in reply.things]
        return found


def _day(one: wire.WaitingThing) -> date:
    return date(one.due_date.year, one.due_date.month, one.due_date.day)
