"""A refusal that says what would do: looked up after the failed transaction, when nobody waits for its locks."""

from collections.abc import Awaitable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from rulebook.pack import DecidesDate
from servicekit.caller import Caller
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.prepare_plan import PreparedPlan
from services.scheduler.app.suggest_slots import alternatives_to
from services.scheduler.domain.errors import TimeTaken

T = TypeVar("T")


async def with_alternatives(
    around: Surroundings,
    caller: Caller,
    prepared: PreparedPlan,
    start: datetime,
    work: Awaitable[T],
    *,
    moving: UUID | None = None,
) -> T:
    """What `work` gives; TimeTaken with up to three later starts (ISO, UTC, comma between) where it is refused."""
    try:
        return await work
    except TimeTaken as refused:
        if prepared.kind.decides_date is DecidesDate.FAMILY:
            raise
        async with around.begin(caller) as unit:
            found = await alternatives_to(unit, around, prepared, start, moving)
        shown = ",".join(one.isoformat().replace("+00:00", "Z") for one in found)
        raise (TimeTaken(refused.taken, alternatives=shown) if found else TimeTaken(refused.taken)) from refused
