"""One PDF of an agenda and its papers for one audience: what it may not read is left out before a page is made."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from rulebook.counting import london_date
from servicekit.caller import Caller, service_caller
from servicekit.errors import NotFound
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.document_ports import DocumentWriter
from services.panels.app.get_composition import keeps_out_of
from services.panels.app.keep_out import OwnConflicts
from services.panels.app.paper_ports import PackBinder, PackPart
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, UnitOfWork
from services.panels.app.read_papers import may_read_restricted
from services.panels.app.see_subjects import visible_as_far_as_known, visible_subjects
from services.panels.domain.agenda_pack import PackAudience, PackContents, front_of, heading_of
from services.panels.domain.agenda_version import AgendaVersion, PlacedPaper
from services.panels.domain.errors import NotOnListError
from services.panels.domain.keep_out_errors import KeepsOutError
from services.panels.domain.matters_arising import MatterArising
from services.panels.domain.member import MemberId
from services.panels.domain.minutes_page import may_be_shown
from services.panels.domain.names import member_name, paper_name, sitting_name
from services.panels.domain.paper import PaperId
from services.panels.domain.paper_errors import NotForFamilyError, NotReleasedError, NotSentOutError
from services.panels.domain.sitting import Sitting, SittingId


@dataclass(frozen=True)
class RenderAgendaPack:
    """`member`: whose copy it is, where it is a member's; `subject`: whose family is to read it."""

    sitting: SittingId
    audience: PackAudience
    member: UUID | None = None
    subject: str = ""


@dataclass(frozen=True)
class SentOut:
    """A sitting whose agenda was sent out, with all that any audience could read of it."""

    sitting: Sitting
    version: AgendaVersion
    placed: tuple[PlacedPaper, ...]
    matters: tuple[MatterArising, ...]
    restricted_subjects: frozenset[str]
    kept_out: frozenset[str] = frozenset()
    matters_incomplete: bool = False


@dataclass(frozen=True)
class PackMaker:
    """Reads, chooses, lays out."""

    begin: Begin
    cases: Cases
    people: PeopleAround
    writer: DocumentWriter
    binder: PackBinder

    async def render(self, caller: Caller, council: CouncilBodies, command: RenderAgendaPack) -> bytes:
        """The PDF.

        Raises:
            NotFound: no such sitting, or the caller may not read what is asked for.
            NotSentOutError, NotReleasedError, NotForFamilyError, CannotRedactError.
            KeepsOutError: a copy for somebody else that would lack what the caller keeps out of.
        """
        name = sitting_name(caller.council, command.sitting)
        require(caller, "RenderAgendaPack", name)
        if command.audience is PackAudience.RESTRICTED and not may_read_restricted(caller, name):
            raise NotFound(name)
        sent_out = await self._sent_out(caller, command, name)
        if command.audience is not PackAudience.MEMBER and not sent_out.version.released_by:
            raise NotReleasedError(sitting=name)
        seen, complete = await self._seen(caller, sent_out)
        sent_out = replace(sent_out, matters_incomplete=not complete)
        if command.audience is PackAudience.FAMILY and command.subject not in seen:
            raise NotFound(name)
        pack = contents(command, sent_out, council.body(sent_out.sitting.body).title, seen)
        async with self.begin(caller) as unit:
            pages = await unit.agenda_versions.numbered(command.sitting, [one.paper.paper_id for one in pack.papers])
            await unit.audit(caller, "RenderAgendaPack", name, ["agenda", "papers", command.audience.value])
        if command.audience is PackAudience.FAMILY:
            await self._refuse_telling(caller, command.subject, list(pages))
        return await asyncio.to_thread(laid_out, self.writer, self.binder, pack, pages)

    async def _sent_out(self, caller: Caller, command: RenderAgendaPack, name: str) -> SentOut:
        async with self.begin(caller) as unit:
            sitting = await unit.sittings.load(command.sitting)
            if sitting is None:
                raise NotFound(name)
            version = await unit.agenda_versions.newest(command.sitting)
            if version is None:
                raise NotSentOutError(sitting=name)
            sent_out = await _read(unit, sitting, version)
        return replace(sent_out, kept_out=await self._kept_out(caller, sent_out, command))

    async def _kept_out(self, caller: Caller, sent_out: SentOut, command: RenderAgendaPack) -> frozenset[str]:
        """From whom the member whose copy it is keeps out, and whoever is signed in.

        Unavailable where that cannot be known: then no copy is made.
        """
        sitting = sent_out.sitting
        copy_of = MemberId(command.member) if command.member else None
        if copy_of is not None:
            await self._refuse_stranger(caller, sitting, copy_of)
        own = await OwnConflicts(self.begin, self.people).member(caller, sitting.body, london_date(sitting.start))
        theirs = await self._out_of(caller, sent_out, copy_of)
        mine = theirs if own == copy_of else await self._out_of(caller, sent_out, own)
        if mine - theirs if copy_of else mine & {command.subject}:
            raise KeepsOutError(what=sitting_name(caller.council, sitting.sitting_id))
        return theirs | mine

    async def _out_of(self, caller: Caller, sent_out: SentOut, member: MemberId | None) -> frozenset[str]:
        """Subjects of the agenda as it was sent out, and of matters arising, from whom a member keeps out: with the
        others of their items.
        """
        if member is None:
            return frozenset()
        sitting, items = sent_out.sitting, [frozenset(item.subjects) for item in sent_out.version.items]
        about = frozenset(one.subject for one in sent_out.matters).union(*items)
        day = london_date(sitting.start)
        out = await keeps_out_of(self.begin, self.people, caller, sitting.body, day, member, about)
        return out.union(*(subjects for subjects in items if subjects & out))

    async def _refuse_stranger(self, caller: Caller, sitting: Sitting, member: MemberId) -> None:
        """NotFound for a member of another body; NotOnListError where they are not on the list that day."""
        async with self.begin(caller) as unit:
            found = await unit.composition.member(member)
        if found is None or found.body != sitting.body:
            raise NotFound(member_name(caller.council, member))
        if not found.listed_on(london_date(sitting.start)):
            name = sitting_name(caller.council, sitting.sitting_id)
            raise NotOnListError(member=member_name(caller.council, member), sitting=name)

    async def _seen(self, caller: Caller, sent_out: SentOut) -> tuple[frozenset[str], bool]:
        """Whom the caller may know of, and whether that is everybody of whom something is arising."""
        subjects = {subject for item in sent_out.version.items for subject in item.subjects}
        subjects |= {subject for change in sent_out.version.changes for subject in change.subjects}
        arising = {one.subject for one in sent_out.matters} - subjects
        async with self.begin(caller) as unit:
            known = await unit.candidates.subjects(sorted(subjects | arising))
        seen = await visible_subjects(self.cases, caller, subjects, known)
        seen_of_matters, complete = await visible_as_far_as_known(self.cases, caller, arising, known)
        return seen | seen_of_matters, complete

    async def _refuse_telling(self, caller: Caller, subject: str, papers: list[PaperId]) -> None:
        """Somebody marked these papers for the family; here a machine looks once more, and says no when in doubt."""
        service = service_caller(caller.council_id, caller.council, "panels")
        unknown = await self.cases.unknown_people(service, subject)
        own = await self.cases.subject(caller, subject)
        async with self.begin(caller) as unit:
            contents_of = await unit.papers.as_pdf(papers)
        for paper, pdf in contents_of.items():
            texts = await asyncio.to_thread(self.binder.texts, pdf)
            plain = [" ".join(text.split()) for text in texts]
            if not all(plain) or not may_be_shown(" ".join(plain), unknown, own.display_name):
                raise NotForFamilyError(paper=paper_name(caller.council, paper))


def laid_out(writer: DocumentWriter, binder: PackBinder, pack: PackContents, pages: Mapping[PaperId, bytes]) -> bytes:
    """The agenda and its papers as one PDF. `pages`: every paper with its numbers on it."""
    parts = [PackPart(pages[one.paper.paper_id], one.pages.labels, heading_of(one, pack)) for one in pack.papers]
    return binder.bind(writer.pdf(front_of(pack)), parts)


def contents(command: RenderAgendaPack, sent_out: SentOut, title: str, seen: frozenset[str]) -> PackContents:
    """What the audience may read. `seen`: the subjects that may be known of at all."""
    family, everything = command.audience is PackAudience.FAMILY, command.audience is PackAudience.RESTRICTED
    kept_out = [item for item in sent_out.version.items if sent_out.kept_out.intersection(item.subjects)]
    readable = seen if everything or family else seen - sent_out.restricted_subjects
    told = [item.called for item in kept_out if readable.issuperset(item.subjects)]
    readable -= sent_out.kept_out.union(*(item.subjects for item in kept_out))
    if family:
        readable &= {command.subject}
    items = tuple(item for item in sent_out.version.items if readable.issuperset(item.subjects))
    heard = {subject for item in sent_out.version.items for subject in item.subjects} & readable
    return PackContents(
        body_title=title,
        start=sent_out.sitting.start,
        end=sent_out.sitting.end,
        audience=command.audience,
        version=sent_out.version,
        items=() if family else items,
        papers=tuple(one for one in sent_out.placed if one.paper.subject in heard and _goes_to(command.audience, one)),
        changes=tuple(
            change.words
            for change in sent_out.version.changes
            if not family and (everything or not change.restricted) and readable.issuperset(change.subjects)
        ),
        matters=() if family else tuple(one for one in sent_out.matters if one.subject in readable),
        matters_incomplete=sent_out.matters_incomplete,
        kept_out=tuple(told),
    )


def _goes_to(audience: PackAudience, one: PlacedPaper) -> bool:
    match audience:
        case PackAudience.FAMILY:
            return one.paper.for_family
        case PackAudience.RESTRICTED:
            return True
        case _:
            return not one.pages.restricted


async def _read(unit: UnitOfWork, sitting: Sitting, version: AgendaVersion) -> SentOut:
    placed = await unit.agenda_versions.placed(sitting.sitting_id)
    matters = await unit.matters.arising(sitting)
    told_of = [item.subjects for item in version.items] + [change.subjects for change in version.changes]
    subjects = sorted({one.subject for one in matters}.union(*told_of))
    known = await unit.candidates.subjects(subjects)
    return SentOut(
        sitting=sitting,
        version=version,
        placed=standing(placed),
        matters=tuple(matters),
        restricted_subjects=frozenset(s for s in subjects if s not in known or known[s].restricted),
    )


def standing(placed: list[PlacedPaper]) -> tuple[PlacedPaper, ...]:
    """Without what was taken back, and without what another paper that went out has replaced."""
    replaced = {one.paper.replaces for one in placed if one.paper.withdrawn_at is None}
    return tuple(one for one in placed if one.paper.withdrawn_at is None and one.paper.paper_id not in replaced)
