"""What the use cases need of the outside, said without naming any of it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeAlias
from uuid import UUID

from servicekit.caller import Caller
from services.panels.app.agenda_ports import OutcomeStore, ReferralStore, SittingStore
from services.panels.app.composition_ports import CompositionStore
from services.panels.app.decision_ports import ActionStore, DecisionStore, EscalationStore
from services.panels.app.item_people_ports import ItemPeopleStore
from services.panels.app.minutes_ports import FormStore, MinutesStore
from services.panels.app.paper_ports import AgendaVersionStore, DeferralStore, MatterStore, PaperStore
from services.panels.app.resolution_ports import ResolutionStore
from services.panels.app.run_sheet_ports import RunSheetStore
from services.panels.domain.agenda import Wish
from services.panels.domain.body import Body, BodyUuid
from services.panels.domain.council_law import CouncilLaw
from services.panels.domain.errors import BodyGoneError
from services.panels.domain.events import Event
from services.panels.domain.minutes import MinutesId
from services.panels.domain.minutes_form import MinutesForms
from services.panels.domain.sitting import SittingId


@dataclass(frozen=True)
class MeetingCopy:
    """What is known here of a meeting of the scheduler's. `body` is None for a meeting that is no sitting."""

    meeting: str
    meeting_kind: str
    body: BodyUuid | None
    subjects: tuple[str, ...]
    state: str
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class KnownSubject:
    """What cases told of a subject. `members` are those of a family (a sibling group) and empty otherwise."""

    subject: str
    reference: str
    restricted: bool
    is_family: bool = False
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class SubjectDetails:
    """A subject as cases shows it to one caller."""

    subject: str
    reference: str
    display_name: str
    restricted: bool
    is_family: bool
    members: tuple[str, ...]


class CandidateStore(Protocol):
    """Clocks that ask for a place, and what cases told of subjects."""

    async def put(self, obligation: str, body: BodyUuid, subject: str, due: date | None, is_open: bool) -> None:
        """As cases told last."""
        ...

    async def hear(self, body: BodyUuid, subject: str, sitting: SittingId) -> None:
        """The subject's open clocks were heard at a sitting."""
        ...

    async def wishes(self, body: BodyUuid) -> list[Wish]:
        """Open clocks that nobody heard yet, and referrals that wait."""
        ...

    async def put_subject(self, subject: KnownSubject, *, members_known: bool, told: bool = False) -> None:
        """As cases told last; `members_known` where the members were just read.

        `told`: by its feed, or read for the agenda itself: that alone lifts a restriction. What else was read
        may be older than what was told since.
        """
        ...

    async def subjects(self, names: Sequence[str]) -> dict[str, KnownSubject]:
        """Those that are known."""
        ...

    async def families(self) -> list[frozenset[str]]:
        """Every sibling group with its members: the group itself may be a subject too."""
        ...

    async def families_to_read(self, before: datetime) -> list[str]:
        """Sibling groups whose members were never read, or not since `before`."""
        ...


class MeetingStore(Protocol):
    """Copies of the scheduler's meetings."""

    async def put(self, meeting: MeetingCopy) -> None:
        """As the scheduler told last; a held meeting stays held."""
        ...

    async def load(self, meeting: str) -> MeetingCopy | None:
        """One."""
        ...


class UnitOfWork(Protocol):
    """One transaction of one council."""

    @property
    def sittings(self) -> SittingStore: ...

    @property
    def referrals(self) -> ReferralStore: ...

    @property
    def candidates(self) -> CandidateStore: ...

    @property
    def outcomes(self) -> OutcomeStore: ...

    @property
    def minutes(self) -> MinutesStore: ...

    @property
    def meetings(self) -> MeetingStore: ...

    @property
    def papers(self) -> PaperStore: ...

    @property
    def deferrals(self) -> DeferralStore: ...

    @property
    def matters(self) -> MatterStore: ...

    @property
    def agenda_versions(self) -> AgendaVersionStore: ...

    @property
    def item_people(self) -> ItemPeopleStore: ...

    @property
    def run_sheets(self) -> RunSheetStore: ...

    @property
    def resolutions(self) -> ResolutionStore: ...

    @property
    def composition(self) -> CompositionStore: ...

    @property
    def decisions(self) -> DecisionStore: ...

    @property
    def actions(self) -> ActionStore: ...

    @property
    def escalations(self) -> EscalationStore: ...

    @property
    def forms(self) -> FormStore: ...

    def now(self) -> datetime:
        """The product's clock."""
        ...

    async def append_event(self, aggregate: str, event: Event) -> None:
        """Tell those who follow."""
        ...

    async def audit(self, caller: Caller, action: str, object_name: str, fields: Sequence[str] = ()) -> None:
        """Record who did or read what; names of fields only."""
        ...

    async def wake_agenda(self, body: BodyUuid) -> None:
        """Have the body's agendas built anew after the commit."""
        ...

    async def wake_item_people(self, sitting: SittingId) -> None:
        """Have those who come for one item of the sitting told after the commit, as far as anything changed."""
        ...

    async def wake_delivery(self, minutes: MinutesId) -> None:
        """Have minutes delivered after the commit."""
        ...


Begin: TypeAlias = Callable[[Caller], AbstractAsyncContextManager[UnitOfWork]]


class Cases(Protocol):
    """The cases service, asked outside of any transaction."""

    async def subject(self, caller: Caller, subject: str) -> SubjectDetails:
        """As the caller may see it; NotFound where it is not there for them."""
        ...

    async def families(self, caller: Caller) -> Sequence[SubjectDetails]:
        """Every sibling group that is there for the caller."""
        ...

    async def shown_to(self, caller: Caller, subjects: Sequence[str]) -> frozenset[str]:
        """Those of the subjects that are there for the caller."""
        ...

    async def vacant_roles(self, caller: Caller, subject: str, today: date) -> frozenset[str]:
        """Roles that somebody had around the subject and nobody has on that day."""
        ...

    async def unknown_people(self, caller: Caller, subject: str) -> list[str]:
        """Names of people whom somebody around the subject may not know of, read as this service."""
        ...


class Meetings(Protocol):
    """The scheduler, asked outside of any transaction."""

    async def meeting(self, caller: Caller, meeting: str) -> MeetingCopy:
        """As the caller may see it; NotFound where it is not there for them."""
        ...


@dataclass(frozen=True)
class CouncilBodies:
    """A council's bodies by id, what its pack calls its meeting kinds, who chairs them, and the forms of minutes."""

    bodies: Mapping[BodyUuid, Body]
    titles: Mapping[str, str]
    chair_roles: Mapping[str, str]
    forms: MinutesForms
    law: CouncilLaw = field(default_factory=CouncilLaw)

    def body(self, body: BodyUuid) -> Body:
        """For business at a sitting. BodyGoneError where the pack has changed since and does not hold it any more."""
        found = self.bodies.get(body)
        if found is None:
            raise BodyGoneError
        return found


BodiesOf: TypeAlias = Callable[[UUID], CouncilBodies]
"""The bodies of a council, by its id."""
