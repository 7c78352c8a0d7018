"""One transaction of one council, with the stores in it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

from servicekit import audit, lanes, outbox
from servicekit.caller import Caller
from servicekit.postgres import Database, ScopedTransaction
from services.scheduler.domain.events import MeetingEvent, OfferEvent
from services.scheduler.storage.absence_rows import AbsenceRows
from services.scheduler.storage.bulk_move_rows import BulkMoveRows
from services.scheduler.storage.capacity_rows import CapacityRows
from services.scheduler.storage.child_time_rows import ChildTimeRows
from services.scheduler.storage.clock_rows import ClockRows
from services.scheduler.storage.consent_rows import ConsentRows
from services.scheduler.storage.date_offer_rows import DateOfferRows
from services.scheduler.storage.draft_rows import DraftRows
from services.scheduler.storage.feed_rows import FeedRows
from services.scheduler.storage.meeting_rows import MeetingRows
from services.scheduler.storage.outlook_rows import OutlookRows
from services.scheduler.storage.reservation_rows import ReservationRows
from services.scheduler.storage.sitting_rows import SittingRows
from services.scheduler.storage.taken_rows import TakenRows
from services.scheduler.storage.working_time_rows import WorkingTimeRows


class SchedulerUnit:
    """The stores of one transaction. `policy_version` stands in its audit rows."""

    def __init__(self, tx: ScopedTransaction, policy_version: str = "") -> None:
        self.tx = tx
        self.meetings = MeetingRows(tx)
        self.drafts = DraftRows(tx)
        self.bulk_moves = BulkMoveRows(tx)
        self.offers = DateOfferRows(tx)
        self.reservations = ReservationRows(tx)
        self.capacity = CapacityRows(tx)
        self.clocks = ClockRows(tx)
        self.outlook = OutlookRows(tx)
        self.sittings = SittingRows(tx)
        self.taken = TakenRows(tx)
        self.feeds = FeedRows(tx)
        self.absences = AbsenceRows(tx)
        self.working_time = WorkingTimeRows(tx)
        self.child_time = ChildTimeRows(tx)
        self.consents = ConsentRows(tx)
        self._policy_version = policy_version

    def now(self) -> datetime:
        """The product's clock."""
        return self.tx.now()

    async def append_event(self, aggregate: str, event: MeetingEvent | OfferEvent) -> None:
        """Tell the followers, with this transaction."""
        await outbox.append(self.tx, aggregate, event)

    async def wake(self, kind: str, key: str, due_at: datetime) -> None:
        """Have the lane worked when that time comes, with this transaction."""
        await lanes.wake(self.tx, kind, key, due_at)

    async def audit(self, caller: Caller, action: str, object_name: str, purpose: str = "") -> None:
        """Record who did or read what, with this transaction."""
        entry = audit.AuditEntry(action, object_name, purpose, policy_version=self._policy_version)
        await audit.append(self.tx, caller, entry)


def units(database: Database, policy_version: str) -> Callable[[Caller], AbstractAsyncContextManager[SchedulerUnit]]:
    """How a unit of work is begun for a caller: in their council, and nowhere else."""

    @asynccontextmanager
    async def begin(caller: Caller) -> AsyncIterator[SchedulerUnit]:
        async with database.transaction(caller.council_id) as tx:
            yield SchedulerUnit(tx, policy_version)

    return begin
