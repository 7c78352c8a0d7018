"""Sends folders of files to the service, as a council's case system does, and waits for what comes of them."""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from pathlib import Path
from uuid import uuid4

from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import import_pb2

from servicekit.config import Council
from tests.cases.conftest import DEMO, Cases
from tests.servicekit.eventually import eventually

SSD = import_pb2.IMPORT_FORMAT_SSD
SSDA903 = import_pb2.IMPORT_FORMAT_SSDA903
ENDED = (import_pb2.IMPORT_STATE_DONE, import_pb2.IMPORT_STATE_FAILED)
PIECE = 300_000


def files_in(folder: Path) -> dict[str, bytes]:
    """Every CSV file of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


async def messages(
    files: Mapping[str, bytes], form: import_pb2.ImportFormat.ValueType, as_of: date | None, council: Council, key: str
) -> AsyncIterator[pb.ImportExtractRequest]:
    """The stream."""
    header = pb.ImportHeader(parent=f"councils/{council.slug}", format=form, request_id=key)
    if as_of:
        header.as_of_date.CopyFrom(Date(year=as_of.year, month=as_of.month, day=as_of.day))
    yield pb.ImportExtractRequest(header=header)
    for name, content in files.items():
        for at in range(0, max(len(content), 1), PIECE):
            yield pb.ImportExtractRequest(piece=pb.FilePiece(file_name=name, content=content[at : at + PIECE]))


async def begin_import(
    cases: Cases,
    files: Mapping[str, bytes],
    form: import_pb2.ImportFormat.ValueType = SSD,
    as_of: date | None = None,
    *,
    council: Council = DEMO,
    request_id: str = "",
) -> import_pb2.Import:
    """What the service answers at once."""
    stream = messages(files, form, as_of, council, request_id or str(uuid4()))
    metadata = cases.metadata("business-support", council=council)
    reply = await cases.stub.ImportExtract(stream, metadata=metadata, timeout=60)
    return reply.__getattribute__("import")


async def look(cases: Cases, name: str, council: Council = DEMO) -> import_pb2.Import:
    """How an import stands."""
    reply = await cases.ask("GetImport", pb.GetImportRequest(name=name), council=council)
    assert isinstance(reply, pb.GetImportResponse)
    return reply.__getattribute__("import")


async def ended(cases: Cases, name: str, council: Council = DEMO, seconds: float = 90) -> import_pb2.Import:
    """The import once it has ended."""

    async def has_ended() -> bool:
        return (await look(cases, name, council)).state in ENDED

    await eventually(has_ended, seconds)
    return await look(cases, name, council)


async def imported(
    cases: Cases,
    files: Mapping[str, bytes],
    form: import_pb2.ImportFormat.ValueType = SSD,
    as_of: date | None = None,
    *,
    council: Council = DEMO,
) -> import_pb2.Import:
    """Begun and ended."""
    begun = await begin_import(cases, files, form, as_of, council=council)
    assert begun.state == import_pb2.IMPORT_STATE_QUEUED
    return await ended(cases, begun.name, council)


async def findings(cases: Cases, name: str, *, waiting_only: bool = False) -> list[import_pb2.ImportFinding]:
    """All findings, page after page."""
    found: list[import_pb2.ImportFinding] = []
    token = ""
    while True:
        request = pb.ListImportFindingsRequest(name=name, waiting_only=waiting_only, page_size=500, page_token=token)
        reply = await cases.ask("ListImportFindings", request)
        assert isinstance(reply, pb.ListImportFindingsResponse)
        found += reply.findings
        token = reply.next_page_token
        if not token:
            return found


async def contents(cases: Cases, council: Council = DEMO) -> dict[str, list[tuple[object, ...]]]:
    """Everything the council's data came to, without ids, places and times of recording."""
    wanted = {
        "subject": "kind, source_id, reference, display_name, born_on, expected_on, restricted, looked_after_since,"
        " looked_after_since_inferred, attributes::text, version",
        "person": "source_id, staff, principal_id, given_names, family_name, email, postal_lines, channel, version",
        "involvement": "source_key, role, from_date, until_date",
        "restriction": "source_id, kind, court_ordered, from_date, until_date",
        "case_listing": "principal_id, (select source_id from subject s where s.id = subject_id)",
        "subject_member": "(select source_id from subject s where s.id = group_id),"
        " (select source_id from subject s where s.id = member_id), from_date, until_date",
        "case_event": "source_key, type, on_date, at_time, assumed, rule_id, withdrawn,"
        " (select source_id from subject s where s.id = subject_id)",
        "obligation": "key, state, statutory_due, local_due, held_on, inferred, version,"
        " (select kind || source_id from subject s where s.id = subject_id)",
    }
    found: dict[str, list[tuple[object, ...]]] = {}
    async with cases.database.transaction(council.council_id) as tx:
        for table, columns in wanted.items():
            rows = await tx.fetch(f"select {columns} from {table}")
            found[table] = sorted((tuple(row.values()) for row in rows), key=str)
    return found
