"""One transaction of one council, with its stores, its trail and its outbox."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from uuid import UUID

from rulebook.fingerprint import mark_of_days, mark_of_rules
from rulebook.pack import Pack
from rulebook.working_days import england_and_wales
from servicekit import audit, outbox
from servicekit.caller import Caller
from servicekit.clock import Clock
from servicekit.postgres import Database, ScopedTransaction
from services.cases.app.policy import POLICIES
from services.cases.domain.date_change import Ground
from services.cases.domain.events import Event
from services.cases.storage.case_event_store import CaseEventStore
from services.cases.storage.date_change_store import DateChangeStore
from services.cases.storage.day_store import DayStore
from services.cases.storage.import_store import ImportStore
from services.cases.storage.obligation_store import ObligationStore
from services.cases.storage.person_store import PersonStore
from services.cases.storage.restriction_store import RestrictionStore
from services.cases.storage.review_store import ReviewStore
from services.cases.storage.subject_store import SubjectStore
from services.cases.storage.tracked_store import TrackedStore


class UnitOfWork:
    """Implements `app.ports.Unit`."""

    def __init__(
        self, tx: ScopedTransaction, caller: Caller, clock: Clock, pack: Pack, ground: Callable[[Pack], Ground]
    ) -> None:
        self.tx = tx
        self.caller = caller
        self.pack = pack
        self._clock = clock
        self._ground = ground
        today = clock.today()
        self.subjects = SubjectStore(tx, today)
        self.people = PersonStore(tx)
        self.restrictions = RestrictionStore(tx)
        self.events = CaseEventStore(tx)
        self.obligations = ObligationStore(tx, today)
        self.date_changes = DateChangeStore(tx, today)
        self.tracked = TrackedStore(tx, today)
        self.reviews = ReviewStore(tx)
        self.days = DayStore(tx)
        self.imports = ImportStore(tx)

    @property
    def ground(self) -> Ground:
        """By which rules and which days this process works clocks out."""
        return self._ground(self.pack)

    @property
    def council(self) -> str:
        """The slug in resource names."""
        return self.caller.council

    @property
    def council_id(self) -> UUID:
        """The tenant."""
        return self.tx.council_id

    def now(self) -> datetime:
        """The product's instant."""
        return self._clock.now()

    def today(self) -> date:
        """The civil day in London."""
        return self._clock.today()

    async def tell(self, aggregate: str, event: Event) -> None:
        """Into the outbox, in this transaction."""
        await outbox.append(self.tx, aggregate, event)

    async def audit(self, action: str, object_name: str, fields: Sequence[str] = (), purpose: str = "") -> None:
        """Into the trail, in this transaction."""
        entry = audit.AuditEntry(action, object_name, purpose, tuple(fields), POLICIES.version)
        await audit.append(self.tx, self.caller, entry)


class Units:
    """Opens units of work. `packs` holds each council's rules."""

    def __init__(self, database: Database, clock: Clock, packs: Mapping[UUID, Pack]) -> None:
        self._database = database
        self._clock = clock
        self._packs = packs
        self._grounds: dict[str, Ground] = {}

    @asynccontextmanager
    async def begin(self, caller: Caller) -> AsyncIterator[UnitOfWork]:
        """A transaction of the caller's council: commits at the end of the block, rolls back when it raises."""
        async with self._database.transaction(caller.council_id) as tx:
            yield self.within(tx, caller)

    def within(self, tx: ScopedTransaction, caller: Caller) -> UnitOfWork:
        """The same on a transaction that somebody else commits (an inbox)."""
        return UnitOfWork(tx, caller, self._clock, self._packs[caller.council_id], self._ground_of)

    def _ground_of(self, pack: Pack) -> Ground:
        """Made once: packs do not change while a process runs."""
        if pack.id not in self._grounds:
            marks = mark_of_rules(pack), mark_of_days(england_and_wales())
            self._grounds[pack.id] = Ground(f"{pack.id} {pack.version}", *marks)
        return self._grounds[pack.id]
