"""The case-event names, what kind of fact each is, and the words each is explained with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from rulebook.facts import EventType, FactKind, SubjectKind
from rulebook.yaml_source import Document, PackError, read_yaml

T = TypeVar("T")
VOCABULARY: Final = Path(__file__).parent / "data" / "vocabulary.yaml"


@dataclass(frozen=True, slots=True)
class EventMeaning:
    """One name of the vocabulary. `says` and `wanted` may carry a pack's labels, as `{cic_review}`.

    `group` is the heading under which people look for it; `of` whose fact it is, an unborn child's being a child's.
    """

    type: EventType
    kind: FactKind
    says: str
    wanted: str
    group: str
    of: frozenset[SubjectKind]
    after_entry: bool = False
    undone_by: EventType | None = None


class AttributeKind(StrEnum):
    """What the value of an attribute is."""

    DATE = "date"
    YES_NO = "yes_no"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class AttributeMeaning:
    """One attribute of a subject. `wanted` names it where it is missing; `values` are those a text may have."""

    name: str
    kind: AttributeKind
    says: str
    wanted: str
    values: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)

    def value_of(self, written: str) -> str:
        """A text as the rules know it: other spellings and usual other words of a value are that value."""
        plain = re.sub(r"[^a-z0-9]+", "_", written.replace("'", "").lower()).strip("_")
        return self.aliases.get(plain, plain)


class UnknownAttributeError(ValueError):
    """An attribute the vocabulary does not have; the message names the nearest one it has."""

    def __init__(self, name: str) -> None:
        """Takes the unknown name and looks up the nearest known one."""
        near = get_close_matches(name, attributes(), n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(attributes())}"
        super().__init__(f"unknown attribute {name!r}{hint}")


class UnknownEventError(ValueError):
    """An event name the vocabulary does not have; the message names the nearest one it has."""

    def __init__(self, name: str) -> None:
        """Takes the unknown name and looks up the nearest known one."""
        near = get_close_matches(name, vocabulary(), n=1, cutoff=0.5)
        self.near = near[0] if near else ""
        hint = f"; did you mean {self.near!r}?" if near else ""
        super().__init__(f"unknown event {name!r}{hint}")


@lru_cache(maxsize=1)
def vocabulary() -> Mapping[EventType, EventMeaning]:
    """Every event name with its meaning, read once from `rulebook/data/vocabulary.yaml`."""
    groups = [_group(one) for one in _section("events", list)]
    return {one.type: one for group in groups for one in group}


@lru_cache(maxsize=1)
def attributes() -> Mapping[str, AttributeMeaning]:
    """Every attribute of a subject that a rule may ask for, read once from the same file."""
    return {name: _attribute(name, entry) for name, entry in _section("attributes", dict).items()}


def attribute_meaning(name: str) -> AttributeMeaning:
    """The meaning of an attribute; raises `UnknownAttributeError`, which names the nearest known one."""
    meaning = attributes().get(name)
    if meaning is None:
        raise UnknownAttributeError(name)
    return meaning


@lru_cache(maxsize=1)
def _document() -> Document:
    return read_yaml(VOCABULARY)


def _section(name: str, shape: type[T]) -> T:
    data = _document().data
    section = data.get(name) if isinstance(data, dict) else None
    if not isinstance(section, shape):
        raise PackError([_document().violation((), f"expected `{name}`")])
    return section


def meaning_of(name: str) -> EventMeaning:
    """The meaning of an event name.

    Raises:
        UnknownEventError: names the nearest known event.
    """
    meaning = vocabulary().get(EventType(name))
    if meaning is None:
        raise UnknownEventError(name)
    return meaning


def kind_of(name: str) -> FactKind:
    """Whether the event happened, is planned, or begins a state; raises `UnknownEventError`."""
    return meaning_of(name).kind


def _group(entry: object) -> list[EventMeaning]:
    if not isinstance(entry, dict):
        raise TypeError("events: expected groups")
    title, of = str(entry["group"]), frozenset(SubjectKind(one) for one in entry["of"])
    return [_meaning(EventType(name), one, title, of) for name, one in entry["events"].items()]


def _meaning(name: EventType, entry: object, group: str, of: frozenset[SubjectKind]) -> EventMeaning:
    if not isinstance(entry, dict):
        raise TypeError(f"{name}: expected kind and says")
    says = str(entry["says"])
    wanted = str(entry.get("wanted") or f"the date {says}")
    undone = EventType(entry["undone_by"]) if "undone_by" in entry else None
    after_entry = bool(entry.get("after_entry", False))
    return EventMeaning(name, FactKind(entry["kind"]), says, wanted, group, of, after_entry, undone)


def _attribute(name: str, entry: object) -> AttributeMeaning:
    if not isinstance(entry, dict):
        raise TypeError(f"{name}: expected kind, says and wanted")
    values = tuple(str(one) for one in entry.get("values", ()))
    aliases = {str(alias): str(value) for alias, value in entry.get("aliases", {}).items()}
    return AttributeMeaning(
        name, AttributeKind(entry["kind"]), str(entry["says"]), str(entry["wanted"]), values, aliases
    )
