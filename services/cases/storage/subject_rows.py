"""Rows of the subject table, read."""

import json
from datetime import date
from typing import Final

import asyncpg

from rulebook.facts import AttributeValue, SubjectKind
from services.cases.domain.names import SubjectId
from services.cases.domain.subject import Subject

COLUMNS: Final = (
    "s.id, s.kind, s.source_id, s.reference, s.display_name, s.given_names, s.family_name, s.born_on, s.expected_on,"
    " s.restricted, s.looked_after_since, s.looked_after_since_inferred, s.attributes, s.version"
)
_DAY: Final = "$day"


def subject_of(row: asyncpg.Record) -> Subject:
    """One row as a subject."""
    return Subject(
        id=SubjectId(row["id"]),
        kind=SubjectKind(row["kind"]),
        source_id=row["source_id"],
        reference=row["reference"],
        display_name=row["display_name"],
        given_names=row["given_names"],
        family_name=row["family_name"],
        born_on=row["born_on"],
        expected_on=row["expected_on"],
        restricted=row["restricted"],
        looked_after_since=row["looked_after_since"],
        looked_after_since_inferred=row["looked_after_since_inferred"],
        attributes={name: _read(value) for name, value in json.loads(row["attributes"]).items()},
        version=row["version"],
    )


def attributes_json(attributes: "dict[str, AttributeValue]") -> str:
    """Attributes as JSON that keeps days apart from texts; in a fixed order, so that equal ones compare as equal."""
    return json.dumps({name: _written(attributes[name]) for name in sorted(attributes)})


def _written(value: AttributeValue) -> object:
    return {_DAY: value.isoformat()} if isinstance(value, date) else value


def _read(value: object) -> AttributeValue:
    if isinstance(value, dict):
        return date.fromisoformat(str(value[_DAY]))
    assert isinstance(value, str | int | bool)
    return value
