"""The import's requests and responses: wire ↔ the service's own words."""

import re
from collections.abc import AsyncIterator
from typing import Final, cast
from uuid import UUID

from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import import_pb2

from servicekit.errors import InvalidRequest, Violation
from servicekit.page import open_page
from servicekit.validate import Check
from services.cases.app.get_import import FindingsPage, ImportRef
from services.cases.app.import_extract import ImportExtract
from services.cases.app.import_ports import FilePiece, ImportId, ImportRun, ImportState
from services.cases.app.read_files import ImportFormat
from services.cases.domain.import_finding import Finding
from services.cases.rpc.show import day, instant

MOST_BYTES: Final = 256 * 1024 * 1024
_MOST_PIECE: Final = 1024 * 1024
_MOST_FILES: Final = 200
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,95}\.(csv|xml)", re.IGNORECASE)
_NAME: Final = "councils/{council}/imports/{import}"
_FORMATS: Final = {
    import_pb2.IMPORT_FORMAT_SSD: ImportFormat.SSD,
    import_pb2.IMPORT_FORMAT_SSDA903: ImportFormat.SSDA903,
}
_FORMAT_CODES: Final = {form: code for code, form in _FORMATS.items()}
_STATE_CODES: Final = {
    ImportState.QUEUED: import_pb2.IMPORT_STATE_QUEUED,
    ImportState.RUNNING: import_pb2.IMPORT_STATE_RUNNING,
    ImportState.DONE: import_pb2.IMPORT_STATE_DONE,
    ImportState.FAILED: import_pb2.IMPORT_STATE_FAILED,
}


def import_header(request: pb.ImportExtractRequest, council: str) -> ImportExtract:
    """What the first message says. InvalidRequest with every violation."""
    check = Check(request, council=council)
    if request.WhichOneof("part") != "header":
        raise InvalidRequest([Violation("header", "must be the first message of the stream")])
    check.resource_name("header.parent", "councils/{council}")
    number = check.enum("header.format")
    as_of = check.date("header.as_of_date", required=number == import_pb2.IMPORT_FORMAT_SSDA903)
    check.uuid("header.request_id")
    check.raise_if_any()
    return ImportExtract(request.header.parent, _FORMATS[import_pb2.ImportFormat.ValueType(number)], as_of)


async def file_pieces(requests: AsyncIterator[pb.ImportExtractRequest], council: str) -> AsyncIterator[FilePiece]:
    """The rest of the stream. InvalidRequest at the first message that cannot be kept."""
    names: list[str] = []
    size = place = 0
    async for request in requests:
        check = Check(request, council=council)
        piece = request.piece
        size += len(piece.content)
        if request.WhichOneof("part") != "piece":
            check.refuse("piece", "every message after the first must hold a piece of a file")
        _check_name(check, piece.file_name, names)
        if len(piece.content) > _MOST_PIECE:
            check.refuse("piece.content", "is larger than 1 MiB; send the file in smaller pieces")
        if size > MOST_BYTES:
            check.refuse("piece.content", "all files together are larger than 256 MiB; split the extract")
        check.raise_if_any()
        place += 1
        yield FilePiece(place, piece.file_name, piece.content)
    if not place:
        raise InvalidRequest([Violation("piece", "is required: send at least one file")])


def _check_name(check: Check, name: str, names: list[str]) -> None:
    """Keeps `names`, the files so far in the order in which they came."""
    if not _FILE_NAME.fullmatch(name):
        check.refuse(
            "piece.file_name", "must be a name that ends in .csv (a return may also come as .xml), without a path"
        )
    elif not names or names[-1] != name:
        if name.casefold() in (known.casefold() for known in names):
            check.refuse("piece.file_name", "came before; pieces of one file must come together, and each file once")
        if len(names) >= _MOST_FILES:
            check.refuse("piece.file_name", f"is one file too many; at most {_MOST_FILES} are read")
        names.append(name)


def the_import(request: pb.GetImportRequest, council: str) -> ImportRef:
    """The import asked for."""
    check = Check(request, council=council)
    found = check.resource_name("name", _NAME)
    check.raise_if_any()
    return ImportRef(ImportId(cast("UUID", found["import"])), request.name)


def findings_page(request: pb.ListImportFindingsRequest, council: str) -> tuple[ImportRef, FindingsPage, str]:
    """The import, the page, and what a token is bound to."""
    check = Check(request, council=council)
    found = check.resource_name("name", _NAME)
    size, token = check.page()
    check.raise_if_any()
    bound = f"{council}/ListImportFindings/{request.name}/{request.waiting_only}"
    page = open_page(size, token, bound)
    after = int(page.after[0]) if page.after else 0
    ref = ImportRef(ImportId(cast("UUID", found["import"])), request.name)
    return ref, FindingsPage(request.waiting_only, after, page.size), bound


def import_name(council: str, run: ImportId) -> str:
    """`councils/{council}/imports/{import}`."""
    return f"councils/{council}/imports/{run}"


def shown_import(run: ImportRun, council: str) -> import_pb2.Import:
    """An import with its progress."""
    counts = [
        import_pb2.FindingCount(reason=one.reason.value, file=one.file, rows=one.rows, children=one.children)
        for one in run.finding_counts
    ]
    return import_pb2.Import(
        name=import_name(council, run.id),
        format=_FORMAT_CODES[run.format],
        state=_STATE_CODES[run.state],
        rows_read=run.rows_read,
        rows_total=run.rows_total,
        children=run.children,
        obligations=run.obligations,
        finding_counts=counts,
        waiting_rows=run.waiting_rows,
        create_time=instant(run.created_at),
        end_time=instant(run.ended_at),
        failure=run.failure,
        as_of_date=day(run.as_of),
        reviews_in_time=run.reviews.in_time,
        reviews_late=run.reviews.late,
        reviews_overdue=run.reviews.overdue,
    )


def shown_finding(one: Finding) -> import_pb2.ImportFinding:
    """One row that was not used."""
    return import_pb2.ImportFinding(
        file=one.file,
        row=one.row,
        column=one.column,
        reason=one.reason.value,
        message=one.message,
        waiting=one.waiting,
    )
