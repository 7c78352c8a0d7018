"""An event in the council's meetings mailbox: what is asked of Exchange, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from services.notifications.domain.answer import Answer

ProposedTime: TypeAlias = tuple[datetime, datetime]
"""[start, end) at which an attendee would rather meet."""


class EventPart(StrEnum):
    """A part of an event that can change by itself; attendees alone mail only those who changed."""

    TIME = "time"
    PLACE = "place"
    TEXT = "text"
    ATTENDEES = "attendees"
    LINK = "link"
    """That there is a Teams meeting, with a link to join it."""


@dataclass(frozen=True)
class EventAttendee:
    """Somebody on an event, or a room (`resource`). `display_name` may be empty: then Exchange shows the address."""

    address: str
    display_name: str = ""
    required: bool = True
    resource: bool = False


@dataclass(frozen=True)
class EventDraft:
    """What an event is to be, whole. `start` and `end` are aware instants; [start, end).

    `mailbox` is the organiser's address. `transaction_id` is kept before the first request and is the same
    in every repeat.
    `correlation_id` goes into a single-value extended property, so that the event can be found again by it.
    `time_zone` is an IANA zone in which both times are written. Sensitivity is always `private`. `by_video`: a Teams
    meeting is made with it; then nothing is ever written into its text, which is Teams' own.
    """

    mailbox: str
    transaction_id: UUID
    correlation_id: UUID
    subject_line: str
    body_text: str
    start: datetime
    end: datetime
    time_zone: str
    location: str
    attendees: tuple[EventAttendee, ...]
    hide_attendees: bool
    by_video: bool = False


@dataclass(frozen=True)
class EventKey:
    """By what an event can be found: Graph's id where it was learned, else the ids that were kept before
    asking.

    `around` is the start that was asked for last: a window read needs to know where to look.
    """

    event_id: str
    transaction_id: UUID
    correlation_id: UUID
    around: datetime


@dataclass(frozen=True)
class AttendeeAnswer:
    """What one attendee answered, as the organiser's copy shows it; `answered_at` is None where nothing was
    answered.
    """

    address: str
    answer: Answer
    answered_at: datetime | None
    proposed: ProposedTime | None = None


@dataclass(frozen=True)
class RemoteReply:
    """One attendee's answer, as the organiser's copy shows it.

    `event_start` and `event_end` are the event's at the time of reading; `proposed` is the attendee's wish.
    """

    event_id: str
    address: str
    answer: Answer
    answered_at: datetime
    event_start: datetime
    event_end: datetime
    proposed: ProposedTime | None = None


@dataclass(frozen=True)
class RemoteEvent:
    """An event as Exchange has it. `event_id` is immutable-id form; `etag` stands for exactly this
    content. `answers` has everybody on it. `correlation_id` is our mark, where it was asked for and is there.
    `join_url`: the link of the Teams meeting, empty where there is none.
    """

    mailbox: str
    event_id: str
    ical_uid: str
    etag: str
    transaction_id: UUID | None
    start: datetime
    end: datetime
    cancelled: bool
    answers: tuple[AttendeeAnswer, ...]
    subject_line: str = ""
    location: str = ""
    correlation_id: UUID | None = None
    join_url: str = ""

    def replies(self) -> tuple[RemoteReply, ...]:
        """Everybody's answer; whoever has given none is not among them."""
        return tuple(
            RemoteReply(self.event_id, one.address, one.answer, one.answered_at, self.start, self.end, one.proposed)
            for one in self.answers
            if one.answer is not Answer.NONE and one.answered_at is not None
        )


@dataclass(frozen=True)
class ReplyPage:
    """What changed since a token: answers, ids that the delta calls removed (look them up: it may be
    untrue), new token, and the events as they were seen (late, or more than once: look them up too).
    """

    replies: tuple[RemoteReply, ...]
    removed_ids: tuple[str, ...]
    token: str
    seen: tuple[RemoteEvent, ...] = ()
