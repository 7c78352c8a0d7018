"""What the use cases need of the world: stores, the cases service, and a way to begin a unit of work."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeAlias
from uuid import UUID

from rulebook.pack import Pack
from rulebook.working_days import WorkingDays
from servicekit.caller import Caller
from servicekit.clock import Clock
from services.scheduler.app.bulk_move_ports import BulkMoves
from services.scheduler.app.clock_ports import Clocks
from services.scheduler.app.date_offer_ports import DateOffers
from services.scheduler.app.diary_ports import Feeds, TakenTimes
from services.scheduler.app.draft_ports import Drafts
from services.scheduler.app.sitting_ports import Sittings
from services.scheduler.app.time_ports import Absences, ChildTimes, WorkingTimes
from services.scheduler.domain.absence import Away
from services.scheduler.domain.capacity_file import RoomRow
from services.scheduler.domain.diary import Capacity, Room
from services.scheduler.domain.events import MeetingEvent, OfferEvent
from services.scheduler.domain.family_consent import FamilyConsent
from services.scheduler.domain.grains import Span
from services.scheduler.domain.kept_apart import MustNotMeetPair
from services.scheduler.domain.meeting import ApprovedOverlap, Meeting
from services.scheduler.domain.outlook import OutlookReading
from services.scheduler.domain.plan_filling import Involvement
from services.scheduler.domain.series_dates import SittingDay
from services.scheduler.domain.working_time import WorkingPattern


class ResourceKind(StrEnum):
    """What can be taken."""

    PERSON = "person"
    ROOM = "room"
    INTERPRETER = "interpreter"


@dataclass(frozen=True, slots=True)
class Claim:
    """An exclusive use of one resource; `taken` is the word for it in a refusal: chair, room, interpreter …"""

    resource: str
    kind: ResourceKind
    taken: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """Empty text and None mean all. `from_time` is included, `until_time` is not."""

    subject: str = ""
    meeting_kind: str = ""
    body: str = ""
    from_time: datetime | None = None
    until_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class BookedFilter:
    """Booked meetings that begin in [from_time, until_time): those that `person` chairs or must come to, in `room`."""

    from_time: datetime
    until_time: datetime
    person: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class PartsWanted:
    """Who must have a part around a subject today, by resource name; roles that nobody may have. Empty means any."""

    reviewing_officer: str = ""
    team_manager: str = ""
    roles_not_recorded: tuple[str, ...] = ()


ANYBODY = PartsWanted()


@dataclass(frozen=True, slots=True)
class ClockFilter:
    """Which clocks are wanted. Empty text means all."""

    meeting_kind: str = ""
    subject: str = ""
    parts: PartsWanted = ANYBODY


@dataclass(frozen=True, slots=True)
class ImportedResource:
    """A resource of a capacity file, by its resource name; no `patterns`: the file gives no hours."""

    name: str
    kind: ResourceKind
    room: RoomRow | None
    patterns: tuple[WorkingPattern, ...] = ()
    busy: tuple[Span, ...] = ()
    absences: tuple[Away, ...] = ()


class Meetings(Protocol):
    """Meetings of one council."""

    async def insert(self, meeting: Meeting) -> Meeting:
        """Keep a new meeting; returned with its reference."""
        ...

    async def load(self, meeting_id: UUID, *, lock: bool = False) -> Meeting | None:
        """One meeting, or None."""
        ...

    async def load_all(self, meetings: Collection[UUID]) -> Sequence[Meeting]:
        """Those of these that are there, by start, then id."""
        ...

    async def booked(self, wanted: BookedFilter, most: int) -> Sequence[Meeting]:
        """Up to `most` booked meetings, by start, then id."""
        ...

    async def save(self, meeting: Meeting) -> None:
        """Keep the changed meeting: state, times, room, diaries, accepted breaches."""
        ...

    async def parts(self, sitting: UUID) -> Sequence[Meeting]:
        """The booked parts of a sitting by start, locked."""
        ...

    async def save_part(self, part: Meeting) -> None:
        """As `save`, with other subjects and people."""
        ...

    async def page(self, wanted: MeetingFilter, size: int, after: tuple[str, ...]) -> Sequence[Meeting]:
        """Booked, held and cancelled meetings by start, then id; `after` is (start, id) of the last one given."""
        ...

    async def times_met(self, subjects: Collection[str], people: Collection[str]) -> Mapping[str, int]:
        """At how many booked or held meetings about any of the subjects each of the people is or was; none left out."""
        ...

    async def insert_series(self, series_id: UUID, body: str, moved: Sequence[SittingDay]) -> None:
        """Keep a series."""
        ...


class Reservations(Protocol):
    """What is taken. Every change locks first and loads the meeting under those locks: so nothing deadlocks."""

    async def lock(self, claims: Sequence[Claim], *meetings: UUID) -> None:
        """Lock the resources claimed and those the meetings have, in the order of their ids; give back lapsed holds."""
        ...

    async def take(
        self,
        meeting_id: UUID,
        claims: Sequence[Claim],
        *,
        booked: bool,
        expires_at: datetime | None,
        overlap: ApprovedOverlap | None = None,
    ) -> ApprovedOverlap | None:
        """Take all or raise TimeTaken: the database's constraint decides. Needs `lock` before.

        A person is taken twice only where somebody approved that, a room or interpreter never. Returns the approval
        where it was needed.
        """
        ...

    async def taken(self, claims: Sequence[Claim], *, moving: UUID | None = None) -> frozenset[int]:
        """The places of the claims of which something is taken now, save by `moving`; a lapsed hold takes nothing."""
        ...

    async def book_held(self, meeting_id: UUID) -> bool:
        """Turn a hold into a booking; False where any of it has been given back. Needs `lock` before."""
        ...

    async def extend(self, meeting_id: UUID, until: datetime) -> bool:
        """Keep a hold until then; False where any of it has been given back or has run out. Needs `lock` before."""
        ...

    async def release(self, meeting_id: UUID) -> None:
        """Give back all that the meeting took. Needs `lock` before."""
        ...

    async def release_held(self, meetings: Collection[UUID]) -> None:
        """Give back the new times that booked meetings were to have, and nothing else. Needs `lock` before."""
        ...


class Capacities(Protocol):
    """Hours, rooms and busy times."""

    async def load(
        self,
        people: Collection[str],
        first: date,
        last: date,
        *,
        rooms: bool,
        moving: UUID | None = None,
        to_the_minute: bool = False,
    ) -> Capacity:
        """Diaries of these names, and all rooms if asked for; meetings count as busy, save `moving`.

        What others have put into diaries comes as ready bits of five minutes, unless `to_the_minute`.
        """
        ...

    async def room(self, name: str) -> Room | None:
        """One room without its busy times."""
        ...

    async def rooms_page(self, size: int, after: tuple[str, ...]) -> Sequence[Room]:
        """Rooms by display name, then name."""
        ...

    async def keep(self, resources: Sequence[ImportedResource], known_until: datetime | None) -> frozenset[str]:
        """Replace what an earlier file said of these resources, save hours set by hand; whose those are by name."""
        ...


class OutlookTimes(Protocol):
    """What is kept of people's Outlook."""

    async def stale(self, people: Collection[str], asked_before: datetime, until: datetime) -> Sequence[str]:
        """Those who were last asked for before that, or whose Outlook was not read so far."""
        ...

    async def oldest_reading(self, people: Collection[str]) -> datetime | None:
        """When the one was read that was read the longest ago, of those that still say something."""
        ...

    async def keep(self, readings: Sequence[OutlookReading], until: datetime) -> None:
        """Put what was read in the place of what was read before; who could not be read keeps that, with its age."""
        ...


class Consents(Protocol):
    """Families' consents to meetings whose date is theirs."""

    async def keep(self, one: FamilyConsent) -> None:
        """As the referral says now."""
        ...

    async def of(self, meeting_kind: str, subjects: Collection[str]) -> FamilyConsent | None:
        """What is said of a meeting of all these subjects: a consent that stands before one that ended."""
        ...


class UnitOfWork(Protocol):
    """One transaction of one council."""

    @property
    def meetings(self) -> Meetings:
        """Meetings."""
        ...

    @property
    def drafts(self) -> Drafts:
        """Drafts of meetings."""
        ...

    @property
    def bulk_moves(self) -> BulkMoves:
        """Bulk moves."""
        ...

    @property
    def offers(self) -> DateOffers:
        """Offers of dates."""
        ...

    @property
    def reservations(self) -> Reservations:
        """What is taken."""
        ...

    @property
    def capacity(self) -> Capacities:
        """Hours, rooms, busy times."""
        ...

    @property
    def clocks(self) -> Clocks:
        """Obligations and subjects."""
        ...

    @property
    def outlook(self) -> OutlookTimes:
        """What is kept of people's Outlook."""
        ...

    @property
    def sittings(self) -> Sittings:
        """Sittings, and the clocks of those whom they hear."""
        ...

    @property
    def taken(self) -> TakenTimes:
        """What takes people's and rooms' time."""
        ...

    @property
    def feeds(self) -> Feeds:
        """Private feeds of diaries."""
        ...

    @property
    def absences(self) -> Absences:
        """When people are away."""
        ...

    @property
    def working_time(self) -> WorkingTimes:
        """Working patterns and terms."""
        ...

    @property
    def child_time(self) -> ChildTimes:
        """Children's own weeks."""
        ...

    @property
    def consents(self) -> Consents:
        """What referrals say of families' consent."""
        ...

    def now(self) -> datetime:
        """The product's clock."""
        ...

    async def append_event(self, aggregate: str, event: MeetingEvent | OfferEvent) -> None:
        """Tell the followers, with this transaction."""
        ...

    async def wake(self, kind: str, key: str, due_at: datetime) -> None:
        """Have the lane worked when that time comes, with this transaction."""
        ...

    async def audit(self, caller: Caller, action: str, object_name: str, purpose: str = "") -> None:
        """Record who did or read what, with this transaction."""
        ...


Begin: TypeAlias = Callable[[Caller], AbstractAsyncContextManager[UnitOfWork]]
PackOf: TypeAlias = Callable[[str], Pack]
"""From a council's slug to its pack."""


class Cases(Protocol):
    """The cases service."""

    async def shown_to(self, caller: Caller, subjects: Sequence[str], parts: PartsWanted = ANYBODY) -> frozenset[str]:
        """Those of the subjects that the caller may know of and that are wanted, asked for with their own token."""
        ...

    async def involvements(self, caller: Caller, subjects: Sequence[str], on: date) -> Sequence[Involvement]:
        """Who stands around the subjects on a day. NotFound where the caller may not know of one."""
        ...

    async def must_not_meet(self, caller: Caller, subjects: Sequence[str], on: date) -> Sequence[MustNotMeetPair]:
        """Asked for as the service itself: the caller is never told why."""
        ...

    async def parts(self, caller: Caller, subjects: Sequence[str], roles: Sequence[str]) -> Sequence[Involvement]:
        """Who has one of the roles around the subjects today. Asked as the service itself: for sums over all cases."""
        ...

    async def staff(
        self, caller: Caller, *, principals: Sequence[str] = (), people: Sequence[str] = (), roles: Sequence[str] = ()
    ) -> Sequence[str]:
        """Of those named, or with one of the roles around any subject today, the council's own staff; without names."""
        ...

    async def people_of(self, caller: Caller, source_ids: Sequence[str]) -> Mapping[str, str]:
        """Resource names by the case system's ids; those not found are left out."""
        ...


class Outlook(Protocol):
    """The notifications service, which alone speaks with Exchange."""

    async def busy_times(
        self, caller: Caller, people: Sequence[str], start: datetime, end: datetime
    ) -> Sequence[OutlookReading]:
        """One reading for each of the people, asked for as the scheduler itself. Unavailable where nobody answers."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around every use case. `calendar` knows the working days, `clock` what time it is for the product."""

    begin: Begin
    cases: Cases
    pack_of: PackOf
    calendar: WorkingDays
    clock: Clock
    outlook: Outlook
