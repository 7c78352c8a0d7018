"""Applies the panels' events, each in the transaction that moves the cursor."""

from collections.abc import Callable
from typing import TypeAlias

from servicekit.caller import Caller, current_caller
from servicekit.inbox import Apply, FeedEvent
from servicekit.postgres import ScopedTransaction
from services.cases.app.follow_panel import (
    CaseSettled,
    MinutesStep,
    Outcome,
    case_settled,
    minutes_filed,
    minutes_signed,
    outcome,
)
from services.cases.app.ports import Unit

Within: TypeAlias = Callable[[ScopedTransaction, Caller], Unit]


def apply_panels(within: Within) -> Apply:
    """What the consumer calls with each event."""

    async def apply(tx: ScopedTransaction, event: FeedEvent) -> None:
        unit = within(tx, current_caller())
        match event.type, event.payload:
            case "OutcomeRecorded", Outcome() as told:
                await outcome(unit, told)
            case "MinutesSigned", MinutesStep() as told:
                await minutes_signed(unit, told)
            case "MinutesFiled", MinutesStep() as told:
                await minutes_filed(unit, told)
            case "CaseSettled", CaseSettled() as told:
                await case_settled(unit, told)
            case _:
                # An event this version does not know is no business of it.
                return

    return apply
