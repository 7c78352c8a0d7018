"""Reads a facts file: one subject with its attributes, and dated events, as JSON.

    {"child": {"date_of_birth": "2014-07-01", "sibling_group": true},
     "events": [{"event": "became_looked_after", "on": "2026-03-16"},
                {"event": "ppm_held", "on": "2026-04-10T15:30"}]}

In place of `child` it may say `unborn_child`, `sibling_group`, `carer_household`, `council`, or `body` (which names its
`id` in the pack). An event may add `"rule"` (of `obligation_met`) and `"assumed": true`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, cast

from rulebook.build_example import build_attributes
from rulebook.counting import london_instant
from rulebook.facts import AttributeValue, BodyId, CaseEvent, EventType, RuleId, Subject, SubjectKind
from rulebook.vocabulary import kind_of
from rulebook.yaml_source import Json

Fields = Mapping[str, Json]
_KINDS: Final = tuple(kind.value for kind in SubjectKind)
_EVENT_FIELDS: Final = frozenset(("event", "on", "rule", "assumed"))


class FactsFileError(ValueError):
    """The file cannot be used. `faults` lists everything that is wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        """Takes every fault found."""
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True)
class FactsFile:
    """A subject and its facts, in the order they were written."""

    subject: Subject
    facts: tuple[CaseEvent, ...]


def read_facts_file(path: Path) -> FactsFile:
    """The file's subject and facts.

    Raises:
        FactsFileError: not JSON, or anything in it that the vocabulary does not know, all of it at once.
        OSError: it cannot be read.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise FactsFileError([f"not JSON: {error}"]) from error
    if not isinstance(data, dict):
        raise FactsFileError(['expected an object with a subject, such as "child", and "events"'])
    faults: list[str] = []
    subject = _subject(data, faults)
    facts = tuple(_facts(data, faults))
    if faults or subject is None:
        raise FactsFileError(faults)
    return FactsFile(subject, facts)


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object whose every name stands once: a child has one date of birth."""
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        text = "is written twice in one object: leave the one that is right"
        raise FactsFileError([f"{name!r} {text}" for name in twice])
    return dict(pairs)


def _subject(data: Fields, faults: list[str]) -> Subject | None:
    named = [name for name in data if name != "events"]
    unknown = [name for name in named if name not in _KINDS]
    faults += [f"unknown field {name!r}; allowed are events and one of {', '.join(_KINDS)}" for name in unknown]
    kinds = [name for name in named if name in _KINDS]
    if len(kinds) != 1:
        faults.append(f"name one subject: one of {', '.join(_KINDS)}; found {', '.join(kinds) or 'none'}")
        return None
    raw = data[kinds[0]]
    if not isinstance(raw, dict):
        faults.append(f"{kinds[0]}: expected an object, which may be empty")
        return None
    return _built(SubjectKind(kinds[0]), dict(raw), faults)


def _built(kind: SubjectKind, raw: dict[str, Json], faults: list[str]) -> Subject | None:
    body = raw.pop("id", None) if kind is SubjectKind.BODY else None
    if kind is SubjectKind.BODY and not isinstance(body, str):
        faults.append('body: "id" has to name the body in the pack, such as tracking-panel')
    attributes: dict[str, AttributeValue] = {}
    for name, value in raw.items():
        try:
            attributes |= build_attributes({name: value})
        except ValueError as error:
            faults.append(f"{kind}: {error}")
    born = attributes.pop("date_of_birth", None)
    return Subject(
        id="subject",
        kind=kind,
        date_of_birth=born if isinstance(born, date) else None,
        body=BodyId(body) if isinstance(body, str) else None,
        attributes=attributes,
    )


def _facts(data: Fields, faults: list[str]) -> Iterator[CaseEvent]:
    events = data.get("events", [])
    if not isinstance(events, list):
        faults.append("events: expected a list")
        return
    for number, raw in enumerate(events, start=1):
        try:
            yield _fact(raw)
        except ValueError as error:
            faults.append(f"event {number}: {error}")


def _fact(raw: Json) -> CaseEvent:
    if not isinstance(raw, dict) or not isinstance(raw.get("event"), str) or not isinstance(raw.get("on"), str):
        raise ValueError('each event needs "event", a name, and "on", a date or local date-time')
    unknown = [name for name in raw if name not in _EVENT_FIELDS]
    if unknown:
        raise ValueError(f"unknown field {unknown[0]!r}; allowed are {', '.join(sorted(_EVENT_FIELDS))}")
    name, written = cast(str, raw["event"]), cast(str, raw["on"])
    kind = kind_of(name)
    on, at = _moment(name, written)
    rule = RuleId(str(raw["rule"])) if "rule" in raw else None
    return CaseEvent(EventType(name), on, at, kind, assumed=raw.get("assumed") is True, rule_id=rule)


def _moment(name: str, written: str) -> tuple[date, datetime | None]:
    try:
        if "T" not in written:
            return date.fromisoformat(written), None
        wall = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{name}: {written!r} is no date (YYYY-MM-DD) and no local time (YYYY-MM-DDTHH:MM)") from None
    return wall.date(), london_instant(wall)
