"""Other services' feeds as small facts of our own."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC
from uuid import UUID

from google.protobuf.duration_pb2 import Duration
from permanence.cases.v1 import case_events_pb2 as cases
from permanence.feed.v1 import event_feed_pb2, event_feed_pb2_grpc
from permanence.panels.v1 import panel_events_pb2 as panels
from permanence.scheduler.v1 import scheduler_events_pb2 as scheduler

from servicekit.client import Peer
from servicekit.config import Council
from servicekit.inbox import FeedEvent
from services.notifications.app.hear_lateness import Lateness, LatenessHeard
from services.notifications.app.hear_meeting import MeetingHeard, OfferHeard, PeopleChanged
from services.notifications.domain.chaser import ChaserKind

_WAIT = Duration(seconds=15)
_MEETING_FACTS = (
    scheduler.MeetingBooked,
    scheduler.MeetingRescheduled,
    scheduler.MeetingCancelled,
)
_OFFER_FACTS = (scheduler.DatesOffered, scheduler.DateOfferClosed)
_SCHEDULER_TYPES = [kind.DESCRIPTOR.full_name for kind in (*_MEETING_FACTS, scheduler.MeetingHeld, *_OFFER_FACTS)]
_PANELS_TYPES = [kind.DESCRIPTOR.full_name for kind in (panels.ChaseMade, panels.MinutesLate, panels.DecisionLate)]
_CASES_TYPES = [cases.PeopleAroundSubjectChanged.DESCRIPTOR.full_name]


def scheduler_puller(peer: Peer) -> Callable[[Council, int], Awaitable[Sequence[FeedEvent]]]:
    """Meetings booked, moved, cancelled and held; dates offered, and offers closed."""
    return _puller(peer, _SCHEDULER_TYPES, _scheduler_heard)


def cases_puller(peer: Peer) -> Callable[[Council, int], Awaitable[Sequence[FeedEvent]]]:
    """People around subjects changed."""
    return _puller(peer, _CASES_TYPES, _people_changed)


def panels_puller(peer: Peer) -> Callable[[Council, int], Awaitable[Sequence[FeedEvent]]]:
    """Somebody was chased; a clock of minutes or of a decision ran out."""
    return _puller(peer, _PANELS_TYPES, _lateness_heard)


def _puller(
    peer: Peer, types: Sequence[str], convert: Callable[[event_feed_pb2.Event], object]
) -> Callable[[Council, int], Awaitable[Sequence[FeedEvent]]]:
    async def pull(council: Council, after: int) -> Sequence[FeedEvent]:
        stub: event_feed_pb2_grpc.EventFeedAsyncStub = event_feed_pb2_grpc.EventFeedStub(peer.channel)
        request = event_feed_pb2.PullRequest(
            parent=f"councils/{council.slug}", after_position=after, wait=_WAIT, types=list(types)
        )
        reply = await peer.call(stub.Pull, request, council=council, timeout=25.0)
        return [_feed_event(event, convert) for event in reply.events]

    return pull


def _feed_event(event: event_feed_pb2.Event, convert: Callable[[event_feed_pb2.Event], object]) -> FeedEvent:
    kind = event.fact.TypeName().rpartition(".")[2]
    recorded = event.recorded_time.ToDatetime(tzinfo=UTC)
    return FeedEvent(event.position, UUID(event.event_id), kind, event.aggregate, recorded, convert(event))


def _scheduler_heard(event: event_feed_pb2.Event) -> MeetingHeard | OfferHeard | None:
    for kind in _OFFER_FACTS:
        fact = kind()
        if event.fact.Unpack(fact):
            return OfferHeard(fact.date_offer)
    return _meeting_heard(event)


def _meeting_heard(event: event_feed_pb2.Event) -> MeetingHeard | None:
    for kind in _MEETING_FACTS:
        fact = kind()
        if event.fact.Unpack(fact):
            return MeetingHeard(fact.meeting, tuple(fact.subjects), fact.revision)
    held = scheduler.MeetingHeld()
    return MeetingHeard(held.meeting, tuple(held.subjects), 0) if event.fact.Unpack(held) else None


def _people_changed(event: event_feed_pb2.Event) -> PeopleChanged | None:
    fact = cases.PeopleAroundSubjectChanged()
    return PeopleChanged(fact.subject) if event.fact.Unpack(fact) else None


def _lateness_heard(event: event_feed_pb2.Event) -> LatenessHeard | None:
    chase, minutes, decision = panels.ChaseMade(), panels.MinutesLate(), panels.DecisionLate()
    if event.fact.Unpack(chase):
        since = event.recorded_time.ToDatetime(tzinfo=UTC)
        things, subjects = tuple(chase.actions), tuple(chase.subjects)
        heard = Lateness(ChaserKind.CHASE, chase.chase, chase.role, things, subjects, since, chase.person)
        return LatenessHeard((heard,))
    if event.fact.Unpack(minutes):
        since, things, subjects = minutes.late_time.ToDatetime(tzinfo=UTC), (minutes.minutes,), (minutes.subject,)
        return LatenessHeard(
            tuple(
                Lateness(
                    ChaserKind.MINUTES,
                    minutes.minutes,
                    role,
                    things,
                    subjects,
                    since,
                    clock=minutes.clock,
                    meeting=minutes.meeting,
                )
                for role in minutes.roles
            )
        )
    if event.fact.Unpack(decision):
        since, things, subjects = decision.late_time.ToDatetime(tzinfo=UTC), (decision.decision,), (decision.subject,)
        return LatenessHeard(
            (Lateness(ChaserKind.DECISION, decision.decision, decision.role, things, subjects, since),)
        )
    return None
