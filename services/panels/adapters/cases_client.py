"""The cases service: who a subject is, as a caller may see it."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, TypeVar

from google.protobuf.message import Message
from permanence.cases.v1 import cases_service_pb2 as wire
from permanence.cases.v1 import subject_pb2
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub

from servicekit.caller import Caller
from servicekit.client import Peer
from servicekit.errors import NotFound, RemoteRefusal
from services.panels.app.ports import SubjectDetails
from services.panels.domain.errors import CannotRedactError

if TYPE_CHECKING:
    from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceAsyncStub

SERVICE = "permanence.cases.v1.CasesService"
SAFE_METHODS = ("GetSubject", "ListInvolvements", "ListRestrictions")
R = TypeVar("R", bound=Message)


class CasesClient:
    """As the port says. Refusals that hide become NotFound of the very resource asked for."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def subject(self, caller: Caller, subject: str) -> SubjectDetails:
        """NotFound where it is not there for the caller."""
        request = wire.GetSubjectRequest(name=subject)
        reply = await hidden_as_absent(self._peer.call(self._stub.GetSubject, request, caller), subject)
        found = reply.subject
        return SubjectDetails(
            subject=found.name,
            reference=found.reference,
            display_name=found.display_name,
            restricted=found.restricted,
            is_family=found.kind == subject_pb2.SUBJECT_KIND_SIBLING_GROUP,
            members=tuple(found.members),
        )

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


async def hidden_as_absent(call: Awaitable[R], resource: str) -> R:
    """The reply; NotFound where the other service says NOT_FOUND or PERMISSION_DENIED, whatever its reason."""
    try:
        return await call
    except RemoteRefusal as refusal:
        if refusal.code in ("NOT_FOUND", "PERMISSION_DENIED"):
            raise NotFound(resource) from refusal
        raise
