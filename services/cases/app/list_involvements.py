"""Lists who stands around subjects on a day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from servicekit.errors import NotFound
from services.cases.app.get_subject import SubjectRef, may_read_names
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.app.sight import sight_of
from services.cases.domain.names import COLLECTIONS
from services.cases.domain.person import Involvement
from services.cases.domain.subject import Subject


async def list_involvements(
    unit: Unit, refs: Sequence[SubjectRef], on: date | None, *, include_ended: bool = False
) -> list[Involvement]:
    """By subject, then role; NotFound where any of the subjects is hidden or absent."""
    require(unit.caller, "ListInvolvements", f"councils/{unit.council}")
    subjects = await find_each(unit, refs)
    ids = [subject.id for subject in subjects]
    found = await unit.people.around(ids, on or unit.today(), include_ended=include_ended)
    for ref in refs:
        await unit.audit("ListInvolvements", ref.name)
    return found if may_read_names(unit.caller) else [replace(one, display_name="") for one in found]


async def find_each(unit: Unit, refs: Sequence[SubjectRef]) -> list[Subject]:
    """The subjects in the order asked; NotFound names the first that is hidden or absent."""
    found = {one.id: one for one in await unit.subjects.find_all([ref.id for ref in refs], sight_of(unit.caller))}
    for ref in refs:
        if ref.id not in found or COLLECTIONS[found[ref.id].kind] != COLLECTIONS[ref.kind]:
            raise NotFound(ref.name)
    return [found[ref.id] for ref in refs]
