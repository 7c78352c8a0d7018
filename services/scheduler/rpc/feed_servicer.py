"""The feed that followers pull: stored payloads turned into the events of the contract."""

import grpc
from google.protobuf.json_format import ParseDict
from permanence.feed.v1 import event_feed_pb2 as wire
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedServicer
from permanence.scheduler.v1 import scheduler_events_pb2 as events

from servicekit import feed
from servicekit.caller import current_caller
from servicekit.postgres import Database
from services.scheduler.app.policy import demand
from services.scheduler.rpc.convert import checked
from services.scheduler.rpc.meeting_message import timestamp

_PACKAGE = "permanence.scheduler.v1."
_LONGEST_WAIT_SECONDS, _MOST, _DEFAULT = 30, 500, 100


class FeedServicer(EventFeedServicer):
    """`Pull` of this service."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def Pull(self, request: wire.PullRequest, context: grpc.aio.ServicerContext) -> wire.PullResponse:  # type: ignore[type-arg]
        """The events after a position; waits for one where there is none yet."""
        caller = current_caller()
        check = checked(request, caller)
        wait = request.wait.seconds + request.wait.nanos / 1e9
        if not 0 <= wait <= _LONGEST_WAIT_SECONDS:
            check.refuse("wait", f"must lie between 0 and {_LONGEST_WAIT_SECONDS} seconds")
        if request.after_position < 0:
            check.refuse("after_position", "must be 0 or more")
        if request.max_events < 0:
            check.refuse("max_events", "must be 0 or more")
        check.raise_if_any()
        demand(caller, "Pull", request.parent, may_know=True)
        types = frozenset(name.removeprefix(_PACKAGE) for name in request.types)
        limit = min(request.max_events or _DEFAULT, _MOST)
        rows = await feed.read(self._database, caller.council_id, request.after_position, limit, wait, types)
        return wire.PullResponse(events=[_event(row) for row in rows])


def _event(row: feed.FeedRow) -> wire.Event:
    fact = ParseDict(dict(row.payload), getattr(events, row.type)())
    event = wire.Event(
        position=row.position,
        event_id=str(row.event_id),
        aggregate=row.aggregate,
        recorded_time=timestamp(row.recorded_at),
    )
    event.fact.Pack(fact)
    return event
