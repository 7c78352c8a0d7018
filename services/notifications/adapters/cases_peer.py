"""Cases, asked as this service itself: how people may be told, and what keeps them apart."""

from collections.abc import Collection, Sequence
from datetime import date

from permanence.cases.v1 import cases_service_pb2 as rpc
from permanence.cases.v1 import cases_service_pb2_grpc as rpc_grpc
from permanence.cases.v1 import subject_pb2 as wire

from servicekit.caller import Caller, service_caller
from servicekit.client import Peer
from services.notifications.app.ports import Surroundings
from services.notifications.domain.meeting import Channel, Recipient, Restriction, RestrictionKind
from services.notifications.domain.unsafe_time import UnsafeTime

_MOST_SUBJECTS = 500


class CasesPeer:
    """PeopleReader over gRPC. Never with the caller's own token: addresses are for this service alone."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub: rpc_grpc.CasesServiceAsyncStub = rpc_grpc.CasesServiceStub(peer.channel)

    async def around(self, caller: Caller, subjects: Sequence[str], people: Sequence[str]) -> Surroundings:
        """Raises Unavailable; RemoteRefusal where cases refuses, which sends nothing."""
        own = service_caller(caller.council_id, caller.council, "notifications")
        parent = f"councils/{caller.council}"
        request = rpc.ResolveRecipientsRequest(parent=parent, subjects=subjects, people=people)
        resolved = await self._peer.call(self._stub.ResolveRecipients, request, own)
        restrictions: tuple[Restriction, ...] = ()
        if subjects:
            limits = rpc.ListRestrictionsRequest(parent=parent, subjects=subjects)
            listed = await self._peer.call(self._stub.ListRestrictions, limits, own)
            restrictions = tuple(_restriction(one) for one in listed.restrictions if one.kind)
        return Surroundings(
            recipients=tuple(_recipient(one) for one in resolved.recipients),
            restrictions=restrictions,
            restricted=resolved.restricted,
            references=tuple(resolved.references),
            subject_strings=tuple(resolved.subject_protected_strings),
        )


class CasesSight:
    """SubjectSight over gRPC: with the caller's own token, for it is about what the caller may see."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub: rpc_grpc.CasesServiceAsyncStub = rpc_grpc.CasesServiceStub(peer.channel)

    async def shown_to(self, caller: Caller, subjects: Collection[str]) -> frozenset[str]:
        """In as few calls as the contract allows."""
        listed, found = sorted(subjects), set[str]()
        for first in range(0, len(listed), _MOST_SUBJECTS):
            some = listed[first : first + _MOST_SUBJECTS]
            request = rpc.FilterSubjectsRequest(parent=f"councils/{caller.council}", subjects=some)
            found.update((await self._peer.call(self._stub.FilterSubjects, request, caller)).subjects)
        return frozenset(found)


def _recipient(one: wire.Recipient) -> Recipient:
    checked = one.verified_date
    return Recipient(
        person=one.person,
        display_name=one.display_name,
        staff=one.staff,
        channel=_channel(one.channel),
        email=one.email,
        unsafe_channels=frozenset(_channel(channel) for channel in one.unsafe_channels),
        verified_on=date(checked.year, checked.month, checked.day) if one.HasField("verified_date") else None,
        interpreter_language=one.interpreter_language,
        has_access_needs=bool(one.access_needs),
        protected=tuple(one.protected_strings),
        phone=one.phone,
        postal_lines=tuple(one.postal_lines),
        unsafe_times=tuple(UnsafeTime(part.weekday, part.start_minute, part.end_minute) for part in one.unsafe_times),
    )


def _channel(number: wire.Channel.ValueType) -> Channel:
    """A channel that this version does not know is no safe one."""
    return Channel(wire.Channel.Name(number)) if number in wire.Channel.values() else Channel.NONE


def _restriction(one: wire.Restriction) -> Restriction:
    return Restriction(RestrictionKind(wire.RestrictionKind.Name(one.kind)), one.person, one.other)
