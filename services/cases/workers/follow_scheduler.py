"""Applies the scheduler's events, each in the transaction that moves the cursor."""

from collections.abc import Callable
from typing import TypeAlias

from servicekit.caller import Caller, current_caller
from servicekit.inbox import Apply, FeedEvent
from servicekit.postgres import ScopedTransaction
from services.cases.app.follow_meeting import (
    MeetingAt,
    MeetingOff,
    MeetingWasHeld,
    meeting_at,
    meeting_off,
    meeting_was_held,
)
from services.cases.app.ports import Unit

Within: TypeAlias = Callable[[ScopedTransaction, Caller], Unit]


def apply_scheduler(within: Within) -> Apply:
    """What the consumer calls with each event."""

    async def apply(tx: ScopedTransaction, event: FeedEvent) -> None:
        unit = within(tx, current_caller())
        match event.payload:
            case MeetingAt() as told:
                await meeting_at(unit, told)
            case MeetingOff() as told:
                await meeting_off(unit, told)
            case MeetingWasHeld() as told:
                await meeting_was_held(unit, told)
            case _:
                # An event this version does not know is no business of it.
                return

    return apply
