"""Reads the files of one import into an extract, whichever form they are in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, assert_never

from services.cases.app import read_ssd, read_ssda903
from services.cases.app.extract import Extract, Known
from services.cases.domain.cell import runnable
from services.cases.domain.csv_table import TableSpec, read_table
from services.cases.domain.import_finding import Reason, Report, Row, files_not_known
from services.cases.domain.return_xml import read_return_xml


class ImportFormat(StrEnum):
    """The forms in which a council's own data comes."""

    SSD = "ssd"
    SSDA903 = "ssda903"


# Several rows of these begin with the same id.
_WITHOUT_ID: Final = frozenset({"contacts.csv", "ssd_family.csv"})


# Ids that returns are made of again (`domain/review_return.py`), and that people open in a spreadsheet.
_GIVEN_BACK: Final = (
    "pers_person_id",
    "clae_person_id",
    "clae_cla_id",
    "clar_cla_id",
    "clar_cla_review_id",
    "child",
)


class NothingToReadError(Exception):
    """The files as a whole cannot be used. `says` is safe to show."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


@dataclass(frozen=True)
class ImportFile:
    """One file as it came."""

    name: str
    content: bytes


def read_files(
    form: ImportFormat, files: Iterable[ImportFile], as_of: date, known: Known, waiting: Sequence[Row] = ()
) -> Extract:
    """Everything the files hold, and everything that was wrong with them.

    `waiting`: rows of earlier imports of this form that named somebody unknown; they are tried again.

    Raises:
        NothingToReadError: no file of the form is among them.
    """
    report = Report()
    given = {file.name.casefold(): file.content for file in files}
    _refuse_empty(form, given)
    rows = _read_xml(given, report) if _comes_as_xml(form, given) else _read_tables(form, given, report)
    extract = Extract(as_of, known, report)
    match form:
        case ImportFormat.SSD:
            read_ssd.read_ssd(_with_safe_ids(_with_waiting(rows, waiting), report), extract)
        case ImportFormat.SSDA903:
            read_ssda903.read_return(_with_safe_ids(_with_waiting(rows, waiting), report), extract)
        case _:
            assert_never(form)
    return extract


def _read_tables(form: ImportFormat, given: Mapping[str, bytes], report: Report) -> dict[str, list[Row]]:
    tables = tables_of(form)
    files_not_known((name for name in given if not _passed_over(form, name)), tables, report)
    return {name: read_table(name, given[name], spec, report) if name in given else [] for name, spec in tables.items()}


def _read_xml(given: Mapping[str, bytes], report: Report) -> dict[str, list[Row]]:
    """A return's one file in its XML form, as the rows of the CSV form."""
    ((name, content),) = given.items()
    return read_return_xml(name, content, report)


def _comes_as_xml(form: ImportFormat, given: Mapping[str, bytes]) -> bool:
    return form is ImportFormat.SSDA903 and any(name.endswith(".xml") for name in given)


def tables_of(form: ImportFormat) -> Mapping[str, TableSpec]:
    """The files that are read, and their columns."""
    return read_ssd.READ if form is ImportFormat.SSD else read_ssda903.READ


def _passed_over(form: ImportFormat, name: str) -> bool:
    """Files that belong to the form and hold nothing that is used here: no fault of anybody's."""
    if form is ImportFormat.SSD:
        return name in read_ssd.PASSED_OVER or (name.startswith("ssd_") and name not in read_ssd.READ)
    return name in read_ssda903.PASSED_OVER


def _refuse_empty(form: ImportFormat, given: Mapping[str, bytes]) -> None:
    if _comes_as_xml(form, given):
        if len(given) > 1:
            raise NothingToReadError("A return in XML is one file. Send it alone, or send the CSV files without it.")
    elif form is ImportFormat.SSDA903:
        missing = [name for name in read_ssda903.NEEDED if name not in given]
        if missing:
            raise NothingToReadError(
                f"A return needs {' and '.join(missing)}, which did not come. Send all of its files."
            )
    elif not any(name in read_ssd.READ for name in given):
        raise NothingToReadError("No table of the dataset and no supplement came. Send the files of an extract folder.")


def _with_waiting(rows: Mapping[str, list[Row]], waiting: Sequence[Row]) -> dict[str, list[Row]]:
    """Waiting rows come after those of today; one that comes again today is not read twice."""
    found = dict(rows)
    by_file: dict[str, list[Row]] = {}
    for row in waiting:
        by_file.setdefault(row.file, []).append(row)
    for file, again in by_file.items():
        if file in found:
            today = {_sameness(row) for row in found[file]}
            found[file] = [*found[file], *(row for row in again if _sameness(row) not in today)]
    return found


def _with_safe_ids(rows: Mapping[str, list[Row]], report: Report) -> dict[str, list[Row]]:
    """Without rows whose child, period in care or review has an id that must not stand in a file that is given back."""
    return {file: [row for row in found if _safe(row, report)] for file, found in rows.items()}


def _safe(row: Row, report: Report) -> bool:
    faulty = [column for column in _GIVEN_BACK if runnable(row.get(column))]
    for column in faulty:
        report.add(row, Reason.BAD_VALUE, column)
    return not faulty


def _sameness(row: Row) -> object:
    """What a later row of the same file replaces: the one of the same id, or where rows have none the same row."""
    spec = read_ssd.READ.get(row.file)
    return identity(row) if spec is None or row.file in _WITHOUT_ID else row.get(spec.required[0])


def identity(row: Row) -> tuple[tuple[str, str], ...]:
    """Two rows with this in common say the same."""
    return tuple(sorted((column, cell) for column, cell in row.cells.items() if cell))


def tried_again(waiting: Iterable[Row], extract: Extract) -> Iterator[Row]:
    """Those of the waiting rows that wait no more."""
    still = {(row.file, identity(row)) for row in extract.report.waiting}
    return (row for row in waiting if (row.file, identity(row)) not in still)
