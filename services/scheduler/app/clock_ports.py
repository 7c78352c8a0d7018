"""What cases tells of obligations and subjects, and what is kept of it, beside the rest of `ports`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from services.scheduler.domain.clocks import ClockToKeep


@dataclass(frozen=True, slots=True)
class ObligationChange:
    """What cases' feed says of an obligation."""

    obligation: str
    subject: str
    rule_id: str
    meeting_kind: str
    open: bool
    statutory_due: date | None
    local_due: date | None


@dataclass(frozen=True, slots=True)
class SubjectChange:
    """What cases' feed says of a subject."""

    subject: str
    reference: str
    restricted: bool


class Clocks(Protocol):
    """Obligations that wait for a meeting, and what is known of subjects."""

    async def open_for(self, subjects: Collection[str], meeting_kind: str) -> Sequence[ClockToKeep]:
        """The open ones of the kind."""
        ...

    async def named(self, obligations: Collection[str]) -> Sequence[ClockToKeep]:
        """These, whatever their state."""
        ...

    async def unarranged(
        self, meeting_kind: str, subject: str, size: int, after: tuple[str, ...]
    ) -> Sequence[ClockToKeep]:
        """Open ones without a booked or held meeting, the earliest due first; `after` is (due, obligation)."""
        ...

    async def due_before(self, day: date) -> Sequence[ClockToKeep]:
        """Every open one without a booked or held meeting whose earlier date lies before the day."""
        ...

    async def keep_obligation(self, change: ObligationChange) -> None:
        """What the feed says now."""
        ...

    async def keep_subject(self, change: SubjectChange) -> None:
        """What the feed says now."""
        ...

    async def open_subjects(self, subjects: Collection[str]) -> frozenset[str]:
        """Those known not to be restricted."""
        ...
