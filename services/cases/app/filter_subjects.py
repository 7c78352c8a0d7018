"""Says of many subjects at once which the caller may know of, for lists that other services keep."""

from collections.abc import Sequence
from dataclasses import dataclass

from rulebook.facts import SubjectKind
from services.cases.app.get_subject import SubjectRef
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.app.sight import sight_of
from services.cases.domain.names import COLLECTIONS, PersonId, SubjectId


@dataclass(frozen=True)
class PartsWanted:
    """Who must have which part around a subject today, as (role, person), and roles that nobody may have."""

    held: frozenset[tuple[str, PersonId]] = frozenset()
    not_recorded: frozenset[str] = frozenset()

    @property
    def roles(self) -> list[str]:
        """Every role that is asked about; none where every subject is wanted."""
        return sorted({role for role, _ in self.held} | self.not_recorded)


async def filter_subjects(unit: Unit, refs: Sequence[SubjectRef], wanted: PartsWanted) -> list[str]:
    """Names of those, each once, in the order asked. A hidden one is left out as an absent one is."""
    parent = f"councils/{unit.council}"
    require(unit.caller, "FilterSubjects", parent)
    kinds = await unit.subjects.kinds([ref.id for ref in refs], sight_of(unit.caller))
    if wanted.roles:
        kinds = await _with_parts(unit, kinds, wanted)
    # One reading, of the council: what was asked for and is hidden is named nowhere.
    await unit.audit("FilterSubjects", parent)
    collections = {subject: COLLECTIONS[kind] for subject, kind in kinds.items()}
    return list(dict.fromkeys(ref.name for ref in refs if collections.get(ref.id) == COLLECTIONS[ref.kind]))


async def _with_parts(
    unit: Unit, kinds: dict[SubjectId, SubjectKind], wanted: PartsWanted
) -> dict[SubjectId, SubjectKind]:
    parts = await unit.people.with_parts(list(kinds), wanted.roles, unit.today())

    def suits(subject: SubjectId, kind: SubjectKind) -> bool:
        held = parts.get(subject, frozenset())
        nobody = wanted.not_recorded.isdisjoint(role for role, _ in held)
        return wanted.held <= held and nobody and not (wanted.not_recorded and kind is SubjectKind.BODY)

    return {subject: kind for subject, kind in kinds.items() if suits(subject, kind)}
