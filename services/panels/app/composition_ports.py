"""What the use cases about members, attendance and conflicts need of the outside."""

from collections.abc import Sequence
from typing import Protocol

from servicekit.caller import Caller
from services.panels.domain.attendance import AttendanceEntry
from services.panels.domain.body import BodyUuid
from services.panels.domain.conflict import Conflict, Part
from services.panels.domain.member import Member, MemberId
from services.panels.domain.sitting import SittingId


class CompositionStore(Protocol):
    """Members of bodies, who was at which sitting, and conflicts of interest."""

    async def members(self, body: BodyUuid) -> list[Member]:
        """Everybody ever on the body's list, by name."""
        ...

    async def lock_list(self, body: BodyUuid) -> list[Member]:
        """As `members`; until the transaction ends nobody else changes the list."""
        ...

    async def member(self, member: MemberId, *, lock: bool = False) -> Member | None:
        """One."""
        ...

    async def add_member(self, member: Member) -> None:
        """A new one."""
        ...

    async def change_member(self, member: Member) -> None:
        """Roles, last day, experience, version."""
        ...

    async def attendance(self, sitting: SittingId) -> list[AttendanceEntry]:
        """All entries of a sitting, in the order written."""
        ...

    async def add_attendance(self, sitting: SittingId, entry: AttendanceEntry) -> None:
        """One more."""
        ...

    async def conflicts(self, body: BodyUuid) -> list[Conflict]:
        """Those declared or set aside of the body's members."""
        ...

    async def put_conflict(self, conflict: Conflict) -> None:
        """New, or in place of the one with its id."""
        ...


class PeopleAround(Protocol):
    """The cases service, asked outside of any transaction."""

    async def parts(self, caller: Caller, subjects: Sequence[str]) -> list[Part]:
        """Who stands around the subjects today, read as this service."""
        ...

    async def own_person(self, caller: Caller) -> str:
        """Resource name of the person who is signed in; empty for a service, and for whoever is not known as staff."""
        ...
