"""Cases' feed: events on the wire into the few facts the scheduler keeps."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from google.type.date_pb2 import Date
from permanence.cases.v1 import case_events_pb2, obligation_pb2
from permanence.feed.v1 import event_feed_pb2 as wire

from servicekit.client import Peer
from servicekit.config import Council
from servicekit.inbox import FeedEvent
from services.scheduler.adapters.pull_feed import puller
from services.scheduler.app.clock_ports import ObligationChange, SubjectChange

_TYPES = [f"permanence.cases.v1.{name}" for name in ("ObligationChanged", "SubjectChanged")]


def cases_feed(peer: Peer) -> Callable[[Council, int], Awaitable[Sequence[FeedEvent]]]:
    """The events of a council after a position, for a Consumer."""
    return puller(peer, _TYPES, _change)


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
