"""Writes capacity.csv: when staff work, which rooms and interpreters there are, and what is taken for eight
weeks ahead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from cli.made_council.calendar_days import is_working
from cli.made_council.cast import Room, StaffMember
from cli.made_council.dice import dice
from cli.made_council.sheets import Cell, Sheets
from cli.made_council.spec import CouncilSpec

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_LANGUAGES = ("Polish", "Romanian", "Urdu", "Arabic", "British Sign Language", "Portuguese")
_OPENS, _CLOSES = 18, 34  # half-hours since midnight: 09:00 to 17:00
_WEEKS = 8
# Tuesday and Thursday afternoons are kept for meetings: otherwise no four diaries would ever have room together.
_MEETING_DAYS, _NOON = (1, 3), 25
# Busy spells of 1 to 4 half-hours and the gaps between them leave a diary 40% full (counted in the tests).
_BUSY_SPELLS, _GAPS = (1, 2, 3, 4), (0, 1, 2, 3, 4, 4, 4, 6)


def write_capacity(sheets: Sheets, spec: CouncilSpec, staff: tuple[StaffMember, ...], rooms: tuple[Room, ...]) -> None:
    """Rows of every kind. Busy times lie inside working days; none falls on a bank holiday."""
    rng = dice(f"{spec.seed}/{spec.slug}/capacity")
    days = [spec.as_of + timedelta(days=n) for n in range(7 * _WEEKS)]
    days = [day for day in days if is_working(day)]
    for member in staff:
        _write_pattern(sheets, "person", member.source_id, member.working_days)
    for room in rooms:
        _write_room(sheets, room)
    for n in range(1, spec.interpreters + 1):
        _write_interpreter(sheets, spec, n)
    for member in staff:
        _write_busy(sheets, "person", member.source_id, (d for d in days if d.weekday() in member.working_days), rng)
    for room in rooms:
        _write_busy(sheets, "room", room.source_id, iter(days), rng)


def _write_pattern(sheets: Sheets, resource_kind: str, source_id: str, weekdays: tuple[int, ...]) -> None:
    for weekday in weekdays:
        sheets.add(
            "capacity",
            {
                "kind": "working_pattern",
                "resource_kind": resource_kind,
                "resource_source_id": source_id,
                "weekday": _WEEKDAYS[weekday],
                "from": "09:00",
                "until": "17:00",
            },
        )


def _write_room(sheets: Sheets, room: Room) -> None:
    sheets.add(
        "capacity",
        {
            "kind": "room",
            "resource_kind": "room",
            "resource_source_id": room.source_id,
            "room_name": room.name,
            "seats": room.seats,
            "features": ";".join(room.features),
            "email": room.email,
        },
    )


def _write_interpreter(sheets: Sheets, spec: CouncilSpec, n: int) -> None:
    source_id = f"IT{n:02d}"
    row: dict[str, Cell] = {
        "kind": "interpreter",
        "resource_kind": "interpreter",
        "resource_source_id": source_id,
        "language": _LANGUAGES[(n - 1) % len(_LANGUAGES)],
        "email": f"interpreter-{n}@{spec.outside_domain}",
    }
    sheets.add("capacity", row)
    _write_pattern(sheets, "interpreter", source_id, (0, 1, 2, 3, 4))


def _write_busy(sheets: Sheets, resource_kind: str, source_id: str, days: Iterator[date], rng: Random) -> None:
    for day in days:
        midnight = datetime.combine(day, time())
        free_from = _NOON if resource_kind == "person" and day.weekday() in _MEETING_DAYS else _CLOSES
        for start, end in _spells(rng):
            if end > free_from:
                continue
            sheets.add(
                "capacity",
                {
                    "kind": "busy",
                    "resource_kind": resource_kind,
                    "resource_source_id": source_id,
                    "busy_start": midnight + timedelta(minutes=30 * start),
                    "busy_end": midnight + timedelta(minutes=30 * end),
                },
            )


def _spells(rng: Random) -> Iterator[tuple[int, int]]:
    at = _OPENS + rng.choice(_GAPS)
    while at < _CLOSES:
        end = min(_CLOSES, at + rng.choice(_BUSY_SPELLS))
        yield at, end
        at = end + max(1, rng.choice(_GAPS))
