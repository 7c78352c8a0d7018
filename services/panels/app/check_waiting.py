"""Which of some things still wait, for whoever is about to write to somebody about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from rulebook.counting import LONDON
from servicekit.caller import Caller
from services.panels.app.policy import require
from services.panels.app.ports import Begin, UnitOfWork
from services.panels.domain.decision import DecisionId
from services.panels.domain.minutes import ClockKind, MinutesId


@dataclass(frozen=True)
class Asked:
    """`collection`: `actions`, `minutes` or `decisions`; `clock` of minutes alone."""

    name: str
    collection: str
    thing: UUID
    clock: ClockKind | None = None


@dataclass(frozen=True)
class Waiting:
    """What waits still. `owner`: the person to whom an action was given."""

    asked: Asked
    due: date | None
    owner: str = ""


async def check_waiting(begin: Begin, caller: Caller, asked: Sequence[Asked]) -> list[Waiting]:
    """In the order asked. What is not there waits for nobody. Not audited: nothing of what it is about is told."""
    require(caller, "CheckWaiting", f"councils/{caller.council}")
    async with begin(caller) as unit:
        found = [await _look(unit, one) for one in asked]
    return [one for one in found if one is not None]


async def _look(unit: UnitOfWork, asked: Asked) -> Waiting | None:
    if asked.collection == "actions":
        action = await unit.actions.load(asked.thing)
        return Waiting(asked, action.due, action.owner) if action and action.closed_at is None else None
    if asked.collection == "decisions":
        decision = await unit.decisions.load(DecisionId(asked.thing))
        return Waiting(asked, decision.due) if decision and decision.open and decision.due else None
    minutes = await unit.minutes.load(MinutesId(asked.thing))
    running = minutes.running_clocks() if minutes else {}
    due = running.get(asked.clock) if asked.clock else None
    return Waiting(asked, due.astimezone(LONDON).date()) if due else None
