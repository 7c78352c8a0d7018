"""What an import could not use, row by row, and why. Holds no value of any row."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

# A listing longer than this helps nobody; the counts stay exact.
KEPT_PER_REASON: Final = 20_000


class Reason(StrEnum):
    """Stable names; people and other systems rely on them."""

    MALFORMED_FILE = "MALFORMED_FILE"
    MALFORMED_XML = "MALFORMED_XML"
    NOT_A_RETURN = "NOT_A_RETURN"
    DOCTYPE = "DOCTYPE"
    MALFORMED_ROW = "MALFORMED_ROW"
    BAD_ENCODING = "BAD_ENCODING"
    CELL_TOO_LONG = "CELL_TOO_LONG"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    MISSING_COLUMN = "MISSING_COLUMN"
    MISSING_VALUE = "MISSING_VALUE"
    BAD_VALUE = "BAD_VALUE"
    BAD_DATE = "BAD_DATE"
    BAD_TIME = "BAD_TIME"
    DATE_IN_FUTURE = "DATE_IN_FUTURE"
    AFTER_AS_OF_DAY = "AFTER_AS_OF_DAY"
    ENDS_BEFORE_IT_BEGINS = "ENDS_BEFORE_IT_BEGINS"
    DUPLICATE_CHILD = "DUPLICATE_CHILD"
    DUPLICATE_ROW = "DUPLICATE_ROW"
    NOT_A_CHILD = "NOT_A_CHILD"
    REVIEW_WITHOUT_EPISODE = "REVIEW_WITHOUT_EPISODE"
    UNKNOWN_FILE = "UNKNOWN_FILE"
    UNKNOWN_CHILD = "UNKNOWN_CHILD"
    UNKNOWN_SUBJECT = "UNKNOWN_SUBJECT"
    UNKNOWN_WORKER = "UNKNOWN_WORKER"
    UNKNOWN_PERSON = "UNKNOWN_PERSON"
    UNKNOWN_SIGN_IN = "UNKNOWN_SIGN_IN"
    UNKNOWN_EVENT = "UNKNOWN_EVENT"
    UNKNOWN_RULE = "UNKNOWN_RULE"
    UNKNOWN_RESTRICTION = "UNKNOWN_RESTRICTION"
    UNKNOWN_ROLE = "UNKNOWN_ROLE"


# Such a row is right in itself and only names somebody who has not come yet: it waits.
WAITING: Final = frozenset(
    {
        Reason.UNKNOWN_CHILD,
        Reason.UNKNOWN_SUBJECT,
        Reason.UNKNOWN_WORKER,
        Reason.UNKNOWN_PERSON,
        Reason.UNKNOWN_SIGN_IN,
    }
)

SAYS: Final[dict[Reason, str]] = {
    Reason.MALFORMED_FILE: "The file is not UTF-8 text with commas and one header line of different names, so nothing "
    "of it was used. Write it again in that form.",
    Reason.MALFORMED_XML: "The file is not well-formed XML at this line, so nothing of it was used. Make the return "
    "anew, and send it whole.",
    Reason.NOT_A_RETURN: "The outermost element is not EXPSSDA903: this is no SSDA903 return, so nothing of it was "
    "used. Send the file that goes to the department.",
    Reason.DOCTYPE: "The file declares a document type, which a return does not need and which can do harm, so nothing "
    "of it was used. Take the declaration out.",
    Reason.MALFORMED_ROW: "The row has more or fewer cells than the header, or its quotes do not match. "
    "Correct the line.",
    Reason.BAD_ENCODING: "The row holds characters that are not UTF-8, or a zero character. Write the file as UTF-8.",
    Reason.CELL_TOO_LONG: "A cell is longer than any such value can be; often a quote that is never closed. "
    "Correct the line.",
    Reason.TOO_MANY_ROWS: "The file has more rows than can be read at once; what came after this row was not read. "
    "Split the extract.",
    Reason.MISSING_COLUMN: "The file lacks this column and cannot be used without it. Add it to the extract.",
    Reason.MISSING_VALUE: "The row cannot be used without this value. Fill it in.",
    Reason.BAD_VALUE: "The value is none of those that this column may hold: it was read as not known or, where it is "
    "an id, the row was left out. See docs/import.md for what it may hold.",
    Reason.BAD_DATE: "This is not a date of the calendar in the file's form, between 1900 and 2200. Correct it.",
    Reason.BAD_TIME: "This is not a time of day such as 11:30, or it does not exist on that day. Correct it.",
    Reason.DATE_IN_FUTURE: "What has happened cannot lie in the future. Correct the date, or send it once it has "
    "happened.",
    Reason.AFTER_AS_OF_DAY: "It lies after the day as of which the return stands, so it was not counted. "
    "Nothing to do unless that day is wrong.",
    Reason.ENDS_BEFORE_IT_BEGINS: "It ends before it begins. Correct one of the two dates.",
    Reason.DUPLICATE_CHILD: "The child stands in this file already; the first row was used. Remove one of them.",
    Reason.DUPLICATE_ROW: "The same id or the same row stands in this file already; the first one was used. "
    "Remove one of them.",
    Reason.NOT_A_CHILD: "An adult without a time in care: not a subject here. Nothing to do.",
    Reason.REVIEW_WITHOUT_EPISODE: "The review belongs to no episode of care in this data. Add the episode, "
    "or correct to whom the review belongs.",
    Reason.UNKNOWN_FILE: "No file of this name is part of the form that was chosen; it was not read. "
    "Rename it, or leave it out.",
    Reason.UNKNOWN_CHILD: "No child with this id is known. The row waits and is used as soon as the child comes.",
    Reason.UNKNOWN_SUBJECT: "Nobody with this id and kind is known. The row waits and is used as soon as they come.",
    Reason.UNKNOWN_WORKER: "No member of staff with this id is known. The row waits and is used as soon as they come.",
    Reason.UNKNOWN_PERSON: "Nobody with this id is known. The row waits and is used as soon as they come.",
    Reason.UNKNOWN_SIGN_IN: "How this member of staff signs in is not known, so nothing can be shown to them. "
    "Fill in principal_id in contacts.csv; the row waits.",
    Reason.UNKNOWN_EVENT: "This is no name of the case-event vocabulary. See docs/glossary.md for the names.",
    Reason.UNKNOWN_RULE: "This is no rule of the council's rulebook, or the type of event takes none. Correct the id.",
    Reason.UNKNOWN_RESTRICTION: "This is no kind of restriction, so nothing was restricted. Correct it at once.",
    Reason.UNKNOWN_ROLE: "This role is not known here. See docs/import.md for the list.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in a file: `number` is its line, the header being line 1. Cells are stripped."""

    file: str
    number: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """The cell; empty where the file has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One row, or one cell of it, that was not used."""

    file: str
    row: int
    column: str
    reason: Reason

    @property
    def message(self) -> str:
        """What is wrong and what to do."""
        return SAYS[self.reason]

    @property
    def waiting(self) -> bool:
        """Whether the row waits to be matched."""
        return self.reason in WAITING


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How many rows of a file one reason held back, and how many children they concern."""

    reason: Reason
    file: str
    rows: int
    children: int


@dataclass
class Report:
    """Collects findings while files are read. Counts are exact; the list ends at KEPT_PER_REASON a file and reason."""

    findings: list[Finding] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)
    rows_seen: int = 0
    _rows: dict[tuple[Reason, str], int] = field(default_factory=dict)
    _last: dict[tuple[Reason, str], int] = field(default_factory=dict)
    _children: dict[tuple[Reason, str], set[str]] = field(default_factory=dict)

    def add(self, row: Row, reason: Reason, column: str = "", child: str = "") -> None:
        """A row, or a cell of it, was not used. `child`: the source id of the child concerned, only counted."""
        self.note(row.file, row.number, reason, column, child)
        if reason in WAITING and self._rows[reason, row.file] <= KEPT_PER_REASON and row not in self.waiting[-1:]:
            self.waiting.append(row)

    def note(self, file: str, number: int, reason: Reason, column: str = "", child: str = "") -> None:
        """As `add`, where there is no row to keep."""
        key = (reason, file)
        if self._last.get(key) != number:  # one row with two such cells is one row
            self._rows[key] = self._rows.get(key, 0) + 1
            self._last[key] = number
        if child:
            self._children.setdefault(key, set()).add(child)
        if self._rows[key] <= KEPT_PER_REASON:
            self.findings.append(Finding(file, number, column, reason))

    @property
    def waiting_rows(self) -> int:
        """Rows that wait, also those too many to list."""
        return sum(rows for (reason, _), rows in self._rows.items() if reason in WAITING)

    def counts(self) -> list[FindingCount]:
        """The most frequent first."""
        found = (FindingCount(*key, rows, len(self._children.get(key, ()))) for key, rows in self._rows.items())
        return sorted(found, key=lambda one: (-one.rows, one.reason, one.file))

    def ordered(self) -> list[Finding]:
        """By file and row."""
        return sorted(set(self.findings), key=_place)


def _place(finding: Finding) -> tuple[str, int, str, str]:
    return (finding.file, finding.row, finding.column, finding.reason)


def files_not_known(names: Iterable[str], known: Iterable[str], report: Report) -> None:
    """Name every file that the chosen form does not have."""
    expected = set(known)
    for name in sorted(names):
        if name not in expected:
            report.note(name, 1, Reason.UNKNOWN_FILE)
