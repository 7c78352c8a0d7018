"""What the brakes and the page about integration ask of what is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.notifications.domain.brake import GivenUp, SendingStop, Source
from services.notifications.domain.integration_health import Depth, Failing
from services.notifications.domain.room_booking import RoomBooking


class BrakeStore(Protocol):
    """The stop, the hour's ledger, and what was given up."""

    async def stop(self) -> SendingStop | None:
        """The council's stop; None where nothing is stopped."""
        ...

    async def set_stop(self, stop: SendingStop) -> SendingStop:
        """Stop everything; an earlier stop is kept and answered."""
        ...

    async def lift_stop(self) -> bool:
        """False where nothing was stopped."""
        ...

    async def left_since(self, source: Source, since: datetime, *, lock: bool = False) -> int:
        """People written to since then; with `lock` nobody else counts until the end of the transaction."""
        ...

    async def count(self, source: Source, people: int) -> None:
        """So many are about to be written to."""
        ...

    async def uncount(self, source: Source, people: int) -> None:
        """So many, counted last, were not."""
        ...

    async def given_up(self, meeting: str) -> GivenUp | None:
        """Whether telling people of a meeting was given up."""
        ...

    async def give_up(self, given_up: GivenUp) -> None:
        """Add or replace."""
        ...

    async def take_up(self, meeting: str) -> None:
        """Tell people of it again, if it was given up."""
        ...


class RoomStore(Protocol):
    """What was asked of rooms' mailboxes."""

    async def get(self, meeting: str, *, lock: bool = False) -> RoomBooking | None:
        """A meeting's; with `lock` nobody else changes it until the end of the transaction."""
        ...

    async def put(self, meeting: str, booking: RoomBooking | None) -> None:
        """Add or replace; None forgets it."""
        ...


class WorkStore(Protocol):
    """What waits in lanes, feeds and the outbox, of this council alone."""

    async def depths(self) -> Sequence[Depth]:
        """By kind."""
        ...

    async def failing(self, most: int) -> Sequence[Failing]:
        """What was tried without success, the oldest first; at most so many lanes."""
        ...

    async def hurry(self, kind: str = "", item: str = "") -> bool:
        """Have lanes tried at once: one, a kind's or all. False where there is none."""
        ...

    async def drop(self, kind: str, item: str) -> bool:
        """Have a lane try no more; False where it does not wait, or is being worked."""
        ...

    async def retry_feed(self, producer: str, aggregate: str) -> bool:
        """Have parked events applied again; False where none is."""
        ...

    async def drop_feed(self, producer: str, aggregate: str) -> bool:
        """Never apply parked events; False where none is."""
        ...

    async def mailbox_read_at(self) -> datetime | None:
        """When the meetings mailbox was read for answers, last."""
        ...

    async def subscription_end(self) -> datetime | None:
        """When the first of Graph's change notifications runs out; None where there are none."""
        ...
