"""What capacity and diaries need of the store, beside `ports`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.scheduler.domain.capacity_week import Taken
from services.scheduler.domain.diary_day import DiaryMeeting
from services.scheduler.domain.diary_feed import DiaryFeed


class TakenTimes(Protocol):
    """What takes people's and rooms' time."""

    async def load(self, names: Sequence[str], first: int, last: int) -> Mapping[str, Taken]:
        """Of each of these, from minute to minute since the epoch."""
        ...

    async def chairing(self, first: int, last: int) -> Mapping[str, tuple[str, ...]]:
        """Whoever chairs a meeting from minute to minute, with the roles in which they do."""
        ...

    async def in_diary(self, person: str, first: datetime, until: datetime) -> Sequence[DiaryMeeting]:
        """The parts of booked and held meetings to which they come, by start."""
        ...


class Feeds(Protocol):
    """Private feeds of diaries. Secrets are known by their digest."""

    async def insert(self, feed: DiaryFeed, digest: bytes) -> None:
        """Keep a new one."""
        ...

    async def lock_person(self, person: str) -> None:
        """Wait for whoever else makes a feed of this person's now."""
        ...

    async def in_use(self, person: str) -> Sequence[DiaryFeed]:
        """Those that can be read, the newest first."""
        ...

    async def all_in_use(self) -> Sequence[DiaryFeed]:
        """Those of everybody that can be read, by person, the newest first."""
        ...

    async def load(self, feed_id: UUID, *, lock: bool = False) -> DiaryFeed | None:
        """One, whatever its state."""
        ...

    async def find(self, digest: bytes) -> DiaryFeed | None:
        """The one in use with this secret; whatever is wrong with it takes the same time."""
        ...

    async def revoke(self, feed_id: UUID, at: datetime) -> None:
        """End it for good."""
        ...

    async def note_read(self, feed_id: UUID, at: datetime) -> None:
        """That it was read, to the hour."""
        ...
