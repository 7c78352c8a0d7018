"""Turns at Graph's few requests at once: mailboxes take them in rotation, and none holds all while others wait."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from services.notifications.domain.delivery_fault import Unreachable

_BRIEF = 1.0
"""Seconds that a mailbox rests after a 429 that does not say how long."""


class Turns:
    """At most `at_once` requests, shared by every mailbox of the process.

    Once a second mailbox has asked, one of the turns is always out of reach for whichever holds the others: a mailbox
    that answers slowly delays its own council and no other. A mailbox alone may use all. `monotonic`: seconds.
    """

    def __init__(self, at_once: int, monotonic: Callable[[], float]) -> None:
        self._at_once = at_once
        self._monotonic = monotonic
        self._held: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._known: set[str] = set()
        self._rests_until: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, mailbox: str) -> AsyncIterator[None]:
        """Hold one turn. Unreachable, with the seconds that are left, while the mailbox rests."""
        self._known.add(mailbox)
        self._refuse_while_resting(mailbox)
        await self._take(mailbox)
        try:
            # It may have been told to rest while this one stood in line.
            self._refuse_while_resting(mailbox)
            yield
        finally:
            self._held[mailbox] -= 1
            self._hand_on()

    def rest(self, mailbox: str, seconds: float | None) -> None:
        """Graph has throttled the mailbox: it is not asked for so long, or for as long as it was told before.

        The others go on.
        """
        until = self._monotonic() + (seconds if seconds is not None else _BRIEF)
        self._rests_until[mailbox] = max(until, self._rests_until.get(mailbox, 0.0))

    def _refuse_while_resting(self, mailbox: str) -> None:
        left = self._rests_until.get(mailbox, 0.0) - self._monotonic()
        if left > 0:
            raise Unreachable("THROTTLED", left)

    async def _take(self, mailbox: str) -> None:
        if not self._waiting.get(mailbox) and self._is_free_for(mailbox):
            self._held[mailbox] += 1
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(mailbox, deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._held[mailbox] -= 1
            self._leave(mailbox, mine)
            self._hand_on()
            raise

    def _is_free_for(self, mailbox: str) -> bool:
        most = self._at_once if len(self._known) == 1 else max(1, self._at_once - 1)
        return self._held.total() < self._at_once and self._held[mailbox] < most

    def _hand_on(self) -> None:
        """Give free turns to who waits, the mailbox that had one longest ago first."""
        while any(self._give_to(mailbox) for mailbox in list(self._waiting)):
            pass

    def _give_to(self, mailbox: str) -> bool:
        if not self._is_free_for(mailbox):
            return False
        following = self._waiting[mailbox][0]
        self._leave(mailbox, following)
        if mailbox in self._waiting:
            self._waiting.move_to_end(mailbox)
        if not following.done():
            self._held[mailbox] += 1
            following.set_result(None)
        return True

    def _leave(self, mailbox: str, one: "asyncio.Future[None]") -> None:
        line = self._waiting.get(mailbox)
        if line is not None and one in line:
            line.remove(one)
        if not line:
            self._waiting.pop(mailbox, None)
