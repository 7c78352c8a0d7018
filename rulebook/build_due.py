"""Makes a due expression out of its YAML form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from rulebook.counting import Unit
from rulebook.facts import EventType, RuleId
from rulebook.rule import (
    AnchorDate,
    Before,
    BeginningWith,
    Birthday,
    ByOrdinal,
    Due,
    DueOf,
    EarliestOf,
    EventDate,
    FirstKnown,
    LatestOf,
    Occurrence,
    Which,
    Within,
)
from rulebook.yaml_source import Json

Fields = Mapping[str, Json]


def build_due(raw: Json) -> Due:
    """The expression: `anchor`, or a mapping with exactly one operator.

    Raises:
        ValueError: none or several operators in one mapping.
    """
    if raw == "anchor":
        return AnchorDate()
    mapping = cast(Fields, raw)
    operators = [key for key in mapping if key in _BUILDERS]
    if len(operators) != 1:
        found = ", ".join(operators) or "none"
        raise ValueError(f"a due expression has exactly one of {', '.join(_BUILDERS)}; found {found}")
    return _BUILDERS[operators[0]](mapping)


def _event(raw: Fields) -> Due:
    which = Which(str(raw.get("which", "last")))
    return EventDate(EventType(str(raw["event"])), which, cast(int | None, raw.get("ordinal")))


def _meeting(raw: Fields) -> Due:
    ordinal = raw.get("ordinal", "next")
    return Occurrence(str(raw["meeting"]), None if ordinal == "next" else cast(int, ordinal))


def _within(raw: Fields) -> Due:
    amount, unit, of = _count(raw["within"])
    return Within(amount, unit, of)


def _beginning_with(raw: Fields) -> Due:
    amount, unit, of = _count(raw["beginning_with"])
    return BeginningWith(amount, unit, of)


def _before(raw: Fields) -> Due:
    amount, unit, of = _count(raw["before"])
    return Before(amount, unit, of)


def _count(raw: Json) -> tuple[int, Unit, Due]:
    """Amount, unit and start; a count without a unit (only `before`) is none of any."""
    mapping = cast(Fields, raw)
    unit = next((key for key in mapping if key != "of"), None)
    of = build_due(mapping["of"])
    return (0, Unit.DAYS, of) if unit is None else (cast(int, mapping[unit]), Unit(unit), of)


def _earliest(raw: Fields) -> Due:
    return EarliestOf(_options(raw["earliest_of"]), raw.get("late_when") == "all_have_passed")


def _by_ordinal(raw: Fields) -> Due:
    mapping = cast(Fields, raw["by_ordinal"])
    return ByOrdinal(_options(mapping["first"]), build_due(mapping["then"]))


def _options(raw: Json) -> tuple[Due, ...]:
    return tuple(build_due(one) for one in cast(list[Json], raw))


_BUILDERS: dict[str, Callable[[Fields], Due]] = {
    "event": _event,
    "meeting": _meeting,
    "due_of": lambda raw: DueOf(RuleId(str(raw["due_of"]))),
    "birthday": lambda raw: Birthday(cast(int, raw["birthday"])),
    "within": _within,
    "beginning_with": _beginning_with,
    "before": _before,
    "earliest_of": _earliest,
    "latest_of": lambda raw: LatestOf(_options(raw["latest_of"])),
    "first_known": lambda raw: FirstKnown(_options(raw["first_known"])),
    "by_ordinal": _by_ordinal,
}
