"""The panels' feed: what referrals say of families' consent."""

from collections.abc import Sequence
from datetime import UTC, date
from uuid import UUID

from google.protobuf.duration_pb2 import Duration
from google.type.date_pb2 import Date
from permanence.feed.v1 import event_feed_pb2 as wire
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedStub
from permanence.panels.v1 import panel_events_pb2

from servicekit.client import Peer
from servicekit.config import Council
from servicekit.inbox import FeedEvent
from services.scheduler.domain.family_consent import ConsentState, FamilyConsent

_WAIT_SECONDS, _AT_ONCE = 20, 200
_STATES = {
    panel_events_pb2.FAMILY_CONSENT_STATE_GIVEN: ConsentState.GIVEN,
    panel_events_pb2.FAMILY_CONSENT_STATE_TAKEN_BACK: ConsentState.TAKEN_BACK,
    panel_events_pb2.FAMILY_CONSENT_STATE_REFERRAL_WITHDRAWN: ConsentState.REFERRAL_WITHDRAWN,
    panel_events_pb2.FAMILY_CONSENT_STATE_REFERRAL_RETURNED: ConsentState.REFERRAL_RETURNED,
}


class PanelsFeed:
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
            types=["permanence.panels.v1.FamilyConsentChanged"],
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
        payload=_consent(event),
    )


def _consent(event: wire.Event) -> FamilyConsent | None:
    told = panel_events_pb2.FamilyConsentChanged()
    if not event.fact.Unpack(told):
        return None
    return FamilyConsent(
        referral_form=told.referral_form,
        subjects=tuple(told.subjects),
        meeting_kind=told.meeting_kind,
        state=_STATES[told.state],
        consented_on=_day(told.consent_date),
        changed_on=_day(told.on_date),
    )


def _day(day: Date) -> date:
    return date(day.year, day.month, day.day)
