"""Turns the day for each council, at the start and whenever a new London day begins by the product's clock."""

import asyncio
from collections.abc import Sequence

from servicekit.caller import acting_as, service_caller
from servicekit.config import Council
from servicekit.errors import TransactionConflict, Unavailable
from servicekit.log import get_logger
from services.cases.app.ports import Begin
from services.cases.app.turn_day import turn_day

_POLL_SECONDS = 1.0


class TurnOfDay:
    """Worker: looks every few seconds, because the product's clock may be moved. Several replicas may run."""

    def __init__(self, begin: Begin, councils: Sequence[Council], poll_seconds: float = _POLL_SECONDS) -> None:
        self._begin = begin
        self._councils = tuple(councils)
        self._poll_seconds = poll_seconds

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            for council in self._councils:
                await self._turn(council)
            await asyncio.sleep(self._poll_seconds)

    async def _turn(self, council: Council) -> None:
        caller = service_caller(council.council_id, council.slug, "cases")
        try:
            with acting_as(caller):
                if await turn_day(self._begin, caller):
                    get_logger().info("day turned", council=council.slug)
        except (TransactionConflict, Unavailable) as error:
            get_logger().warning("day not turned yet", council=council.slug, reason=error.reason)
