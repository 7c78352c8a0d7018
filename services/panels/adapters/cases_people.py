"""The cases service: who stands around a subject, and who is signed in."""

import time
from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from permanence.cases.v1 import cases_service_pb2 as wire
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub

from servicekit.caller import Caller, CallerKind
from servicekit.client import Peer
from servicekit.errors import RemoteRefusal, Unavailable
from services.panels.domain.conflict import Part

_MOST_SUBJECTS = 50
# Who somebody is hardly ever changes, and a page of a sitting asks again and again.
_FRESH_SECONDS: Final = 600.0


class CasesPeople:
    """As its port says. `seconds`: the clock by which it remembers who somebody is."""

    def __init__(self, peer: Peer, seconds: Callable[[], float] = time.monotonic) -> None:
        self._peer = peer
        self._seconds = seconds
        self._known: dict[tuple[UUID, str], tuple[str, float]] = {}

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

    async def own_person(self, caller: Caller) -> str:
        """Asked with the caller's own token, at most every ten minutes of somebody who is known; "" for a role that may
        not look up staff. While cases is away whoever was known stays known; Unavailable of anybody else.
        """
        if caller.kind is not CallerKind.USER:
            return ""
        key = (caller.council_id, caller.principal_id)
        person, asked = self._known.get(key, ("", 0.0))
        if person and self._seconds() - asked < _FRESH_SECONDS:
            return person
        try:
            found = await self._look_up(caller)
        except Unavailable:
            if person:
                return person
            raise
        if found:
            self._known[key] = (found, self._seconds())
        return found

    async def _look_up(self, caller: Caller) -> str:
        stub = CasesServiceStub(self._peer.channel)
        request = wire.LookUpStaffRequest(parent=f"councils/{caller.council}", principal_ids=[caller.principal_id])
        try:
            reply = await self._peer.call(stub.LookUpStaff, request, caller)
        except RemoteRefusal as refusal:
            if refusal.code == "PERMISSION_DENIED":
                return ""
            raise
        return next((one.person for one in reply.staff if one.principal_id == caller.principal_id), "")
