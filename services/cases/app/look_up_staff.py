"""Names members of the council's own staff: who booked, who began a draft, who chairs."""

from dataclasses import dataclass

from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.domain.names import PersonId
from services.cases.domain.person import Person


@dataclass(frozen=True)
class StaffAsked:
    """By the directory's object ids, by our own, and everybody who has a part; no part where `role` is empty."""

    principals: tuple[str, ...]
    people: tuple[PersonId, ...]
    role: str = ""


async def look_up_staff(unit: Unit, asked: StaffAsked) -> list[Person]:
    """Those who are staff. A mother's id is answered like that of nobody."""
    parent = f"councils/{unit.council}"
    require(unit.caller, "LookUpStaff", parent)
    await unit.audit("LookUpStaff", parent, ("display_name",))
    named = await unit.people.staff(asked.principals, asked.people)
    if not asked.role:
        return named
    having = await unit.people.staff_with_part(asked.role, unit.today())
    each = {one.id: one for one in (*named, *having)}
    return sorted(each.values(), key=lambda one: (one.family_name, one.given_names, str(one.id)))
