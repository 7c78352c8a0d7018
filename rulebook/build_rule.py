"""Makes a `Rule` out of one rule of a pack file that the schema has already accepted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

from rulebook.build_due import Numbers, build_due
from rulebook.build_example import build_example
from rulebook.due import Which
from rulebook.facts import BodyId, EventType, RuleId, SubjectKind
from rulebook.rule import (
    Anchor,
    Basis,
    Condition,
    Confidence,
    Match,
    MeetingKindId,
    MetBy,
    NeededWhen,
    Role,
    Rule,
    RuleKind,
    SignOff,
    Source,
    Span,
)
from rulebook.yaml_source import Json

Fields = Mapping[str, Json]


def build_rule(raw: Fields, document_titles: Mapping[str, str], numbers: Numbers) -> Rule:
    """The rule; `document_titles` spells out the id of the source document, `numbers` the pack's parameters.

    Raises:
        ValueError: a date that does not exist, or a due expression that is not exactly one thing.
        UnknownEventError: an event the vocabulary does not have.
    """
    subjects = frozenset(SubjectKind(kind) for kind in texts(raw.get("subjects")))
    commenced = _commenced(raw, numbers)
    return Rule(
        id=RuleId(text(raw, "id")),
        title=text(raw, "title"),
        kind=RuleKind(text(raw, "kind")),
        basis=Basis(text(raw, "basis")),
        subject_kinds=subjects,
        anchor=_anchor(fields(raw, "anchor")),
        due=build_due(raw["due"], numbers),
        source=build_source(fields(raw, "source"), document_titles),
        confidence=Confidence(text(raw, "confidence")),
        effective_from=commenced or date.fromisoformat(text(raw, "effective_from")),
        effective_to=_day(raw.get("effective_to")),
        meeting_kind=MeetingKindId(text(raw, "meeting_kind")) if "meeting_kind" in raw else None,
        body=BodyId(text(raw, "body")) if "body" in raw else None,
        met_by=_met_by(fields(raw, "met_by")) if "met_by" in raw else MetBy(),
        needed_when=_needed_when(fields(raw, "needed_when")) if "needed_when" in raw else NeededWhen(),
        conditions=tuple(_condition(cast(Fields, one)) for one in items(raw, "conditions")),
        until=events(raw.get("until")),
        until_age=cast(int | None, raw.get("until_age")),
        repeats=bool(raw.get("repeats", False)),
        not_before=build_due(raw["not_before"], numbers) if "not_before" in raw else None,
        commencement=text(raw, "commencement", ""),
        judged_by_due=text(raw, "in_force_by", "anchor") == "due",
        switched_off="commencement" in raw and commenced is None,
        span=Span(text(raw, "span", "episode")),
        chair_role=Role(text(raw, "chair_role")) if "chair_role" in raw else None,
        required_roles=roles(raw, "required_roles"),
        optional_roles=roles(raw, "optional_roles"),
        evidence=tuple(texts(raw.get("evidence"))),
        sign_offs=tuple(_sign_off(cast(Fields, one)) for one in items(raw, "sign_offs")),
        escalation=text(raw, "escalation", ""),
        wording=text(raw, "wording", ""),
        note=text(raw, "note", ""),
        examples=tuple(build_example(cast(Fields, one), subjects, raw) for one in items(raw, "examples")),
    )


def build_source(raw: Fields, document_titles: Mapping[str, str]) -> Source:
    """The source with its document's title; an unknown id stands for itself (the checks report it)."""
    document = text(raw, "document")
    return Source(document_titles.get(document, document), text(raw, "section"), text(raw, "says"))


def text(raw: Fields, key: str, default: str | None = None) -> str:
    """A text field."""
    return str(raw[key] if default is None else raw.get(key, default))


def fields(raw: Fields, key: str) -> Fields:
    """A field that is itself a mapping."""
    return cast(Fields, raw[key])


def items(raw: Fields, key: str) -> list[Json]:
    """A list field; empty when absent."""
    return cast(list[Json], raw.get(key, []))


def texts(value: Json) -> list[str]:
    """A text or a list of texts, as a list."""
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def events(value: Json) -> tuple[EventType, ...]:
    """One event name or several."""
    return tuple(EventType(name) for name in texts(value))


def roles(raw: Fields, key: str) -> tuple[Role, ...]:
    """A list of roles."""
    return tuple(Role(name) for name in texts(raw.get(key)))


def _anchor(raw: Fields) -> Anchor:
    after = EventType(text(raw, "after")) if "after" in raw else None
    return Anchor(
        events(raw["event"]),
        Which(text(raw, "which", "first")),
        cast(int, raw.get("from", 1)),
        after,
        cast(int | None, raw.get("to")),
        events(raw.get("unless")),
        events(raw.get("pending")),
    )


def _commenced(raw: Fields, numbers: Numbers) -> date | None:
    """The day a provision under a switch came into force; None while it is off, or where there is no switch."""
    if "commencement" not in raw:
        return None
    name = text(raw, "commencement")
    value = str(numbers.get(name, ""))
    if value == "off":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"commencement: parameter {name!r} has to be a date or off, not {value!r}") from None


def _met_by(raw: Fields) -> MetBy:
    return MetBy(events(raw.get("event")), Match(text(raw, "match", "next")))


def _needed_when(raw: Fields) -> NeededWhen:
    return NeededWhen(events(raw.get("any_of")), events(raw.get("none_of")), bool(raw.get("always", False)))


def _condition(raw: Fields) -> Condition:
    values = raw["one_of"] if "one_of" in raw else [raw["equals"]] if "equals" in raw else []
    return Condition(
        known=events(raw.get("known")),
        not_known=events(raw.get("not_known")),
        legal_status=events(raw.get("legal_status")),
        attribute=text(raw, "attribute") if "attribute" in raw else None,
        one_of=tuple(cast(list[str | int | bool], values)),
        not_one_of=tuple(cast(list[str | int | bool], raw.get("not_one_of", []))),
        must_be_recorded=bool(raw.get("must_be_recorded", False)),
        from_age=cast(int | None, raw.get("from_age")),
        under_age=cast(int | None, raw.get("under_age")),
    )


def _sign_off(raw: Fields) -> SignOff:
    return SignOff(Role(text(raw, "role")), cast(int | None, raw.get("within_hours")), text(raw, "note", ""))


def _day(value: Json) -> date | None:
    return None if value is None else date.fromisoformat(str(value))
