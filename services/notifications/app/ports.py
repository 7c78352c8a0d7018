"""What the use cases ask of the outside: the council's Outlook and its mail server.

Implementations raise `services.notifications.domain.delivery_fault` errors only.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias
from uuid import UUID

from rulebook.pack import Ladder
from servicekit.caller import Caller
from services.notifications.app.chaser_ports import ChaserStore
from services.notifications.app.health_ports import BrakeStore, RoomStore, WorkStore
from services.notifications.app.notify_service import NotifyService, ReceiptStore
from services.notifications.app.outlook_ports import (
    ChangeNotices,
    MeetingMover,
    MismatchStore,
    ProposalStore,
    SubscriptionStore,
)
from services.notifications.app.reminder_store import ReminderStore
from services.notifications.app.reply_mailbox import MailStore, ReplyMailbox
from services.notifications.domain.brake import MOST_AN_HOUR
from services.notifications.domain.date_question import DateQuestion, OfferToAsk
from services.notifications.domain.events import AttendeeNeedsChanged, InvitationAnswered, InvitationChanged
from services.notifications.domain.free_busy import EVERYBODY, Busy, FreeBusy, Reach
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.issued_link import IssuedLink
from services.notifications.domain.known_meeting import KnownMeeting
from services.notifications.domain.mail_draft import MailDraft
from services.notifications.domain.meeting import Meeting, Recipient, Restriction, Sender
from services.notifications.domain.outlook_event import OutlookEvent
from services.notifications.domain.remote_event import (
    EventDraft,
    EventKey,
    EventPart,
    RemoteEvent,
    ReplyPage,
)
from services.notifications.domain.reply import ReplyEntry, ReplySource
from services.notifications.domain.sending import KeptSending, Sending
from services.notifications.domain.text_mail import TextMail


class OutlookCalendar(Protocol):
    """The primary calendar of mailboxes in one council's tenant. `bind` makes one for each council that has
    a tenant.
    """

    async def find(self, mailbox: str, key: EventKey) -> RemoteEvent | None:
        """The event by its id; without an id, or where the id is not found, by transaction id or extended
        property.

        None only where the calendar was read and it is not there. Raises Unreachable, OutcomeUnknown (nobody
        could look), Refused.
        """
        ...

    async def create(self, draft: EventDraft) -> RemoteEvent:
        """Make the event with `transaction_id`, so that Exchange invites every attendee; one request.

        Raises Unreachable, OutcomeUnknown (look with `find` before any repeat), Refused.
        """
        ...

    async def update(self, remote: RemoteEvent, draft: EventDraft, parts: frozenset[EventPart]) -> RemoteEvent:
        """Bring the named parts of the event to the draft in one request, and no other part (a PATCH mails
        people).

        ATTENDEES is the whole new list. Sent against `remote.etag`. Raises Unreachable, OutcomeUnknown,
        Refused, Gone,
        ChangedMeanwhile.
        """
        ...

    async def cancel(self, remote: RemoteEvent, comment: str) -> None:
        """Cancel the event, so that Exchange tells every attendee, with this comment. Raises Unreachable,
        OutcomeUnknown,
        Refused, Gone.
        """
        ...

    async def remove(self, remote: RemoteEvent) -> None:
        """Delete an event on which nobody stands, so that nobody has to be told. Raises as `cancel`."""
        ...

    most_schedules: int
    """How many addresses one question about busy times may name."""
    longest_schedule: timedelta
    """How long the time may be that it asks about."""

    async def busy(self, mailbox: str, addresses: Sequence[str], period: Busy) -> Mapping[str, FreeBusy]:
        """When the owners of these addresses are busy, by address; asked for by `mailbox`.

        Raises Unreachable, OutcomeUnknown, Refused where the question as a whole was not answered.
        """
        ...

    async def whole(self, mailbox: str, window: tuple[datetime, datetime]) -> Sequence[RemoteEvent]:
        """Every event that lies in the window [from, until), whoever made it, with our mark where it has one.

        Raises Unreachable, OutcomeUnknown, Refused.
        """
        ...

    async def replies(self, mailbox: str, token: str, window: tuple[datetime, datetime]) -> ReplyPage:
        """What changed since `token`, all pages; an empty token reads the whole window [from, until) afresh.

        A token that Exchange no longer knows is answered by a fresh reading, not by an error; `window`
        counts only then.
        Raises Unreachable, OutcomeUnknown, Refused.
        """
        ...


class InvitationMail(Protocol):
    """The council's mail server."""

    async def send(self, mail: MailDraft | TextMail) -> None:
        """Hand over one message; returns once the server has accepted it (250 after the data).

        Raises Unreachable (nothing was handed over), OutcomeUnknown (cut after the data went: a repeat must
        have the
        same UID, SEQUENCE and Message-ID), Refused.
        """
        ...


@dataclass(frozen=True)
class Outside:
    """What one council sends with. No calendar means no tenant; no mail means no mail server.

    Without `notices` nobody tells of changes, and only the reading every few seconds finds them. `reach`: whose busy
    times may be asked for. Without `mailbox` no answer by e-mail is read.
    """

    sender: Sender
    mail_host: str
    calendar: OutlookCalendar | None
    mail: InvitationMail | None
    notices: ChangeNotices | None = None
    reach: Reach = EVERYBODY
    notify: NotifyService | None = None
    mailbox: ReplyMailbox | None = None


class MeetingReader(Protocol):
    """The scheduler, asked as the caller."""

    async def meeting(self, caller: Caller, name: str) -> Meeting | None:
        """The meeting as it stands; None where the caller may not know of it. Raises Unavailable."""
        ...


@dataclass(frozen=True)
class Surroundings:
    """What cases says of the people and limits around a meeting's subjects, today."""

    recipients: tuple[Recipient, ...]
    restrictions: tuple[Restriction, ...]
    restricted: bool
    references: tuple[str, ...]
    subject_strings: tuple[str, ...]


class OfferReader(Protocol):
    """The scheduler, asked about offers of dates."""

    async def offer(self, caller: Caller, name: str) -> OfferToAsk | None:
        """The offer as it stands; None where the caller may not know of it. Raises Unavailable."""
        ...

    async def link(self, caller: Caller, offer: str, person: str) -> str:
        """The token of a new link; empty where the offer takes no answers any more. Raises Unavailable."""
        ...


class PeopleReader(Protocol):
    """Cases, asked as this service: what it answers is shown to nobody but whom it is about."""

    async def around(self, caller: Caller, subjects: Sequence[str], people: Sequence[str]) -> Surroundings:
        """Recipients and restrictions as they stand today. Raises Unavailable."""
        ...


class MeetingStore(Protocol):
    """What is kept of meetings."""

    async def get(self, name: str, *, lock: bool = False) -> KnownMeeting | None:
        """One; with `lock` nobody else changes it until the end of the transaction."""
        ...

    async def put(self, known: KnownMeeting) -> None:
        """Add or replace."""
        ...

    async def hear(self, name: str, subjects: Sequence[str], revision: int) -> None:
        """Keep that a revision exists; never goes back."""
        ...

    async def open_of_subject(self, subject: str) -> list[str]:
        """Names of the subject's meetings that are neither held nor off."""
        ...


class InvitationStore(Protocol):
    """Invitations."""

    async def of_meeting(self, meeting: str, *, lock: bool = False) -> list[Invitation]:
        """All of a meeting, by role and id; with `lock`, which whoever writes them back needs, nobody else changes them
        until the end of the transaction, and they come in no order. Whoever locks an event too locks that first.
        """
        ...

    async def get(self, invitation_id: UUID, *, lock: bool = False) -> Invitation | None:
        """One."""
        ...

    async def put(self, invitation: Invitation) -> None:
        """Add or replace."""
        ...

    async def by_receipt(self, receipt_id: UUID) -> Invitation | None:
        """The one whose last message has this id at GOV.UK Notify; nobody else changes it until the end of the
        transaction.
        """
        ...

    async def page(self, meeting: str, after: tuple[str, ...], size: int) -> list[Invitation]:
        """By meeting, role and id, from after that key; of all meetings where `meeting` is empty."""
        ...


class EventStore(Protocol):
    """Events in the meetings mailbox."""

    async def of_meeting(self, meeting: str) -> list[OutlookEvent]:
        """All of a meeting, the shared one first."""
        ...

    async def get(self, event_id: UUID) -> OutlookEvent | None:
        """One by our own id."""
        ...

    async def among(self, event_ids: Collection[UUID]) -> list[OutlookEvent]:
        """By our own ids, without a lock; by id."""
        ...

    async def by_remote_id(self, remote_id: str) -> OutlookEvent | None:
        """One by Graph's id."""
        ...

    async def between(self, start: datetime, end: datetime) -> list[OutlookEvent]:
        """Those that are, or were, asked for at a time that begins in [start, end)."""
        ...

    async def put(self, event: OutlookEvent) -> None:
        """Add or replace."""
        ...


class QuestionStore(Protocol):
    """Date questions."""

    async def of_offer(self, offer: str) -> list[DateQuestion]:
        """All of an offer, in the order in which they were asked."""
        ...

    async def put(self, question: DateQuestion) -> None:
        """Add or replace."""
        ...


class SendingStore(Protocol):
    """Every message that left or may have left."""

    async def add(self, sending: Sending) -> None:
        """Keep one, with who let it go: the release of what stands in the meeting's token now, where there is one."""
        ...

    async def page(self, meeting: str, after: tuple[str, ...], size: int) -> list[KeptSending]:
        """A meeting's, the oldest first, from after that place."""
        ...


class LinkStore(Protocol):
    """Attendees' links."""

    async def get(self, invitation_id: UUID, *, lock: bool = False) -> IssuedLink | None:
        """One invitation's; with `lock` nobody else uses it until the end of the transaction."""
        ...

    async def put(self, link: IssuedLink) -> None:
        """Add or replace."""
        ...


class ReleaseStore(Protocol):
    """Who let what go."""

    async def is_released(self, meeting: str, token: str) -> bool:
        """Whether somebody released exactly this."""
        ...

    async def add(self, meeting: str, token: str, revision: int, released_by: str) -> None:
        """Keep a release; twice is once."""
        ...


@dataclass(frozen=True)
class ReplyCursor:
    """How far a mailbox was read, and the window that the token stands for."""

    token: str
    window: tuple[datetime, datetime]


class ReplyStore(Protocol):
    """Answers as they came."""

    async def log(self, entry: ReplyEntry) -> bool:
        """Keep one; False where it was there already."""
        ...

    async def sources(self, invitations: Sequence[UUID]) -> Mapping[UUID, ReplySource]:
        """How the answer came that each of these holds; whoever has none is left out."""
        ...

    async def cursor(self, mailbox: str) -> ReplyCursor | None:
        """How far the mailbox was read."""
        ...

    async def move_cursor(self, mailbox: str, cursor: ReplyCursor) -> None:
        """Read on from there next time."""
        ...


class Unit(Protocol):
    """One transaction with everything in it."""

    meetings: MeetingStore
    invitations: InvitationStore
    events: EventStore
    releases: ReleaseStore
    sendings: SendingStore
    replies: ReplyStore
    questions: QuestionStore
    brakes: BrakeStore
    rooms: RoomStore
    work: WorkStore
    receipts: ReceiptStore
    reminders: ReminderStore
    mail: MailStore
    proposals: ProposalStore
    mismatches: MismatchStore
    subscriptions: SubscriptionStore
    links: LinkStore
    chasers: ChaserStore

    def now(self) -> datetime:
        """The product's clock."""
        ...

    async def wake(self, meeting: str) -> None:
        """Have the meeting's lane looked at after the commit."""
        ...

    async def wake_offer(self, offer: str) -> None:
        """Have the offer's lane looked at after the commit."""
        ...

    async def wake_reminders(self, person: str, due_at: datetime) -> None:
        """Have the person's reminders looked at when that time comes."""
        ...

    async def wake_chasers(self, due_at: datetime) -> None:
        """Have the council's chasers looked at when that time comes."""
        ...

    async def append_event(
        self, aggregate: str, event: InvitationChanged | InvitationAnswered | AttendeeNeedsChanged
    ) -> None:
        """Tell those who follow, with the commit."""
        ...

    async def audit(self, action: str, object_name: str, *, fields: Sequence[str] = (), purpose: str = "") -> None:
        """Keep who did or read what, with the commit."""
        ...


Begin: TypeAlias = Callable[[Caller], AbstractAsyncContextManager[Unit]]


@dataclass(frozen=True)
class Desk:
    """What every use case needs. `outside` is by council id; `most_an_hour`: people written to from one source.

    `ladders`: when people are reminded, by council id and kind of meeting, as the council's pack says.
    """

    begin: Begin
    meetings: MeetingReader
    people: PeopleReader
    outside: Mapping[UUID, Outside]
    most_an_hour: int = MOST_AN_HOUR
    ladders: Mapping[UUID, Mapping[str, Ladder]] = field(default_factory=dict)


@dataclass(frozen=True)
class OutlookDesk:
    """What deciding about edits made in Outlook needs besides."""

    desk: Desk
    mover: MeetingMover


@dataclass(frozen=True)
class QuestionDesk:
    """What asking about dates needs besides. `web_url`: where people open the site; `telephones`: by council id."""

    desk: Desk
    offers: OfferReader
    web_url: str
    telephones: Mapping[UUID, str]
