"""Says of many subjects at once which the caller may know of, for lists that other services keep."""

from collections.abc import Sequence

from services.cases.app.get_subject import SubjectRef
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.app.sight import sight_of
from services.cases.domain.names import COLLECTIONS


async def filter_subjects(unit: Unit, refs: Sequence[SubjectRef]) -> list[str]:
    """Names of those, each once, in the order asked. A hidden one is left out as an absent one is."""
    parent = f"councils/{unit.council}"
    require(unit.caller, "FilterSubjects", parent)
    kinds = await unit.subjects.kinds([ref.id for ref in refs], sight_of(unit.caller))
    # One reading, of the council: what was asked for and is hidden is named nowhere.
    await unit.audit("FilterSubjects", parent)
    collections = {subject: COLLECTIONS[kind] for subject, kind in kinds.items()}
    return list(dict.fromkeys(ref.name for ref in refs if collections.get(ref.id) == COLLECTIONS[ref.kind]))
