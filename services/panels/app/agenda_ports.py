"""What the use cases about sittings, referrals and outcomes need of storage."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from servicekit.page import PageRequest
from services.panels.domain.body import BodyUuid
from services.panels.domain.outcome import Action, Outcome
from services.panels.domain.referral import Referral
from services.panels.domain.referral_papers import Announced
from services.panels.domain.sitting import AgendaItem, ItemId, Sitting, SittingId


class SittingStore(Protocol):
    """Sittings with their agendas."""

    async def load(self, sitting: SittingId, *, lock: bool = False) -> Sitting | None:
        """With agenda and outcomes."""
        ...

    async def of_meeting(self, meeting: str, *, lock: bool = False) -> Sitting | None:
        """The sitting that a meeting is."""
        ...

    async def of_item(self, item: ItemId) -> Sitting | None:
        """The sitting on whose agenda an item stands, locked."""
        ...

    async def coming(self, body: BodyUuid, since: datetime) -> list[Sitting]:
        """Planned sittings of a body that end after `since`, by start, locked in that order."""
        ...

    async def add(self, sitting: Sitting) -> None:
        """A new one."""
        ...

    async def change(self, sitting: Sitting) -> None:
        """Body, times, state, version, and whether its agenda was built."""
        ...

    async def put_items(self, sitting: SittingId, items: Sequence[AgendaItem]) -> None:
        """Make these the agenda."""
        ...

    async def page(self, body: BodyUuid | None, since: datetime | None, page: PageRequest) -> list[Sitting]:
        """By start, without agendas; one more than the size where there are more."""
        ...


class ReferralStore(Protocol):
    """Referrals."""

    async def add(self, referral: Referral) -> None:
        """A new one."""
        ...

    async def load(self, referral: UUID) -> Referral | None:
        """One."""
        ...

    async def withdraw(self, referral: UUID) -> bool:
        """It waits no more; False where it was heard, or withdrawn before."""
        ...

    async def waiting_for(self, body: BodyUuid, subjects: Sequence[str]) -> Referral | None:
        """One that has not been heard and holds any of the subjects."""
        ...

    async def papers_to_follow(self, sitting: Sitting) -> list[Announced]:
        """Which papers were to follow the referrals of a sitting's subjects, since the body last settled something."""
        ...

    async def list_on(self, body: BodyUuid, placed: Mapping[UUID, SittingId]) -> None:
        """Note which unheard referrals of the body stand on which sitting; all others wait."""
        ...

    async def hear(self, body: BodyUuid, sitting: SittingId) -> None:
        """Those of a sitting whose subjects have all had an outcome since they were made are heard."""
        ...


class OutcomeStore(Protocol):
    """Outcomes and actions: added, never changed."""

    async def add(self, outcome: Outcome) -> None:
        """With its actions."""
        ...

    async def of_subject(self, meeting: str, subject: str) -> Outcome | None:
        """What a sitting settled for a subject."""
        ...

    async def actions(self, subject: str, include_done: bool, page: PageRequest) -> list[Action]:
        """By due date; one more than the size where there are more."""
        ...
