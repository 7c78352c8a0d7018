"""What the use cases ask of the outside: the council's Outlook and its mail server.

Implementations raise `services.notifications.domain.delivery_fault` errors only.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias
from uuid import UUID

from rulebook.pack import Ladder
from servicekit.caller import Caller
from services.notifications.app.chaser_ports import ChaserStore
from services.notifications.app.health_ports import BrakeStore, RoomStore, WorkStore
from services.notifications.app.invitation_ports import (
    EventStore,
    InvitationStore,
    LinkStore,
    MeetingStore,
    QuestionStore,
    ReleaseStore,
    ReplyStore,
    SendingStore,
)
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
from services.notifications.domain.date_question import OfferToAsk
from services.notifications.domain.events import AttendeeNeedsChanged, InvitationAnswered, InvitationChanged
from services.notifications.domain.free_busy import EVERYBODY, Busy, FreeBusy, Reach
from services.notifications.domain.mail_draft import MailDraft
from services.notifications.domain.meeting import Meeting, Recipient, Restriction, Sender
from services.notifications.domain.remote_event import (
    EventDraft,
    EventKey,
    EventPart,
    RemoteEvent,
    ReplyPage,
)
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
