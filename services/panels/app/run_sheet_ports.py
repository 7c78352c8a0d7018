"""What the live run sheet needs of storage."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.panels.domain.run_sheet import Adjournment, Change, FieldKey, ItemTime, Saved, SheetField
from services.panels.domain.sitting import ItemId, SittingId


class RunSheetStore(Protocol):
    """Fields that are being written, their earlier values, and when items were heard."""

    async def next_revision(self, sitting: SittingId) -> int:
        """One more save."""
        ...

    async def revision(self, sitting: SittingId) -> int:
        """The count of saves; 0 before the first."""
        ...

    async def fields(self, sitting: SittingId, after: int = 0) -> list[SheetField]:
        """Those saved after that revision, by agenda item, subject and field."""
        ...

    async def standing(self, changes: Sequence[Change]) -> dict[FieldKey, SheetField]:
        """How these fields stand; those never written are left out."""
        ...

    async def bases(self, changes: Sequence[Change]) -> dict[tuple[FieldKey, int], str]:
        """The values that the changes began from, by field and version; version 0 has none and is left out."""
        ...

    async def keep(self, saved: Sequence[Saved]) -> None:
        """The fields as they stand now, with each value that they had on the way."""
        ...

    async def last_revision(self, item: ItemId, subject: str) -> int:
        """Of the last save about one subject; 0 where nothing was written."""
        ...

    async def holds_words(self, item: ItemId, subject: str) -> bool:
        """Whether a field about one subject is not empty."""
        ...

    async def clear(self, item: ItemId, subject: str) -> None:
        """Nothing about a subject is kept: its outcome is the record."""
        ...

    async def times(self, sitting: SittingId) -> list[ItemTime]:
        """Of the items that have begun."""
        ...

    async def begin_item(self, item: ItemId, at: datetime) -> None:
        """The item begins, unless it has begun."""
        ...

    async def end_item(self, item: ItemId, at: datetime) -> None:
        """The item has ended, unless it had; one that nobody saw begin began then."""
        ...

    async def adjournment(self, sitting: SittingId) -> Adjournment | None:
        """None while it sits."""
        ...

    async def adjourn(self, sitting: SittingId, at: datetime, reason: str, by: str) -> None:
        """It is broken off; `by`: the principal who says so."""
        ...

    async def resume(self, sitting: SittingId, at: datetime) -> None:
        """It sits again."""
        ...

    async def resumptions(self, sitting: SittingId) -> list[datetime]:
        """When it was taken up again, each time that it was."""
        ...

    async def time_of(self, item: ItemId) -> ItemTime | None:
        """When an item was heard."""
        ...
