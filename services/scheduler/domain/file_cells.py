"""Cells of a council's file: read, or refused with what would be right and without what stands in them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from services.scheduler.domain.meeting import LONDON

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Row = Mapping[str, str]
# Of instants, which are kept as minutes since 1970: at the ends of the calendar there is no such number.
_YEARS = range(1970, 2101)


class Refusal(Exception):
    """The row cannot be used: a stable reason and what to do."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(reason)
        self.refused = (reason, message)


def weekday(cells: Row) -> int:
    """0 is Monday."""
    found = cells.get("weekday", "").lower()
    if found not in WEEKDAYS:
        raise Refusal("BAD_WEEKDAY", "weekday must be monday to sunday")
    return WEEKDAYS.index(found)


def minutes(cells: Row, column: str) -> int:
    """Since midnight."""
    try:
        found = time.fromisoformat(cells.get(column, ""))
    except ValueError:
        raise Refusal("BAD_TIME", f"{column} must be a time of day such as 09:00") from None
    return found.hour * 60 + found.minute


def instant(cells: Row, column: str) -> datetime:
    """Without an offset it is London wall time; with one, that offset is believed."""
    try:
        found = datetime.fromisoformat(cells.get(column, ""))
    except ValueError:
        raise Refusal("BAD_TIME", f"{column} must be a date and time such as 2026-03-16T11:30") from None
    if found.year not in _YEARS:
        raise Refusal("BAD_TIME", f"{column} must lie in the years {_YEARS[0]} to {_YEARS[-1]}")
    return (found if found.tzinfo else found.replace(tzinfo=LONDON)).astimezone(UTC)


def day(cells: Row, column: str) -> date:
    """A civil date."""
    try:
        return date.fromisoformat(cells.get(column, ""))
    except ValueError:
        raise Refusal("BAD_DATE", f"{column} must be a day such as 2026-03-16") from None


def stretch_of_days(cells: Row) -> tuple[date | None, date | None]:
    """`from_day` and `until_day`, both included; an empty one is no end on that side."""
    first = day(cells, "from_day") if cells.get("from_day") else None
    last = day(cells, "until_day") if cells.get("until_day") else None
    if first and last and last < first:
        raise Refusal("ENDS_BEFORE_IT_BEGINS", "until_day must be from_day or later")
    return first, last


def yes(cells: Row, column: str) -> bool:
    """`yes`; `no` and empty are no."""
    if cells.get(column, "") not in ("yes", "no", ""):
        raise Refusal("NOT_YES_OR_NO", f"{column} must be yes or no")
    return cells.get(column) == "yes"
