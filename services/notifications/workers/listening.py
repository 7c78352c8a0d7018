"""Asking the outside, again and again, what has come in: people's answers, and what became of messages."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from servicekit.backoff import Backoff
from servicekit.caller import Caller, acting_as, service_caller
from servicekit.config import Council
from servicekit.errors import told_of
from servicekit.log import get_logger
from services.notifications.app.ports import Desk
from services.notifications.domain.delivery_fault import DeliveryFault
from services.notifications.workers.nudges import Nudges

_SERVICE = "notifications"
# Of one council: what is wrong there holds up no other.
_LATER = Backoff(first=1.0, most=60.0)
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
        failures = 0
        with acting_as(caller):
            while True:
                try:
                    await self._read(self._desk, caller)
                    failures = 0
                except DeliveryFault as fault:
                    get_logger().warning(self._missed, council=council.slug, reason=fault.reason)
                except Exception as error:
                    failures += 1
                    get_logger().error(self._missed, council=council.slug, **told_of(error))
                rest = _LATER.seconds(failures) if failures else 0.0
                await self._nudges.changed(council.council_id, max(self._every, rest))
