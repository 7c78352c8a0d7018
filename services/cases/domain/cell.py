"""What a cell of an import says: dates, times of day, yes and no. A fault becomes a finding, never an exception."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from services.cases.domain.import_finding import Reason, Report, Row

LONDON: Final = ZoneInfo("Europe/London")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?)?", re.ASCII)
_BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
V = TypeVar("V")


class Faulty:
    """Stands for a value that is there and cannot be read; the finding has been made."""


FAULTY: Final = Faulty()


@lru_cache(maxsize=65_536)
def parsed_date(text: str) -> date | None:
    """A civil date as the dataset writes it (ISO 8601, any time of day dropped) or as the return does (DD/MM/YYYY)."""
    if iso := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in iso.groups())
    elif british := _BRITISH.fullmatch(text):
        day, month, year = (int(part) for part in british.groups())
    else:
        return None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def optional_day(row: Row, column: str, report: Report, child: str = "") -> date | Faulty | None:
    """The date; None where the cell is empty; FAULTY, with a finding, where it is no date."""
    text = row.get(column)
    if not text:
        return None
    day = parsed_date(text)
    if day is None:
        report.add(row, Reason.BAD_DATE, column, child)
        return FAULTY
    return day


def known_day(row: Row, column: str, report: Report, child: str = "") -> date | None:
    """As `optional_day`, where a fault may be read as not known."""
    day = optional_day(row, column, report, child)
    return None if isinstance(day, Faulty) else day


def past_day(row: Row, column: str, today: date, report: Report, child: str = "") -> date | None:
    """As `known_day`, for what has happened: a later day than `today` is a finding and read as not known."""
    day = known_day(row, column, report, child)
    if day is not None and day > today:
        report.add(row, Reason.DATE_IN_FUTURE, column, child)
        return None
    return day


def filled(row: Row, report: Report, *columns: str) -> bool:
    """Whether all the cells are filled; a finding for each that is not."""
    empty = [column for column in columns if not row.get(column)]
    for column in empty:
        report.add(row, Reason.MISSING_VALUE, column)
    return not empty


def runnable(text: str) -> bool:
    """Whether a spreadsheet would run it as a formula, were it written out again. Cells come stripped of blanks."""
    return text.startswith(("=", "+", "-", "@"))


def one_of(row: Row, column: str, values: Mapping[str, V], report: Report, reason: Reason, child: str = "") -> V | None:
    """What the cell stands for, whatever its case; None with a finding where it stands for nothing known."""
    text = row.get(column).casefold()
    if not text:
        return None
    found = values.get(text)
    if found is None:
        report.add(row, reason, column, child)
    return found


def instant_on(row: Row, column: str, day: date, report: Report) -> datetime | None:
    """The local time of day on that day as an instant, UTC; a time skipped when clocks go forward is a finding."""
    text = row.get(column)
    if not text:
        return None
    match = _TIME.fullmatch(text)
    if match:
        wall = datetime.combine(day, time(int(match[1]), int(match[2])), LONDON)
        instant = wall.astimezone(UTC)
        if instant.astimezone(LONDON).replace(tzinfo=None) == wall.replace(tzinfo=None):
            return instant
    report.add(row, Reason.BAD_TIME, column)
    return None
