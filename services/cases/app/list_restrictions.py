"""Lists what keeps people apart around subjects. For our own services alone."""

from collections.abc import Sequence
from datetime import date

from services.cases.app.get_subject import SubjectRef
from services.cases.app.list_involvements import find_each
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.domain.restriction import Restriction


async def list_restrictions(unit: Unit, refs: Sequence[SubjectRef], on: date | None) -> list[Restriction]:
    """All that hold on that day for one of the subjects, or between people around them."""
    require(unit.caller, "ListRestrictions", f"councils/{unit.council}")
    subjects = await find_each(unit, refs)
    found = await unit.restrictions.around([subject.id for subject in subjects], on or unit.today())
    for ref in refs:
        await unit.audit("ListRestrictions", ref.name)
    return found
