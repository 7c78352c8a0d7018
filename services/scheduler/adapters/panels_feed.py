"""The panels' feed: what referrals say of families' consent."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from google.type.date_pb2 import Date
from permanence.feed.v1 import event_feed_pb2 as wire
from permanence.panels.v1 import panel_events_pb2

from servicekit.client import Peer
from servicekit.config import Council
from servicekit.inbox import FeedEvent
from services.scheduler.adapters.pull_feed import puller
from services.scheduler.domain.family_consent import ConsentState, FamilyConsent

_STATES = {
    panel_events_pb2.FAMILY_CONSENT_STATE_GIVEN: ConsentState.GIVEN,
    panel_events_pb2.FAMILY_CONSENT_STATE_TAKEN_BACK: ConsentState.TAKEN_BACK,
    panel_events_pb2.FAMILY_CONSENT_STATE_REFERRAL_WITHDRAWN: ConsentState.REFERRAL_WITHDRAWN,
    panel_events_pb2.FAMILY_CONSENT_STATE_REFERRAL_RETURNED: ConsentState.REFERRAL_RETURNED,
}


def panels_feed(peer: Peer) -> Callable[[Council, int], Awaitable[Sequence[FeedEvent]]]:
    """The events of a council after a position, for a Consumer."""
    return puller(peer, ["permanence.panels.v1.FamilyConsentChanged"], _consent)


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
