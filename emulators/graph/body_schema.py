"""Holds request bodies to Microsoft's own model: an unknown property or wrong word is refused."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from emulators.graph.errors import invalid

_DOCUMENT = json.loads((Path(__file__).parent / "graph_calendar.schema.json").read_text())


@cache
def entity_validator(name: str) -> Draft202012Validator:
    """A strict validator of a type, for instance `event`."""
    return Draft202012Validator({"$defs": _DOCUMENT["$defs"], "$ref": f"#/$defs/microsoft.graph.{name}"})


@cache
def action_validator(name: str) -> Draft202012Validator:
    """A strict validator of an action's parameters, for instance of `getSchedule`."""
    return Draft202012Validator({"$defs": _DOCUMENT["$defs"], **_DOCUMENT["actions"][name]})


def _leaves(fault: ValidationError) -> Iterator[ValidationError]:
    """The faults themselves: the schema's `anyOf` of a type and null hides them one level down."""
    inner = [leaf for leaf in fault.context or [] if leaf.validator_value != "null"]
    if not inner:
        yield fault
    for leaf in inner:
        yield from _leaves(leaf)


def _told(fault: ValidationError) -> str:
    """Where and what, without the value: an error's text is logged, and the value may say who is invited."""
    where = "/".join(map(str, fault.absolute_path)) or "body"
    if fault.validator == "additionalProperties" and isinstance(fault.instance, dict):
        known = fault.schema.get("properties", {}) if isinstance(fault.schema, dict) else {}
        return f"{where}: no such property: {', '.join(sorted(set(fault.instance) - set(known)))}"
    return f"{where}: {fault.validator} must be {fault.validator_value}"


def faults_of(validator: Draft202012Validator, body: object) -> list[str]:
    """Everything that is wrong with a body, in the order of the words."""
    return sorted(_told(leaf) for fault in validator.iter_errors(body) for leaf in _leaves(fault))


def _check(validator: Draft202012Validator, body: object) -> None:
    if told := faults_of(validator, body):
        raise invalid("; ".join(told), "RequestBodyRead")


def check_event(body: object) -> dict[str, object]:
    """An event of a POST or PATCH; 400 with every fault."""
    if not isinstance(body, dict):
        raise invalid("An event must be a JSON object.", "RequestBodyRead")
    _check(entity_validator("event"), body)
    return body


def check_subscription(body: object) -> dict[str, object]:
    """A subscription of a POST or PATCH; 400 with every fault."""
    if not isinstance(body, dict):
        raise invalid("A subscription must be a JSON object.", "RequestBodyRead")
    _check(entity_validator("subscription"), body)
    return body


def check_action(name: str, body: object) -> dict[str, object]:
    """An action's parameters, camelCase or PascalCase, as camelCase."""
    if not isinstance(body, dict):
        raise invalid("Parameters must be a JSON object.", "RequestBodyRead")
    lowered = {key[:1].lower() + key[1:]: value for key, value in body.items()}
    _check(action_validator(name), lowered)
    return lowered
