"""LISTEN/NOTIFY inside one process: a nudge to look again.

Nothing depends on a nudge arriving; every waiter also polls.
"""

import asyncio
from collections import defaultdict

import asyncpg

from servicekit.log import get_logger

CHANNELS = ("outbox", "feed", "lane")
_CHECK_SECONDS = 15.0


class Wakeups:
    """Waiters by channel and, within it, by what they wait for: a kind of lane, a council's feed."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[Waiter]] = defaultdict(set)
        self.ending = False

    def end_waits(self) -> None:
        """The service stops: whoever long-polls is to answer with what there is, now."""
        self.ending = True
        for channel in CHANNELS:
            self.wake(channel)

    def wake(self, channel: str, wanted: str = "") -> None:
        """Let whoever waits for this on the channel look again; everybody on it where nothing is said."""
        for waiter in self._waiting[channel]:
            if not wanted or waiter.wanted in ("", wanted):
                waiter.nudge()

    def waiter(self, channel: str, wanted: str = "") -> "Waiter":
        """Ask for it before looking, so that a nudge between the look and the wait is not lost.

        `wanted`: what alone it is to hear of; everything where it is left out.
        """
        return Waiter(self._waiting[channel], wanted)


class Waiter:
    """`with wakeups.waiter("feed", council) as waiter: look; await waiter.wait(seconds)`."""

    def __init__(self, waiting: "set[Waiter]", wanted: str) -> None:
        self._waiting = waiting
        self.wanted = wanted
        self._event = asyncio.Event()

    def __enter__(self) -> "Waiter":
        self._waiting.add(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.discard(self)

    def nudge(self) -> None:
        """Look again."""
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Until nudged, or for this long: whether a nudge came."""
        try:
            async with asyncio.timeout(seconds):
                return await self._event.wait()
        except TimeoutError:
            return False
        finally:
            self._event.clear()


async def listen(url: str, wakeups: Wakeups) -> None:
    """Worker: keep one connection listening.

    Raises when it is lost, so that its supervisor starts it again.
    """
    connection = await asyncpg.connect(url, timeout=10)
    try:
        for channel in CHANNELS:
            await connection.add_listener(channel, lambda _c, _pid, name, payload: wakeups.wake(name, payload))
        for channel in CHANNELS:
            wakeups.wake(channel)
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            await connection.execute("select 1", timeout=10)
    finally:
        get_logger().debug("listener closed")
        await connection.close(timeout=2)
