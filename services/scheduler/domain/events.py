"""What the scheduler tells those who follow it: named and shaped as the messages of scheduler_events.proto."""

from dataclasses import dataclass
from datetime import date, datetime

from services.scheduler.domain.meeting import Meeting, meeting_name, part_of_name


@dataclass(frozen=True, slots=True)
class MeetingBooked:
    """A meeting was booked."""

    meeting: str
    meeting_kind: str
    subjects: tuple[str, ...]
    obligations: tuple[str, ...]
    start_time: datetime
    end_time: datetime
    on_date: date
    revision: int
    body: str
    part_of: str


@dataclass(frozen=True, slots=True)
class MeetingRescheduled(MeetingBooked):
    """A meeting was moved; the fields are those of its booking."""


@dataclass(frozen=True, slots=True)
class MeetingCancelled:
    """A meeting was cancelled."""

    meeting: str
    meeting_kind: str
    subjects: tuple[str, ...]
    obligations: tuple[str, ...]
    revision: int
    body: str
    part_of: str


@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """A meeting took place; `end_time` is when it ended."""

    meeting: str
    meeting_kind: str
    subjects: tuple[str, ...]
    obligations: tuple[str, ...]
    end_time: datetime
    on_date: date
    body: str
    part_of: str


@dataclass(frozen=True, slots=True)
class DatesOffered:
    """Dates were offered: those asked are to be told."""

    date_offer: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DateOfferClosed:
    """A date was taken, or the offer withdrawn (`taken_meeting` empty)."""

    date_offer: str
    subjects: tuple[str, ...]
    taken_meeting: str


OfferEvent = DatesOffered | DateOfferClosed
MeetingEvent = MeetingBooked | MeetingRescheduled | MeetingCancelled | MeetingHeld


def booked(council: str, meeting: Meeting) -> MeetingBooked:
    """The event of a booking."""
    return MeetingBooked(*_times(council, meeting))


def rescheduled(council: str, meeting: Meeting) -> MeetingRescheduled:
    """The event of a move."""
    return MeetingRescheduled(*_times(council, meeting))


def cancelled(council: str, meeting: Meeting) -> MeetingCancelled:
    """The event of a cancellation."""
    return MeetingCancelled(
        *_what(council, meeting), meeting.revision, meeting.plan.body, part_of_name(council, meeting)
    )


def held(council: str, meeting: Meeting) -> MeetingHeld:
    """The event of a meeting that took place."""
    return MeetingHeld(
        *_what(council, meeting), meeting.end, meeting.on_date, meeting.plan.body, part_of_name(council, meeting)
    )


def _what(council: str, meeting: Meeting) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    plan = meeting.plan
    return meeting_name(council, meeting.id), plan.meeting_kind, plan.subjects, plan.obligations


def _times(
    council: str, meeting: Meeting
) -> tuple[str, str, tuple[str, ...], tuple[str, ...], datetime, datetime, date, int, str, str]:
    return (
        *_what(council, meeting),
        meeting.start,
        meeting.end,
        meeting.on_date,
        meeting.revision,
        meeting.plan.body,
        part_of_name(council, meeting),
    )
