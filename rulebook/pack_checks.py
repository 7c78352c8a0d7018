"""What a schema cannot say about a pack: that every event, label, rule, body and document it names exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from string import Formatter
from typing import cast

from rulebook.brand import brand_violations
from rulebook.facts import BodyId
from rulebook.pack import Pack
from rulebook.vocabulary import UnknownAttributeError, UnknownEventError, attribute_meaning, meaning_of
from rulebook.yaml_source import Document, Json, Place, Violation

_EVENT_FIELDS = (
    "event",
    "known",
    "not_known",
    "after",
    "held_event",
    "booked_event",
    "considered_event",
    "raised_event",
    "notice_event",
    "minutes_event",
    "decided_event",
)
_EVENT_LISTS = (
    "until",
    "unless",
    "pending",
    "any_of",
    "none_of",
    "legal_status",
    "may_also_record",
    "may_record",
    "after_notice",
)


def pack_violations(pack: Pack, head: Document, parts: Sequence[Document] = ()) -> list[Violation]:
    """Everything wrong with one layer of the pack, the whole pack known. `parts` are further files of its rules."""
    found: list[Violation] = []
    dues = {str(raw["id"]): raw["due"] for document in (head, *parts) for raw in _rules(document)}
    for document in (head, *parts):
        found += _walk(pack, document, document.data, ())
        for position, raw in enumerate(_rules(document)):
            found += _rule_violations(pack, document, raw, ("rules", position), dues)
    data = cast(Mapping[str, Json], head.data)
    if "extends" in data:
        found += [v for document in (head, *parts) for v in _statutory(document)]
    found += _body_violations(pack, head, cast(Mapping[str, Json], data.get("bodies", {})))
    found += _unknown_rules(pack, head, cast(Mapping[str, Json], data.get("kept_elsewhere", {})))
    return found + brand_violations(head, cast(Mapping[str, Json], data.get("brand", {})))


def _rules(document: Document) -> list[Mapping[str, Json]]:
    return cast(list[Mapping[str, Json]], cast(Mapping[str, Json], document.data).get("rules", []))


def _body_violations(pack: Pack, document: Document, bodies: Mapping[str, Json]) -> Iterator[Violation]:
    """What no body of this layer may be: the second for a matter, or one whose recommendation goes to nobody."""
    for key in bodies:
        body = pack.bodies[BodyId(key)]
        for matter in body.matters:
            others = [other.id for other in pack.bodies.values() if matter in other.matters and other.id != key]
            if others:
                yield document.violation(("bodies", key), f"{matter!r} goes to {others[0]} too; it must go to one body")
        if body.authority == "recommends" and body.agenda and not body.agenda.decision_maker:
            yield document.violation(("bodies", key), "it recommends: say under `agenda` who the decision_maker is")


def _unknown_rules(pack: Pack, document: Document, kept: Mapping[str, Json]) -> Iterator[Violation]:
    for rule_id in kept:
        if rule_id not in pack.by_id:
            place = ("kept_elsewhere", rule_id)
            yield document.violation(place, f"no rule {rule_id!r} in this pack or under it", at_key=True)


def _statutory(document: Document) -> Iterator[Violation]:
    for position, raw in enumerate(_rules(document)):
        if raw["basis"] == "statutory":
            text = "a pack that extends another sets local clocks; the law is under it"
            yield document.violation(("rules", position, "basis"), text)


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
    if place[0] in ("labels", "parameters", "kept_elsewhere"):
        return
    if key in _EVENT_FIELDS or key in _EVENT_LISTS:
        yield from _event_violations(document, value, place)
    elif key == "attribute" or (place[-2:-1] == ("attributes",)):
        yield from _attribute_violations(document, key if key != "attribute" else str(value), place)
    elif key in ("meeting", "meeting_kind") and value not in pack.meeting_kinds:
        yield document.violation(place, f"no meeting kind {value!r}; there are: {', '.join(pack.meeting_kinds)}")
    elif key == "body" and value not in pack.bodies:
        yield document.violation(place, f"no body {value!r}; there are: {', '.join(pack.bodies)}")
    elif key == "quorum" and isinstance(value, str) and value not in pack.parameters:
        yield document.violation(place, f"no parameter {value!r}; there are: {', '.join(pack.parameters)}")
    elif key == "items_of":
        unknown = [one for one in cast(list[Json], value) if one not in pack.meeting_kinds]
        yield from (document.violation(place, f"no meeting kind {one!r}") for one in unknown)
    elif (
        key in ("due_of", "rule", "first_due", "next_due", "closed_rule")
        and isinstance(value, str)
        and value not in pack.by_id
    ):
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


def _attribute_violations(document: Document, name: str, place: Place) -> Iterator[Violation]:
    try:
        attribute_meaning(name)
    except UnknownAttributeError as error:
        yield document.violation(place, str(error))


def _rule_violations(
    pack: Pack, document: Document, raw: Mapping[str, Json], place: Place, dues: Mapping[str, Json]
) -> Iterator[Violation]:
    if "effective_to" in raw and str(raw["effective_to"]) < str(raw["effective_from"]):
        yield document.violation((*place, "effective_to"), "effective_to lies before effective_from")
    for _, label, _, _ in Formatter().parse(str(raw["title"])):
        if label is not None and label not in pack.labels:
            yield document.violation((*place, "title"), f"no label {label!r}; there are: {', '.join(pack.labels)}")
    if _leans_on_itself(raw, dues):
        yield document.violation((*place, "due"), f"{raw['id']} is counted from itself through due_of")


def _leans_on_itself(raw: Mapping[str, Json], dues: Mapping[str, Json]) -> bool:
    """Whether following `due_of` from this rule leads back to it. `dues` are those of this layer by rule id: a layer
    under it cannot lean on this one.
    """
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


def _named(value: Json) -> list[str]:
    """Every rule a due expression names by `due_of`."""
    if isinstance(value, list):
        return [name for one in value for name in _named(one)]
    if isinstance(value, dict):
        own = [str(value["due_of"])] if "due_of" in value else []
        return own + [name for one in value.values() for name in _named(one)]
    return []
