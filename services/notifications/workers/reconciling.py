"""Holding each council's mailbox against what is kept, once a night."""

import asyncio
from collections.abc import Sequence

from servicekit.backoff import Backoff
from servicekit.caller import acting_as, service_caller
from servicekit.config import Council
from servicekit.errors import told_of
from servicekit.log import get_logger
from services.notifications.app.ports import Desk
from services.notifications.app.reconcile import reconcile_if_due
from services.notifications.domain.delivery_fault import DeliveryFault

_SERVICE = "notifications"
# Of one council: what is wrong there holds up no other.
_LATER = Backoff(first=1.0, most=60.0)


class Reconciler:
    """Worker: one loop per council. It looks often, because the product's clock may be moved."""

    def __init__(self, desk: Desk, councils: Sequence[Council], every_seconds: float) -> None:
        self._desk = desk
        self._councils = tuple(councils)
        self._every = every_seconds

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for council in self._councils:
                group.create_task(self._watch(council))

    async def _watch(self, council: Council) -> None:
        caller = service_caller(council.council_id, council.slug, _SERVICE)
        failures = 0
        with acting_as(caller):
            while True:
                try:
                    if await reconcile_if_due(self._desk, caller):
                        get_logger().info("mailbox held against what is kept", council=council.slug)
                    failures = 0
                except DeliveryFault as fault:
                    get_logger().warning("mailbox not read whole", council=council.slug, reason=fault.reason)
                except Exception as error:
                    failures += 1
                    get_logger().error("mailbox not held against what is kept", council=council.slug, **told_of(error))
                rest = _LATER.seconds(failures) if failures else 0.0
                await asyncio.sleep(max(self._every, rest))
