"""Keeping each council's subscription alive, while there is a webhook."""

import asyncio
from collections.abc import Sequence

from servicekit.backoff import Backoff
from servicekit.caller import acting_as, service_caller
from servicekit.config import Council
from servicekit.errors import told_of
from servicekit.log import get_logger
from services.notifications.app.keep_subscribed import keep_subscribed
from services.notifications.app.outlook_ports import ChangeNotices
from services.notifications.app.ports import Desk
from services.notifications.domain.delivery_fault import DeliveryFault
from services.notifications.workers.nudges import Nudges

_SERVICE = "notifications"
# Of one council: what is wrong there holds up no other.
_LATER = Backoff(first=1.0, most=60.0)
_LOOK_SECONDS, _RETRY_SECONDS = 60.0, 5.0


class SubscriptionKeeper:
    """Worker: one loop per council. Every replica learns from the row which notices to take."""

    def __init__(self, desk: Desk, councils: Sequence[Council], nudges: Nudges, url: str) -> None:
        self._desk = desk
        self._councils = tuple(councils)
        self._nudges = nudges
        self._url = url

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for council in self._councils:
                outside = self._desk.outside.get(council.council_id)
                if outside is not None and outside.notices is not None:
                    group.create_task(self._keep(council, outside.notices))

    async def _keep(self, council: Council, notices: ChangeNotices) -> None:
        caller = service_caller(council.council_id, council.slug, _SERVICE)
        renew_now, failures = False, 0
        with acting_as(caller):
            while True:
                try:
                    kept = await keep_subscribed(self._desk, caller, notices, self._url, renew_now=renew_now)
                    self._nudges.expect(council.council_id, kept)
                    renew_now, failures, seconds = False, 0, _LOOK_SECONDS
                except DeliveryFault as fault:
                    get_logger().warning("not subscribed to changes", council=council.slug, reason=fault.reason)
                    seconds = _RETRY_SECONDS
                except Exception as error:
                    failures += 1
                    get_logger().error("not subscribed to changes", council=council.slug, **told_of(error))
                    seconds = max(_RETRY_SECONDS, _LATER.seconds(failures))
                renew_now = await self._nudges.to_renew(council.council_id, seconds) or renew_now
