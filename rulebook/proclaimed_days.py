"""Bank holidays proclaimed after the `holidays` release in use: a table a person can add a line to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from rulebook.yaml_source import PackError, Violation, read_yaml


def read_proclaimed_days(path: Path) -> dict[date, str]:
    """The extra non-working days of a file `proclaimed: [{on: YYYY-MM-DD, name: ...}]`.

    Raises:
        PackError: every wrong entry, with line and column.
    """
    document = read_yaml(path)
    entries = document.data.get("proclaimed") if isinstance(document.data, dict) else None
    if not isinstance(entries, list):
        raise PackError([document.violation((), "expected a list under `proclaimed`")])
    days: dict[date, str] = {}
    wrong: list[Violation] = []
    for position, entry in enumerate(entries):
        parsed = _entry(entry)
        if isinstance(parsed, str):
            wrong.append(document.violation(("proclaimed", position), parsed))
        else:
            days[parsed[0]] = parsed[1]
    if wrong:
        raise PackError(wrong)
    return days


def _entry(entry: object) -> tuple[date, str] | str:
    """The day and its name, or what is wrong with the entry."""
    if not isinstance(entry, dict) or not isinstance(entry.get("on"), str) or not isinstance(entry.get("name"), str):
        return "each proclaimed day needs `on` (YYYY-MM-DD) and `name`"
    try:
        return date.fromisoformat(entry["on"]), entry["name"]
    except ValueError:
        return f"{entry['on']!r} is not a date: write YYYY-MM-DD"
