"""The notifications service, as the use cases see it: when people are busy in their Outlook."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.notifications.v1 import free_busy_service_pb2 as wire
from permanence.notifications.v1.free_busy_service_pb2_grpc import FreeBusyServiceStub

from servicekit.caller import Caller, service_caller
from servicekit.client import Peer
from servicekit.errors import DeadlineTooShort, Unavailable
from services.scheduler.domain.grains import span
from services.scheduler.domain.outlook import OutlookReading

SERVICE = "permanence.notifications.v1.FreeBusyService"
READS = ["ReadBusyTimes"]
_MOST_PEOPLE = 200
# Somebody waits for the search: longer than this Exchange is not waited for.
_SECONDS = 5.0
# While nobody answers there, the next searches do not wait as well.
_QUIET_SECONDS = 30.0


class NotificationsClient:
    """Asks as the scheduler itself: whose Outlook says what is shown to nobody, only whether they could come."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._quiet_until: dict[UUID, float] = {}

    async def busy_times(
        self, caller: Caller, people: Sequence[str], start: datetime, end: datetime
    ) -> Sequence[OutlookReading]:
        """One for each of the people. Unavailable where notifications does not answer, or did not a moment ago.

        Each council has a tenant of its own: one that is slow keeps no other from being read.
        """
        if time.monotonic() < self._quiet_until.get(caller.council_id, 0.0):
            raise Unavailable
        allowed = self._peer.timeout(_SECONDS)
        own = service_caller(caller.council_id, caller.council, "scheduler")
        stub = FreeBusyServiceStub(self._peer.channel)
        found: list[OutlookReading] = []
        try:
            for place in range(0, len(people), _MOST_PEOPLE):
                request = wire.ReadBusyTimesRequest(
                    parent=f"councils/{caller.council}",
                    people=people[place : place + _MOST_PEOPLE],
                    from_time=_timestamp(start),
                    until_time=_timestamp(end),
                )
                reply = await self._peer.call(stub.ReadBusyTimes, request, own, timeout=_SECONDS)
                found += [_reading(one) for one in reply.people]
        except DeadlineTooShort as fault:
            raise Unavailable from fault
        except Unavailable:
            # Whoever gave it less time than it may have learns nothing about it.
            if allowed >= _SECONDS:
                self._quiet_until[caller.council_id] = time.monotonic() + _QUIET_SECONDS
            raise
        return found


def _reading(one: wire.PersonBusyTimes) -> OutlookReading:
    if not one.read:
        return OutlookReading(one.person, None)
    return OutlookReading(one.person, [span(_utc(busy.start_time), _utc(busy.end_time)) for busy in one.busy])


def _timestamp(instant: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(instant)
    return made


def _utc(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(UTC)
