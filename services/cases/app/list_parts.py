"""Says who has which part around many subjects. For our own services alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.cases.app.get_subject import SubjectRef
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.app.sight import sight_of
from services.cases.domain.names import COLLECTIONS, PersonId


@dataclass(frozen=True)
class Part:
    """That a person has a role around a subject, by the subject's resource name."""

    subject: str
    role: str
    person: PersonId


async def list_parts(unit: Unit, refs: Sequence[SubjectRef], roles: Sequence[str]) -> list[Part]:
    """Of each subject in the order asked, by role, then person; none of one that is not known."""
    parent = f"councils/{unit.council}"
    require(unit.caller, "ListParts", parent)
    kinds = await unit.subjects.kinds([ref.id for ref in refs], sight_of(unit.caller))
    held = await unit.people.with_parts(list(kinds), roles, unit.today())
    # One reading, of the council: hundreds of rows a question would drown what people looked at.
    await unit.audit("ListParts", parent)
    known = [
        ref for ref in dict.fromkeys(refs) if ref.id in kinds and COLLECTIONS[kinds[ref.id]] == COLLECTIONS[ref.kind]
    ]
    return [Part(ref.name, role, person) for ref in known for role, person in sorted(held.get(ref.id, ()))]
