"""What the use cases need from outside: stores, the trail, the feed. Storage implements them; tests use the real."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeAlias
from uuid import UUID

from rulebook.facts import EventType, ObligationKey, SubjectKind
from rulebook.pack import Pack
from servicekit.caller import Caller
from services.cases.app.case_data import (
    EventRow,
    InvolvementRow,
    ListingRow,
    MemberRow,
    PersonRow,
    RestrictionRow,
    SubjectKey,
    SubjectRow,
)
from services.cases.app.import_ports import Imports
from services.cases.app.return_ports import Reviews
from services.cases.app.sight import Sight
from services.cases.app.tracker_ports import Tracked
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.date_change import DateChange, Ground, LastTurn
from services.cases.domain.events import Event
from services.cases.domain.names import CaseEventId, DateChangeId, ObligationId, PersonId, SubjectId
from services.cases.domain.obligation import Obligation, Waiver
from services.cases.domain.person import Involvement, Person
from services.cases.domain.restriction import Restriction
from services.cases.domain.subject import Member, Subject


@dataclass(frozen=True)
class SubjectFilter:
    """Which subjects are wanted; None and empty mean any. `after` is the reference and id of the last row given."""

    kinds: tuple[SubjectKind, ...] = ()
    reference: str = ""
    source_id: str = ""
    after: tuple[str, str] | None = None


@dataclass(frozen=True)
class ObligationFilter:
    """Which obligations are wanted. `states` is never empty; `after` is the due day and id of the last row given."""

    states: tuple[str, ...]
    subject: SubjectId | None = None
    meeting_kind: str = ""
    due_until: date | None = None
    after: tuple[date, UUID] | None = None


@dataclass(frozen=True)
class PutPeople:
    """What taking in people's data changed: ids by source id, and the subjects that must be looked at again."""

    ids: Mapping[str, PersonId]
    touched: frozenset[SubjectId]


class Subjects(Protocol):
    """Subjects, who belongs to whom, and who may see what."""

    async def find(self, subject: SubjectId, kind: SubjectKind | None, sight: Sight) -> Subject | None: ...

    async def find_all(self, subjects: Sequence[SubjectId], sight: Sight) -> list[Subject]: ...

    async def kinds(self, subjects: Sequence[SubjectId], sight: Sight) -> dict[SubjectId, SubjectKind]:
        """Of those the caller may know of, what they are."""
        ...

    async def page(self, wanted: SubjectFilter, sight: Sight, limit: int) -> list[Subject]: ...

    async def members(self, subjects: Sequence[SubjectId], sight: Sight) -> list[Member]: ...

    async def lock(self, subjects: Sequence[SubjectId]) -> list[Subject]: ...

    async def all_ids(self) -> list[SubjectId]: ...

    async def touched_ids(self, since: date, until: date) -> list[SubjectId]:
        """Those with a fact, a birthday, or a sibling who came or went, on one of these days."""
        ...

    async def keep_care(self, since: Sequence[tuple[SubjectId, date | None, bool]]) -> None: ...

    async def put(
        self, rows: Sequence[SubjectRow], prefix: str
    ) -> tuple[dict[SubjectKey, SubjectId], list[Subject]]: ...

    async def put_members(self, rows: Sequence[MemberRow]) -> set[SubjectId]: ...

    async def in_groups_with(self, subjects: Sequence[SubjectId]) -> set[SubjectId]:
        """Everybody who was ever a member of a sibling group that one of them is, or is a member of."""
        ...

    async def put_listings(self, rows: Sequence[ListingRow]) -> set[SubjectId]: ...

    async def refresh_restricted(self, on: date) -> list[Subject]: ...

    async def establish(self, subject: Subject) -> bool: ...


class People(Protocol):
    """People, their parts and their contacts."""

    async def by_source(self, source_ids: Sequence[str]) -> list[Person]: ...

    async def around(
        self, subjects: Sequence[SubjectId], on: date, *, include_ended: bool = False
    ) -> list[Involvement]: ...

    async def find_all(self, people: Sequence[PersonId]) -> list[Person]: ...

    async def staff(
        self, principals: Sequence[str], people: Sequence[PersonId], roles: Sequence[str], on: date
    ) -> list[Person]:
        """Of those named, or with one of the roles around any subject that day, the council's own staff."""
        ...

    async def left(self, subjects: Sequence[SubjectId], people: Sequence[PersonId], on: date) -> set[PersonId]:
        """Those of the people who had a part that has ended by that day."""
        ...

    async def near(self, subjects: Sequence[SubjectId], on: date) -> list[tuple[PersonId, str]]: ...

    async def with_parts(
        self, subjects: Sequence[SubjectId], roles: Sequence[str], on: date
    ) -> dict[SubjectId, frozenset[tuple[str, PersonId]]]:
        """Of each subject, who has one of the roles around it, its group or its carer household, as (role, person)."""
        ...

    async def put(self, rows: Sequence[PersonRow]) -> PutPeople: ...

    async def put_involvements(self, rows: Sequence[InvolvementRow]) -> set[SubjectId]: ...


class Restrictions(Protocol):
    """What keeps people apart."""

    async def around(self, subjects: Sequence[SubjectId], on: date) -> list[Restriction]: ...

    async def put(self, rows: Sequence[RestrictionRow]) -> set[SubjectId]: ...


class CaseEvents(Protocol):
    """Dated facts, always in the order of recording unless said otherwise."""

    async def of(self, subjects: Sequence[SubjectId]) -> dict[SubjectId, list[RecordedEvent]]: ...

    async def page(
        self, subject: SubjectId, after: tuple[date, int] | None, limit: int
    ) -> list[tuple[int, RecordedEvent]]: ...

    async def add(self, facts: Sequence[RecordedEvent], now: datetime) -> list[RecordedEvent]:
        """Keeps those that are new or differ from what the same source said before; returns them."""
        ...

    async def find(self, event: CaseEventId) -> RecordedEvent | None: ...

    async def correct(
        self, event: CaseEventId, on: date, at: datetime | None, *, withdrawn: bool = False
    ) -> RecordedEvent: ...

    async def withdraw(self, meeting: str, types: Iterable[EventType]) -> set[SubjectId]: ...

    async def put(self, rows: Sequence[EventRow], now: datetime) -> list[RecordedEvent]: ...


class Obligations(Protocol):
    """Obligations as they were last worked out."""

    async def of(self, subjects: Sequence[SubjectId]) -> dict[SubjectId, list[Obligation]]: ...

    async def page(
        self, wanted: ObligationFilter, sight: Sight, limit: int
    ) -> list[tuple[SubjectKind, Obligation]]: ...

    async def save(self, obligations: Sequence[Obligation]) -> None: ...

    async def find(self, obligation: ObligationId) -> Obligation | None: ...

    async def waive(self, obligation: ObligationId, waiver: Waiver) -> None: ...

    async def restore(self, obligation: ObligationId) -> None: ...

    async def waived(self, subjects: Sequence[SubjectId]) -> dict[SubjectId, set[ObligationKey]]:
        """Which of each subject's were waived; a set for each asked about."""
        ...

    async def book(self, ids: Sequence[ObligationId], meeting: str, on: date | None) -> None: ...

    async def of_meeting(self, meeting: str) -> list[Obligation]: ...


class DateChanges(Protocol):
    """Due dates that rules or bank holidays moved."""

    async def keep(self, moved: Sequence[DateChange]) -> None:
        """Adds them, each to what is still unconfirmed of its obligation; what moved back is forgotten."""
        ...

    async def page(
        self, subject: SubjectId | None, after: tuple[datetime, UUID] | None, sight: Sight, limit: int
    ) -> list[DateChange]: ...

    async def find_all(self, changes: Sequence[DateChangeId], sight: Sight) -> list[DateChange]: ...

    async def confirm(self, changes: Sequence[DateChangeId], by: str, at: datetime) -> None: ...


class Days(Protocol):
    """On which day, and by which rules, a council's clocks were last worked out as a whole."""

    async def last(self) -> LastTurn | None: ...

    async def keep(self, on: date, ground: str) -> None:
        """It has been done for this day; what it had been done by before on the day is kept as superseded."""
        ...


class Unit(Protocol):
    """One transaction of one council. What is done in it happens together or not at all."""

    @property
    def caller(self) -> Caller: ...

    @property
    def council(self) -> str: ...

    @property
    def council_id(self) -> UUID: ...

    @property
    def pack(self) -> Pack: ...

    @property
    def subjects(self) -> Subjects: ...

    @property
    def people(self) -> People: ...

    @property
    def restrictions(self) -> Restrictions: ...

    @property
    def events(self) -> CaseEvents: ...

    @property
    def obligations(self) -> Obligations: ...

    @property
    def date_changes(self) -> DateChanges: ...

    @property
    def tracked(self) -> Tracked: ...

    @property
    def reviews(self) -> Reviews: ...

    @property
    def days(self) -> Days: ...

    @property
    def ground(self) -> Ground:
        """By which rules and which days this process works clocks out."""
        ...

    @property
    def imports(self) -> Imports: ...

    def now(self) -> datetime:
        """The product's instant, aware, UTC."""
        ...

    def today(self) -> date:
        """The civil day in London by the product's clock."""
        ...

    async def tell(self, aggregate: str, event: Event) -> None:
        """Put an event into the outbox. Lock the aggregate first."""
        ...

    async def audit(self, action: str, object_name: str, fields: Sequence[str] = (), purpose: str = "") -> None:
        """Record who did or read what; ids and names of fields only."""
        ...


Begin: TypeAlias = Callable[[Caller], AbstractAsyncContextManager[Unit]]
