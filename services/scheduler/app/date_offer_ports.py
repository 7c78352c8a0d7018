"""What offers of dates need of the store, beside `ports`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from services.scheduler.domain.date_offer import AskedPerson, DateOffer


@dataclass(frozen=True, slots=True)
class OfferFilter:
    """Which offers are wanted. Empty text means all."""

    subject: str = ""
    created_by: str = ""


class DateOffers(Protocol):
    """Offers of one council. Whoever changes one locks it first, then its draft, then resources, then meetings."""

    async def insert(self, offer: DateOffer) -> None:
        """Keep a new one without its dates, which are inserted as meetings that name it."""
        ...

    async def load(self, offer_id: UUID, *, lock: bool = False) -> DateOffer | None:
        """One with its dates and answers, or None."""
        ...

    async def save(self, offer: DateOffer) -> None:
        """Keep the changed state."""
        ...

    async def save_answer(self, offer: DateOffer, said: AskedPerson) -> None:
        """Keep what one person says now, and the offer's version."""
        ...

    async def open_of_draft(self, draft_id: UUID) -> UUID | None:
        """The open offer that would book the draft."""
        ...

    async def put_link(self, offer_id: UUID, person: str, digest: bytes) -> None:
        """The person's link from now on."""
        ...

    async def find(self, digest: bytes) -> tuple[UUID, str] | None:
        """The offer and the person of a link; whatever is wrong with it takes the same time."""
        ...

    async def waiting_page(self, wanted: OfferFilter, size: int, after: tuple[str, ...]) -> Sequence[DateOffer]:
        """Open ones and those that ran out lately, the latest made first; `after` is (time, id) of the last one."""
        ...
