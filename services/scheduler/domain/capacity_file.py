"""Reads capacity.csv: hours, rooms, interpreters, busy times (docs/import.md). A row that cannot be used says why."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from services.scheduler.domain.diary import WorkingHours
from services.scheduler.domain.meeting import LONDON

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_REQUIRED = ("kind", "resource_kind", "resource_source_id")
_KINDS_OF = {
    "working_pattern": ("person", "interpreter"),
    "room": ("room",),
    "interpreter": ("interpreter",),
    "busy": ("person", "room", "interpreter"),
}
LARGEST_BYTES = 8 * 1024 * 1024
Row = Mapping[str, str]
Key = tuple[str, str]
"""(resource kind, source id)."""


class UnreadableFile(ValueError):
    """The file as a whole cannot be used; the text says what to do and holds no value of it."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """`row` is the line, the header being line 1; `message` holds no value of the row."""

    row: int
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room as the file gives it."""

    display_name: str
    seats: int
    features: tuple[str, ...]


@dataclass(slots=True)
class CapacityFile:
    """What the file holds, by (resource kind, source id). Rows of one resource are merged; repeated rows count once."""

    hours: dict[Key, set[WorkingHours]] = field(default_factory=dict)
    rooms: dict[Key, RoomRow] = field(default_factory=dict)
    interpreters: dict[Key, str] = field(default_factory=dict)
    busy: dict[Key, set[tuple[datetime, datetime]]] = field(default_factory=dict)
    first_row: dict[Key, int] = field(default_factory=dict)
    refused: list[RefusedRow] = field(default_factory=list)

    @property
    def known_until(self) -> datetime | None:
        """How far diaries were read when it was written: the end of its last busy time."""
        return max((end for spells in self.busy.values() for _, end in spells), default=None)

    @property
    def source_ids(self) -> list[str]:
        """Of the people and interpreters, sorted."""
        return sorted({key[1] for key in self.first_row if key[0] != "room"})

    def drop(self, key: Key, reason: str, message: str) -> None:
        """Leave a whole resource out; said once, at the first row that names it."""
        self.refused.append(RefusedRow(self.first_row.pop(key), reason, message))
        self.hours.pop(key, None)
        self.busy.pop(key, None)


class _Refusal(Exception):
    def __init__(self, reason: str, message: str) -> None:
        super().__init__(reason)
        self.refused = (reason, message)


def read_capacity(content: bytes) -> CapacityFile:
    """Read it all. UnreadableFile where it is no UTF-8, too large or lacks a column every row needs."""
    if len(content) > LARGEST_BYTES:
        raise UnreadableFile(f"is {len(content)} bytes long; at most {LARGEST_BYTES} are allowed")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile("is not UTF-8; save it as CSV UTF-8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in _REQUIRED if name not in (reader.fieldnames or ())]
    if missing:
        raise UnreadableFile(f"lacks the columns {', '.join(missing)}; its first line must name them")
    found = CapacityFile()
    for row, cells in _rows(reader):
        try:
            _take(found, row, cells)
        except _Refusal as refusal:
            found.refused.append(RefusedRow(row, *refusal.refused))
    _check_rooms(found)
    return found


def merged(hours: Iterable[WorkingHours]) -> tuple[WorkingHours, ...]:
    """In order, stretches that touch made one."""
    whole: list[WorkingHours] = []
    for one in sorted(hours, key=lambda one: (one.weekday, one.from_minute)):
        last = whole[-1] if whole else None
        if last and last.weekday == one.weekday and one.from_minute <= last.until_minute:
            until = max(last.until_minute, one.until_minute)
            whole[-1] = WorkingHours(one.weekday, last.from_minute, until)
        else:
            whole.append(one)
    return tuple(whole)


def _rows(reader: "csv.DictReader[str]") -> Iterator[tuple[int, Row]]:
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise UnreadableFile(f"is not CSV from line {reader.line_num} on") from None
        yield reader.line_num, {key: (value or "").strip() for key, value in cells.items() if isinstance(key, str)}


def _take(found: CapacityFile, row: int, cells: Row) -> None:
    kind, key = cells["kind"], (cells["resource_kind"], cells["resource_source_id"])
    if kind not in _KINDS_OF:
        raise _Refusal("UNKNOWN_KIND", f"kind must be one of {', '.join(_KINDS_OF)}")
    if key[0] not in _KINDS_OF[kind]:
        raise _Refusal("UNKNOWN_RESOURCE_KIND", f"resource_kind of such a row must be {' or '.join(_KINDS_OF[kind])}")
    if not key[1]:
        raise _Refusal("MISSING", "resource_source_id is required")
    _TAKE[kind](found, key, cells)
    found.first_row.setdefault(key, row)


def _take_hours(found: CapacityFile, key: Key, cells: Row) -> None:
    weekday = cells.get("weekday", "").lower()
    if weekday not in _WEEKDAYS:
        raise _Refusal("BAD_WEEKDAY", "weekday must be monday to sunday")
    first, last = _minutes(cells, "from"), _minutes(cells, "until")
    if last <= first:
        raise _Refusal("ENDS_BEFORE_IT_BEGINS", "until must be later than from")
    found.hours.setdefault(key, set()).add(WorkingHours(_WEEKDAYS.index(weekday), first, last))


def _take_room(found: CapacityFile, key: Key, cells: Row) -> None:
    if not cells.get("room_name"):
        raise _Refusal("MISSING", "room_name is required for a room")
    seats = cells.get("seats", "")
    if not seats.isdecimal() or not 1 <= int(seats) <= 10_000:
        raise _Refusal("NOT_A_NUMBER", "seats must be a whole number from 1")
    features = tuple(sorted({part.strip() for part in cells.get("features", "").split(";")} - {""}))
    found.rooms[key] = RoomRow(cells["room_name"], int(seats), features)


def _take_interpreter(found: CapacityFile, key: Key, cells: Row) -> None:
    if not cells.get("language"):
        raise _Refusal("MISSING", "language is required for an interpreter")
    found.interpreters[key] = cells["language"]


def _take_busy(found: CapacityFile, key: Key, cells: Row) -> None:
    start, end = _instant(cells, "busy_start"), _instant(cells, "busy_end")
    if end <= start:
        raise _Refusal("ENDS_BEFORE_IT_BEGINS", "busy_end must be later than busy_start")
    found.busy.setdefault(key, set()).add((start, end))


_TAKE: Mapping[str, Callable[[CapacityFile, Key, Row], None]] = {
    "working_pattern": _take_hours,
    "room": _take_room,
    "interpreter": _take_interpreter,
    "busy": _take_busy,
}


def _check_rooms(found: CapacityFile) -> None:
    for key in [key for key in found.first_row if key[0] == "room" and key not in found.rooms]:
        found.drop(key, "UNKNOWN_ROOM", "the file has no room row with this resource_source_id; add one")


def _minutes(cells: Row, column: str) -> int:
    try:
        found = time.fromisoformat(cells.get(column, ""))
    except ValueError:
        raise _Refusal("BAD_TIME", f"{column} must be a time of day such as 09:00") from None
    return found.hour * 60 + found.minute


def _instant(cells: Row, column: str) -> datetime:
    try:
        found = datetime.fromisoformat(cells.get(column, ""))
    except ValueError:
        raise _Refusal("BAD_TIME", f"{column} must be a date and time such as 2026-03-16T11:30") from None
    # Without an offset it is London wall time; with one, that offset is believed.
    return (found if found.tzinfo else found.replace(tzinfo=LONDON)).astimezone(UTC)
