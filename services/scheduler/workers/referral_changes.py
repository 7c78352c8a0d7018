"""Applies what the panels tell of referrals, each event in its own transaction with the cursor."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from servicekit.caller import current_caller
from servicekit.inbox import FeedEvent
from servicekit.postgres import ScopedTransaction
from services.scheduler.app.follow_referral import follow_consent
from services.scheduler.app.ports import UnitOfWork
from services.scheduler.domain.family_consent import FamilyConsent

UnitOf: TypeAlias = Callable[[ScopedTransaction], UnitOfWork]


def referral_changes(unit_of: UnitOf) -> Callable[[ScopedTransaction, FeedEvent], Awaitable[None]]:
    """What the feed's consumer calls with each event."""

    async def apply(tx: ScopedTransaction, event: FeedEvent) -> None:
        if isinstance(event.payload, FamilyConsent):
            await follow_consent(unit_of(tx), current_caller(), event.payload)

    return apply
