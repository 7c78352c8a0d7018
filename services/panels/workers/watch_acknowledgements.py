"""Looking for the case system's answers: a folder sends no event, so it is asked."""

import asyncio
from collections.abc import Sequence

from servicekit.caller import service_caller
from servicekit.config import Council
from services.panels.app.ports import Begin, DeliveryFolder
from services.panels.domain.minutes import MinutesId


class AcknowledgementWatcher:
    """Worker: wakes the lane of minutes whose answer is there. Several replicas do no harm."""

    def __init__(self, begin: Begin, folder: DeliveryFolder, councils: Sequence[Council], seconds: float) -> None:
        self._begin = begin
        self._folder = folder
        self._councils = tuple(councils)
        self._seconds = seconds

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            for council in self._councils:
                await self.look(council)
            await asyncio.sleep(self._seconds)

    async def look(self, council: Council) -> list[MinutesId]:
        """Look once in one council's folder; what was answered."""
        caller = service_caller(council.council_id, council.slug, "panels")
        async with self._begin(caller) as unit:
            waiting = await unit.minutes.unacknowledged()
        answered = [one for one in waiting if await self._folder.acknowledged(council.slug, str(one))]
        if answered:
            async with self._begin(caller) as unit:
                for minutes in answered:
                    await unit.wake_delivery(minutes)
        return answered
