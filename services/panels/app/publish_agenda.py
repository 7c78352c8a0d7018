"""Send an agenda out as it stands, and release what of it is restricted."""

import asyncio
from dataclasses import dataclass, replace

from servicekit.caller import Caller
from servicekit.errors import NotFound, VersionClash
from services.panels.app.paper_ports import PackBinder
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, UnitOfWork
from services.panels.app.see_subjects import seen_subjects
from services.panels.domain.agenda_version import (
    AgendaVersion,
    PlacedPaper,
    Standing,
    changes_since,
    newly_placed,
    version_items,
)
from services.panels.domain.errors import AgendaFrozenError, SittingCancelledError
from services.panels.domain.names import sitting_name
from services.panels.domain.paper_errors import (
    NotAllSeenError,
    NothingChangedError,
    NotSentOutError,
    ReleasedAlreadyError,
    SecondPersonNeededError,
)
from services.panels.domain.sitting import Sitting, SittingId, SittingState


@dataclass(frozen=True)
class PublishAgenda:
    """`etag`: the sitting's, as last read."""

    sitting: SittingId
    etag: str


@dataclass(frozen=True)
class ReleaseAgenda:
    """`version`: the one that was looked at."""

    sitting: SittingId
    version: int


async def publish_agenda(
    unit: UnitOfWork, caller: Caller, binder: PackBinder, command: PublishAgenda
) -> tuple[AgendaVersion, list[PlacedPaper]]:
    """The new version, and every paper that went out so far.

    NotFound, VersionClash, SittingCancelledError, AgendaFrozenError, NothingChangedError.
    """
    name = sitting_name(caller.council, command.sitting)
    require(caller, "PublishAgenda", name)
    sitting = await unit.sittings.load(command.sitting, lock=True)
    if sitting is None:
        raise NotFound(name)
    _refuse_wrong_state(sitting, unit, name, command.etag)
    before, placed = (
        await unit.agenda_versions.newest(command.sitting),
        await unit.agenda_versions.placed(command.sitting),
    )
    standing = await _standing(unit, sitting)
    number = before.version + 1 if before else 1
    new = newly_placed(standing, placed, number)
    changes = changes_since(before, standing, placed, new) if before else ()
    if before and not changes:
        raise NothingChangedError(sitting=name)
    version = AgendaVersion(
        command.sitting, number, unit.now(), caller.principal_id, version_items(standing.items), changes
    )
    await unit.agenda_versions.add(version, new, await _numbered(unit, binder, new))
    await unit.sittings.change(replace(sitting, version=sitting.version + 1))
    await unit.wake_item_people(command.sitting)
    await unit.audit(caller, "PublishAgenda", name, ["agenda", "papers"])
    return version, [*placed, *new]


async def check_releaser(begin: Begin, cases: Cases, caller: Caller, command: ReleaseAgenda) -> None:
    """Before the transaction: whether the caller may release, and may see whomever the papers are about.

    NotAllSeenError where not: a second person who cannot look has not looked.
    """
    name = sitting_name(caller.council, command.sitting)
    require(caller, "ReleaseAgenda", name)
    async with begin(caller) as unit:
        placed = await unit.agenda_versions.placed(command.sitting)
    subjects = {one.paper.subject for one in placed if needs_release(one)}
    if not (await seen_subjects(begin, cases, caller, subjects)).issuperset(subjects):
        raise NotAllSeenError(sitting=name)


async def release_agenda(
    unit: UnitOfWork, caller: Caller, command: ReleaseAgenda
) -> tuple[AgendaVersion, list[PlacedPaper]]:
    """The newest version; VersionClash for another. `check_releaser` comes first.

    NotFound, NotSentOutError, ReleasedAlreadyError, SecondPersonNeededError.
    """
    name = sitting_name(caller.council, command.sitting)
    if await unit.sittings.load(command.sitting, lock=True) is None:
        raise NotFound(name)
    version = await unit.agenda_versions.newest(command.sitting)
    if version is None:
        raise NotSentOutError(sitting=name)
    if version.version != command.version:
        raise VersionClash(name)
    if version.released_by:
        raise ReleasedAlreadyError(sitting=name)
    placed = await unit.agenda_versions.placed(command.sitting)
    added = {one.paper.added_by for one in placed if needs_release(one)}
    if caller.principal_id in added | {version.published_by}:
        raise SecondPersonNeededError(sitting=name)
    await unit.agenda_versions.release(command.sitting, version.version, caller.principal_id)
    await unit.audit(caller, "ReleaseAgenda", name, ["restricted", "for_family"])
    return replace(version, released_by=caller.principal_id), placed


def needs_release(one: PlacedPaper) -> bool:
    """What a second person looks at before anybody gets it."""
    return one.pages.restricted or one.paper.for_family


def _refuse_wrong_state(sitting: Sitting, unit: UnitOfWork, name: str, etag: str) -> None:
    """Papers may still be tabled while it sits."""
    if etag != str(sitting.version):
        raise VersionClash(name)
    if sitting.state is SittingState.CANCELLED:
        raise SittingCancelledError(sitting=name)
    if sitting.state is SittingState.HELD or unit.now() >= sitting.end:
        raise AgendaFrozenError(sitting=name)


async def _standing(unit: UnitOfWork, sitting: Sitting) -> Standing:
    subjects = [subject for item in sitting.items for subject in item.subjects]
    papers = await unit.papers.standing(sitting, subjects)
    known = await unit.candidates.subjects(subjects)
    restricted = frozenset(subject for subject in subjects if subject not in known or known[subject].restricted)
    return Standing(sitting.items, tuple(papers), restricted)


async def _numbered(unit: UnitOfWork, binder: PackBinder, new: tuple[PlacedPaper, ...]) -> list[bytes]:
    contents = await unit.papers.as_pdf([one.paper.paper_id for one in new])
    pairs = [(contents[one.paper.paper_id], one.pages.labels) for one in new]
    return await asyncio.to_thread(lambda: [binder.number(pdf, labels) for pdf, labels in pairs])
