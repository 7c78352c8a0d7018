"""Holds a pack against the published JSON Schema; every complaint gets its file, line and column.

Whether a pack is as the schema says is asked of a fast validator on every start. Only what it refuses goes to the slow
one, whose complaints are the better ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import jsonschema_rs

from rulebook.yaml_source import Document, Json, Place, Violation

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

SCHEMA: Final = Path(__file__).parent / "packs" / "pack.schema.json"


def schema_violations(document: Document) -> list[Violation]:
    """Everything in the document that the schema refuses."""
    if _quick_validator().is_valid(document.data):
        return []
    # Here, because it takes longer to import than all packs take to be read.
    from jsonschema import Draft202012Validator

    errors = Draft202012Validator(_schema()).iter_errors(document.data)
    found = [v for error in errors for v in _violations(document, error)]
    # The two should never differ; if they do, the fast one's complaint is better than none.
    return found or [
        document.violation(tuple(error.instance_path), error.message)
        for error in _quick_validator().iter_errors(document.data)
    ]


@lru_cache(maxsize=1)
def _schema() -> dict[str, Json]:
    return cast(dict[str, Json], json.loads(SCHEMA.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _quick_validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_schema())


def _violations(document: Document, error: ValidationError) -> Iterator[Violation]:
    path: Place = tuple(error.absolute_path)
    if error.context:
        for inner in error.context:
            yield from _violations(document, inner)
    elif error.validator == "additionalProperties" and isinstance(error.instance, dict):
        allowed = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        for key in (key for key in error.instance if key not in allowed):
            known = ", ".join(sorted(allowed))
            yield document.violation((*path, key), f"unknown field {key!r}; allowed here: {known}", at_key=True)
    else:
        yield document.violation(path, f"{_where(path)}: {error.message}")


def _where(path: Place) -> str:
    """The last name in the path, with its list position if it is an item of a list."""
    names = [part for part in path if isinstance(part, str)]
    name = names[-1] if names else "the pack"
    return f"{name}[{path[-1]}]" if path and isinstance(path[-1], int) else name
