"""The panels' events in this service's own words."""

from datetime import UTC, date
from typing import Final, cast

from google.protobuf.message import Message
from permanence.panels.v1 import panel_events_pb2 as pb

from servicekit.client import Peer
from servicekit.inbox import Pull
from services.cases.adapters.pull_feed import Reading, pull_of
from services.cases.app.follow_panel import CaseSettled, MinutesStep, Outcome


def panels_pull(peer: Peer) -> Pull:
    """Pulls the panels' feed."""
    return pull_of(peer, _READING)


def _outcome(message: Message) -> Outcome:
    fact = cast("pb.OutcomeRecorded", message)
    on = date(fact.on_date.year, fact.on_date.month, fact.on_date.day)
    later = fact.next_date
    next_on = date(later.year, later.month, later.day) if fact.HasField("next_date") else None
    return Outcome(fact.outcome, fact.subject, fact.meeting, tuple(fact.case_events), on, next_on)


def _signed(message: Message) -> MinutesStep:
    fact = cast("pb.MinutesSigned", message)
    at = fact.sign_time.ToDatetime(UTC)
    return MinutesStep(fact.minutes, fact.subject, fact.meeting, fact.meeting_kind, at)


def _filed(message: Message) -> MinutesStep:
    fact = cast("pb.MinutesFiled", message)
    at = fact.file_time.ToDatetime(UTC)
    return MinutesStep(fact.minutes, fact.subject, fact.meeting, fact.meeting_kind, at)


def _settled(message: Message) -> CaseSettled:
    fact = cast("pb.CaseSettled", message)
    on = date(fact.on_date.year, fact.on_date.month, fact.on_date.day)
    return CaseSettled(fact.source, fact.subject, fact.meeting, tuple(fact.case_events), tuple(fact.met_rules), on)


_READING: Final[Reading] = {
    pb.OutcomeRecorded: _outcome,
    pb.MinutesSigned: _signed,
    pb.MinutesFiled: _filed,
    pb.CaseSettled: _settled,
}
