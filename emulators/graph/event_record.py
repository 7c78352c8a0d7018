"""An event as it lies in one mailbox. Organiser and attendees each have a copy with an id of its own."""

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import NotRequired, TypedDict

from emulators.directory import MailboxId, TenantId

CALENDAR = "Calendar"
NEVER = "0001-01-01T00:00:00Z"


class Response(TypedDict):
    """Graph's `responseStatus`."""

    response: str
    time: str


class Address(TypedDict):
    """Graph's `emailAddress`."""

    address: str
    name: str


class Attendee(TypedDict):
    """Graph's `attendee`."""

    type: str
    emailAddress: Address
    status: Response
    proposedNewTime: NotRequired[dict[str, object]]


def unanswered() -> Response:
    """How an attendee stands in the organiser's list before any reply."""
    return {"response": "none", "time": NEVER}


def new_ids() -> tuple[str, str]:
    """An immutable id and a plain one; both case-sensitive, neither tells anything."""
    return "AAkALg" + secrets.token_urlsafe(60), "AAMkAG" + secrets.token_urlsafe(72)


def new_uid() -> str:
    """An iCalUId in Exchange's form, the same in every mailbox."""
    return "040000008200E00074C5B7101A82E008" + secrets.token_hex(32).upper()


@dataclass(slots=True)
class EventRecord:
    """One mailbox's copy.

    `revision` is the SEQUENCE that was mailed, `version` counts every save, `change` is the order in delta;
    `folder` is where it lies: anywhere but in the primary calendar it blocks no time and stands in no view.
    """

    tenant: TenantId
    mailbox: MailboxId
    ical_uid: str
    organizer: Address
    is_organizer: bool
    start: datetime
    end: datetime
    start_zone: str
    end_zone: str
    properties: dict[str, object]
    attendees: list[Attendee]
    response: Response
    id: str
    plain_id: str
    created: datetime
    modified: datetime
    transaction_id: str | None = None
    extended: dict[str, str] = field(default_factory=dict)
    revision: int = 0
    version: int = 0
    change: int = 0
    is_cancelled: bool = False
    deleted: bool = False
    folder: str = CALENDAR

    @property
    def change_key(self) -> str:
        """Differs after every save."""
        return base64.b64encode(hashlib.sha256(f"{self.id}:{self.version}".encode()).digest()[:15]).decode()

    @property
    def etag(self) -> str:
        """The weak entity tag of RFC 9110 that holds the change key."""
        return f'W/"{self.change_key}"'

    @property
    def subject(self) -> str:
        """As mailed."""
        return str(self.properties.get("subject") or "")

    @property
    def in_calendar(self) -> bool:
        """Whether it lies in its mailbox's primary calendar."""
        return self.folder == CALENDAR

    def attendee(self, address: str) -> Attendee | None:
        """The entry of that address, in any case."""
        return next((a for a in self.attendees if same_address(a["emailAddress"]["address"], address)), None)

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Half-open on both sides."""
        return self.start < end and start < self.end

    def as_json(self) -> str:
        """For the store."""
        return json.dumps(asdict(self), default=lambda moment: moment.isoformat())

    def copied(self) -> "EventRecord":
        """A deep enough copy to change."""
        return from_json(self.as_json())


def address_of(attendee: Attendee) -> str:
    """In lower case."""
    return attendee["emailAddress"]["address"].lower()


def same_address(one: str, other: str) -> bool:
    """Addresses are compared in any case."""
    return one.lower() == other.lower()


def from_json(text: str) -> EventRecord:
    """The inverse of `as_json`."""
    row = json.loads(text)
    for name in ("start", "end", "created", "modified"):
        row[name] = datetime.fromisoformat(row[name])
    return EventRecord(**row)
