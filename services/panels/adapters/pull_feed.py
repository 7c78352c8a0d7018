"""Pulling another service's feed with a long poll."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC
from uuid import UUID

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from permanence.feed.v1 import event_feed_pb2 as wire
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedStub

from servicekit.client import Peer
from servicekit.config import Council
from servicekit.inbox import FeedEvent

_WAIT_SECONDS = 15
_TIMEOUT_SECONDS = 20.0


def puller(
    peer: Peer, types: Sequence[str], read: Callable[[AnyMessage], object]
) -> Callable[[Council, int], Awaitable[Sequence[FeedEvent]]]:
    """A `pull` for a Consumer; `read` turns a fact into what the app understands. `types`: full names wanted."""

    async def pull(council: Council, after: int) -> list[FeedEvent]:
        request = wire.PullRequest(
            parent=f"councils/{council.slug}",
            after_position=after,
            wait=Duration(seconds=_WAIT_SECONDS),
            types=types,
        )
        stub = EventFeedStub(peer.channel)
        reply = await peer.call(stub.Pull, request, council=council, timeout=_TIMEOUT_SECONDS)
        return [_event(event, read) for event in reply.events]

    return pull


def _event(event: wire.Event, read: Callable[[AnyMessage], object]) -> FeedEvent:
    return FeedEvent(
        position=event.position,
        event_id=UUID(event.event_id),
        type=event.fact.type_url.rpartition("/")[2],
        aggregate=event.aggregate,
        recorded_at=event.recorded_time.ToDatetime(tzinfo=UTC),
        payload=read(event.fact),
    )
