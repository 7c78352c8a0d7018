"""Asking the outside, again and again, what has come in: people's answers, and what became of messages."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from servicekit.caller import Caller, acting_as, service_caller
from servicekit.config import Council
from servicekit.log import get_logger
from services.notifications.app.ports import Desk
from services.notifications.domain.delivery_fault import DeliveryFault
from services.notifications.workers.nudges import Nudges

_SERVICE = "notifications"
Read: TypeAlias = Callable[[Desk, Caller], Awaitable[object]]


class Listener:
    """Worker: one loop per council, so that a slow mailbox delays no other council. `missed` is logged on a fault.

    A nudge for a council makes it read at once.
    """

    def __init__(
        self,
        desk: Desk,
        councils: Sequence[Council],
        every_seconds: float,
        read: Read,
        missed: str,
        nudges: Nudges | None = None,
    ) -> None:
        self._desk = desk
        self._councils = tuple(councils)
        self._every = every_seconds
        self._read, self._missed = read, missed
        self._nudges = nudges or Nudges()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for council in self._councils:
                group.create_task(self._listen(council))

    async def _listen(self, council: Council) -> None:
        caller = service_caller(council.council_id, council.slug, _SERVICE)
        with acting_as(caller):
            while True:
                try:
                    await self._read(self._desk, caller)
                except DeliveryFault as fault:
                    get_logger().warning(self._missed, council=council.slug, reason=fault.reason)
                await self._nudges.changed(council.council_id, self._every)
