"""A filled-in form as part of a document: every field with its answer, and what was not answered says so."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from services.panels.domain.document import Block, Facts, Heading, Paragraph, Table
from services.panels.domain.form import NO, YES, Answer, Answers, Field, FieldKind, Form, Part, Row, is_empty

NOT_RECORDED: Final = "Not recorded"
_LONG: Final = frozenset({FieldKind.TEXT, FieldKind.ROWS})
_YES_NO: Final = {YES: "Yes", NO: "No"}


def blocks_of(form: Form, answers: Answers, *, level: int = 2) -> tuple[Block, ...]:
    """Every part and field in the form's order. `level`: of the parts' headings."""
    return tuple(block for part in form.parts for block in _part_blocks(part, answers, level))


def texts_of(answers: Answers) -> Iterator[str]:
    """Everything that somebody wrote or chose."""
    for answer in answers.values():
        if isinstance(answer, str):
            yield answer
        else:
            for one in answer:
                yield from [one] if isinstance(one, str) else one.values()


def rows_of(answer: Answer) -> tuple[Row, ...]:
    """The rows of an answer that has some."""
    return () if isinstance(answer, str) else tuple(row for row in answer if isinstance(row, Mapping))


def without_staff_only(form: Form) -> Form:
    """As a family may read it; a part of which nothing is left falls away."""
    return only(form, frozenset(field.key for field in form.fields() if not field.staff_only))


def only(form: Form, keys: frozenset[str]) -> Form:
    """With these fields alone."""
    parts = (replace(part, fields=tuple(one for one in part.fields if one.key in keys)) for part in form.parts)
    return replace(form, parts=tuple(part for part in parts if part.fields))


def _part_blocks(part: Part, answers: Answers, level: int) -> Iterator[Block]:
    yield Heading(part.title, level)
    short: list[tuple[str, str]] = []
    for field in part.fields:
        answer = answers.get(field.key, "")
        if field.kind not in _LONG:
            short.append((field.label, _in_words(field, answer)))
            continue
        if short:
            yield Facts(tuple(short))
            short = []
        yield from _long_blocks(field, answer, level + 1, alone=field.label == part.title)
    if short:
        yield Facts(tuple(short))


def _long_blocks(field: Field, answer: Answer, level: int, *, alone: bool) -> Iterator[Block]:
    if not alone:
        yield Heading(field.label, level)
    if is_empty(answer):
        yield Paragraph(NOT_RECORDED)
    elif isinstance(answer, str):
        yield from (Paragraph(line.strip()) for line in answer.splitlines() if line.strip())
    else:
        heads = tuple(column.label for column in field.columns)
        cells = (
            tuple(_in_words(column, row.get(column.key, "")) for column in field.columns) for row in rows_of(answer)
        )
        yield Table(field.label, heads, tuple(cells))


def _in_words(field: Field, answer: Answer) -> str:
    labels = {option.key: option.label for option in field.options} or _YES_NO
    if is_empty(answer):
        return NOT_RECORDED
    if not isinstance(answer, str):
        return ", ".join(labels.get(one, one) for one in answer if isinstance(one, str))
    if field.kind is FieldKind.DATE:
        day = date.fromisoformat(answer)
        return f"{day.day} {day:%B %Y}"
    return labels.get(answer, answer) if field.kind in (FieldKind.CHOICE, FieldKind.YES_NO) else answer
