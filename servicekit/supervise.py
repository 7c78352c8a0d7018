"""Keeping workers going: one that ends or crashes is started again."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from servicekit.backoff import Backoff
from servicekit.ids import new_id
from servicekit.interceptors.errors import origin
from servicekit.log import get_logger
from servicekit.stop import is_stopped

# A worker that ran this long was healthy: its next failure counts as the first.
_HEALTHY_SECONDS = 60.0
_BACKOFF = Backoff(first=0.2, most=30.0)


async def supervise(name: str, work: Callable[[], Awaitable[None]], backoff: Backoff = _BACKOFF) -> None:
    """Run `work` until cancelled, again and again."""
    failures = 0
    while True:
        began = time.monotonic()
        try:
            await work()
            get_logger().warning("worker ended", worker=name)
        except (Exception, asyncio.CancelledError) as error:
            # A call whose channel closes raises it too, although nobody stops this worker.
            if is_stopped():
                raise asyncio.CancelledError from error
            get_logger().error(
                "worker crashed",
                worker=name,
                error_id=str(new_id()),
                error_type=type(error).__name__,
                where=origin(error),
            )
        failures = 1 if time.monotonic() - began > _HEALTHY_SECONDS else failures + 1
        await asyncio.sleep(backoff.seconds(failures))
