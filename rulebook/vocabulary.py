"""The case-event names, what kind of fact each is, and the words each is explained with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Final

from rulebook.facts import EventType, FactKind
from rulebook.yaml_source import PackError, read_yaml

VOCABULARY: Final = Path(__file__).parent / "data" / "vocabulary.yaml"


@dataclass(frozen=True, slots=True)
class EventMeaning:
    """One name of the vocabulary. `says` and `wanted` may carry a pack's labels, as `{cic_review}`."""

    type: EventType
    kind: FactKind
    says: str
    wanted: str
    after_entry: bool = False
    undone_by: EventType | None = None


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
    document = read_yaml(VOCABULARY)
    events = document.data.get("events") if isinstance(document.data, dict) else None
    if not isinstance(events, dict):
        raise PackError([document.violation((), "expected `events`")])
    return {EventType(name): _meaning(EventType(name), entry) for name, entry in events.items()}


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


def _meaning(name: EventType, entry: object) -> EventMeaning:
    if not isinstance(entry, dict):
        raise TypeError(f"{name}: expected kind and says")
    says = str(entry["says"])
    wanted = str(entry.get("wanted") or f"the date {says}")
    undone = EventType(entry["undone_by"]) if "undone_by" in entry else None
    return EventMeaning(name, FactKind(entry["kind"]), says, wanted, bool(entry.get("after_entry", False)), undone)
