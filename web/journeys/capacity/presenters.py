"""Weeks of chairs and rooms as people read them: numbers and a word in every cell, never a colour alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from permanence.scheduler.v1 import capacity_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Meeting, Room, UnarrangedObligation

from web.desk import key_of
from web.people import People
from web.subjects import subject_path
from web.words import (
    civil,
    count_words,
    days_left_words,
    hours_words,
    in_order,
    london,
    moment,
    role_words,
    short_date,
)

# What a state is called, and the class that gives its cell a ground. Over leads where weeks are looked for.
_STATES = {
    pb.CAPACITY_STATE_HOURS_NOT_KNOWN: ("Not known", "unknown"),
    pb.CAPACITY_STATE_DIARY_NOT_READ: ("Not known", "unknown"),
    pb.CAPACITY_STATE_AWAY: ("Away", "away"),
    pb.CAPACITY_STATE_FITS: ("Fits", "fits"),
    pb.CAPACITY_STATE_FULL: ("Full", "full"),
    pb.CAPACITY_STATE_OVER: ("Over", "over"),
}
_NOT_SAID = ("Not known", "unknown")
_WHY_NOT_KNOWN = {
    pb.CAPACITY_STATE_HOURS_NOT_KNOWN: "working hours not known",
    pb.CAPACITY_STATE_DIARY_NOT_READ: "diary not read so far ahead",
}
_HALF_TAKEN = 0.5
COLUMNS = (
    "whose", "roles", "week", "comes_to", "working_minutes", "elsewhere_minutes", "available_minutes", "meetings",
    "meeting_minutes", "free_minutes", "to_book", "to_book_minutes",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One week. `path` leads to what stands behind it; empty where there is nothing to lead to."""

    week: date
    word: str
    kind: str
    taken: str
    free: str
    to_book: str
    why: str
    path: str


@dataclass(frozen=True)
class Row:
    """One chair or room. `over` is the number of weeks that break."""

    name: str
    roles: str
    cells: tuple[Cell, ...]
    over: int
    last: bool


@dataclass(frozen=True)
class Broken:
    """A week that breaks, and whose."""

    week: date
    whose: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Behind:
    """A meeting behind a number."""

    key: str
    when: str
    title: str
    reference: str
    room: str


@dataclass(frozen=True)
class ToArrange:
    """A clock behind a number."""

    path: str
    reference: str
    title: str
    due: date | None
    left: str


def rows_of(rows: Iterable[pb.CapacityRow], people: People, role: str, *, lead_on: bool) -> list[Row]:
    """The first to break first, then by name; what belongs to nobody stays last. `role`: only who chairs in it."""
    shown = [_row(one, people, lead_on=lead_on) for one in rows if not role or role in one.roles or not one.resource]
    return sorted(shown, key=lambda row: (row.last, _first_over(row), in_order(row.name)))


def weeks_that_break(rows: Sequence[Row]) -> list[Broken]:
    """Each week once, in order, with everybody in whose time something does not fit."""
    found: dict[date, list[tuple[str, str]]] = {}
    for row in rows:
        for cell in row.cells:
            if cell.kind == "over":
                found.setdefault(cell.week, []).append((row.name, cell.path))
    return [Broken(week, tuple(found[week])) for week in sorted(found)]


def roles_in(rows: Iterable[pb.CapacityRow]) -> list[tuple[str, str]]:
    """Every role in which somebody chairs, with its words."""
    return sorted({(role, role_words(role)) for row in rows for role in row.roles}, key=lambda one: one[1])


def table_of(rows: Iterable[pb.CapacityRow], people: People, role: str) -> list[tuple[str | int, ...]]:
    """The same as a file: a line for each cell. What is not known is empty and never 0."""
    shown = [row for row in rows if not role or role in row.roles or not row.resource]
    return [COLUMNS, *(_line(row, cell, people) for row in shown for cell in row.cells)]


def numbers_of(cell: pb.CapacityCell, *, room: bool) -> list[tuple[str, str]]:
    """One week in words: what, and how much."""
    known = cell.state not in _WHY_NOT_KNOWN
    hours = cell.state != pb.CAPACITY_STATE_HOURS_NOT_KNOWN
    found = [
        ("Comes to", _state_words(cell)),
        ("Hours open" if room else "Working hours", hours_words(cell.working_minutes) if hours else "Not known"),
        ("Taken elsewhere", hours_words(cell.elsewhere_minutes) if known else "Not known"),
        ("Taken by meetings", f"{hours_words(cell.meeting_minutes)}, {count_words(cell.meetings, 'meeting')}"),
        ("Still free", hours_words(cell.free_minutes) if known else "Not known"),
    ]
    if cell.most_chaired_meetings:
        found.append(("Chairs", f"{cell.chaired_meetings} of at most {cell.most_chaired_meetings} meetings"))
    return found if room else [*found, ("To be booked", _to_book(cell) or "Nothing")]


def meetings_behind(meetings: Iterable[Meeting], rooms: Mapping[str, Room] | None) -> list[Behind]:
    """By start."""
    return [
        Behind(key_of(one.name), moment(london(one.start_time)), one.title, one.reference, _room(one.room, rooms))
        for one in meetings
    ]


def obligations_behind(obligations: Iterable[UnarrangedObligation]) -> list[ToArrange]:
    """In the order given: the earliest due first."""
    return [
        ToArrange(
            subject_path(one.subject),
            one.subject_reference or "no reference yet",
            one.title,
            min((day for day in (civil(one.statutory_due_date), civil(one.local_due_date)) if day), default=None),
            days_left_words(one.working_days_left),
        )
        for one in obligations
    ]


def _row(row: pb.CapacityRow, people: People, *, lead_on: bool) -> Row:
    cells = tuple(_cell(row, one, lead_on=lead_on) for one in row.cells)
    roles = ", ".join(map(role_words, row.roles))
    over = sum(one.kind == "over" for one in cells)
    return Row(_name(row, people), roles, cells, over, not row.resource)


def _cell(row: pb.CapacityRow, cell: pb.CapacityCell, *, lead_on: bool) -> Cell:
    word, kind = _STATES.get(cell.state, _NOT_SAID)
    known = cell.state not in _WHY_NOT_KNOWN
    week = civil(cell.week)
    assert week is not None
    taken = hours_words(cell.meeting_minutes)
    if known and kind == "fits" and cell.meeting_minutes + cell.unbooked_minutes > cell.available_minutes * _HALF_TAKEN:
        kind = "filling"
    return Cell(
        week=week,
        word=word,
        kind=kind,
        taken=f"{taken} of {hours_words(cell.available_minutes)}" if known else f"{taken} taken",
        free=f"{hours_words(cell.free_minutes)} free" if known else "",
        to_book=f"+ {_to_book(cell)}" if cell.unbooked_meetings else "",
        why=_WHY_NOT_KNOWN.get(cell.state, ""),
        path=_path(row.resource, week) if lead_on and row.resource else "",
    )


def _line(row: pb.CapacityRow, cell: pb.CapacityCell, people: People) -> tuple[str | int, ...]:
    known, hours = cell.state not in _WHY_NOT_KNOWN, cell.state != pb.CAPACITY_STATE_HOURS_NOT_KNOWN
    return (
        _name(row, people),
        ", ".join(map(role_words, row.roles)),
        str(civil(cell.week)),
        _state_words(cell),
        cell.working_minutes if hours else "",
        cell.elsewhere_minutes if known else "",
        cell.available_minutes if known else "",
        cell.meetings,
        cell.meeting_minutes,
        cell.free_minutes if known else "",
        cell.unbooked_meetings,
        cell.unbooked_minutes,
    )


def _path(resource: str, week: date) -> str:
    kind = "rooms" if "/rooms/" in resource else "people"
    return f"/capacity/{kind}/{key_of(resource)}?week={week}"


def _name(row: pb.CapacityRow, people: People) -> str:
    if row.display_name:
        return row.display_name
    if not row.resource:
        return "All rooms together" if any(one.working_minutes for one in row.cells) else "No chair known"
    return people.name(row.resource, "Name not known")


def _to_book(cell: pb.CapacityCell) -> str:
    if not cell.unbooked_meetings:
        return ""
    return f"{count_words(cell.unbooked_meetings, 'meeting')} to book, {hours_words(cell.unbooked_minutes)}"


def _state_words(cell: pb.CapacityCell) -> str:
    word, why = _STATES.get(cell.state, _NOT_SAID)[0], _WHY_NOT_KNOWN.get(cell.state)
    return f"{word}: {why}" if why else word


def _room(room: str, rooms: Mapping[str, Room] | None) -> str:
    if not room:
        return "No room"
    return rooms[room].display_name if rooms and room in rooms else "Room not known just now"


def _first_over(row: Row) -> date:
    return next((one.week for one in row.cells if one.kind == "over"), date.max)


def week_words(week: date) -> str:
    """`week of 16 Mar 2026`."""
    return f"week of {short_date(week)}"
