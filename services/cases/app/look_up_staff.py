"""Names members of the council's own staff: who booked, who began a draft, who chairs."""

from dataclasses import dataclass

from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.domain.names import PersonId
from services.cases.domain.person import Person


@dataclass(frozen=True)
class StaffAsked:
    """By the directory's object ids, by our own, or by the parts they have around subjects."""

    principals: tuple[str, ...]
    people: tuple[PersonId, ...]
    roles: tuple[str, ...]


async def look_up_staff(unit: Unit, asked: StaffAsked) -> list[Person]:
    """Those who are staff. A mother's id is answered like that of nobody."""
    parent = f"councils/{unit.council}"
    require(unit.caller, "LookUpStaff", parent)
    await unit.audit("LookUpStaff", parent, ("display_name",))
    return await unit.people.staff(asked.principals, asked.people, asked.roles, unit.today())
