"""The service's own feed on the wire."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias
from uuid import UUID

from google.protobuf import json_format
from google.protobuf.message import Message
from permanence.feed.v1 import event_feed_pb2, event_feed_pb2_grpc
from permanence.notifications.v1 import notification_events_pb2 as facts

from servicekit.caller import current_caller
from servicekit.errors import PermissionDenied
from servicekit.feed import FeedRow
from servicekit.validate import Check
from services.notifications.app.policy import may
from services.notifications.rpc.invitation_servicer import Context

Read: TypeAlias = Callable[[UUID, int, int, float, frozenset[str]], Awaitable[Sequence[FeedRow]]]
_FACTS: dict[str, type[Message]] = {
    "InvitationChanged": facts.InvitationChanged,
    "InvitationAnswered": facts.InvitationAnswered,
    "AttendeeNeedsChanged": facts.AttendeeNeedsChanged,
}
_PACKAGE = "permanence.notifications.v1."
_MOST_EVENTS, _MOST_SECONDS = 500, 30.0


class FeedServicer(event_feed_pb2_grpc.EventFeedServicer):
    """permanence.feed.v1.EventFeed."""

    def __init__(self, read: Read) -> None:
        self._read = read

    async def Pull(self, request: event_feed_pb2.PullRequest, context: Context) -> event_feed_pb2.PullResponse:
        """Events after a position, waiting for one where there is none."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        check.resource_name("parent", "councils/{council}")
        if request.after_position < 0:
            check.refuse("after_position", "must be 0 or more")
        if request.max_events < 0:
            check.refuse("max_events", "must be 0 (for the default) or more")
        check.raise_if_any()
        if not may(caller, "Pull"):
            raise PermissionDenied(request.parent)
        limit = min(request.max_events or 100, _MOST_EVENTS)
        wait = min(max(request.wait.ToTimedelta().total_seconds(), 0.0), _MOST_SECONDS)
        types = frozenset(name.removeprefix(_PACKAGE) for name in request.types)
        rows = await self._read(caller.council_id, request.after_position, limit, wait, types)
        return event_feed_pb2.PullResponse(events=[_event(row) for row in rows])


def _event(row: FeedRow) -> event_feed_pb2.Event:
    event = event_feed_pb2.Event(position=row.position, event_id=str(row.event_id), aggregate=row.aggregate)
    event.recorded_time.FromDatetime(row.recorded_at)
    event.fact.Pack(json_format.ParseDict(dict(row.payload), _FACTS[row.type]()))
    return event
