"""Reads a register of requirements, and finds what of it no pack answers for.

A register is a text of Markdown tables in the form of `| id | ... |` under headings `## A1. ...` and so on; its
table of contradictions has ids such as `C-8`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from rulebook.pack import Pack
from rulebook.yaml_source import PackError, read_yaml

CONTRADICTIONS: Final = Path(__file__).parent / "data" / "contradictions.yaml"
_ROW = re.compile(r"^\|\s*([A-Za-z][A-Za-z0-9.-]*-[A-Za-z0-9.-]+)\s*\|")
_CONTRADICTION = re.compile(r"C-\d+")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One contradiction of the sources: how it is settled, and the rules or other entries of packs that settle it."""

    id: str
    settled: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """The ids of a register's requirements and of its contradictions, in their order."""

    requirements: tuple[str, ...]
    contradictions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of each id: a rule, an entry that is not computed, or nothing yet."""

    rules: tuple[str, ...]
    not_computed: tuple[str, ...]
    contradictions: tuple[str, ...]
    missing: tuple[str, ...]


class NotARegisterError(ValueError):
    """The file holds no table of requirements."""


@lru_cache(maxsize=1)
def contradictions() -> Mapping[str, Contradiction]:
    """Every contradiction the rulebook settles, by its id, read once from `rulebook/data/contradictions.yaml`."""
    document = read_yaml(CONTRADICTIONS)
    entries = document.data.get("contradictions") if isinstance(document.data, dict) else None
    if not isinstance(entries, dict):
        raise PackError([document.violation((), "expected `contradictions`")])
    return {name: _contradiction(name, entry) for name, entry in entries.items()}


def read_register(path: Path) -> Register:
    """The ids of a register.

    Raises:
        NotARegisterError: no row of requirements in it.
        OSError, UnicodeDecodeError: it cannot be read.
    """
    found = [row.group(1) for line in path.read_text(encoding="utf-8").splitlines() if (row := _ROW.match(line))]
    ids = list(dict.fromkeys(found))
    requirements = tuple(one for one in ids if not _CONTRADICTION.fullmatch(one))
    if not requirements:
        raise NotARegisterError(f"{path} has no table whose first column is an id such as BCP-8-05")
    return Register(requirements, tuple(one for one in ids if _CONTRADICTION.fullmatch(one)))


def coverage(packs: Iterable[Pack], register: Register) -> Coverage:
    """What the packs together make of a register. An id counts as a rule before it counts as not computed."""
    every = list(packs)
    rules = {str(rule.id) for pack in every for rule in pack.rules}
    told = {entry.id for pack in every for entry in pack.not_computed}
    settled = contradictions()
    return Coverage(
        rules=tuple(one for one in register.requirements if one in rules),
        not_computed=tuple(one for one in register.requirements if one in told and one not in rules),
        contradictions=tuple(one for one in register.contradictions if one in settled),
        missing=tuple(one for one in register.requirements if one not in rules and one not in told)
        + tuple(one for one in register.contradictions if one not in settled),
    )


def unknown_grounds(packs: Iterable[Pack]) -> list[str]:
    """What a contradiction or an entry that is not computed leans on and no pack has, in words."""
    every = list(packs)
    names = {name for pack in every for name in _names(pack)}
    grounds = [(one.id, name) for one in contradictions().values() for name in one.by]
    wrong = [f"{contradiction}: {name} is in no pack" for contradiction, name in grounds if name not in names]
    for pack in every:
        own = set(_names(pack))
        wrong += [
            f"{pack.id}: {entry.id} leans on {name}, which the pack does not have"
            for entry in pack.not_computed
            for name in entry.stands_in
            if name not in own
        ]
    return wrong


def _names(pack: Pack) -> Iterable[str]:
    yield from (str(name) for name in (*pack.by_id, *pack.parameters, *pack.bodies, *pack.meeting_kinds))
    yield from (entry.id for entry in pack.not_computed)


def _contradiction(name: str, entry: object) -> Contradiction:
    if not isinstance(entry, dict):
        raise TypeError(f"{name}: expected settled and by")
    return Contradiction(name, str(entry["settled"]), tuple(str(one) for one in entry["by"]))
