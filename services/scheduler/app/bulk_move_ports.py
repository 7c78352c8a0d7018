"""What bulk moves need of the world beside the rest of `ports`."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from services.scheduler.domain.bulk_move import BulkMove, Part, Why
from services.scheduler.domain.own_time import Taking


class BulkMoves(Protocol):
    """Bulk moves of one council. Whoever changes one locks it first, then resources, then meetings."""

    async def insert(self, move: BulkMove) -> None:
        """Keep a new one."""
        ...

    async def load(self, move_id: UUID, *, lock: bool = False) -> BulkMove | None:
        """One with its meetings, or None."""
        ...

    async def save(self, move: BulkMove, changed: Sequence[Part]) -> None:
        """Keep the state of a move, and of those of its meetings that changed."""
        ...

    async def load_all(self, moves: Collection[UUID]) -> Mapping[UUID, BulkMove]:
        """Those of these that are there, with their meetings."""
        ...

    async def forget(self, move_id: UUID) -> None:
        """It was never started and is not kept any longer."""
        ...

    async def reserved_by(self, meetings: Collection[UUID]) -> Mapping[UUID, Sequence[Taking]]:
        """What each of these has reserved at its present time."""
        ...

    async def started_page(self, size: int, after: tuple[str, ...]) -> Sequence[BulkMove]:
        """Started ones without their meetings, the latest first; `after` is (release time, id) of the last one."""
        ...

    async def held_among(self, meetings: Collection[UUID]) -> frozenset[UUID]:
        """Those of the meetings that a bulk move is about to move."""
        ...

    async def end_part(self, meeting_id: UUID, why: Why) -> None:
        """The meeting is no longer to be moved by whatever was about to. Needs the meeting's resources locked."""
        ...
