"""The scheduler's events in this service's own words.

The time of those who come to a sitting for one item is none of them: it meets no clock, and what a sitting heard its
outcomes tell.
"""

from datetime import UTC, date
from typing import Final, cast

from google.protobuf.message import Message
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import scheduler_events_pb2 as pb

from servicekit.client import Peer
from servicekit.inbox import Pull
from services.cases.adapters.pull_feed import Reading, pull_of
from services.cases.app.follow_meeting import MeetingAt, MeetingOff, MeetingWasHeld


def scheduler_pull(peer: Peer) -> Pull:
    """Pulls the scheduler's feed."""
    return pull_of(peer, _READING)


def _day(value: Date) -> date:
    return date(value.year, value.month, value.day)


def _at(message: Message) -> MeetingAt | None:
    fact = cast("pb.MeetingBooked", message)
    if fact.part_of:
        return None
    return MeetingAt(
        fact.meeting,
        fact.meeting_kind,
        tuple(fact.subjects),
        tuple(fact.obligations),
        _day(fact.on_date),
        fact.body,
    )


def _off(message: Message) -> MeetingOff | None:
    fact = cast("pb.MeetingCancelled", message)
    if fact.part_of:
        return None
    return MeetingOff(fact.meeting, fact.meeting_kind)


def _held(message: Message) -> MeetingWasHeld | None:
    fact = cast("pb.MeetingHeld", message)
    if fact.part_of:
        return None
    ended_at = fact.end_time.ToDatetime(UTC) if fact.HasField("end_time") else None
    return MeetingWasHeld(
        fact.meeting, fact.meeting_kind, tuple(fact.subjects), _day(fact.on_date), ended_at, fact.body
    )


_READING: Final[Reading] = {
    pb.MeetingBooked: _at,
    pb.MeetingRescheduled: _at,
    pb.MeetingCancelled: _off,
    pb.MeetingHeld: _held,
}
