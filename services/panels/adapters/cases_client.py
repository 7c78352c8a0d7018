"""The cases service: who a subject is, as a caller may see it."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as wire
from permanence.cases.v1 import subject_pb2
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub

from servicekit.caller import Caller
from servicekit.client import Peer
from servicekit.errors import NotFound, RemoteRefusal
from services.panels.app.ports import SubjectDetails
from services.panels.domain.errors import CannotRedactError
from services.panels.domain.telling import AroundSubject

if TYPE_CHECKING:
    from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceAsyncStub

SERVICE = "permanence.cases.v1.CasesService"
SAFE_METHODS = ("GetSubject", "ListSubjects", "FilterSubjects", "ListInvolvements", "ListRestrictions", "LookUpStaff")
_MOST_SUBJECTS = 500
R = TypeVar("R")


class CasesClient:
    """As the port says. Refusals that hide become NotFound of the very resource asked for."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def subject(self, caller: Caller, subject: str) -> SubjectDetails:
        """NotFound where it is not there for the caller."""
        request = wire.GetSubjectRequest(name=subject)
        reply = await hidden_as_absent(self._peer.call(self._stub.GetSubject, request, caller), subject)
        return _details(reply.subject)

    async def families(self, caller: Caller) -> Sequence[SubjectDetails]:
        """Every sibling group that is there for the caller, in as few calls as there are pages."""
        parent, kind = f"councils/{caller.council}", subject_pb2.SUBJECT_KIND_SIBLING_GROUP
        found: list[SubjectDetails] = []
        token = ""
        while True:
            request = wire.ListSubjectsRequest(parent=parent, kind=kind, page_size=_MOST_SUBJECTS, page_token=token)
            reply = await self._peer.call(self._stub.ListSubjects, request, caller)
            found += map(_details, reply.subjects)
            token = reply.next_page_token
            if not token:
                return found

    async def shown_to(self, caller: Caller, subjects: Sequence[str]) -> frozenset[str]:
        """Those of the subjects that are there for the caller."""
        parent = f"councils/{caller.council}"
        batches = [subjects[place : place + _MOST_SUBJECTS] for place in range(0, len(subjects), _MOST_SUBJECTS)]
        requests = [wire.FilterSubjectsRequest(parent=parent, subjects=batch) for batch in batches]
        asked = [self._peer.call(self._stub.FilterSubjects, request, caller) for request in requests]
        try:
            replies = await hidden_as_absent(asyncio.gather(*asked), parent)
        except NotFound:
            return frozenset()
        return frozenset(subject for reply in replies for subject in reply.subjects)

    async def around(self, caller: Caller, subject: str, today: date) -> tuple[AroundSubject, ...]:
        """Everybody with a part around the subject on that day."""
        on = Date(year=today.year, month=today.month, day=today.day)
        request = wire.ListInvolvementsRequest(parent=f"councils/{caller.council}", subjects=[subject], on_date=on)
        listed = await hidden_as_absent(self._peer.call(self._stub.ListInvolvements, request, caller), subject)
        return tuple(AroundSubject(one.person, one.role, one.display_name) for one in listed.involvements)

    async def vacant_roles(self, caller: Caller, subject: str, today: date) -> frozenset[str]:
        """Roles that somebody had around the subject and nobody has on that day."""
        on = Date(year=today.year, month=today.month, day=today.day)
        request = wire.ListInvolvementsRequest(
            parent=f"councils/{caller.council}", subjects=[subject], on_date=on, include_ended=True
        )
        listed = await hidden_as_absent(self._peer.call(self._stub.ListInvolvements, request, caller), subject)
        ended = {one.role for one in listed.involvements if has_ended(one, today)}
        return frozenset(ended - {one.role for one in listed.involvements if not has_ended(one, today)})

    async def unknown_people(self, caller: Caller, subject: str) -> list[str]:
        """Names of everybody whom somebody around the subject may not know of.

        CannotRedactError where one of them has no name here: what cannot be looked for cannot be left out.
        """
        parent = f"councils/{caller.council}"
        asked = wire.ListRestrictionsRequest(parent=parent, subjects=[subject])
        listed = await hidden_as_absent(self._peer.call(self._stub.ListRestrictions, asked, caller), subject)
        hidden = {r.other for r in listed.restrictions if r.kind == subject_pb2.RESTRICTION_KIND_MUST_NOT_KNOW}
        if not hidden:
            return []
        request = wire.ListInvolvementsRequest(parent=parent, subjects=[subject])
        around = await hidden_as_absent(self._peer.call(self._stub.ListInvolvements, request, caller), subject)
        names = {one.person: one.display_name for one in around.involvements if one.display_name}
        return [names.get(one) or await self._household(caller, one) for one in sorted(hidden)]

    async def _household(self, caller: Caller, name: str) -> str:
        if "/people/" in name:
            raise CannotRedactError
        try:
            found = await self.subject(caller, name)
        except NotFound:
            raise CannotRedactError from None
        if not found.display_name:
            raise CannotRedactError
        return found.display_name

    @property
    def _stub(self) -> "CasesServiceAsyncStub":
        return CasesServiceStub(self._peer.channel)


def has_ended(part: subject_pb2.Involvement, today: date) -> bool:
    """Whether the last day of somebody's part is over."""
    last = part.until_date
    return part.HasField("until_date") and date(last.year, last.month, last.day) < today


async def hidden_as_absent(call: Awaitable[R], resource: str) -> R:
    """The reply; NotFound where the other service says NOT_FOUND or PERMISSION_DENIED, whatever its reason."""
    try:
        return await call
    except RemoteRefusal as refusal:
        if refusal.code in ("NOT_FOUND", "PERMISSION_DENIED"):
            raise NotFound(resource) from refusal
        raise


def _details(found: subject_pb2.Subject) -> SubjectDetails:
    return SubjectDetails(
        subject=found.name,
        reference=found.reference,
        display_name=found.display_name,
        restricted=found.restricted,
        is_family=found.kind == subject_pb2.SUBJECT_KIND_SIBLING_GROUP,
        members=tuple(found.members),
    )
