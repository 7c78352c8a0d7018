"""What settling in writing needs of storage."""

from typing import Protocol
from uuid import UUID

from services.panels.domain.sitting import ItemId, SittingId
from services.panels.domain.written_resolution import ResolutionId, WrittenAnswer, WrittenResolution


class ResolutionStore(Protocol):
    """Written resolutions with their answers."""

    async def add(self, resolution: WrittenResolution, by: str) -> None:
        """A new one; `by`: the principal who asks."""
        ...

    async def load(self, resolution: ResolutionId, *, lock: bool = False) -> WrittenResolution | None:
        """With its answers, by when."""
        ...

    async def of_item(self, item: ItemId) -> list[WrittenResolution]:
        """About any subject of an item."""
        ...

    async def of_sitting(self, sitting: SittingId) -> list[WrittenResolution]:
        """About any item of its agenda, in that order."""
        ...

    async def answer(self, resolution: ResolutionId, answer: WrittenAnswer, by: str) -> None:
        """In the place of what the member said before; `by`: the principal who records it."""
        ...

    async def settle(self, resolution: ResolutionId, outcome: UUID) -> None:
        """An outcome came of it."""
        ...
