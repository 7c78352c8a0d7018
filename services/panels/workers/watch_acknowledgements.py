"""Looking for the case system's answers: it sends no event, so it is asked, and reminded where it says nothing."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final

from servicekit.caller import Caller, acting_as, service_caller
from servicekit.config import Council
from servicekit.errors import Unavailable
from servicekit.log import get_logger
from services.panels.app.deliver_minutes import ACKNOWLEDGED, CHASE_AFTER, Delivery
from services.panels.app.minutes_ports import Delivered
from services.panels.app.ports import Begin
from services.panels.domain.minutes import MinutesId
from services.panels.domain.names import minutes_name

LONGEST: Final = 300.0
"""Seconds between two looks for an answer that does not come: each is a connection to somebody else's server."""


class Pace:
    """When each is looked for again: after twice as long each time. In this process's memory; `clock` in seconds."""

    def __init__(self, first: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._first, self._clock = first, clock
        self._waits: dict[str, tuple[float, float]] = {}

    def take(self, stems: Sequence[str]) -> set[str]:
        """Those whose turn it is. Whatever is not asked about any more is forgotten."""
        now = self._clock()
        waits = {stem: self._waits.get(stem, (now, self._first)) for stem in stems}
        due = {stem for stem, (at, _) in waits.items() if at <= now}
        for stem in due:
            pause = waits[stem][1]
            waits[stem] = (now + pause, min(2 * pause, LONGEST))
        self._waits = waits
        return due


class AcknowledgementWatcher:
    """Worker: wakes the lane of minutes whose answer is there. Several replicas do no harm."""

    def __init__(self, begin: Begin, delivery: Delivery, councils: Sequence[Council], seconds: float) -> None:
        self._begin = begin
        self._delivery = delivery
        self._councils = tuple(councils)
        self._seconds = seconds
        self._paces = {council.council_id: Pace(seconds) for council in councils}

    async def run(self) -> None:
        """Until cancelled. A case system that is away holds up no other council's."""
        while True:
            for council in self._councils:
                try:
                    await self.look(council)
                except (OSError, Unavailable):
                    get_logger().warning("the case system does not answer", council=council.slug)
            await asyncio.sleep(self._seconds)

    async def look(self, council: Council) -> list[MinutesId]:
        """Look once for one council at those whose turn it is; what was answered."""
        caller = service_caller(council.council_id, council.slug, "panels")
        async with self._begin(caller) as unit:
            unanswered, now = await unit.minutes.unacknowledged(), unit.now()
        due = self._paces[council.council_id].take([one.stem for one in unanswered])
        waiting = [one for one in unanswered if one.stem in due]
        with acting_as(caller):
            answered = [one for one in waiting if await self._is_there(council, one)]
            for one in waiting:
                if one not in answered and now - (one.chased_at or one.written_at) >= CHASE_AFTER:
                    await self._chase(caller, one)
        if answered:
            async with self._begin(caller) as unit:
                for one in answered:
                    await unit.wake_delivery(one.minutes_id)
        return [one.minutes_id for one in answered]

    async def _is_there(self, council: Council, one: Delivered) -> bool:
        return await self._delivery.case_system.has(council.slug, f"{one.stem}.{ACKNOWLEDGED}")

    async def _chase(self, caller: Caller, one: Delivered) -> None:
        await self._delivery.chase(caller, one)
        get_logger().warning("not acknowledged", minutes=minutes_name(caller.council, one.minutes_id))
