"""Applying what the scheduler and cases told, in the consumer's transaction."""

from collections.abc import Awaitable, Callable

from servicekit.caller import current_caller
from servicekit.inbox import FeedEvent
from servicekit.postgres import ScopedTransaction
from services.panels.app.follow_cases import ToldObligation, follow_obligation, follow_subject
from services.panels.app.follow_meetings import follow_meeting
from services.panels.app.ports import BodiesOf, KnownSubject, MeetingCopy, UnitOfWork

Apply = Callable[[ScopedTransaction, FeedEvent], Awaitable[None]]


def applier(unit_of: Callable[[ScopedTransaction], UnitOfWork], bodies_of: BodiesOf) -> Apply:
    """For a Consumer; what this version does not understand is passed over."""

    async def apply(tx: ScopedTransaction, event: FeedEvent) -> None:
        caller, unit = current_caller(), unit_of(tx)
        council = bodies_of(caller.council_id)
        match event.payload:
            case MeetingCopy() as meeting:
                await follow_meeting(unit, caller, council, meeting)
            case ToldObligation() as obligation:
                await follow_obligation(unit, caller, council, obligation)
            case KnownSubject() as subject:
                await follow_subject(unit, caller, council, subject)
            case _:
                return

    return apply
