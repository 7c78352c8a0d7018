"""Short marks by which it is seen that the rules, or the days that count, have changed since clocks were worked out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Final

from rulebook.pack import MeetingKind, Pack
from rulebook.rule import Rule
from rulebook.working_days import WorkingDays

_LENGTH: Final = 12
# What a rule is tried on changes no date, nor does when people are reminded.
_PASSED_OVER: Final[Mapping[type, frozenset[str]]] = {
    Rule: frozenset({"examples"}),
    MeetingKind: frozenset({"ladder"}),
}


def mark_of_rules(pack: Pack) -> str:
    """The same for packs whose rules, numbers and switches are the same, whatever process asks."""
    parts = (pack.id, pack.leap_birthday, pack.parameters, pack.kept_elsewhere, pack.meeting_kinds, pack.rules)
    return _digest(_plain(parts))


def mark_of_days(days: WorkingDays) -> str:
    """The same for tables that skip the same days, proclaimed ones included, under the same names."""
    return _digest(_plain((days.first_year, days.last_year, days.bank_holidays)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def _plain(value: object) -> str:
    """A text that depends on nothing but the value: sets and mappings have no order of their own."""
    if is_dataclass(value):
        passed_over = _PASSED_OVER.get(type(value), frozenset())
        shown = (one.name for one in fields(value) if one.compare and one.name not in passed_over)
        return f"{type(value).__name__}({','.join(f'{name}={_plain(getattr(value, name))}' for name in shown)})"
    if isinstance(value, Mapping):
        return "{" + ",".join(sorted(f"{_plain(key)}:{_plain(one)}" for key, one in value.items())) + "}"
    if isinstance(value, frozenset | set):
        return "{" + ",".join(sorted(_plain(one) for one in value)) + "}"
    if isinstance(value, tuple | list):
        return "[" + ",".join(_plain(one) for one in value) + "]"
    return repr(value)
