"""Papers as somebody may read them: what they may not know of is not there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rulebook.counting import london_date
from servicekit.caller import Caller
from servicekit.errors import NotFound, PermissionDenied
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.get_sitting import get_sitting
from services.panels.app.keep_out import OwnConflicts
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, UnitOfWork
from services.panels.domain.agenda_version import Pages
from services.panels.domain.body import Body
from services.panels.domain.names import paper_name, sitting_name
from services.panels.domain.paper import Paper, PaperId, PaperKind, asked_for, missing_kinds, papers_due
from services.panels.domain.sitting import AgendaItem, ItemId, Sitting, SittingId


@dataclass(frozen=True)
class Lacking:
    """What one subject of an item wants."""

    item: AgendaItem
    subject: str
    kinds: tuple[PaperKind, ...]


@dataclass(frozen=True)
class SittingPapers:
    """A sitting's papers in the order of its agenda, as one caller may read them, without those of items `kept_out`."""

    sitting: Sitting
    papers: tuple[Paper, ...]
    missing: tuple[Lacking, ...]
    due: date
    pages: Mapping[PaperId, Pages]
    kept_out: frozenset[ItemId] = frozenset()

    def item_of(self, paper: Paper) -> AgendaItem | None:
        """The item that the paper is for."""
        return next((item for item in self.sitting.items if paper.subject in item.subjects), None)


def due_day(body: Body, sitting: Sitting) -> date:
    """The last day on which papers of a sitting are not late."""
    return papers_due(body, london_date(sitting.start))


async def list_papers(
    begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, council: CouncilBodies, sitting_id: SittingId
) -> SittingPapers:
    """NotFound where there is no such sitting. Items that the caller keeps out of are left out as far as that is known;
    `paper_to_read` lets nobody read what is not sure.
    """
    name = sitting_name(caller.council, sitting_id)
    require(caller, "ListPapers", name)
    sitting = await get_sitting(begin, cases, caller, sitting_id)
    kept_out = await OwnConflicts(begin, people).items_as_far_as_known(caller, sitting)
    body = council.bodies.get(sitting.body)
    subjects = [subject for item in sitting.items for subject in item.subjects]
    async with begin(caller) as unit:
        standing = await unit.papers.standing(sitting, subjects)
        placed = await unit.agenda_versions.placed(sitting_id)
        await unit.audit(caller, "ListPapers", name, ["papers"])
    wanted = asked_for(body) if body else ()
    lacking = (
        Lacking(item, subject, missing_kinds(wanted, standing, subject))
        for item in sitting.items
        for subject in item.subjects
        if item.item_id not in kept_out
    )
    place = {subject: at for at, subject in enumerate(subjects)}
    out = {subject for item in sitting.items if item.item_id in kept_out for subject in item.subjects}
    readable = [one for one in standing if may_read(caller, one) and (one.subject not in out or _brought(caller, one))]
    return SittingPapers(
        sitting,
        tuple(sorted(readable, key=lambda paper: place[paper.subject])),
        tuple(one for one in lacking if one.kinds),
        due_day(body, sitting) if body else london_date(sitting.start),
        {one.paper.paper_id: one.pages for one in placed},
        kept_out,
    )


async def paper_to_read(begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, paper_id: PaperId) -> Paper:
    """As `paper_for`; NotFound too where the caller keeps out of what it is about and did not bring it themselves."""
    paper = await paper_for(begin, cases, caller, paper_id, "GetPaper")
    if _brought(caller, paper):
        return paper
    async with begin(caller) as unit:
        today = london_date(unit.now())
        items = [item for one in await unit.sittings.coming(paper.body, unit.now()) for item in one.items]
    together = {paper.subject}.union(*(item.subjects for item in items if paper.subject in item.subjects))
    if await OwnConflicts(begin, people).subjects(caller, paper.body, today, together):
        raise NotFound(paper_name(caller.council, paper_id))
    return paper


async def paper_for(begin: Begin, cases: Cases, caller: Caller, paper_id: PaperId, action: str) -> Paper:
    """The paper, where the caller may do this with it and may know of its subject; NotFound otherwise."""
    name = paper_name(caller.council, paper_id)
    require(caller, action, name)
    async with begin(caller) as unit:
        paper = await load_paper(unit, caller, paper_id)
    try:
        await cases.subject(caller, paper.subject)
    except NotFound:
        raise NotFound(name) from None
    return paper


async def load_paper(unit: UnitOfWork, caller: Caller, paper_id: PaperId, *, lock: bool = False) -> Paper:
    """NotFound where it is not there, or is restricted and not for the caller."""
    paper = await unit.papers.load(paper_id, lock=lock)
    if paper is None or not may_read(caller, paper):
        raise NotFound(paper_name(caller.council, paper_id))
    return paper


def may_read(caller: Caller, paper: Paper) -> bool:
    """What is restricted only some may read, and whoever added it."""
    if not paper.restricted or _brought(caller, paper):
        return True
    return may_read_restricted(caller, paper_name(caller.council, paper.paper_id))


def _brought(caller: Caller, paper: Paper) -> bool:
    """Nothing is kept from whoever wrote it."""
    return paper.added_by == caller.principal_id


def may_read_restricted(caller: Caller, name: str) -> bool:
    """Whether policy lets the caller read what is restricted."""
    try:
        require(caller, "ReadRestrictedPaper", name)
    except PermissionDenied:
        return False
    return True
