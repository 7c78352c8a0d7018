"""Every call has an end: the caller's, or a default one.

What cannot be done in the time left is not begun.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from servicekit.call import current_call
from servicekit.errors import DeadlineTooShort
from servicekit.interceptors.wrap import Around, Context, is_open

DEFAULT_SECONDS = 30.0
LEAST_SECONDS = 0.01


class Deadline(Around):
    """`servicekit.call.remaining_seconds()` tells the handler what is left."""

    def __init__(self, default_seconds: float = DEFAULT_SECONDS, least_seconds: float = LEAST_SECONDS) -> None:
        self._default = default_seconds
        self._least = least_seconds

    @asynccontextmanager
    async def around(self, rpc: str, context: Context) -> AsyncIterator[None]:
        """Run the handler within its time; DeadlineTooShort where it does not fit."""
        if is_open(rpc):
            yield
            return
        left = self._seconds_left(context)
        if left < self._least:
            raise DeadlineTooShort
        call = current_call()
        if call:
            call.ends_at = time.monotonic() + left
        scope = asyncio.timeout(left)
        try:
            async with scope:
                yield
        except TimeoutError:
            if not scope.expired():
                raise
            raise DeadlineTooShort from None

    def _seconds_left(self, context: Context) -> float:
        asked: float | None = context.time_remaining()
        return self._default if asked is None else asked
