"""What writing to people about what waits needs of the outside."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from servicekit.caller import Caller
from services.notifications.domain.chaser import Chaser, ChaserMessage

if TYPE_CHECKING:
    from services.notifications.app.ports import Desk


@dataclass(frozen=True)
class Waiting:
    """Something that waits still. `owner`: the person to whom an action was given, empty where only a role has it."""

    name: str
    clock: str
    due: date
    owner: str = ""

    def is_for(self, person: str) -> bool:
        """Whether nobody else was given it."""
        return self.owner in ("", person)


class WaitingReader(Protocol):
    """Panels, asked as this service."""

    async def still_waiting(self, caller: Caller, things: Sequence[tuple[str, str]]) -> Sequence[Waiting]:
        """Those of (name, clock) that wait still. Raises Unavailable."""
        ...


class SubjectSight(Protocol):
    """Cases, asked as the caller."""

    async def shown_to(self, caller: Caller, subjects: Collection[str]) -> frozenset[str]:
        """Those of the subjects that the caller may know of. Raises Unavailable."""
        ...


class ChaserStore(Protocol):
    """Chasers and their messages."""

    async def add(self, chaser: Chaser) -> bool:
        """Keep one; False where it is there already."""
        ...

    async def put(self, chaser: Chaser) -> None:
        """In place of the one with its id."""
        ...

    async def pending(self) -> list[Chaser]:
        """The first to come due at the front."""
        ...

    async def latest_of(self, things: Sequence[str]) -> list[Chaser]:
        """All that are about any of the things, the latest first."""
        ...

    async def by_receipt(self, receipt_id: UUID) -> list[Chaser]:
        """Those that went in one message, locked."""
        ...

    async def messages(self) -> list[ChaserMessage]:
        """Those that may have gone."""
        ...

    async def put_message(self, message: ChaserMessage) -> None:
        """Add or replace."""
        ...

    async def drop_message(self, key: UUID) -> None:
        """The other side has it, or surely has not."""
        ...


class ChaserUnit(Protocol):
    """As much of a unit as hearing needs."""

    chasers: ChaserStore

    def now(self) -> datetime:
        """The product's clock."""
        ...

    async def wake_chasers(self, due_at: datetime) -> None:
        """Have the council's chasers looked at when that time comes."""
        ...


@dataclass(frozen=True)
class ChaserDesk:
    """`web_url`: where people open the site; `telephones` and `mailboxes` (business support's) are by council id."""

    desk: "Desk"
    waiting: WaitingReader
    sight: SubjectSight
    web_url: str
    telephones: Mapping[UUID, str]
    mailboxes: Mapping[UUID, str]
