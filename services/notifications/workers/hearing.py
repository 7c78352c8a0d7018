"""Applying other services' events."""

from collections.abc import Awaitable, Callable

from servicekit.caller import Caller, current_caller
from servicekit.inbox import FeedEvent
from servicekit.postgres import ScopedTransaction
from services.notifications.app.hear_meeting import hear
from services.notifications.app.ports import Unit


def hearer(
    unit_of: Callable[[ScopedTransaction, Caller], Unit],
) -> Callable[[ScopedTransaction, FeedEvent], Awaitable[None]]:
    """What a consumer applies, within the transaction it is given."""

    async def apply(tx: ScopedTransaction, event: FeedEvent) -> None:
        await hear(unit_of(tx, current_caller()), event.payload)

    return apply
