"""Forms as they stand in YAML files beside this one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import jsonschema
import yaml

from services.panels.domain.form import Field, FieldKind, Form, Option, Part
from services.panels.domain.paper import PaperKind

FORMS: Final = Path(__file__).parent / "forms"
_NAME = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
_TEXT = {"type": "string", "minLength": 1}
_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "source", "parts"],
    "properties": {
        "title": _TEXT,
        "source": _TEXT,
        "for_body": {"type": "boolean"},
        "meeting_kind": _NAME,
        "papers": {"type": "array", "items": {"enum": [kind.value for kind in PaperKind]}, "uniqueItems": True},
        "parts": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/part"}},
    },
    "$defs": {
        "part": {
            "type": "object",
            "additionalProperties": False,
            "required": ["key", "title", "fields"],
            "properties": {
                "key": _NAME,
                "title": _TEXT,
                "fields": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/field"}},
            },
        },
        "field": {
            "type": "object",
            "additionalProperties": False,
            "required": ["key", "label", "kind"],
            "properties": {
                "key": _NAME,
                "label": _TEXT,
                "kind": {"enum": [kind.value for kind in FieldKind]},
                "hint": _TEXT,
                "needed": {"type": "boolean"},
                "office": {"type": "boolean"},
                "staff_only": {"type": "boolean"},
                "known_as": {"type": "string", "pattern": r"^[a-z]+\.[a-z_-]+$"},
                "options": {"type": "object", "minProperties": 2, "additionalProperties": _TEXT},
                "columns": {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/field"}},
            },
        },
    },
}


def read_forms(folder: Path = FORMS) -> dict[str, Form]:
    """All forms of a folder by key, which is the file's name. ValueError for one that is wrong, with where."""
    return {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}


def _read(path: Path) -> Form:
    return form_of(yaml.safe_load(path.read_text(encoding="utf-8")), path)


def form_of(raw: Any, path: Path) -> Form:
    """The form that was read of a file. ValueError where it is wrong, with where."""
    try:
        jsonschema.validate(raw, _SCHEMA)
    except jsonschema.ValidationError as error:
        place = "/".join(str(step) for step in error.absolute_path)
        raise ValueError(f"{path.name}: {place}: {error.message}") from error
    parts = tuple(
        Part(part["key"], part["title"], tuple(_field(field) for field in part["fields"])) for part in raw["parts"]
    )
    form = Form(
        path.stem,
        raw["title"],
        raw["source"],
        parts,
        tuple(raw.get("papers", ())),
        for_body=bool(raw.get("for_body", False)),
        meeting_kind=raw.get("meeting_kind", ""),
    )
    keys = [field.key for field in form.fields()]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ValueError(f"{path.name}: fields that stand there twice: {', '.join(twice)}")
    return form


def _field(raw: Mapping[str, Any]) -> Field:
    return Field(
        key=raw["key"],
        label=raw["label"],
        kind=FieldKind(raw["kind"]),
        hint=raw.get("hint", ""),
        needed=raw.get("needed", False),
        office=raw.get("office", False),
        staff_only=raw.get("staff_only", False),
        known_as=raw.get("known_as", ""),
        options=tuple(Option(key, label) for key, label in raw.get("options", {}).items()),
        columns=tuple(_field(column) for column in raw.get("columns", ())),
    )
