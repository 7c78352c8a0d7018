"""A form as data: its heads and fields, what may be answered, and how the answers read as a document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from services.panels.domain.document import Block, Facts, Heading, Paragraph, Table

NOT_RECORDED: Final = "Not recorded"
_LINE = 500
_TEXT = 20_000
_ROWS = 50


class AnswerKind(StrEnum):
    """How a field is answered: a line, a text of paragraphs, a day, one of its options, or rows of columns."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    ROWS = "rows"


Answer: TypeAlias = str | tuple[tuple[str, ...], ...]
"""Text (a day as `2026-03-04`), or rows with a cell for each column."""
Answers: TypeAlias = Mapping[str, Answer]
"""By the field's key. A field that is not there was not answered."""


@dataclass(frozen=True)
class Field:
    """One thing that a form asks.

    `filled` names the fact that is put there to begin with, such as `child.name`; empty where it is only asked.
    `staff_only`: never in a family's copy. `needed`: the form is not signed without it.
    """

    key: str
    label: str
    kind: AnswerKind = AnswerKind.LINE
    hint: str = ""
    filled: str = ""
    options: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    staff_only: bool = False
    needed: bool = False

    def fault_of(self, answer: Answer) -> str:
        """What is wrong with an answer and what to do; empty where nothing is."""
        if self.kind is AnswerKind.ROWS:
            return self._fault_of_rows(answer)
        if not isinstance(answer, str):
            return "takes a text and no rows"
        most = _TEXT if self.kind is AnswerKind.TEXT else _LINE
        if len(answer) > most:
            return f"is {len(answer)} characters long; at most {most} are allowed"
        if self.kind is AnswerKind.DATE and not _is_day(answer):
            return "must be a day of the calendar, such as 2026-03-04"
        if self.kind is AnswerKind.CHOICE and answer not in self.options:
            return f"must be one of: {', '.join(self.options)}"
        return ""

    def _fault_of_rows(self, answer: Answer) -> str:
        if isinstance(answer, str):
            return "takes rows and no single text"
        if len(answer) > _ROWS:
            return f"has {len(answer)} rows; at most {_ROWS} are allowed"
        if any(len(row) != len(self.columns) for row in answer):
            return f"must have {len(self.columns)} cells in each row: {', '.join(self.columns)}"
        return "has a cell that is too long" if any(len(cell) > _TEXT for row in answer for cell in row) else ""


@dataclass(frozen=True)
class Head:
    """A part of a form."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Form:
    """`source`: document and section that asks for it."""

    key: str
    title: str
    source: str
    heads: tuple[Head, ...]

    def fields(self) -> Iterator[Field]:
        """All, in order."""
        return (field for head in self.heads for field in head.fields)

    def faults_of(self, answers: Answers) -> Iterator[tuple[str, str]]:
        """(key, what is wrong and what to do) of each answer that cannot stand."""
        known = {field.key: field for field in self.fields()}
        for key, answer in answers.items():
            fault = known[key].fault_of(answer) if key in known else f"is no field of the form {self.key}"
            if fault:
                yield key, fault

    def missing_of(self, answers: Answers) -> tuple[str, ...]:
        """Labels of needed fields that nobody answered."""
        return tuple(field.label for field in self.fields() if field.needed and not answers.get(field.key))

    def without_staff_only(self) -> "Form":
        """As a family may read it; a head of which nothing is left falls away."""
        heads = (Head(head.title, tuple(one for one in head.fields if not one.staff_only)) for head in self.heads)
        return Form(self.key, self.title, self.source, tuple(head for head in heads if head.fields))


def texts_of(answers: Answers) -> Iterator[tuple[str, str]]:
    """(key, text) of everything that somebody wrote."""
    for key, answer in answers.items():
        if isinstance(answer, str):
            yield key, answer
        else:
            yield from ((key, cell) for row in answer for cell in row)


def blocks_of(form: Form, answers: Answers, *, level: int = 2) -> tuple[Block, ...]:
    """Every head and field of the form with its answer; what was not answered says so. `level`: of its heads."""
    return tuple(block for head in form.heads for block in _head_blocks(head, answers, level))


def _head_blocks(head: Head, answers: Answers, level: int) -> Iterator[Block]:
    yield Heading(head.title, level)
    short: list[tuple[str, str]] = []
    for field in head.fields:
        answer = answers.get(field.key, "")
        if field.kind in (AnswerKind.TEXT, AnswerKind.ROWS):
            if short:
                yield Facts(tuple(short))
                short = []
            yield from _long_blocks(field, answer, level + 1, alone=field.label == head.title)
        else:
            short.append((field.label, _in_words(field, answer)))
    if short:
        yield Facts(tuple(short))


def _long_blocks(field: Field, answer: Answer, level: int, *, alone: bool) -> Iterator[Block]:
    if not alone:
        yield Heading(field.label, level)
    if not answer:
        yield Paragraph(NOT_RECORDED)
    elif isinstance(answer, str):
        yield from (Paragraph(line.strip()) for line in answer.splitlines() if line.strip())
    else:
        rows = tuple(tuple(cell or NOT_RECORDED for cell in row) for row in answer)
        yield Table(field.label, field.columns, rows)


def _in_words(field: Field, answer: Answer) -> str:
    if not isinstance(answer, str) or not answer:
        return NOT_RECORDED
    if field.kind is AnswerKind.DATE and _is_day(answer):
        day = date.fromisoformat(answer)
        return f"{day.day} {day:%B %Y}"
    return answer


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
