"""What the webhook heard, for the workers of the same process: nothing is believed, it only makes them look now."""

import asyncio
import hmac
from collections.abc import Mapping
from uuid import UUID

from services.notifications.domain.subscription import Subscription

RENEW = frozenset({"reauthorizationRequired", "subscriptionRemoved"})
"""Lifecycle notices after which the subscription is renewed, or made anew; `missed` only asks to read."""


class Nudges:
    """By council. Empty, and never waited for in vain, where no webhook is set."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[UUID, str]] = {}
        self._changed: dict[UUID, asyncio.Event] = {}
        self._renew: dict[UUID, asyncio.Event] = {}

    def expect(self, council: UUID, subscription: Subscription) -> None:
        """Take notices of this subscription, and of no other of the council's."""
        others = {key: value for key, value in self._known.items() if value[0] != council}
        self._known = {**others, subscription.id: (council, subscription.client_state)}

    def take(self, notice: Mapping[str, object]) -> bool:
        """One notice; False where it does not prove that it comes from Graph."""
        council, state = self._known.get(str(notice.get("subscriptionId")), (None, ""))
        said = str(notice.get("clientState") or "")
        if not hmac.compare_digest(said.encode(), state.encode()) or council is None:
            return False
        _event(self._changed, council).set()
        if notice.get("lifecycleEvent") in RENEW:
            _event(self._renew, council).set()
        return True

    async def changed(self, council: UUID, seconds: float) -> bool:
        """Whether Graph told of a change in the council's mailbox, within so many seconds."""
        return await _wait(_event(self._changed, council), seconds)

    async def to_renew(self, council: UUID, seconds: float) -> bool:
        """Whether Graph asked for the council's subscription to be renewed, within so many seconds."""
        return await _wait(_event(self._renew, council), seconds)


def _event(events: dict[UUID, asyncio.Event], council: UUID) -> asyncio.Event:
    return events.setdefault(council, asyncio.Event())


async def _wait(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    event.clear()
    return True
