"""What is read of a meeting and of the people who are asked to it, freshly each time before anything
leaves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from rulebook.pack import Ladder
from services.notifications.domain.attendee_link import LinkSigner
from services.notifications.domain.likeness import Likeness, squeezed
from services.notifications.domain.unsafe_time import UnsafeTime


class MeetingState(StrEnum):
    """As much of the scheduler's states as matters here."""

    BOOKED = "booked"
    HELD = "held"
    CANCELLED = "cancelled"
    NOT_BOOKED = "not_booked"


@dataclass(frozen=True)
class Session:
    """A part of a meeting, [start, end), aware instants."""

    number: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Invitee:
    """Somebody who is asked, in one role, to some sessions; to all of them where `sessions` is empty."""

    person: str
    role: str
    required: bool
    sessions: tuple[int, ...]


@dataclass(frozen=True)
class Meeting:
    """A meeting as the scheduler holds it. `room_name` is the name on the door, empty without a room;
    `room_mailbox` its own address in Outlook, empty where it has none. `held_by_video`: people can also join by video.
    `part_of`: the sitting's meeting, where it is the time of those who come for one item of its agenda.
    """

    name: str
    kind: str
    title: str
    reference: str
    subjects: tuple[str, ...]
    state: MeetingState
    time_zone: str
    sessions: tuple[Session, ...]
    invitees: tuple[Invitee, ...]
    room_name: str
    revision: int
    booked_by: str
    room_mailbox: str = ""
    held_by_video: bool = False
    part_of: str = ""

    @property
    def start(self) -> datetime:
        """Start of the first session."""
        return min(session.start for session in self.sessions)

    @property
    def end(self) -> datetime:
        """End of the last session."""
        return max(session.end for session in self.sessions)

    def sessions_of(self, invitee: Invitee) -> tuple[Session, ...]:
        """The sessions this person is asked to; all of them where none of theirs exists any more."""
        own = tuple(session for session in self.sessions if session.number in invitee.sessions)
        return own or self.sessions


class Channel(StrEnum):
    """A way to reach a person; the wire's names."""

    NONE = "CHANNEL_UNSPECIFIED"
    OUTLOOK = "CHANNEL_OUTLOOK"
    EMAIL = "CHANNEL_EMAIL"
    TEXT = "CHANNEL_TEXT"
    LETTER = "CHANNEL_LETTER"
    IN_PERSON = "CHANNEL_IN_PERSON"


@dataclass(frozen=True)
class Recipient:
    """How one person may be told something today. `protected` may be shown to nobody but this person.

    `phone` is in E.164 form; `postal_lines` lead to the door, without the name.
    """

    person: str
    display_name: str
    staff: bool
    channel: Channel
    email: str
    unsafe_channels: frozenset[Channel]
    verified_on: date | None
    interpreter_language: str
    has_access_needs: bool
    protected: tuple[str, ...]
    phone: str = ""
    postal_lines: tuple[str, ...] = ()
    unsafe_times: tuple[UnsafeTime, ...] = ()


class RestrictionKind(StrEnum):
    """The wire's names."""

    RESTRICTED_CASE = "RESTRICTION_KIND_RESTRICTED_CASE"
    CONFIDENTIAL_ADDRESS = "RESTRICTION_KIND_CONFIDENTIAL_ADDRESS"
    MUST_NOT_MEET = "RESTRICTION_KIND_MUST_NOT_MEET"
    MUST_NOT_KNOW = "RESTRICTION_KIND_MUST_NOT_KNOW"


@dataclass(frozen=True)
class Restriction:
    """`person` is kept from `other`; an empty `person` means everybody outside the council's staff."""

    kind: RestrictionKind
    person: str
    other: str


@dataclass(frozen=True)
class MeetingView:
    """Everything a telling rests on, read at one time. Who is not among the recipients may not be told.

    `joining_link`: by which people join by video; empty where there is none, or none yet.
    `ladder`: when people are reminded of this kind of meeting.
    """

    meeting: Meeting
    recipients: Mapping[str, Recipient]
    restrictions: tuple[Restriction, ...]
    restricted: bool
    references: tuple[str, ...]
    subject_strings: tuple[str, ...]
    joining_link: str = ""
    ladder: Ladder = field(default_factory=Ladder)

    @cached_property
    def subjects_in_place(self) -> bool:
        """Whether the place's name holds what belongs to a subject, such as a child's school."""
        return any(_stands_in(Likeness(self.meeting.room_name), text) for text in self.subject_strings)

    @cached_property
    def people_in_place(self) -> frozenset[str]:
        """People's protected strings that stand in the place's name, squeezed. Looked for once, not once a person."""
        place = Likeness(self.meeting.room_name)
        strings = {text for one in self.recipients.values() for text in one.protected}
        return frozenset(squeezed(text) for text in strings if _stands_in(place, text))


def _stands_in(place: Likeness, text: str) -> bool:
    return any(True for _ in place.spans(text))


@dataclass(frozen=True)
class Sender:
    """With what the council can send: no mailbox means no tenant, no mail address means no mail server.

    `by_notify`: the channels that GOV.UK Notify carries, for which the council has a template. Without `links` nobody
    is sent a link of their own.
    """

    organiser_name: str
    mailbox: str
    mail_from: str
    by_notify: frozenset[Channel] = frozenset()
    links: LinkSigner | None = None
