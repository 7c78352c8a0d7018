"""The feed: what was recorded, packed into the contract's event messages."""

import time

from google.protobuf.json_format import ParseDict
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.cases.v1 import case_events_pb2
from permanence.feed.v1 import event_feed_pb2 as pb
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedServicer

from servicekit import feed
from servicekit.caller import Caller, current_caller
from servicekit.postgres import Database
from servicekit.validate import Check
from services.cases.app.policy import require
from services.cases.app.read_feed import Begin, hidden_on_feed
from services.cases.rpc.units import Context

_PACKAGE = "permanence.cases.v1."
_LONGEST_WAIT = 30.0
_MOST = 500


class FeedServicer(EventFeedServicer):
    """EventFeed of this service."""

    def __init__(self, database: Database, begin: Begin) -> None:
        self._database = database
        self._begin = begin

    async def Pull(self, request: pb.PullRequest, context: Context) -> pb.PullResponse:
        """Events after a position."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        check.resource_name("parent", "councils/{council}")
        wait = request.wait.seconds + request.wait.nanos / 1e9
        if not 0 <= wait <= _LONGEST_WAIT:
            check.refuse("wait", f"must lie between 0 and {_LONGEST_WAIT:.0f} seconds")
        for field in ("max_events", "after_position"):
            if getattr(request, field) < 0:
                check.refuse(field, "must be 0 or more")
        check.raise_if_any()
        require(caller, "PullFeed", request.parent)
        types = frozenset(name.removeprefix(_PACKAGE) for name in request.types)
        limit = min(request.max_events or 100, _MOST)
        rows = await self._visible(caller, request.after_position, limit, wait, types)
        return pb.PullResponse(events=[_event(row) for row in rows])

    async def _visible(
        self, caller: Caller, after: int, limit: int, wait: float, types: frozenset[str]
    ) -> list[feed.FeedRow]:
        """Reads past what the caller may not know of: nothing but it would stop whoever follows."""
        ends_at = time.monotonic() + wait
        while True:
            left = max(0.0, ends_at - time.monotonic())
            rows = await feed.read(self._database, caller.council_id, after, limit, left, types)
            hidden = await hidden_on_feed(self._begin, caller, {_subject(row) for row in rows} - {""})
            shown = [row for row in rows if _subject(row) not in hidden]
            if shown or not rows:
                return shown
            after = rows[-1].position


def _subject(row: feed.FeedRow) -> str:
    return str(row.payload.get("subject", ""))


def _event(row: feed.FeedRow) -> pb.Event:
    fact = ParseDict(dict(row.payload), getattr(case_events_pb2, row.type)())
    recorded = Timestamp()
    recorded.FromDatetime(row.recorded_at)
    event = pb.Event(position=row.position, event_id=str(row.event_id), aggregate=row.aggregate, recorded_time=recorded)
    event.fact.Pack(fact)
    return event
