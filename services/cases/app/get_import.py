"""Reads how an import stands, and which of its rows were not used."""

from dataclasses import dataclass

from servicekit.errors import NotFound
from services.cases.app.import_ports import ImportId, ImportRun
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.domain.import_finding import Finding


@dataclass(frozen=True)
class ImportRef:
    """An import as a request names it."""

    id: ImportId
    name: str


@dataclass(frozen=True)
class FindingsPage:
    """Findings wanted: those after a place, at most so many."""

    waiting_only: bool
    after: int
    limit: int


async def get_import(unit: Unit, ref: ImportRef) -> ImportRun:
    """NotFound for one that does not exist."""
    require(unit.caller, "GetImport", ref.name)
    return await _find(unit, ref)


async def list_import_findings(unit: Unit, ref: ImportRef, page: FindingsPage) -> list[tuple[int, Finding]]:
    """By file and row, each with its place; one more than asked for tells that there is a further page."""
    require(unit.caller, "ListImportFindings", ref.name)
    await _find(unit, ref)
    return await unit.imports.findings(ref.id, page.waiting_only, page.after, page.limit + 1)


async def _find(unit: Unit, ref: ImportRef) -> ImportRun:
    run = await unit.imports.find(ref.id)
    if run is None:
        raise NotFound(ref.name)
    return run
