"""Lists subjects in the order of their references."""

from services.cases.app.get_subject import SubjectView, views
from services.cases.app.policy import require
from services.cases.app.ports import SubjectFilter, Unit
from services.cases.app.sight import sight_of


async def list_subjects(unit: Unit, wanted: SubjectFilter, size: int) -> tuple[list[SubjectView], bool]:
    """One page of those the caller may know of, and whether there are more."""
    parent = f"councils/{unit.council}"
    require(unit.caller, "ListSubjects", parent)
    found = await unit.subjects.page(wanted, sight_of(unit.caller), size + 1)
    await unit.audit("ListSubjects", parent)
    return await views(unit, found[:size]), len(found) > size
