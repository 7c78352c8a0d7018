"""Asking the meetings mailboxes, again and again, what people answered."""

import asyncio
from collections.abc import Sequence

from servicekit.caller import acting_as, service_caller
from servicekit.config import Council
from servicekit.log import get_logger
from services.notifications.app.ports import Desk
from services.notifications.app.read_replies import read_replies
from services.notifications.domain.delivery_fault import DeliveryFault
from services.notifications.workers.nudges import Nudges

_SERVICE = "notifications"


class ReplyListener:
    """Worker: one loop per council, so that a slow mailbox delays no other council."""

    def __init__(self, desk: Desk, councils: Sequence[Council], every_seconds: float, nudges: Nudges) -> None:
        self._desk = desk
        self._councils = tuple(councils)
        self._every = every_seconds
        self._nudges = nudges

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
                    await read_replies(self._desk, caller)
                except DeliveryFault as fault:
                    get_logger().warning("replies not read", council=council.slug, reason=fault.reason)
                await self._nudges.changed(council.council_id, self._every)
