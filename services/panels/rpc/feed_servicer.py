"""This service's feed for those who follow it."""

import grpc
from google.protobuf import json_format
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from permanence.feed.v1 import event_feed_pb2 as wire
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedServicer
from permanence.panels.v1 import panel_events_pb2

from servicekit import feed
from servicekit.caller import current_caller
from servicekit.feed import FeedRow
from servicekit.postgres import Database
from servicekit.validate import Check
from services.panels.app.policy import require

_PACKAGE = "permanence.panels.v1."
_MOST_WAIT_SECONDS = 30.0
EVENTS: dict[str, type[Message]] = {
    kind.DESCRIPTOR.name: kind
    for kind in (
        panel_events_pb2.OutcomeRecorded,
        panel_events_pb2.MinutesSigned,
        panel_events_pb2.MinutesFiled,
        panel_events_pb2.CaseSettled,
        panel_events_pb2.ChaseMade,
        panel_events_pb2.MinutesLate,
        panel_events_pb2.DecisionLate,
        panel_events_pb2.FamilyConsentChanged,
    )
}


class FeedServicer(EventFeedServicer):
    """Positions come from servicekit's relay."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def Pull(
        self, request: wire.PullRequest, context: grpc.aio.ServicerContext[wire.PullRequest, wire.PullResponse]
    ) -> wire.PullResponse:
        """Events after a position, waiting for the first."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        check.resource_name("parent", "councils/{council}")
        if request.after_position < 0:
            check.refuse("after_position", "must be 0 or more")
        check.raise_if_any()
        require(caller, "ReadFeed", request.parent)
        wait = min(max(request.wait.seconds + request.wait.nanos / 1e9, 0.0), _MOST_WAIT_SECONDS)
        types = frozenset(name.removeprefix(_PACKAGE) for name in request.types)
        limit = request.max_events or 100
        rows = await feed.read(self._database, caller.council_id, request.after_position, limit, wait, types)
        return wire.PullResponse(events=[_event(row) for row in rows])


def _event(row: FeedRow) -> wire.Event:
    fact = AnyMessage()
    fact.Pack(json_format.ParseDict(dict(row.payload), EVENTS[row.type]()))
    event = wire.Event(position=row.position, event_id=str(row.event_id), aggregate=row.aggregate, fact=fact)
    event.recorded_time.FromDatetime(row.recorded_at)
    return event
