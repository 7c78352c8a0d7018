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
    """Waiters by channel."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self.ending = False

    def end_waits(self) -> None:
        """The service stops: whoever long-polls is to answer with what there is, now."""
        self.ending = True
        for channel in CHANNELS:
            self.wake(channel)

    def wake(self, channel: str) -> None:
        """Let everybody who waits on this channel look again."""
        for event in self._waiting[channel]:
            event.set()

    def waiter(self, channel: str) -> "Waiter":
        """Ask for it before looking, so that a nudge between the look and the wait is not lost."""
        return Waiter(self._waiting[channel])


class Waiter:
    """`with wakeups.waiter("feed") as waiter: look; await waiter.wait(seconds)`."""

    def __init__(self, waiting: set[asyncio.Event]) -> None:
        self._waiting = waiting
        self._event = asyncio.Event()

    def __enter__(self) -> "Waiter":
        self._waiting.add(self._event)
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.discard(self._event)

    async def wait(self, seconds: float) -> None:
        """Until nudged, or for this long."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return
        finally:
            self._event.clear()


async def listen(url: str, wakeups: Wakeups) -> None:
    """Worker: keep one connection listening.

    Raises when it is lost, so that its supervisor starts it again.
    """
    connection = await asyncpg.connect(url, timeout=10)
    try:
        for channel in CHANNELS:
            await connection.add_listener(channel, lambda _c, _pid, name, _payload: wakeups.wake(name))
        for channel in CHANNELS:
            wakeups.wake(channel)
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            await connection.execute("select 1", timeout=10)
    finally:
        get_logger().debug("listener closed")
        await connection.close(timeout=2)
