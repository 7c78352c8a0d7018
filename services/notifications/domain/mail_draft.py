"""A calendar entry that this service writes itself: in an e-mail (RFC 5546, RFC 6047), or as a file to keep."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MailMethod(StrEnum):
    """The iTIP method, equal in the calendar object and in the part's content type (RFC 6047, 2.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"
    """A file that is served: it asks for nothing, has no ATTENDEE, and is never mailed."""


@dataclass(frozen=True)
class MailDraft:
    """One message to one person; a repeat of it is byte for byte as harmless as the first.

    `uid` holds for the invitation's whole life; `sequence` rises as RFC 5546 2.1.4 says; `message_id`
    (without angle
    brackets) is fixed for an invitation and sequence; `dtstamp`, `start`, `end` are aware instants;
    `time_zone` is an IANA zone.
    `organiser` and `recipient` are addresses; the one ATTENDEE is the recipient. `location` may be empty:
    then none is written.
    `subject_line` is the e-mail's subject and the event's SUMMARY; `body_text` its plain text and
    DESCRIPTION. `link` stands in the text alone: a calendar is read by more than one person.
    """

    uid: str
    sequence: int
    method: MailMethod
    dtstamp: datetime
    message_id: str
    organiser: str
    organiser_name: str
    recipient: str
    subject_line: str
    body_text: str
    start: datetime
    end: datetime
    time_zone: str
    location: str
    link: str = ""
