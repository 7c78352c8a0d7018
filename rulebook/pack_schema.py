"""Holds a pack against the published JSON Schema; every complaint gets its file, line and column."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from rulebook.yaml_source import Document, Place, Violation

SCHEMA: Final = Path(__file__).parent / "packs" / "pack.schema.json"


def schema_violations(document: Document) -> list[Violation]:
    """Everything in the document that the schema refuses."""
    return [v for error in _validator().iter_errors(document.data) for v in _violations(document, error)]


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


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
