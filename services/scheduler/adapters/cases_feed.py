"""Cases' feed: events on the wire into the few facts the scheduler keeps."""

from collections.abc import Sequence
from datetime import UTC, date
from uuid import UUID

from google.protobuf.duration_pb2 import Duration
from google.type.date_pb2 import Date
from permanence.cases.v1 import case_events_pb2, obligation_pb2
from permanence.feed.v1 import event_feed_pb2 as wire
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedStub

from servicekit.client import Peer
from servicekit.config import Council
from servicekit.inbox import FeedEvent
from services.scheduler.app.clock_ports import ObligationChange, SubjectChange

_WAIT_SECONDS, _AT_ONCE = 20, 200
_TYPES = [f"permanence.cases.v1.{name}" for name in ("ObligationChanged", "SubjectChanged")]


class CasesFeed:
    """Long-polls, as the service itself."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def pull(self, council: Council, after: int) -> Sequence[FeedEvent]:
        """The events of a council after a position."""
        request = wire.PullRequest(
            parent=f"councils/{council.slug}",
            after_position=after,
            max_events=_AT_ONCE,
            wait=Duration(seconds=_WAIT_SECONDS),
            types=_TYPES,
        )
        stub = EventFeedStub(self._peer.channel)
        reply = await self._peer.call(stub.Pull, request, council=council, timeout=_WAIT_SECONDS + 10)
        return [_feed_event(event) for event in reply.events]


def _feed_event(event: wire.Event) -> FeedEvent:
    return FeedEvent(
        position=event.position,
        event_id=UUID(event.event_id),
        type=event.fact.type_url.rpartition(".")[2],
        aggregate=event.aggregate,
        recorded_at=event.recorded_time.ToDatetime(UTC),
        payload=_change(event),
    )


def _change(event: wire.Event) -> ObligationChange | SubjectChange | None:
    obligation, subject = case_events_pb2.ObligationChanged(), case_events_pb2.SubjectChanged()
    if event.fact.Unpack(subject):
        return SubjectChange(subject.subject, subject.reference, subject.restricted)
    if not event.fact.Unpack(obligation):
        return None
    return ObligationChange(
        obligation=obligation.obligation,
        subject=obligation.subject,
        rule_id=obligation.rule_id,
        meeting_kind=obligation.meeting_kind,
        open=obligation.state == obligation_pb2.OBLIGATION_STATE_OPEN,
        statutory_due=_day(obligation.statutory_due_date) if obligation.HasField("statutory_due_date") else None,
        local_due=_day(obligation.local_due_date) if obligation.HasField("local_due_date") else None,
    )


def _day(day: Date) -> date:
    return date(day.year, day.month, day.day)
