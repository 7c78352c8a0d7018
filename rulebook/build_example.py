"""Makes a rule's examples out of their YAML form, and reads facts written the same way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import cast

from rulebook.counting import london_instant
from rulebook.facts import AttributeValue, BodyId, CaseEvent, EventType, RuleId, Subject, SubjectKind
from rulebook.rule import Example, Expectation
from rulebook.vocabulary import AttributeKind, AttributeMeaning, attribute_meaning, kind_of
from rulebook.yaml_source import Json

Fields = Mapping[str, Json]


def build_example(raw: Fields, subjects: frozenset[SubjectKind], rule: Fields) -> Example:
    """The example; its subject is of the rule's own kind, a child where the rule has several."""
    born = raw.get("date_of_birth")
    subject = Subject(
        id="example",
        kind=SubjectKind(str(raw["subject"])) if "subject" in raw else _usual(subjects),
        date_of_birth=None if born is None else date.fromisoformat(str(born)),
        body=BodyId(str(rule["body"])) if "body" in rule else None,
        attributes=build_attributes(cast(Fields, raw.get("attributes", {}))),
    )
    facts = tuple(build_fact(cast(Fields, one)) for one in cast(list[Json], raw["facts"]))
    expect = _expectation(cast(Fields, raw["expect"]))
    as_of = date.fromisoformat(str(raw["as_of"]))
    return Example(str(raw["name"]), subject, facts, as_of, expect, _day(raw.get("commenced_on")))


def build_attributes(raw: Fields) -> dict[str, AttributeValue]:
    """Attributes with their values as the vocabulary knows them.

    Raises:
        UnknownAttributeError: an attribute the vocabulary does not have.
        ValueError: a value of another kind, or a date that does not exist.
    """
    return {name: _attribute_value(attribute_meaning(name), value) for name, value in raw.items()}


def _attribute_value(meaning: AttributeMeaning, value: Json) -> AttributeValue:
    if meaning.kind is AttributeKind.DATE and isinstance(value, str):
        return date.fromisoformat(value)
    if meaning.kind is AttributeKind.YES_NO and value in (True, False, "yes", "no"):
        return value in (True, "yes")
    if meaning.kind is AttributeKind.TEXT and isinstance(value, str) and meaning.value_of(value) in meaning.values:
        return meaning.value_of(value)
    expected = {
        AttributeKind.DATE: "a date (YYYY-MM-DD)",
        AttributeKind.YES_NO: "true or false",
        AttributeKind.TEXT: f"one of {', '.join(meaning.values)}",
    }
    raise ValueError(f"{meaning.name} has to be {expected[meaning.kind]}")


def _usual(subjects: frozenset[SubjectKind]) -> SubjectKind:
    return SubjectKind.CHILD if SubjectKind.CHILD in subjects else min(subjects)


def build_fact(raw: Fields) -> CaseEvent:
    """A fact written as `{event, on}`, `on` being a date or a local date-time of England.

    Raises:
        UnknownEventError: an event the vocabulary does not have.
        ValueError: a date or time that does not exist.
    """
    name, written = str(raw["event"]), str(raw["on"])
    at = london_instant(datetime.fromisoformat(written)) if "T" in written else None
    return CaseEvent(
        type=EventType(name),
        on=date.fromisoformat(written[:10]),
        at=at,
        kind=kind_of(name),
        assumed=bool(raw.get("assumed", False)),
        rule_id=RuleId(str(raw["rule"])) if "rule" in raw else None,
    )


def _expectation(raw: Fields) -> Expectation:
    return Expectation(
        none=bool(raw.get("none", False)),
        ordinal=cast(int | None, raw.get("ordinal")),
        due=cast(str | None, raw.get("due")),
        late_after=_day(raw.get("late_after")),
        state=cast(str | None, raw.get("state")),
        met_on=_day(raw.get("met_on")),
        in_time=cast(bool | None, raw.get("in_time")),
        inferred=cast(bool | None, raw.get("inferred")),
        needs=cast(str | None, raw.get("needs")),
        says=tuple(cast(list[str], raw.get("says", []))),
        warns=cast(str | None, raw.get("warns")),
    )


def _day(value: Json) -> date | None:
    return None if value is None else date.fromisoformat(str(value))
