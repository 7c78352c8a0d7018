"""What the scheduler tells, as this service understands it."""

from datetime import UTC
from typing import Final

from google.protobuf.any_pb2 import Any as AnyMessage
from permanence.scheduler.v1 import scheduler_events_pb2 as told

from services.panels.app.ports import MeetingCopy
from services.panels.domain.body import BodyUuid
from services.panels.domain.names import last_id

TYPES: Final = tuple(
    kind.DESCRIPTOR.full_name
    for kind in (told.MeetingBooked, told.MeetingRescheduled, told.MeetingCancelled, told.MeetingHeld)
)


def read_fact(fact: AnyMessage) -> MeetingCopy | None:
    """None for a fact that this version does not know, and for the time of those who come for one item: it is ours."""
    for kind in (told.MeetingBooked, told.MeetingRescheduled):
        if fact.Is(kind.DESCRIPTOR):
            placed = kind()
            fact.Unpack(placed)
            return None if placed.part_of else _placed(placed)
    if fact.Is(told.MeetingHeld.DESCRIPTOR):
        held = told.MeetingHeld()
        fact.Unpack(held)
        if held.part_of:
            return None
        end = held.end_time.ToDatetime(tzinfo=UTC)
        return MeetingCopy(held.meeting, held.meeting_kind, body_of(held.body), tuple(held.subjects), "held", end=end)
    if fact.Is(told.MeetingCancelled.DESCRIPTOR):
        off = told.MeetingCancelled()
        fact.Unpack(off)
        if off.part_of:
            return None
        return MeetingCopy(off.meeting, off.meeting_kind, body_of(off.body), tuple(off.subjects), "cancelled")
    return None


def body_of(name: str) -> BodyUuid | None:
    """The id in a body's resource name; None for an empty one."""
    found = last_id(name)
    return BodyUuid(found) if found else None


def _placed(fact: told.MeetingBooked | told.MeetingRescheduled) -> MeetingCopy:
    return MeetingCopy(
        fact.meeting,
        fact.meeting_kind,
        body_of(fact.body),
        tuple(fact.subjects),
        "booked",
        fact.start_time.ToDatetime(tzinfo=UTC),
        fact.end_time.ToDatetime(tzinfo=UTC),
    )
