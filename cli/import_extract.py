"""Sends an extract folder or a return to `cases`, waits for it, and prints the report of every row not used."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import cast
from uuid import uuid4

import grpc
from google.type import date_pb2
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import import_pb2
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb
from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceStub

from cli.ask_token import DEMO_ROOT, demo_token
from cli.connection import Refused, Voice
from cli.demo.places import address_of
from cli.failure import Failure

PIECE = 512 * 1024
CAPACITY = "capacity.csv"


def run(wanted: argparse.Namespace) -> int:
    """Import, and print how it went."""
    asyncio.run(_run(wanted))
    return 0


async def _run(wanted: argparse.Namespace) -> None:
    voice = Voice(lambda: demo_token(DEMO_ROOT, wanted.council, wanted.persona))
    options = (("grpc.max_receive_message_length", 16 * 1024 * 1024),)
    async with (
        grpc.aio.insecure_channel(address_of("cases"), options=options) as cases,
        grpc.aio.insecure_channel(address_of("scheduler"), options=options) as scheduler,
    ):
        done = await import_folder(voice, CasesServiceStub(cases), wanted.council, wanted.folder, wanted.as_of, print)
        if (wanted.folder / CAPACITY).is_file():
            print(await import_capacity(voice, SchedulerServiceStub(scheduler), wanted.council, wanted.folder))
    for line in report(done):
        print(line)


def format_of(folder: Path) -> import_pb2.ImportFormat.ValueType:
    """Which form of data a folder holds. Failure where it is neither."""
    if (folder / "header.csv").is_file() and (folder / "episodes.csv").is_file():
        return import_pb2.IMPORT_FORMAT_SSDA903
    if any(folder.glob("ssd_*.csv")):
        return import_pb2.IMPORT_FORMAT_SSD
    if len(list(folder.glob("*.xml"))) == 1:
        return import_pb2.IMPORT_FORMAT_SSDA903
    raise Failure(
        f"{folder} holds neither an SSD extract (ssd_*.csv) nor an SSDA903 return (header.csv and episodes.csv, or one"
        " .xml file)"
    )


async def import_folder(
    voice: Voice,
    cases: CasesServiceStub,
    council: str,
    folder: Path,
    as_of: date | None,
    tell: Callable[[str], None],
) -> import_pb2.Import:
    """Stream the folder's files, wait until they are in, and return the import. Failure where it failed."""
    if not folder.is_dir():
        raise Failure(f"there is no folder {folder}")
    request_id, kind = str(uuid4()), format_of(folder)
    if kind == import_pb2.IMPORT_FORMAT_SSDA903 and as_of is None:
        raise Failure("an SSDA903 return does not say as of which day it stands: give --as-of YYYY-MM-DD")

    async def send(_: object, **options: object) -> pb.ImportExtractResponse:
        # A stream cannot be sent twice: every try reads the files anew.
        method = cast("Callable[..., Awaitable[pb.ImportExtractResponse]]", cases.ImportExtract)
        return await method(_pieces(council, folder, kind, as_of, request_id), **options)

    begun = await voice.call(send, pb.ImportExtractRequest(), timeout=120.0)
    return await _follow(voice, cases, begun.__getattribute__("import").name, tell)


async def import_capacity(voice: Voice, scheduler: SchedulerServiceStub, council: str, folder: Path) -> str:
    """Send the folder's capacity file to the scheduler; one line on what was kept."""
    content = (folder / CAPACITY).read_bytes()
    request = scheduler_pb.ImportCapacityRequest(parent=f"councils/{council}", content=content, request_id=str(uuid4()))
    kept = await voice.call(scheduler.ImportCapacity, request, timeout=120.0)
    return (
        f"{kept.working_patterns} working patterns, {kept.rooms} rooms, {kept.busy_times} busy times, "
        f"{kept.absences} absences, {kept.terms} terms; "
        f"{len(kept.refused_rows)} rows not used"
    )


def report(done: import_pb2.Import) -> list[str]:
    """What became of the rows, a line a reason."""
    lines = [
        f"{done.rows_read} rows read, {done.children} children, {done.obligations} obligations",
        f"  reviews by the law's clocks: {done.reviews_in_time} held in time, {done.reviews_late} held late, "
        f"{done.reviews_overdue} overdue",
    ]
    lines += [
        f"  not used: {count.rows} rows of {count.file}, {count.children} children: {count.reason}"
        for count in done.finding_counts
    ]
    if done.waiting_rows:
        lines.append(f"  waiting to be matched: {done.waiting_rows} rows")
    return lines


async def _pieces(
    council: str, folder: Path, kind: import_pb2.ImportFormat.ValueType, as_of: date | None, request_id: str
) -> AsyncIterator[pb.ImportExtractRequest]:
    header = pb.ImportHeader(parent=f"councils/{council}", format=kind, request_id=request_id)
    if as_of:
        header.as_of_date.CopyFrom(date_pb2.Date(year=as_of.year, month=as_of.month, day=as_of.day))
    yield pb.ImportExtractRequest(header=header)
    for path in _files_of(folder):
        content = await asyncio.to_thread(path.read_bytes)
        for start in range(0, max(len(content), 1), PIECE):
            piece = pb.FilePiece(file_name=path.name, content=content[start : start + PIECE])
            yield pb.ImportExtractRequest(piece=piece)


def _files_of(folder: Path) -> list[Path]:
    """Its CSV files; of a folder without any, the return in XML."""
    return sorted(folder.glob("*.csv")) or sorted(folder.glob("*.xml"))


async def _follow(voice: Voice, cases: CasesServiceStub, name: str, tell: Callable[[str], None]) -> import_pb2.Import:
    told = -1
    while True:
        reply = await voice.call(cases.GetImport, pb.GetImportRequest(name=name))
        run: import_pb2.Import = reply.__getattribute__("import")
        if run.state == import_pb2.IMPORT_STATE_DONE:
            return run
        if run.state == import_pb2.IMPORT_STATE_FAILED:
            raise Failure(f"the import failed: {run.failure}")
        share = 100 * run.rows_read // run.rows_total if run.rows_total else 0
        if share // 25 > told // 25:
            told = share
            tell(f"{share} % of {run.rows_total} rows read")
        await asyncio.sleep(0.2)


__all__ = ["Refused", "format_of", "import_capacity", "import_folder", "report", "run"]
