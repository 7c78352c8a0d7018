"""A dataclass event as JSON that protobuf's own JSON parser accepts. Knows no proto."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias, assert_never
from uuid import UUID

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def event_payload(event: "DataclassInstance") -> dict[str, Json]:
    """Field by field, snake_case; None is left out (absent means absent).

    TypeError for what has no mapping.
    """
    fields = ((field.name, getattr(event, field.name)) for field in dataclasses.fields(event))
    return {name: _json(value, name) for name, value in fields if value is not None}


def _json(value: object, where: str) -> Json:
    match value:
        case Enum():
            return _json(value.value, where)
        case bool() | int() | float() | str():
            return value
        case UUID():
            return str(value)
        case datetime() | date() | timedelta():
            return _time(value, where)
        case Mapping():
            return {str(key): _json(item, f"{where}.{key}") for key, item in value.items() if item is not None}
        case list() | tuple() | set() | frozenset():
            items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
            return [_json(item, where) for item in items]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return dict(event_payload(value))
        case _:
            raise TypeError(f"event field {where}: {type(value).__name__} has no place in an event")


def _time(value: datetime | date | timedelta, where: str) -> Json:
    match value:
        case datetime():
            if value.tzinfo is None:
                raise TypeError(f"event field {where}: a naive datetime is not an instant")
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return {"year": value.year, "month": value.month, "day": value.day}
        case timedelta():
            return f"{value.total_seconds():.6f}s"
        case _:
            assert_never(value)
