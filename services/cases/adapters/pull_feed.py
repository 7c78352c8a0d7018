"""Pulls another service's feed and hands each fact to whoever can read it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import TypeAlias
from uuid import UUID

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from permanence.feed.v1 import event_feed_pb2 as pb
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedStub

from servicekit.client import Peer
from servicekit.config import Council
from servicekit.inbox import FeedEvent, Pull

_WAIT_SECONDS = 20
_ANSWER_SECONDS = 10.0
Reading: TypeAlias = Mapping[type[Message], Callable[[Message], object]]


def pull_of(peer: Peer, reading: Reading) -> Pull:
    """What a consumer calls. Messages that `reading` does not name come with no payload."""
    kinds = {kind.DESCRIPTOR.full_name: kind for kind in reading}

    async def pull(council: Council, after: int) -> Sequence[FeedEvent]:
        request = pb.PullRequest(
            parent=f"councils/{council.slug}",
            after_position=after,
            wait=Duration(seconds=_WAIT_SECONDS),
            types=sorted(kinds),
        )
        stub = EventFeedStub(peer.channel)
        reply = await peer.call(stub.Pull, request, council=council, timeout=_WAIT_SECONDS + _ANSWER_SECONDS)
        return [_event(event, kinds, reading) for event in reply.events]

    return pull


def _event(event: pb.Event, kinds: Mapping[str, type[Message]], reading: Reading) -> FeedEvent:
    full_name = event.fact.type_url.rpartition("/")[2]
    payload: object = None
    kind = kinds.get(full_name)
    if kind is not None:
        fact = kind()
        event.fact.Unpack(fact)
        payload = reading[kind](fact)
    return FeedEvent(
        position=event.position,
        event_id=UUID(event.event_id),
        type=full_name.rpartition(".")[2],
        aggregate=event.aggregate,
        recorded_at=event.recorded_time.ToDatetime(UTC),
        payload=payload,
    )
