"""Finds people by the case system's ids."""

from collections.abc import Sequence

from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.domain.person import Person


async def look_up_people(unit: Unit, source_ids: Sequence[str]) -> list[Person]:
    """Those that are known."""
    parent = f"councils/{unit.council}"
    require(unit.caller, "LookUpPeople", parent)
    await unit.audit("LookUpPeople", parent)
    return await unit.people.by_source(source_ids)
