"""What moving a sitting needs of the world beside the rest of `ports`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.scheduler.domain.clocks import ClockToKeep
from services.scheduler.domain.meeting import AcceptedBreach


@dataclass(frozen=True, slots=True)
class SittingBreach:
    """A child's clock that a sitting's move made late, knowingly."""

    subject: str
    breach: AcceptedBreach


class Sittings(Protocol):
    """Sittings of bodies of one council, and the clocks of those whom they hear."""

    async def coming(self, body: str, since: datetime, *, but: UUID) -> Sequence[datetime]:
        """Starts of the body's other booked sittings after that, in order."""
        ...

    async def clocks_between(self, meeting_kind: str, first: date, until: date | None) -> Sequence[ClockToKeep]:
        """Open clocks of the kind with a date in [first, until), or from `first` on."""
        ...

    async def keep_breaches(self, meeting_id: UUID, breaches: Sequence[SittingBreach]) -> None:
        """These and no others: what an earlier move had made late counts no more."""
        ...

    async def breaches(self, meeting_id: UUID) -> Sequence[SittingBreach]:
        """What was accepted with the sitting's last move, by obligation."""
        ...
