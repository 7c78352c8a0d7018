"""Waiting for a condition with a deadline, instead of sleeping and hoping."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def eventually(holds: Callable[[], Awaitable[bool]], seconds: float = 10.0) -> None:
    """Return once it holds; fail after `seconds`."""
    ends_at = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < ends_at, "the condition did not come true in time"
        await asyncio.sleep(0.02)
