"""The cases service: who stands around a subject."""

from collections.abc import Sequence

from permanence.cases.v1 import cases_service_pb2 as wire
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub

from servicekit.caller import Caller
from servicekit.client import Peer
from services.panels.domain.conflict import Part

_MOST_SUBJECTS = 50


class CasesPeople:
    """As its port says."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def parts(self, caller: Caller, subjects: Sequence[str]) -> list[Part]:
        """Today's, in as few calls as the contract allows."""
        stub = CasesServiceStub(self._peer.channel)
        found: list[Part] = []
        for first in range(0, len(subjects), _MOST_SUBJECTS):
            batch = subjects[first : first + _MOST_SUBJECTS]
            request = wire.ListInvolvementsRequest(parent=f"councils/{caller.council}", subjects=batch)
            reply = await self._peer.call(stub.ListInvolvements, request, caller)
            found += [Part(one.person, one.subject, one.role) for one in reply.involvements]
        return found
