"""Takes the files of an extract or a return, piece by piece, and queues their import."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

from servicekit.caller import Caller
from servicekit.ids import new_id
from services.cases.app.import_ports import FilePiece, ImportId, ImportRun, ImportState
from services.cases.app.policy import require
from services.cases.app.ports import Begin, Unit
from services.cases.app.read_files import ImportFormat

# Written in portions: neither a transaction nor memory grows with the extract.
_PORTION_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class ImportExtract:
    """What is about to come. `as_of` None: today."""

    parent: str
    format: ImportFormat
    as_of: date | None


@dataclass(frozen=True)
class Upload:
    """Files that are kept and not yet queued."""

    run: ImportId
    content_hash: bytes


async def receive(begin: Begin, caller: Caller, command: ImportExtract, pieces: AsyncIterator[FilePiece]) -> Upload:
    """Keep the pieces as they come. PermissionDenied before the first; a broken stream leaves nothing behind."""
    require(caller, "ImportExtract", command.parent)
    run = ImportId(new_id())
    async with begin(caller) as unit:
        as_of = command.as_of or unit.today()
        await unit.imports.open(ImportRun(run, command.format, as_of, ImportState.RECEIVING, unit.now()))
    try:
        return Upload(run, await _keep_all(begin, caller, run, pieces))
    except BaseException:
        await discard(begin, caller, run)
        raise


async def _keep_all(begin: Begin, caller: Caller, run: ImportId, pieces: AsyncIterator[FilePiece]) -> bytes:
    digest = hashlib.sha256()
    portion: list[FilePiece] = []
    size = 0
    async for piece in pieces:
        digest.update(f"{piece.file_name}\0{len(piece.content)}\0".encode() + piece.content)
        portion.append(piece)
        size += len(piece.content)
        if size >= _PORTION_BYTES:
            await _keep(begin, caller, run, portion)
            portion, size = [], 0
    if portion:
        await _keep(begin, caller, run, portion)
    return digest.digest()


async def _keep(begin: Begin, caller: Caller, run: ImportId, portion: list[FilePiece]) -> None:
    async with begin(caller) as unit:
        await unit.imports.keep(run, portion)


async def discard(begin: Begin, caller: Caller, run: ImportId) -> None:
    """Take an upload away again; one that has been queued stays."""
    async with begin(caller) as unit:
        await unit.imports.discard(run)


async def queue_import(unit: Unit, upload: Upload, name: str) -> ImportRun:
    """Everything has come: the import stands in the queue once this commits."""
    await unit.audit("ImportExtract", name)
    return await unit.imports.queue(upload.run, upload.content_hash)
