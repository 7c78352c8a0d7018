"""Forms and their answers between wire and domain."""

from collections.abc import Iterable, Mapping

from permanence.panels.v1 import form_pb2 as wire

from servicekit.validate import Check
from services.panels.domain.form import Answer, Answers, Field, Form, Row

_MOST_ANSWERS = 200


def form(one: Form) -> wire.Form:
    """A form with its parts."""
    return wire.Form(
        key=one.key,
        title=one.title,
        source=one.source,
        parts=[
            wire.FormPart(key=part.key, title=part.title, fields=[_field(field) for field in part.fields])
            for part in one.parts
        ],
        paper_kinds=one.papers,
        for_body=one.for_body,
    )


def _field(one: Field) -> wire.FormField:
    return wire.FormField(
        key=one.key,
        label=one.label,
        kind=wire.FormFieldKind.Value(f"FORM_FIELD_KIND_{one.kind.name}"),
        hint=one.hint,
        needed=one.needed,
        office=one.office,
        options=[wire.FormOption(key=option.key, label=option.label) for option in one.options],
        columns=[_field(column) for column in one.columns],
        staff_only=one.staff_only,
    )


def answers(of: Form, given: Answers) -> list[wire.FormAnswer]:
    """In the form's order."""
    return [_answer(field.key, given[field.key]) for field in of.fields() if field.key in given]


def _answer(key: str, answer: Answer) -> wire.FormAnswer:
    if isinstance(answer, str):
        return wire.FormAnswer(field=key, text=answer)
    chosen = [one for one in answer if isinstance(one, str)]
    rows = [wire.FormRow(cells=dict(one)) for one in answer if isinstance(one, Mapping)]
    return wire.FormAnswer(field=key, chosen=chosen, rows=rows)


def read_answers(check: Check, given: Iterable[wire.FormAnswer]) -> dict[str, Answer]:
    """By field; what an answer must be is the form's to say."""
    listed = list(given)
    if not listed:
        check.refuse("answers", "is required")
    if len(listed) > _MOST_ANSWERS:
        check.refuse("answers", f"has {len(listed)} answers; at most {_MOST_ANSWERS} are allowed")
    read: dict[str, Answer] = {}
    for place, one in enumerate(listed):
        if one.field in read:
            check.refuse(f"answers[{place}].field", "is answered twice; answer each field once")
        read[one.field] = _read(check, f"answers[{place}]", one)
    return read


def _read(check: Check, path: str, one: wire.FormAnswer) -> Answer:
    if sum((bool(one.text), bool(one.chosen), bool(one.rows))) > 1:
        check.refuse(path, "has more than one of text, chosen and rows; give the one that the field takes")
    if one.rows:
        rows: tuple[Row, ...] = tuple(dict(row.cells) for row in one.rows)
        return rows
    return tuple(dict.fromkeys(one.chosen)) if one.chosen else one.text
