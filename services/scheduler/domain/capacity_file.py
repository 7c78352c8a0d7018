"""Reads capacity.csv: hours, terms, absences, rooms, interpreters, busy times (docs/import.md).

A row that cannot be used says why.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from services.scheduler.domain.absence import FARTHEST_FIRST_DAYS, LONGEST_DAYS, AbsenceKind, Away, fault_of_away
from services.scheduler.domain.diary import Term
from services.scheduler.domain.file_cells import (
    Refusal,
    Row,
    day,
    instant,
    minutes,
    stretch_of_days,
    weekday,
    yes,
)
from services.scheduler.domain.working_time import WorkingPattern, merged_stretches

_REQUIRED = ("kind", "resource_kind", "resource_source_id")
_KINDS_OF = {
    "working_pattern": ("person", "interpreter"),
    "room": ("room",),
    "interpreter": ("interpreter",),
    "busy": ("person", "room", "interpreter"),
    "absence": ("person", "interpreter"),
    "term": ("term",),
}
_ABSENCE_SAYS = {
    "ENDS_BEFORE_IT_BEGINS": "until_day, or until on the same day, must be later than its beginning",
    "TOO_LONG": f"until_day lies more than {LONGEST_DAYS} days after from_day; give a shorter absence",
    "TOO_FAR_AHEAD": f"from_day lies more than {FARTHEST_FIRST_DAYS} days ahead; give the absence nearer to the time",
}
LARGEST_BYTES = 8 * 1024 * 1024
PatternDays = tuple[date | None, date | None, bool]
"""First and last day of a pattern, and whether it is for term time only."""
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
    venue: str = ""
    mailbox: str = ""


@dataclass(slots=True)
class CapacityFile:
    """What the file holds, by (resource kind, source id). Rows of one resource are merged; repeated rows count once."""

    today: date
    patterns: dict[Key, dict[PatternDays, WorkingPattern]] = field(default_factory=dict)
    absences: dict[Key, set[Away]] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
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
        self.patterns.pop(key, None)
        self.absences.pop(key, None)
        self.busy.pop(key, None)


def read_capacity(content: bytes, today: date) -> CapacityFile:
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
    found = CapacityFile(today)
    for row, cells in _rows(reader):
        try:
            _take(found, row, cells)
        except Refusal as refusal:
            found.refused.append(RefusedRow(row, *refusal.refused))
    _check_rooms(found)
    return found


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
        raise Refusal("UNKNOWN_KIND", f"kind must be one of {', '.join(_KINDS_OF)}")
    if key[0] not in _KINDS_OF[kind]:
        raise Refusal("UNKNOWN_RESOURCE_KIND", f"resource_kind of such a row must be {' or '.join(_KINDS_OF[kind])}")
    if not key[1]:
        raise Refusal("MISSING", "resource_source_id is required")
    if kind == "term":
        _take_term(found, key[1], cells)
        return
    _TAKE[kind](found, key, cells)
    found.first_row.setdefault(key, row)


def _take_hours(found: CapacityFile, key: Key, cells: Row) -> None:
    at, first, last = weekday(cells), minutes(cells, "from"), minutes(cells, "until")
    if last <= first:
        raise Refusal("ENDS_BEFORE_IT_BEGINS", "until must be later than from")
    days = (*stretch_of_days(cells), yes(cells, "term_time_only"))
    known = found.patterns.get(key, {})
    pattern = known.get(days, WorkingPattern((), *days))
    if any(pattern.overlaps(other) for other_days, other in known.items() if other_days != days):
        what = "its days overlap those of another pattern of this person; end that one the day before from_day"
        raise Refusal("PATTERNS_OVERLAP", what)
    whole = replace(pattern, stretches=merged_stretches([*pattern.stretches, (at, first, last)]))
    found.patterns[key] = known | {days: whole}


def _take_term(found: CapacityFile, name: str, cells: Row) -> None:
    term = day(cells, "from_day"), day(cells, "until_day")
    if term[1] < term[0]:
        raise Refusal("ENDS_BEFORE_IT_BEGINS", "until_day must be from_day or later")
    if any(term[0] <= last and first <= term[1] for other, (first, last) in found.terms.items() if other != name):
        raise Refusal("TERMS_OVERLAP", "its days overlap those of another term; correct from_day or until_day")
    found.terms[name] = term


def _take_absence(found: CapacityFile, key: Key, cells: Row) -> None:
    if cells.get("absence_kind") not in set(AbsenceKind):
        raise Refusal("UNKNOWN_ABSENCE", f"absence_kind must be one of {', '.join(AbsenceKind)}")
    times = (minutes(cells, column) if cells.get(column) else None for column in ("from", "until"))
    away = Away(AbsenceKind(cells["absence_kind"]), day(cells, "from_day"), day(cells, "until_day"), *times)
    fault = fault_of_away(away, found.today)
    if fault:
        raise Refusal(fault.reason, _ABSENCE_SAYS[fault.reason])
    found.absences.setdefault(key, set()).add(away)


def _take_room(found: CapacityFile, key: Key, cells: Row) -> None:
    if not cells.get("room_name"):
        raise Refusal("MISSING", "room_name is required for a room")
    seats = cells.get("seats", "")
    if not seats.isdecimal() or not 1 <= int(seats) <= 10_000:
        raise Refusal("NOT_A_NUMBER", "seats must be a whole number from 1")
    features = tuple(sorted({part.strip() for part in cells.get("features", "").split(";")} - {""}))
    found.rooms[key] = RoomRow(cells["room_name"], int(seats), features, cells.get("venue", ""), cells.get("email", ""))


def _take_interpreter(found: CapacityFile, key: Key, cells: Row) -> None:
    if not cells.get("language"):
        raise Refusal("MISSING", "language is required for an interpreter")
    found.interpreters[key] = cells["language"]


def _take_busy(found: CapacityFile, key: Key, cells: Row) -> None:
    start, end = instant(cells, "busy_start"), instant(cells, "busy_end")
    if end <= start:
        raise Refusal("ENDS_BEFORE_IT_BEGINS", "busy_end must be later than busy_start")
    found.busy.setdefault(key, set()).add((start, end))


_TAKE: Mapping[str, Callable[[CapacityFile, Key, Row], None]] = {
    "working_pattern": _take_hours,
    "room": _take_room,
    "interpreter": _take_interpreter,
    "busy": _take_busy,
    "absence": _take_absence,
}


def _check_rooms(found: CapacityFile) -> None:
    for key in [key for key in found.first_row if key[0] == "room" and key not in found.rooms]:
        found.drop(key, "UNKNOWN_ROOM", "the file has no room row with this resource_source_id; add one")
    for key in [key for key, room in found.rooms.items() if room.mailbox and room.mailbox.count("@") != 1]:
        found.rooms[key] = replace(found.rooms[key], mailbox="")
        says = "email must be one address, that of the room's mailbox; the room is kept without one"
        found.refused.append(RefusedRow(found.first_row[key], "NOT_AN_ADDRESS", says))
