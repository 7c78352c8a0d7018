"""One transaction with every store in it."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path

from servicekit import audit, lanes, outbox
from servicekit.audit import AuditEntry
from servicekit.caller import Caller
from servicekit.postgres import Database, ScopedTransaction
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
from services.notifications.app.notify_service import ReceiptStore
from services.notifications.app.outlook_ports import MismatchStore, ProposalStore, SubscriptionStore
from services.notifications.app.policy import policy_version
from services.notifications.app.reminder_store import ReminderStore
from services.notifications.app.reply_mailbox import MailStore
from services.notifications.domain.events import AttendeeNeedsChanged, InvitationAnswered, InvitationChanged
from services.notifications.storage.brake_rows import Brakes, Work
from services.notifications.storage.chaser_rows import Chasers
from services.notifications.storage.link_rows import Links
from services.notifications.storage.mail_rows import Mails
from services.notifications.storage.mismatch_rows import Mismatches
from services.notifications.storage.proposal_rows import Proposals
from services.notifications.storage.question_rows import Questions
from services.notifications.storage.receipt_rows import Receipts
from services.notifications.storage.reminder_rows import Reminders
from services.notifications.storage.room_rows import Rooms
from services.notifications.storage.sending_rows import Sendings
from services.notifications.storage.stores import Events, Invitations, Meetings, Releases, Replies
from services.notifications.storage.subscription_rows import Subscriptions

LANE = "meeting"
OFFER_LANE = "date-offer"
REMINDER_LANE = "reminder"
CHASER_LANE = "chaser"
_ALL_CHASERS = "all"
MIGRATIONS = Path(__file__).parent / "migrations"


class UnitOfWork:
    """What use cases work in."""

    meetings: MeetingStore
    invitations: InvitationStore
    events: EventStore
    releases: ReleaseStore
    replies: ReplyStore
    sendings: SendingStore
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

    def __init__(self, tx: ScopedTransaction, caller: Caller) -> None:
        self.tx = tx
        self._caller = caller
        self.meetings = Meetings(tx)
        self.invitations = Invitations(tx)
        self.events = Events(tx)
        self.releases = Releases(tx)
        self.replies = Replies(tx)
        self.sendings = Sendings(tx)
        self.questions = Questions(tx)
        self.brakes = Brakes(tx)
        self.rooms = Rooms(tx)
        self.work = Work(tx)
        self.receipts = Receipts(tx)
        self.reminders = Reminders(tx)
        self.mail = Mails(tx)
        self.proposals = Proposals(tx)
        self.mismatches = Mismatches(tx)
        self.subscriptions = Subscriptions(tx)
        self.links = Links(tx)
        self.chasers = Chasers(tx)

    def now(self) -> datetime:
        """The product's clock."""
        return self.tx.now()

    async def wake(self, meeting: str) -> None:
        """With the commit."""
        await lanes.wake(self.tx, LANE, meeting)

    async def wake_offer(self, offer: str) -> None:
        """With the commit."""
        await lanes.wake(self.tx, OFFER_LANE, offer)

    async def wake_reminders(self, person: str, due_at: datetime) -> None:
        """With the commit; looked at when the time comes."""
        await lanes.wake(self.tx, REMINDER_LANE, person, due_at)

    async def wake_chasers(self, due_at: datetime) -> None:
        """With the commit; one lane a council, so that what is due for one person goes in one message."""
        await lanes.wake(self.tx, CHASER_LANE, _ALL_CHASERS, due_at)

    async def append_event(
        self, aggregate: str, event: InvitationChanged | InvitationAnswered | AttendeeNeedsChanged
    ) -> None:
        """With the commit."""
        await outbox.append(self.tx, aggregate, event)

    async def audit(self, action: str, object_name: str, *, fields: Sequence[str] = (), purpose: str = "") -> None:
        """With the commit."""
        entry = AuditEntry(action, object_name, purpose, tuple(fields), policy_version())
        await audit.append(self.tx, self._caller, entry)


def beginner(database: Database) -> Callable[[Caller], AbstractAsyncContextManager[UnitOfWork]]:
    """Opens units of the caller's own council, and of no other."""

    @asynccontextmanager
    async def begin(caller: Caller) -> AsyncIterator[UnitOfWork]:
        async with database.transaction(caller.council_id) as tx:
            yield UnitOfWork(tx, caller)

    return begin
