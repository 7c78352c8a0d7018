"""Reads one CSV file of an import, whatever it holds: never raises, never keeps more than a bounded amount. Writes one.

Form: RFC 4180 with LF or CRLF, UTF-8 with or without a byte order mark, one header line.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from services.cases.domain.import_finding import Reason, Report, Row

MOST_ROWS: Final = 500_000
LONGEST_CELL: Final = 4_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class TableSpec:
    """Which columns of a file are read: without a required one the file cannot be used. Names in lower case."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


def read_table(file: str, content: bytes, spec: TableSpec, report: Report) -> list[Row]:
    """The rows that can be read, with the columns of `spec` alone; everything else goes into the report."""
    if content.startswith(_UTF16):
        report.note(file, 1, Reason.MALFORMED_FILE)
        return []
    text, suspect = _decoded(content)
    lines = _lines(text)
    wanted, width = _columns(file, lines, spec, report)
    if not wanted:
        return []
    rows: list[Row] = []
    for number, cells in lines:
        if report_full(file, number, rows, report):
            break
        report.rows_seen += 1
        fault = _fault(cells, width, wanted, suspect)
        if isinstance(cells, Reason) or fault is not None:
            report.note(file, number, fault or Reason.MALFORMED_ROW)
        else:
            rows.append(Row(file, number, {column: cells[at].strip() for column, at in wanted}))
    return rows


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A file in the same form, with CRLF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def report_full(file: str, number: int, rows: list[Row], report: Report) -> bool:
    """Whether the file's limit is reached; says so in the report."""
    if len(rows) < MOST_ROWS:
        return False
    report.note(file, number, Reason.TOO_MANY_ROWS)
    return True


def _decoded(content: bytes) -> tuple[str, bool]:
    """The text, and whether some of it may be no UTF-8 or hold zero characters: then each row is looked at."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("utf-8-sig", errors="surrogateescape"), True
    return text, "\0" in text


def _lines(text: str) -> Iterator[tuple[int, list[str] | Reason]]:
    """Line number and cells, or why there are none. Blank lines are skipped."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, Reason.CELL_TOO_LONG if "limit" in str(error) else Reason.MALFORMED_ROW
            continue
        if cells:
            yield number, cells


def _columns(
    file: str, lines: Iterator[tuple[int, list[str] | Reason]], spec: TableSpec, report: Report
) -> tuple[list[tuple[str, int]], int]:
    """Where each wanted column stands, and how wide the table is. No columns where the file cannot be used."""
    number, header = next(lines, (1, Reason.MALFORMED_FILE))
    names = [] if isinstance(header, Reason) else [name.strip().casefold() for name in header]
    if not any(names) or len(set(names)) < len(names):
        report.note(file, number, Reason.MALFORMED_FILE)
        return [], 0
    missing = [column for column in spec.required if column not in names]
    for column in missing:
        report.note(file, number, Reason.MISSING_COLUMN, column)
    if missing:
        return [], 0
    wanted = [column for column in (*spec.required, *spec.optional) if column in names]
    return [(column, names.index(column)) for column in wanted], len(names)


def _fault(cells: list[str] | Reason, width: int, wanted: list[tuple[str, int]], suspect: bool) -> Reason | None:
    if isinstance(cells, Reason):
        return cells
    if len(cells) != width:
        return Reason.MALFORMED_ROW
    if suspect and any(_unkeepable(cells[at]) for _, at in wanted):
        return Reason.BAD_ENCODING
    if any(len(cells[at]) > LONGEST_CELL for _, at in wanted):
        return Reason.CELL_TOO_LONG
    return None


def _unkeepable(cell: str) -> bool:
    return "\0" in cell or any("\ud800" <= sign <= "\udfff" for sign in cell)
