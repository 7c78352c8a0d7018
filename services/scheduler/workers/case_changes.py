"""Applies what cases tells of, each event in its own transaction with the cursor."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from servicekit.inbox import FeedEvent
from servicekit.postgres import ScopedTransaction
from services.scheduler.app.clock_ports import ObligationChange, SubjectChange
from services.scheduler.app.follow_case import follow_obligation, follow_subject
from services.scheduler.app.ports import UnitOfWork

UnitOf: TypeAlias = Callable[[ScopedTransaction], UnitOfWork]


def case_changes(unit_of: UnitOf) -> Callable[[ScopedTransaction, FeedEvent], Awaitable[None]]:
    """What the feed's consumer calls with each event."""

    async def apply(tx: ScopedTransaction, event: FeedEvent) -> None:
        match event.payload:
            case ObligationChange():
                await follow_obligation(unit_of(tx), event.payload)
            case SubjectChange():
                await follow_subject(unit_of(tx), event.payload)
            case _:
                pass

    return apply
