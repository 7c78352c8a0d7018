"""Rows on their way to an extract folder: what a cell may hold, and how dates are written.

Knows nothing of children or councils.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from cli.made_council.columns import COLUMNS

Cell = str | int | float | date | datetime | None

# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Sheets:
    """The tables of one extract, filled row by row and written once.

    Dates without a time are written `YYYY-MM-DDT00:00:00` in the dataset's own tables, whose fields are
    date-times, and
    `YYYY-MM-DD` in our supplements. Date-times are local (Europe/London), to the second in the dataset, to
    the minute in ours.
    """

    def __init__(self) -> None:
        self._rows: dict[str, list[list[str]]] = {table: [] for table in COLUMNS}

    def add(self, table: str, cells: Mapping[str, Cell]) -> None:
        """Append one row; a column that is not named stays empty. KeyError for a table or column that does
        not exist."""
        columns = COLUMNS[table]
        unknown = set(cells) - set(columns)
        if unknown:
            raise KeyError(f"{table} has no column {sorted(unknown)}")
        dataset = table.startswith("ssd_")
        self._rows[table].append([_written(cells.get(column), dataset) for column in columns])

    def counts(self) -> dict[str, int]:
        """Rows per table."""
        return {table: len(rows) for table, rows in self._rows.items()}

    def write_filled(self, folder: Path) -> None:
        """As `write`, but only the tables that have rows."""
        folder.mkdir(parents=True, exist_ok=True)
        for table, rows in self._rows.items():
            if rows:
                write_csv(folder / f"{table}.csv", COLUMNS[table], rows)

    def write(self, folder: Path) -> None:
        """One UTF-8 CSV file per table, LF line ends, a header line, in `folder` (made if missing)."""
        folder.mkdir(parents=True, exist_ok=True)
        for table, rows in self._rows.items():
            write_csv(folder / f"{table}.csv", COLUMNS[table], rows)


def write_csv(path: Path, columns: tuple[str, ...], rows: list[list[str]]) -> None:
    """A header line and `rows`, every field quoted only where CSV needs it."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _written(cell: Cell, dataset: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds" if dataset else "minutes")
    if isinstance(cell, date):
        return f"{cell.isoformat()}T00:00:00" if dataset else cell.isoformat()
    text = str(cell)
    if text.startswith(_FORMULA_STARTS):
        raise ValueError("a cell may not begin like a spreadsheet formula")
    return text
