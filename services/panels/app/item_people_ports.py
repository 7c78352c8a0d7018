"""What the use cases about people who come for one item need of the outside."""

from collections.abc import Sequence
from typing import Protocol

from servicekit.caller import Caller
from services.panels.domain.body import BodyUuid
from services.panels.domain.item_people import ItemPeople, ItemTime
from services.panels.domain.sitting import ItemId, SittingId


class ItemPeopleStore(Protocol):
    """Who comes for which item."""

    async def load(self, item: ItemId, *, lock: bool = False) -> ItemPeople | None:
        """What was said of one item."""
        ...

    async def of_sitting(self, sitting: SittingId) -> list[ItemPeople]:
        """What was said of all its items, of those too that are not on its agenda any more."""
        ...

    async def latest(self, body: BodyUuid, subjects: Sequence[str], but: ItemId) -> ItemPeople | None:
        """What was said last of another item of the body with any of the subjects."""
        ...

    async def sittings(self, body: BodyUuid) -> list[SittingId]:
        """The planned sittings of the body for which anybody comes, or was to come, for one item."""
        ...

    async def put(self, kept: ItemPeople) -> None:
        """Who is to come; what they were told stays."""
        ...

    async def keep_told(self, item: ItemId, told: ItemTime | None, meeting: str, trouble: str) -> None:
        """What they were told last, and why no more."""
        ...


class SittingParts(Protocol):
    """The scheduler's meetings of those who come for one item, asked outside of any transaction."""

    async def keep(
        self, caller: Caller, sitting_meeting: str, kept: ItemPeople, wanted: ItemTime | None
    ) -> tuple[str, str]:
        """Book, change or call off; the part's meeting, and why it could not be: a stable reason, empty where it could.

        Unavailable where the scheduler does not answer.
        """
        ...
