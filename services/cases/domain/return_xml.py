"""Reads the XML form of a yearly SSDA903 return into the rows of its CSV form.

Form: one `CHILD` each under `EXPSSDA903`, with a `HEADER` that holds the child's own fields and an `AREVIEW` for each
review, and an `EPISODE` for each episode (DfE's schema of the collection; names as data-to-insight's validator reads
them: `CHILDID` is CHILD of the CSV files, `PL` is PLACE). Read by expat itself, which knows the line of everything. A
document type is refused where it begins: without one no entity can be declared, so none can be expanded and nothing
outside can be asked for. A file that is not well formed to its very end gives no rows at all.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from services.cases.domain.csv_table import LONGEST_CELL, MOST_ROWS
from services.cases.domain.import_finding import Reason, Report, Row

_ROOT: Final = ("EXPSSDA903",)
_CHILD: Final = (*_ROOT, "CHILD")
_HEADER: Final = (*_CHILD, "HEADER")
_TABLES: Final[Mapping[tuple[str, ...], str]] = {
    _HEADER: "header.csv",
    (*_CHILD, "EPISODE"): "episodes.csv",
    (*_HEADER, "AREVIEW"): "reviews.csv",
}
# Which elements of each table are read, and what the CSV form calls them.
_COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "header.csv": {"CHILDID": "child", "DOB": "dob"},
    "episodes.csv": {"DECOM": "decom", "DEC": "dec", "RNE": "rne", "LS": "ls", "PL": "place"},
    "reviews.csv": {"REVIEW": "review", "REVIEW_CODE": "review_code"},
}
# Deeper than any return; nobody needs more to say what one says.
_DEEPEST: Final = 32


class _Refused(Exception):
    """The file is no return, whatever follows."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class _Open:
    """A row that is being read."""

    table: str
    number: int
    cells: dict[str, str] = field(default_factory=dict)
    too_long: bool = False


@dataclass
class _Reading:
    """What has been read of one file. `child` collects the rows of one child until its id is certain.

    `begun` counts rows where they begin: one child with millions of reviews would otherwise be kept whole first.
    """

    file: str
    report: Report
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})
    path: list[str] = field(default_factory=list)
    open: dict[tuple[str, ...], _Open] = field(default_factory=dict)
    child: list[_Open] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    length: int = 0
    seen: int = 0
    begun: Counter[str] = field(default_factory=Counter)

    def begin(self, name: str, line: int) -> None:
        """An element begins."""
        self.path.append(name)
        place = tuple(self.path)
        if len(place) == 1 and place != _ROOT:
            raise _Refused(Reason.NOT_A_RETURN)
        if len(place) > _DEEPEST:
            raise _Refused(Reason.MALFORMED_XML)
        table = _TABLES.get(place)
        if table is not None:
            self.begun[table] += 1
            if self.begun[table] > MOST_ROWS:
                raise _Refused(Reason.TOO_MANY_ROWS)
            self.open[place] = _Open(table, line)
        self.text, self.length = [], 0

    def characters(self, text: str) -> None:
        """Text of an element; of a text that is too long no more than is needed to know that."""
        self.length += len(text)
        if self.length <= LONGEST_CELL:
            self.text.append(text)

    def end(self) -> None:
        """An element ends."""
        place = tuple(self.path)
        name, parent = self.path.pop(), place[:-1]
        row = self.open.get(parent)
        column = _COLUMNS[row.table].get(name) if row is not None else None
        if row is not None and column is not None:
            row.cells[column] = "".join(self.text).strip()
            row.too_long = row.too_long or self.length > LONGEST_CELL
        if place in self.open:
            self.child.append(self.open.pop(place))
        if place == _CHILD:
            self._end_child()
        self.text, self.length = [], 0

    def _end_child(self) -> None:
        """Every row of the CSV form names its child; here the header does so for all."""
        header = next((row for row in self.child if row.table == "header.csv"), None)
        child = header.cells.get("child", "") if header is not None and not header.too_long else ""
        for row in sorted(self.child, key=lambda one: one.number):
            self._keep(row, child)
        self.child = []

    def _keep(self, row: _Open, child: str) -> None:
        self.seen += 1
        if row.too_long:
            self.report.note(self.file, row.number, Reason.CELL_TOO_LONG)
        else:
            cells = {column: row.cells.get(column, "") for column in _COLUMNS[row.table].values()}
            self.rows[row.table].append(Row(self.file, row.number, {**cells, "child": child}))


def read_return_xml(file: str, content: bytes, report: Report) -> dict[str, list[Row]]:
    """The rows of each file of the CSV form; of a file that is no return none, and the finding says where it fails."""
    trial = Report()
    reading = _Reading(file, trial)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, _: reading.begin(name, parser.CurrentLineNumber)
    parser.EndElementHandler = lambda _: reading.end()
    parser.CharacterDataHandler = reading.characters
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        return _nothing(file, error.lineno, Reason.MALFORMED_XML, report)
    except _Refused as refused:
        return _nothing(file, parser.CurrentLineNumber, refused.reason, report)
    except (LookupError, ValueError):
        # An encoding that nobody knows, or bytes that are not of the one that is named.
        return _nothing(file, parser.CurrentLineNumber, Reason.MALFORMED_XML, report)
    for finding in trial.findings:
        report.note(finding.file, finding.row, finding.reason, finding.column)
    report.rows_seen += reading.seen
    return reading.rows


def _refuse_doctype(*_: object) -> None:
    raise _Refused(Reason.DOCTYPE)


def _nothing(file: str, line: int, reason: Reason, report: Report) -> dict[str, list[Row]]:
    report.note(file, line, reason)
    return {name: [] for name in _COLUMNS}
