"""Pulling another service's feed with a long poll, as the service itself."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC
from uuid import UUID

from google.protobuf.duration_pb2 import Duration
from permanence.feed.v1 import event_feed_pb2 as wire
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedStub

from servicekit.client import Peer
from servicekit.config import Council
from servicekit.inbox import FeedEvent

_WAIT_SECONDS, _AT_ONCE = 20, 200


def puller(
    peer: Peer, types: Sequence[str], read: Callable[[wire.Event], object]
) -> Callable[[Council, int], Awaitable[Sequence[FeedEvent]]]:
    """A `pull` for a Consumer. `types`: full names wanted; `read`: the little of an event that the scheduler keeps."""

    async def pull(council: Council, after: int) -> list[FeedEvent]:
        request = wire.PullRequest(
            parent=f"councils/{council.slug}",
            after_position=after,
            max_events=_AT_ONCE,
            wait=Duration(seconds=_WAIT_SECONDS),
            types=types,
        )
        stub = EventFeedStub(peer.channel)
        reply = await peer.call(stub.Pull, request, council=council, timeout=_WAIT_SECONDS + 10)
        return [_feed_event(event, read) for event in reply.events]

    return pull


def _feed_event(event: wire.Event, read: Callable[[wire.Event], object]) -> FeedEvent:
    return FeedEvent(
        position=event.position,
        event_id=UUID(event.event_id),
        type=event.fact.type_url.rpartition(".")[2],
        aggregate=event.aggregate,
        recorded_at=event.recorded_time.ToDatetime(UTC),
        payload=read(event),
    )
