"""What a schema cannot say about a pack: that every event, label, rule, body and document it names exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import cast

from rulebook.brand import brand_violations
from rulebook.pack import Pack
from rulebook.vocabulary import UnknownEventError, meaning_of
from rulebook.yaml_source import Document, Json, Place, Violation

_EVENT_FIELDS = ("event", "known", "not_known", "held_event", "booked_event")
_EVENT_LISTS = ("until", "any_of", "none_of")


def pack_violations(pack: Pack, document: Document, data: Mapping[str, Json]) -> list[Violation]:
    """Everything wrong with one layer of the pack, the whole pack known."""
    found = list(_walk(pack, document, cast(Json, data), ()))
    for position, raw in enumerate(cast(list[Mapping[str, Json]], data.get("rules", []))):
        found += _rule_violations(pack, document, raw, ("rules", position))
    return found + brand_violations(document, cast(Mapping[str, Json], data.get("brand", {})))


def _walk(pack: Pack, document: Document, value: Json, place: Place) -> Iterator[Violation]:
    """Every name, wherever in the file it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _names(pack, document, key, inner, (*place, key))
            yield from _walk(pack, document, inner, (*place, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _walk(pack, document, inner, (*place, position))


def _names(pack: Pack, document: Document, key: str, value: Json, place: Place) -> Iterator[Violation]:
    if "labels" in place or "parameters" in place:
        return
    if key in _EVENT_FIELDS or key in _EVENT_LISTS:
        yield from _event_violations(document, value, place)
    elif key in ("meeting", "meeting_kind") and value not in pack.meeting_kinds:
        yield document.violation(place, f"no meeting kind {value!r}; there are: {', '.join(pack.meeting_kinds)}")
    elif key == "body" and value not in pack.bodies:
        yield document.violation(place, f"no body {value!r}; there are: {', '.join(pack.bodies)}")
    elif key in ("due_of", "rule") and isinstance(value, str) and value not in pack.by_id:
        yield document.violation(place, f"no rule {value!r} in this pack or under it")
    elif key == "document" and value not in pack.documents:
        yield document.violation(place, f"no document {value!r} under `documents`")


def _event_violations(document: Document, value: Json, place: Place) -> Iterator[Violation]:
    named = [((*place, n), one) for n, one in enumerate(value)] if isinstance(value, list) else [(place, value)]
    for where, name in named:
        try:
            meaning_of(str(name))
        except UnknownEventError as error:
            yield document.violation(where, str(error))


def _rule_violations(pack: Pack, document: Document, raw: Mapping[str, Json], place: Place) -> Iterator[Violation]:
    if raw["basis"] == "statutory" and "extends" in cast(Mapping[str, Json], document.data):
        yield document.violation(
            (*place, "basis"), "a pack that extends another sets local clocks; the law is under it"
        )
    if "effective_to" in raw and str(raw["effective_to"]) < str(raw["effective_from"]):
        yield document.violation((*place, "effective_to"), "effective_to lies before effective_from")
    for _, label, _, _ in Formatter().parse(str(raw["title"])):
        if label is not None and label not in pack.labels:
            yield document.violation((*place, "title"), f"no label {label!r}; there are: {', '.join(pack.labels)}")
    if _leans_on_itself(raw, document):
        yield document.violation((*place, "due"), f"{raw['id']} is counted from itself through due_of")


def _leans_on_itself(raw: Mapping[str, Json], document: Document) -> bool:
    """Whether following `due_of` from this rule leads back to it."""
    dues = _dues_of(document)
    seen: set[str] = set()
    ahead = _named(raw["due"])
    while ahead:
        name = ahead.pop()
        if name == raw["id"]:
            return True
        if name not in seen:
            seen.add(name)
            ahead += _named(dues.get(name))
    return False


def _dues_of(document: Document) -> dict[str, Json]:
    """Due expressions of this layer by rule id: a layer under it cannot lean on this one."""
    data = cast(Mapping[str, Json], document.data)
    return {str(raw["id"]): raw["due"] for raw in cast(list[Mapping[str, Json]], data.get("rules", []))}


def _named(value: Json) -> list[str]:
    """Every rule a due expression names by `due_of`."""
    if isinstance(value, list):
        return [name for one in value for name in _named(one)]
    if isinstance(value, dict):
        own = [str(value["due_of"])] if "due_of" in value else []
        return own + [name for one in value.values() for name in _named(one)]
    return []
