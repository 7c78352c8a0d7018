"""Makes a due expression out of its YAML form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, cast

from rulebook.counting import Unit
from rulebook.due import (
    AnchorDate,
    AttributeDate,
    Before,
    BeginningWith,
    Birthday,
    ByOrdinal,
    Due,
    DueOf,
    EarliestOf,
    EventDate,
    FirstKnown,
    IfKnown,
    LatestOf,
    Occurrence,
    Phased,
    Projected,
    Scheduled,
    StartDate,
    Which,
    Within,
)
from rulebook.facts import EventType, RuleId
from rulebook.yaml_source import Json

Fields: TypeAlias = Mapping[str, Json]
Numbers: TypeAlias = Mapping[str, Json]
"""The pack's parameters, those of the council's own layer over those beneath it."""

_UNITS: Final = frozenset(unit.value for unit in Unit)


def build_due(raw: Json, numbers: Numbers) -> Due:
    """The expression: `anchor`, `start`, or a mapping with exactly one operator.

    Raises:
        ValueError: none or several operators in one mapping, or an amount that no parameter gives.
    """
    if raw == "anchor":
        return AnchorDate()
    if raw == "start":
        return StartDate()
    mapping = cast(Fields, raw)
    operators = [key for key in mapping if key in _BUILDERS]
    if len(operators) != 1:
        found = ", ".join(operators) or "none"
        raise ValueError(f"a due expression has exactly one of {', '.join(_BUILDERS)}; found {found}")
    return _BUILDERS[operators[0]](mapping, numbers)


def _event(raw: Fields, numbers: Numbers) -> Due:
    which = Which(str(raw.get("which", "last")))
    return EventDate(EventType(str(raw["event"])), which, cast(int | None, raw.get("ordinal")))


def _meeting(raw: Fields, numbers: Numbers) -> Due:
    ordinal = raw.get("ordinal", "next")
    return Occurrence(str(raw["meeting"]), None if ordinal == "next" else cast(int, ordinal))


def _within(raw: Fields, numbers: Numbers) -> Due:
    amount, unit, parameter = _amount(raw["within"], numbers)
    return Within(amount, unit, _of(raw["within"], numbers), parameter)


def _beginning_with(raw: Fields, numbers: Numbers) -> Due:
    amount, unit, parameter = _amount(raw["beginning_with"], numbers)
    return BeginningWith(amount, unit, _of(raw["beginning_with"], numbers), parameter)


def _before(raw: Fields, numbers: Numbers) -> Due:
    amount, unit, parameter = _amount(raw["before"], numbers)
    return Before(amount, unit, _of(raw["before"], numbers), parameter)


def _of(raw: Json, numbers: Numbers) -> Due:
    return build_due(cast(Fields, raw)["of"], numbers)


def _amount(raw: Json, numbers: Numbers) -> tuple[int, Unit, str]:
    """Amount, unit and the parameter it came from; a count without a unit (only `before`) is none of any."""
    mapping = cast(Fields, raw)
    unit = next((key for key in mapping if key in _UNITS), None)
    if unit is None:
        return 0, Unit.DAYS, ""
    written = mapping[unit]
    if not isinstance(written, str):
        return cast(int, written), Unit(unit), ""
    number = numbers.get(written)
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ValueError(f"{unit}: {written!r} has to be a parameter of the pack with a whole number of at least 1")
    return number, Unit(unit), written


def _earliest(raw: Fields, numbers: Numbers) -> Due:
    return EarliestOf(_options(raw["earliest_of"], numbers), raw.get("late_when") == "all_have_passed")


def _by_ordinal(raw: Fields, numbers: Numbers) -> Due:
    mapping = cast(Fields, raw["by_ordinal"])
    return ByOrdinal(_options(mapping["first"], numbers), build_due(mapping["then"], numbers))


def _phased(raw: Fields, numbers: Numbers) -> Due:
    mapping = cast(Fields, raw["phased"])
    amount, unit, _ = _amount(mapping["for"], numbers)
    early, late = (build_due(mapping[key], numbers) for key in ("early", "late"))
    until = EventType(str(mapping["until"])) if "until" in mapping else None
    return Phased(amount, unit, _of(mapping["for"], numbers), early, late, until)


def _projected(raw: Fields, numbers: Numbers) -> Due:
    mapping = cast(Fields, raw["projected"])
    return Projected(
        str(mapping["meeting"]), build_due(mapping["before"], numbers), cast(int, mapping.get("from_last", 1))
    )


def _scheduled(raw: Fields, numbers: Numbers) -> Due:
    mapping = cast(Fields, raw["scheduled"])
    return Scheduled(str(mapping["meeting"]), cast(int, mapping["ordinal"]))


def _options(raw: Json, numbers: Numbers) -> tuple[Due, ...]:
    return tuple(build_due(one, numbers) for one in cast(list[Json], raw))


_BUILDERS: Final[dict[str, Callable[[Fields, Numbers], Due]]] = {
    "event": _event,
    "meeting": _meeting,
    "due_of": lambda raw, _: DueOf(RuleId(str(raw["due_of"]))),
    "birthday": lambda raw, _: Birthday(cast(int, raw["birthday"])),
    "within": _within,
    "beginning_with": _beginning_with,
    "before": _before,
    "earliest_of": _earliest,
    "latest_of": lambda raw, numbers: LatestOf(_options(raw["latest_of"], numbers)),
    "first_known": lambda raw, numbers: FirstKnown(_options(raw["first_known"], numbers)),
    "by_ordinal": _by_ordinal,
    "if_known": lambda raw, numbers: IfKnown(build_due(raw["if_known"], numbers)),
    "phased": _phased,
    "projected": _projected,
    "scheduled": _scheduled,
    "attribute": lambda raw, _: AttributeDate(str(raw["attribute"])),
}
