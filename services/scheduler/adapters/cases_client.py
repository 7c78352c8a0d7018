"""The cases service, as the use cases see it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date

from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as wire
from permanence.cases.v1 import subject_pb2
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub

from servicekit.caller import Caller, service_caller
from servicekit.client import Peer
from servicekit.errors import NotFound, PermissionDenied, RemoteRefusal
from services.scheduler.app.ports import ANYBODY, PartsWanted
from services.scheduler.domain.kept_apart import MustNotMeetPair
from services.scheduler.domain.plan_filling import Involvement

READS = ["FilterSubjects", "ListInvolvements", "ListParts", "ListRestrictions", "LookUpPeople", "LookUpStaff"]
SERVICE = "permanence.cases.v1.CasesService"
_MOST_IDS = 1000
_MOST_SUBJECTS = 500
_MOST_RESTRICTED = 50
# Whoever must not know of somebody would learn of them in the same room.
_KEPT_APART = (subject_pb2.RESTRICTION_KIND_MUST_NOT_MEET, subject_pb2.RESTRICTION_KIND_MUST_NOT_KNOW)


class CasesClient:
    """Forwards the caller's own token, save where cases answers services only."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def shown_to(self, caller: Caller, subjects: Sequence[str], parts: PartsWanted = ANYBODY) -> frozenset[str]:
        """Those of the subjects that cases shows to the caller and that are wanted."""
        stub = CasesServiceStub(self._peer.channel)
        requests = [
            wire.FilterSubjectsRequest(
                parent=f"councils/{caller.council}",
                subjects=some,
                reviewing_officer=parts.reviewing_officer,
                team_manager=parts.team_manager,
                roles_not_recorded=parts.roles_not_recorded,
            )
            for some in _portions(subjects)
        ]
        try:
            replies = await asyncio.gather(
                *(self._peer.call(stub.FilterSubjects, request, caller) for request in requests)
            )
        except RemoteRefusal as refusal:
            if refusal.code in ("NOT_FOUND", "PERMISSION_DENIED"):
                return frozenset()
            raise
        return frozenset(subject for reply in replies for subject in reply.subjects)

    async def involvements(self, caller: Caller, subjects: Sequence[str], on: date) -> Sequence[Involvement]:
        """Who stands around the subjects on that day, asked for with the caller's own token."""
        stub = CasesServiceStub(self._peer.channel)
        request = wire.ListInvolvementsRequest(
            parent=f"councils/{caller.council}", subjects=subjects, on_date=_date(on)
        )
        try:
            reply = await self._peer.call(stub.ListInvolvements, request, caller)
        except RemoteRefusal as refusal:
            if refusal.code == "NOT_FOUND":
                raise NotFound(subjects[0]) from refusal
            if refusal.code == "PERMISSION_DENIED":
                raise PermissionDenied(subjects[0]) from refusal
            raise
        return [Involvement(one.person, one.subject, one.role) for one in reply.involvements]

    async def must_not_meet(self, caller: Caller, subjects: Sequence[str], on: date) -> Sequence[MustNotMeetPair]:
        """Asked for as the service itself: a caller learns which of those asked are kept apart, and never why.

        NotFound where cases does not know one of the subjects.
        """
        stub = CasesServiceStub(self._peer.channel)
        requests = [
            wire.ListRestrictionsRequest(
                parent=f"councils/{caller.council}",
                subjects=subjects[place : place + _MOST_RESTRICTED],
                on_date=_date(on),
            )
            for place in range(0, len(subjects), _MOST_RESTRICTED)
        ]
        own = service_caller(caller.council_id, caller.council, "scheduler")
        asked = (self._peer.call(stub.ListRestrictions, request, own) for request in requests)
        try:
            replies = await asyncio.gather(*asked)
        except RemoteRefusal as refusal:
            if refusal.code == "NOT_FOUND":
                raise NotFound(subjects[0]) from refusal
            raise
        return [
            MustNotMeetPair(one.person, one.other, one.court_ordered)
            for reply in replies
            for one in reply.restrictions
            if one.kind in _KEPT_APART
        ]

    async def parts(self, caller: Caller, subjects: Sequence[str], roles: Sequence[str]) -> Sequence[Involvement]:
        """Asked for as the service itself: a sum over all cases tells of none of them."""
        stub = CasesServiceStub(self._peer.channel)
        own = service_caller(caller.council_id, caller.council, "scheduler")
        requests = [
            wire.ListPartsRequest(parent=f"councils/{caller.council}", subjects=some, roles=roles)
            for some in _portions(subjects)
            if roles
        ]
        replies = await asyncio.gather(*(self._peer.call(stub.ListParts, request, own) for request in requests))
        return [Involvement(one.person, one.subject, one.role) for reply in replies for one in reply.parts]

    async def staff(
        self, caller: Caller, *, principals: Sequence[str] = (), people: Sequence[str] = (), roles: Sequence[str] = ()
    ) -> Sequence[str]:
        """Asked for with the caller's own token. Their names come along and are not looked at."""
        stub = CasesServiceStub(self._peer.channel)
        request = wire.LookUpStaffRequest(
            parent=f"councils/{caller.council}", principal_ids=principals, people=people, roles=roles
        )
        reply = await self._peer.call(stub.LookUpStaff, request, caller)
        return [one.person for one in reply.staff]

    async def people_of(self, caller: Caller, source_ids: Sequence[str]) -> Mapping[str, str]:
        """Resource names by the case system's ids."""
        stub = CasesServiceStub(self._peer.channel)
        requests = [
            wire.LookUpPeopleRequest(
                parent=f"councils/{caller.council}", source_ids=source_ids[place : place + _MOST_IDS]
            )
            for place in range(0, len(source_ids), _MOST_IDS)
        ]
        replies = await asyncio.gather(*(self._peer.call(stub.LookUpPeople, request, caller) for request in requests))
        return {one.source_id: one.person for reply in replies for one in reply.people}


def _portions(subjects: Sequence[str]) -> list[Sequence[str]]:
    return [subjects[place : place + _MOST_SUBJECTS] for place in range(0, len(subjects), _MOST_SUBJECTS)]


def _date(day: date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)
