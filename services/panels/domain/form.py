"""A form as data: parts, fields, and what was answered. Referrals and minutes are both filled in by it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

MOST_CHARACTERS: Final = 20_000
MOST_ROWS: Final = 50


class FieldKind(StrEnum):
    """How a field is answered.

    ROWS is a table: each row answers the field's `columns`. CHOICES takes several of the options.
    """

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    ROWS = "rows"


YES, NO = "yes", "no"


@dataclass(frozen=True)
class Option:
    """One thing to choose: `key` is stored, `label` is read."""

    key: str
    label: str


@dataclass(frozen=True)
class Field:
    """One question.

    Attributes:
        key: snake case, once in its form.
        known_as: what cases or the scheduler may know of it (`subject.birth_date`); the field then begins filled in.
        needed: whether the form cannot be sent without it.
        office: filled in by whoever receives the form, after it was sent.
        staff_only: never in a family's copy.
        columns: of a table alone.
    """

    key: str
    label: str
    kind: FieldKind
    hint: str = ""
    needed: bool = False
    office: bool = False
    staff_only: bool = False
    known_as: str = ""
    options: tuple[Option, ...] = ()
    columns: tuple["Field", ...] = ()


@dataclass(frozen=True)
class Part:
    """Fields that are filled in together, on one page."""

    key: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Form:
    """`source` says where its fields come from: document and section. `papers`: kinds of paper that come with it.

    `for_body`: whether it asks a standing body. `meeting_kind`: of the meeting that it asks for; empty for none.
    """

    key: str
    title: str
    source: str
    parts: tuple[Part, ...]
    papers: tuple[str, ...] = ()
    for_body: bool = False
    meeting_kind: str = ""

    def fields(self) -> Iterator[Field]:
        """In their order."""
        for part in self.parts:
            yield from part.fields

    def field(self, key: str) -> Field | None:
        """By key."""
        return next((one for one in self.fields() if one.key == key), None)


Row: TypeAlias = Mapping[str, str]
Answer: TypeAlias = str | tuple[str, ...] | tuple[Row, ...]
"""Text, a date as YYYY-MM-DD, `yes` or `no`, an option's key; several keys; or rows by column."""
Answers: TypeAlias = Mapping[str, Answer]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one answer, in words that say what to do. `field` may be `others[2].phone`."""

    field: str
    label: str
    description: str


def is_empty(answer: Answer | None) -> bool:
    """Whether nothing was said."""
    if answer is None or isinstance(answer, str):
        return not (answer or "").strip()
    return not any(cell.strip() for one in answer for cell in ([one] if isinstance(one, str) else one.values()))


def known_answers(form: Form, facts: Mapping[str, Answer]) -> dict[str, Answer]:
    """What is known of its fields; a fact that a field cannot take is left out."""
    known = {one.key: facts[one.known_as] for one in form.fields() if one.known_as in facts}
    return {key: answer for key, answer in known.items() if not faults_of(form, {key: answer})}


def merged(before: Answers, changes: Answers) -> dict[str, Answer]:
    """With the changes; an empty answer takes the field out."""
    both = {**before, **changes}
    return {key: answer for key, answer in both.items() if not is_empty(answer)}


def faults_of(form: Form, answers: Answers) -> list[Fault]:
    """What cannot be stored, in the form's order; a draft may lack anything."""
    known = {one.key for one in form.fields()}
    found = [Fault(key, key, "is not a field of this form") for key in sorted(answers.keys() - known)]
    for field in form.fields():
        answer = answers.get(field.key)
        if answer is not None and not is_empty(answer):
            found += _faults(field, field.key, answer)
    return found


def wanting(form: Form, answers: Answers) -> list[Fault]:
    """Needed fields that are empty, in the form's order."""
    return [
        Fault(field.key, field.label, "is needed before this can be sent")
        for field in form.fields()
        if field.needed and not field.office and is_empty(answers.get(field.key))
    ]


def _faults(field: Field, where: str, answer: Answer) -> list[Fault]:
    if field.kind is FieldKind.ROWS:
        return _faults_of_rows(field, where, answer)
    if field.kind is FieldKind.CHOICES:
        if isinstance(answer, str) or not all(isinstance(one, str) for one in answer):
            return [Fault(where, field.label, "takes some of its options")]
        return [fault for one in answer if isinstance(one, str) for fault in _not_an_option(field, where, one)][:1]
    if not isinstance(answer, str):
        return [Fault(where, field.label, "takes one answer")]
    return _faults_of_text(field, where, answer)


def _faults_of_text(field: Field, where: str, answer: str) -> list[Fault]:
    if len(answer) > MOST_CHARACTERS:
        return [Fault(where, field.label, f"is longer than {MOST_CHARACTERS:,} characters: attach a paper instead")]
    match field.kind:
        case FieldKind.DATE:
            return [] if _is_date(answer) else [Fault(where, field.label, "must be a real day, such as 2026-03-27")]
        case FieldKind.YES_NO:
            return [] if answer in (YES, NO) else [Fault(where, field.label, "is yes or no")]
        case FieldKind.CHOICE:
            return _not_an_option(field, where, answer)
        case FieldKind.LINE if "\n" in answer:
            return [Fault(where, field.label, "takes one line")]
        case _:
            return []


def _faults_of_rows(field: Field, where: str, answer: Answer) -> list[Fault]:
    if isinstance(answer, str) or not all(isinstance(one, Mapping) for one in answer):
        return [Fault(where, field.label, "takes rows")]
    if len(answer) > MOST_ROWS:
        return [Fault(where, field.label, f"takes {MOST_ROWS} rows at most: attach a paper for more")]
    columns = {column.key: column for column in field.columns}
    found: list[Fault] = []
    for place, row in enumerate(answer):
        for key, cell in row.items() if isinstance(row, Mapping) else ():
            column = columns.get(key)
            if column is None:
                found.append(Fault(f"{where}[{place}].{key}", field.label, "is not a column of this table"))
            elif cell.strip():
                found += _faults_of_text(column, f"{where}[{place}].{key}", cell)
    return found


def _not_an_option(field: Field, where: str, answer: str) -> list[Fault]:
    keys = [option.key for option in field.options]
    return [] if answer in keys else [Fault(where, field.label, f"is one of: {', '.join(keys)}")]


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
