"""One transaction of one council, with the stores that work in it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from servicekit import audit, lanes, outbox
from servicekit.audit import AuditEntry
from servicekit.caller import Caller
from servicekit.postgres import Database, ScopedTransaction
from services.panels.app.policy import POLICIES
from services.panels.domain.body import BodyUuid
from services.panels.domain.events import Event
from services.panels.domain.minutes import MinutesId
from services.panels.domain.sitting import SittingId
from services.panels.storage.action_store import SqlActionStore, SqlEscalationStore
from services.panels.storage.agenda_version_store import SqlAgendaVersionStore
from services.panels.storage.candidate_store import SqlCandidateStore
from services.panels.storage.composition_store import SqlCompositionStore
from services.panels.storage.decision_store import SqlDecisionStore
from services.panels.storage.form_store import SqlFormStore
from services.panels.storage.item_people_store import SqlItemPeopleStore
from services.panels.storage.lane_names import AGENDA_LANE, DELIVERY_LANE, ITEM_PEOPLE_LANE
from services.panels.storage.matter_store import SqlMatterStore
from services.panels.storage.meeting_store import SqlMeetingStore
from services.panels.storage.minutes_store import SqlMinutesStore
from services.panels.storage.outcome_store import SqlOutcomeStore
from services.panels.storage.paper_store import SqlDeferralStore, SqlPaperStore
from services.panels.storage.referral_form_store import SqlReferralFormStore
from services.panels.storage.referral_store import SqlReferralStore
from services.panels.storage.resolution_store import SqlResolutionStore
from services.panels.storage.run_sheet_store import SqlRunSheetStore
from services.panels.storage.sitting_store import SqlSittingStore

# Nothing of this service stands outside tenancy but servicekit's own.
OUTSIDE_TENANCY: frozenset[str] = frozenset()


class PanelsUnit:
    """Implements the port of the same shape."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self.tx = tx
        self.sittings = SqlSittingStore(tx)
        self.referrals = SqlReferralStore(tx)
        self.referral_forms = SqlReferralFormStore(tx)
        self.candidates = SqlCandidateStore(tx)
        self.outcomes = SqlOutcomeStore(tx)
        self.minutes = SqlMinutesStore(tx)
        self.meetings = SqlMeetingStore(tx)
        self.papers = SqlPaperStore(tx)
        self.deferrals = SqlDeferralStore(tx)
        self.matters = SqlMatterStore(tx)
        self.agenda_versions = SqlAgendaVersionStore(tx)
        self.item_people = SqlItemPeopleStore(tx)
        self.run_sheets = SqlRunSheetStore(tx)
        self.resolutions = SqlResolutionStore(tx)
        self.composition = SqlCompositionStore(tx)
        self.decisions = SqlDecisionStore(tx)
        self.actions = SqlActionStore(tx)
        self.escalations = SqlEscalationStore(tx)
        self.forms = SqlFormStore(tx)

    def now(self) -> datetime:
        """The product's clock."""
        return self.tx.now()

    async def append_event(self, aggregate: str, event: Event) -> None:
        """Into the outbox."""
        await outbox.append(self.tx, aggregate, event)

    async def audit(self, caller: Caller, action: str, object_name: str, fields: Sequence[str] = ()) -> None:
        """An append-only row."""
        entry = AuditEntry(action, object_name, object_fields=fields, policy_version=POLICIES.version)
        await audit.append(self.tx, caller, entry)

    async def wake_agenda(self, body: BodyUuid) -> None:
        """One lane per body: many changes at once are one rebuild."""
        await lanes.wake(self.tx, AGENDA_LANE, str(body))

    async def wake_item_people(self, sitting: SittingId) -> None:
        """One lane per sitting."""
        await lanes.wake(self.tx, ITEM_PEOPLE_LANE, str(sitting))

    async def wake_delivery(self, minutes: MinutesId) -> None:
        """One lane per minutes."""
        await lanes.wake(self.tx, DELIVERY_LANE, str(minutes))


class Transactions:
    """Opens units of work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def begin(self, caller: Caller) -> AsyncIterator[PanelsUnit]:
        """Commits at the end of the block, rolls back when it raises."""
        async with self._database.transaction(caller.council_id) as tx:
            yield PanelsUnit(tx)
