"""Agendas that were sent out, as somebody may read what changed."""

from dataclasses import dataclass, replace

from servicekit.caller import Caller
from services.panels.app.get_sitting import get_sitting
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases
from services.panels.app.read_papers import may_read_restricted
from services.panels.app.see_subjects import seen_subjects
from services.panels.domain.agenda_version import AgendaVersion, PlacedPaper
from services.panels.domain.names import sitting_name
from services.panels.domain.sitting import SittingId


@dataclass(frozen=True)
class SentVersions:
    """The newest first, without changes that the caller may not know of; and every paper that went out."""

    versions: tuple[AgendaVersion, ...]
    placed: tuple[PlacedPaper, ...]
    sees_restricted: bool


async def list_agenda_versions(begin: Begin, cases: Cases, caller: Caller, sitting_id: SittingId) -> SentVersions:
    """NotFound where there is no such sitting."""
    name = sitting_name(caller.council, sitting_id)
    require(caller, "ListAgendaVersions", name)
    await get_sitting(begin, cases, caller, sitting_id)
    async with begin(caller) as unit:
        versions = await unit.agenda_versions.all_of(sitting_id)
        placed = await unit.agenda_versions.placed(sitting_id)
    subjects = {subject for version in versions for change in version.changes for subject in change.subjects}
    seen = await seen_subjects(begin, cases, caller, subjects)
    restricted = may_read_restricted(caller, name)
    return SentVersions(tuple(_shown(one, seen, restricted) for one in versions), tuple(placed), restricted)


def _shown(version: AgendaVersion, seen: frozenset[str], restricted: bool) -> AgendaVersion:
    kept = (one for one in version.changes if seen.issuperset(one.subjects) and (restricted or not one.restricted))
    return replace(version, changes=tuple(kept))
