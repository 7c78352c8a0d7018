"""Lays a council's pack over the law: reads every layer, checks it, and puts them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar, cast

from rulebook.body import Body
from rulebook.brand import Brand
from rulebook.build_body import build_body
from rulebook.build_rule import Fields, build_rule, build_source, roles, text, texts
from rulebook.counting import LeapBirthday
from rulebook.decisions import build_decisions, build_escalation, joined
from rulebook.facts import BodyId, EventType, RuleId
from rulebook.pack import (
    DecidesDate,
    Ladder,
    MeetingKind,
    MeetingPart,
    NotAClock,
    NotComputed,
    Pack,
    SourceDocument,
)
from rulebook.pack_checks import pack_violations
from rulebook.pack_schema import schema_violations
from rulebook.rule import Basis, MeetingKindId, Role, Rule, Source
from rulebook.yaml_source import Document, Json, PackError, Place, Violation, read_yaml

_Built = TypeVar("_Built")
# A slip of the year would close the council for good.
_LONGEST_CLOSURE_DAYS = 92


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule, or one requirement that is not computed, with the file and place it stands in."""

    document: Document
    place: Place
    raw: Fields


@dataclass(frozen=True, slots=True)
class Layer:
    """One pack with its data, schema already accepted. `parts` are further files of its rules."""

    document: Document
    data: Fields
    parts: tuple[Document, ...] = ()

    @property
    def id(self) -> str:
        """The pack's id."""
        return str(self.data["pack"])

    def section(self, key: str) -> Fields:
        """A section that is a mapping; empty when absent."""
        return cast(Fields, self.data.get(key, {}))

    def listed(self, key: str) -> list[Entry]:
        """The entries of a section that is a list, those of the parts after the pack's own."""
        return [
            Entry(document, (key, position), raw)
            for document in (self.document, *self.parts)
            for position, raw in enumerate(cast(list[Fields], cast(Fields, document.data).get(key, [])))
        ]


def read_layers(name: str, folder: Path) -> Pack:
    """The pack `name` of a folder over all it extends.

    Raises:
        PackError: everything wrong with any layer.
        LookupError: no such pack.
    """
    layers = _chain(name, folder)
    problems: list[Violation] = []
    numbers = {key: value for layer in layers for key, value in layer.section("parameters").items()}
    rules = [rule for layer in layers for rule in _rules(layer, _titles(layers), numbers, problems)]
    rules = _adopted(rules, layers)
    kinds = _meeting_kinds(layers, problems)
    bodies = _bodies(layers, numbers, problems)
    closures = _closures(layers, problems)
    if problems:
        raise PackError(problems)
    pack = _assemble(layers, rules, kinds, bodies, closures)
    problems = [v for layer in layers for v in pack_violations(pack, layer.document, layer.parts)]
    problems += _overridden(layers)
    if problems:
        raise PackError(problems)
    return pack


def _adopted(rules: list[Rule], layers: list[Layer]) -> list[Rule]:
    """A council that works by another's policy counts it from the day it took it over; the law's own days stand."""
    day = _day(layers[-1].data.get("adopted_from"))
    if day is None:
        return rules
    return [rule if rule.basis is Basis.STATUTORY else replace(rule, effective_from=day) for rule in rules]


def _chain(name: str, folder: Path) -> list[Layer]:
    """The layers from the law up to `name`."""
    chain: list[Layer] = []
    wanted: str | None = name
    while wanted is not None:
        layer = _layer(wanted, folder)
        if any(layer.id == other.id for other in chain):
            place = layer.document.violation(("extends",), f"{layer.id} extends itself")
            raise PackError([place])
        chain.insert(0, layer)
        wanted = str(layer.data["extends"]) if "extends" in layer.data else None
    return chain


@lru_cache(maxsize=64)
def _layer(name: str, folder: Path) -> Layer:
    path = folder / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(other.stem for other in folder.glob("*.yaml")))
        raise LookupError(f"no pack {name!r}; there are: {known}")
    document = read_yaml(path)
    violations = schema_violations(document)
    if violations:
        raise PackError(violations)
    data = cast(Fields, document.data)
    if data["pack"] != name:
        raise PackError([document.violation(("pack",), f"the file is called {name}, the pack {data['pack']!r}")])
    parts = (_part(document, position, str(part)) for position, part in enumerate(texts(data.get("parts"))))
    return Layer(document, data, tuple(parts))


def _part(pack: Document, position: int, name: str) -> Document:
    """A further file of a pack's rules, in the folder of the pack's name."""
    data = cast(Fields, pack.data)
    shown = f"{data['pack']}/{name}.yaml"
    path = pack.path.parent / shown
    if not path.is_file():
        raise PackError([pack.violation(("parts", position), f"there is no file {shown}")])
    document = read_yaml(path, shown_as=shown)
    violations = schema_violations(document)
    if not violations and cast(Fields, document.data).get("part_of") != data["pack"]:
        violations = [document.violation((), f"this is a part of the pack {data['pack']}: say part_of: {data['pack']}")]
    if violations:
        raise PackError(violations)
    return document


def _assemble(
    layers: list[Layer],
    rules: list[Rule],
    kinds: dict[MeetingKindId, MeetingKind],
    bodies: dict[BodyId, Body],
    closures: dict[date, str],
) -> Pack:
    top = layers[-1].data
    labels = {key: str(value) for layer in layers for key, value in layer.section("labels").items()}
    parameters = {key: value for layer in layers for key, value in layer.section("parameters").items()}
    leap = next(
        (str(layer.data["leap_birthday"]) for layer in reversed(layers) if "leap_birthday" in layer.data),
        None,
    )
    return Pack(
        id=layers[-1].id,
        title=str(top["title"]),
        version=str(top["version"]),
        layers=tuple(layer.id for layer in layers),
        labels=labels,
        leap_birthday=LeapBirthday(leap) if leap else LeapBirthday.MARCH_1,
        parameters=cast(Mapping[str, str | int | bool], parameters),
        documents={doc.id: doc for layer in layers for doc in _documents(layer)},
        bodies=bodies,
        meeting_kinds=kinds,
        rules=tuple(_titled(rule, labels) for rule in rules),
        not_computed=tuple(
            _not_computed(entry.raw, layer, _titles(layers))
            for layer in layers
            for entry in layer.listed("not_computed")
        ),
        brand=_brand(layers),
        kept_elsewhere={
            RuleId(key): str(value) for layer in layers for key, value in layer.section("kept_elsewhere").items()
        },
        closures=closures,
        decisions={
            MeetingKindId(key): build_decisions(raw)
            for key, raw in joined([layer.section("decisions") for layer in layers]).items()
        },
        escalations={
            key: build_escalation(raw)
            for key, raw in joined([layer.section("escalations") for layer in layers]).items()
        },
        extends=str(top.get("extends", "")),
        own_rules=frozenset(RuleId(text(entry.raw, "id")) for entry in layers[-1].listed("rules")),
    )


def _brand(layers: Iterable[Layer]) -> Brand:
    """Each colour as the last layer says that names it."""
    return Brand(**{key: str(value).lower() for layer in layers for key, value in layer.section("brand").items()})


def _titled(rule: Rule, labels: Mapping[str, str]) -> Rule:
    """The rule with the council's words in its title; an unknown label is left for the checks to report."""
    words = _Labels(labels)
    title = rule.title.format_map(words)
    return replace(rule, title=title[:1].upper() + title[1:])


class _Labels(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _titles(layers: Iterable[Layer]) -> dict[str, str]:
    return {key: str(cast(Fields, raw)["title"]) for layer in layers for key, raw in layer.section("documents").items()}


def _rules(layer: Layer, titles: Mapping[str, str], numbers: Fields, problems: list[Violation]) -> list[Rule]:
    built = (
        _built(entry.document, entry.place, partial(build_rule, entry.raw, titles, numbers), problems)
        for entry in layer.listed("rules")
    )
    return [rule for rule in built if rule is not None]


def _built(document: Document, place: Place, build: Callable[[], _Built], problems: list[Violation]) -> _Built | None:
    """What `build` makes, or None and a problem at that place."""
    try:
        return build()
    except (ValueError, KeyError, TypeError) as error:
        problems.append(document.violation(place, str(error)))
        return None


def _documents(layer: Layer) -> list[SourceDocument]:
    return [
        SourceDocument(
            id=key,
            title=text(cast(Fields, raw), "title"),
            effective_from=_day(cast(Fields, raw).get("effective_from")),
            review_due=_day(cast(Fields, raw).get("review_due")),
            note=text(cast(Fields, raw), "note", ""),
        )
        for key, raw in layer.section("documents").items()
    ]


def _bodies(layers: list[Layer], numbers: Fields, problems: list[Violation]) -> dict[BodyId, Body]:
    """Bodies, a later layer's fields over an earlier one's."""
    joined: dict[str, dict[str, Json]] = {}
    bodies: dict[BodyId, Body] = {}
    for layer in layers:
        for key, raw in layer.section("bodies").items():
            joined[key] = joined.get(key, {}) | dict(cast(Fields, raw))
            build = partial(build_body, BodyId(key), joined[key], _titles(layers), numbers)
            body = _built(layer.document, ("bodies", key), build, problems)
            if body is not None:
                bodies[body.id] = body
    return bodies


def _meeting_kinds(layers: list[Layer], problems: list[Violation]) -> dict[MeetingKindId, MeetingKind]:
    """Meeting kinds, a later layer's fields over an earlier one's."""
    joined: dict[str, dict[str, Json]] = {}
    kinds: dict[MeetingKindId, MeetingKind] = {}
    for layer in layers:
        for key, raw in layer.section("meeting_kinds").items():
            joined[key] = joined.get(key, {}) | dict(cast(Fields, raw))
            build = partial(_meeting_kind, MeetingKindId(key), joined[key], _titles(layers))
            kind = _built(layer.document, ("meeting_kinds", key), build, problems)
            if kind is not None:
                kinds[kind.id] = kind
    return kinds


def _meeting_kind(kind_id: MeetingKindId, raw: Fields, titles: Mapping[str, str]) -> MeetingKind:
    absent = [key for key in ("title", "duration_minutes", "chair_role") if key not in raw]
    if absent:
        raise ValueError(f"meeting kind {kind_id} lacks {', '.join(absent)}")
    return MeetingKind(
        id=kind_id,
        title=text(raw, "title"),
        duration_minutes=cast(int, raw["duration_minutes"]),
        chair_role=Role(text(raw, "chair_role")),
        required_roles=roles(raw, "required_roles"),
        optional_roles=roles(raw, "optional_roles"),
        exclusive_roles=roles(raw, "exclusive_roles"),
        chair_decides_roles=roles(raw, "chair_decides_roles"),
        held_event=EventType(text(raw, "held_event")) if "held_event" in raw else None,
        booked_event=EventType(text(raw, "booked_event")) if "booked_event" in raw else None,
        body=BodyId(text(raw, "body")) if "body" in raw else None,
        source=_source(raw, titles),
        first_due=RuleId(text(raw, "first_due")) if "first_due" in raw else None,
        next_due=RuleId(text(raw, "next_due")) if "next_due" in raw else None,
        also_called=tuple(texts(raw.get("also_called"))),
        parts=_parts(kind_id, raw),
        throughout_roles=roles(raw, "throughout_roles"),
        decides_date=DecidesDate(str(raw.get("decides_date", DecidesDate.ORGANISER))),
        minutes_to_write_up=cast(int, raw.get("minutes_to_write_up", 0)),
        quorum=text(raw, "quorum", ""),
        ladder=Ladder(**cast(dict[str, int], raw.get("ladder", {}))),
    )


def _closures(layers: list[Layer], problems: list[Violation]) -> dict[date, str]:
    """Each closed day with its name; a later layer's name over an earlier one's."""
    closed: dict[date, str] = {}
    for entry in (entry for layer in layers for entry in layer.listed("closures")):
        closed |= _built(entry.document, entry.place, partial(_closure, entry.raw), problems) or {}
    return closed


def _closure(raw: Fields) -> dict[date, str]:
    first = date.fromisoformat(text(raw, "first_day"))
    last = date.fromisoformat(text(raw, "last_day", first.isoformat()))
    days = (last - first).days
    if not 0 <= days < _LONGEST_CLOSURE_DAYS:
        raise ValueError(f"a closure lasts 1 to {_LONGEST_CLOSURE_DAYS} days; {first} to {last} does not")
    return {first + timedelta(days=n): text(raw, "name") for n in range(days + 1)}


def _parts(kind_id: MeetingKindId, raw: Fields) -> tuple[MeetingPart, ...]:
    found = tuple(
        MeetingPart(text(part, "title"), cast(int, part["minutes"]), roles(part, "only_roles"))
        for part in cast(list[Fields], raw.get("parts", []))
    )
    if found and sum(part.minutes for part in found) != raw["duration_minutes"]:
        raise ValueError(f"the parts of meeting kind {kind_id} do not add up to its duration_minutes")
    if found and all(part.only_roles for part in found):
        raise ValueError(f"one of the parts of meeting kind {kind_id} must be open to everybody who is asked")
    return found


def _source(raw: Fields, titles: Mapping[str, str]) -> Source | None:
    return build_source(cast(Fields, raw["source"]), titles) if "source" in raw else None


def _not_computed(raw: Fields, layer: Layer, titles: Mapping[str, str]) -> NotComputed:
    return NotComputed(
        id=text(raw, "id"),
        sort=NotAClock(text(raw, "sort")),
        reason=text(raw, "reason"),
        source=_source(raw, titles),
        stands_in=tuple(texts(raw.get("stands_in"))),
        items_of=tuple(MeetingKindId(kind) for kind in texts(raw.get("items_of"))),
        item=text(raw, "item", ""),
        pack=layer.id,
    )


def _overridden(layers: list[Layer]) -> list[Violation]:
    """Rule ids used twice: a council's pack adds clocks, it can take none of the law's away."""
    seen: set[str] = set()
    twice: list[Violation] = []
    for entry in (entry for layer in layers for entry in layer.listed("rules")):
        rule_id = text(entry.raw, "id")
        if rule_id in seen:
            message = f"rule {rule_id} is already there: a pack may add rules, not replace those under it"
            twice.append(entry.document.violation((*entry.place, "id"), message))
        seen.add(rule_id)
    return twice


def _day(value: Json) -> date | None:
    return None if value is None else date.fromisoformat(str(value))
