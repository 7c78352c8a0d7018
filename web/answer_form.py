"""A form that a service describes as data, as a form of the site: one field for each thing that it asks."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import uuid4

import wtforms
from permanence.panels.v1 import form_pb2 as wire

from web.desk import Refused
from web.form import AtMost, DateField, LongText, PageForm
from web.words import long_date

_BLANK_ROWS: Final = 2
_MOST_LINE: Final = 500
_CHANGED: Final = ("STALE", "REQUEST_ID_REUSED")
_STALE: Final = (
    "Somebody else saved this form meanwhile. What you typed is kept here and is not saved: put it together with what "
    "stands there now, shown below, then save"
)
_YES_NO: Final = (("yes", "Yes"), ("no", "No"))
_NOT_IN_A_FIELD: Final = re.compile(r"[\[.].*")


@dataclass(frozen=True)
class Asked:
    """One question on the page: its `field`, or of a table the fields of each row."""

    question: wire.FormField
    field: wtforms.Field | None
    rows: Sequence[Sequence[wtforms.Field]] = ()

    @property
    def kind(self) -> str:
        """`line`, `text`, `date`, `choice`, `choices`, `rows`; yes or no is a choice."""
        name = wire.FormFieldKind.Name(self.question.kind).removeprefix("FORM_FIELD_KIND_").lower()
        return "choice" if name == "yes_no" else name


class AnswerForm(PageForm):
    """`etag`: what was looked at; empty where nothing was saved yet. Its questions are set by `answer_form`.

    After it was sent: `stale` where somebody else saved meanwhile, `foreign` where a passage is another's too.
    """

    asks: wire.Form
    rows: Mapping[str, int]
    stale = False
    foreign = False
    etag = wtforms.HiddenField()
    passages_confirmed = wtforms.BooleanField()

    def parts(self) -> Iterator[tuple[str, list[Asked]]]:
        """(title, questions) of each part, in order."""
        for part in self.asks.parts:
            yield part.title, [self._asked(question) for question in part.fields]

    def answers(self) -> list[wire.FormAnswer]:
        """Of every question; an empty one takes out what stood there."""
        return [self._answer(question) for part in self.asks.parts for question in part.fields]

    def take(self, refusal: Refused) -> None:
        """What is wrong with an answer stands beside its question; what is sent next is another change."""
        self.stale = refusal.reason in _CHANGED
        self.foreign = refusal.reason == "FOREIGN_PASSAGE"
        if self.stale or self.foreign:
            self.request_id.data = str(uuid4())
        if self.stale:
            self.refuse(_STALE)
        else:
            super().take(refusal)

    def _field_for(self, path: str) -> str:
        key = _NOT_IN_A_FIELD.sub("", path.removeprefix("answers."))
        return next((one for one in (_name(key), _cell(key, 0, self._first_column(key))) if one in self), "")

    def _asked(self, question: wire.FormField) -> Asked:
        if question.kind != wire.FORM_FIELD_KIND_ROWS:
            return Asked(question, self[_name(question.key)])
        rows = [
            [self[_cell(question.key, row, column.key)] for column in question.columns]
            for row in range(self.rows[question.key])
        ]
        return Asked(question, None, rows)

    def _answer(self, question: wire.FormField) -> wire.FormAnswer:
        if question.kind == wire.FORM_FIELD_KIND_ROWS:
            rows = ({column.key: self._text(_cell(question.key, row, column.key)) for column in question.columns}
                    for row in range(self.rows[question.key]))  # fmt: skip
            return wire.FormAnswer(
                field=question.key, rows=[wire.FormRow(cells=row) for row in rows if any(row.values())]
            )
        data = self[_name(question.key)].data
        if question.kind == wire.FORM_FIELD_KIND_CHOICES:
            return wire.FormAnswer(field=question.key, chosen=data or [])
        text = data.isoformat() if isinstance(data, date) else (data or "").strip()
        return wire.FormAnswer(field=question.key, text=text)

    def _text(self, name: str) -> str:
        return (self[name].data or "").strip()

    def _first_column(self, key: str) -> str:
        questions = (one for part in self.asks.parts for one in part.fields if one.key == key and one.columns)
        return next((one.columns[0].key for one in questions), "")


def in_words(question: wire.FormField, answer: wire.FormAnswer) -> str:
    """An answer as a person reads it; a row of a table is a line. Empty where there is none."""
    labels = {one.key: one.label for one in question.options} or dict(_YES_NO)
    if question.kind == wire.FORM_FIELD_KIND_ROWS:
        lines = ([row.cells[one.key] for one in question.columns if row.cells.get(one.key)] for row in answer.rows)
        return "\n".join("; ".join(line) for line in lines)
    if question.kind == wire.FORM_FIELD_KIND_CHOICES:
        return ", ".join(labels.get(one, one) for one in answer.chosen)
    if question.kind in (wire.FORM_FIELD_KIND_CHOICE, wire.FORM_FIELD_KIND_YES_NO):
        return labels.get(answer.text, answer.text)
    if question.kind == wire.FORM_FIELD_KIND_DATE and answer.text:
        return long_date(date.fromisoformat(answer.text))
    return answer.text


def answer_form(
    asks: wire.Form, answers: Iterable[wire.FormAnswer] = (), etag: str = "", sent: Any = None
) -> AnswerForm:
    """With what was `sent`, or else with `answers`. A table always has room for more rows."""
    given = {one.field: one for one in answers}
    questions = [question for part in asks.parts for question in part.fields]
    rows = {one.key: _rows(one.key, given, sent) for one in questions if one.kind == wire.FORM_FIELD_KIND_ROWS}
    fields: dict[str, Any] = {"asks": asks, "rows": rows}
    values: dict[str, Any] = {"etag": etag}
    for question in questions:
        answer = given.get(question.key, wire.FormAnswer())
        if question.kind == wire.FORM_FIELD_KIND_ROWS:
            for row, column in ((row, column) for row in range(rows[question.key]) for column in question.columns):
                name = _cell(question.key, row, column.key)
                fields[name] = wtforms.StringField(f"{column.label}, row {row + 1}", [AtMost(_MOST_LINE)])
                values[name] = answer.rows[row].cells.get(column.key, "") if row < len(answer.rows) else ""
        else:
            fields[_name(question.key)] = _field(question)
            values[_name(question.key)] = _value(question, answer)
    made: AnswerForm = type("QuestionsForm", (AnswerForm,), fields)(sent, **values)
    return made


def _rows(key: str, given: Mapping[str, wire.FormAnswer], sent: Any) -> int:
    if sent is None:
        return (len(given[key].rows) if key in given else 0) + _BLANK_ROWS
    places = [int(one[1]) for one in (re.fullmatch(rf"{_name(key)}-(\d{{1,2}})-\w+", name) for name in sent) if one]
    return max(places, default=_BLANK_ROWS - 1) + 1


def _field(question: wire.FormField) -> Any:
    match question.kind:
        case wire.FORM_FIELD_KIND_TEXT:
            return LongText(question.label, [AtMost()])
        case wire.FORM_FIELD_KIND_DATE:
            return DateField(question.label)
        case wire.FORM_FIELD_KIND_YES_NO:
            return wtforms.RadioField(question.label, choices=_YES_NO, validate_choice=False)
        case wire.FORM_FIELD_KIND_CHOICE:
            return wtforms.RadioField(question.label, choices=_choices(question), validate_choice=False)
        case wire.FORM_FIELD_KIND_CHOICES:
            return wtforms.SelectMultipleField(question.label, choices=_choices(question))
        case _:
            return wtforms.StringField(question.label, [AtMost(_MOST_LINE)])


def _value(question: wire.FormField, answer: wire.FormAnswer) -> Any:
    if question.kind == wire.FORM_FIELD_KIND_CHOICES:
        return list(answer.chosen)
    if question.kind == wire.FORM_FIELD_KIND_DATE:
        return date.fromisoformat(answer.text) if answer.text else None
    return answer.text


def _choices(question: wire.FormField) -> list[tuple[str, str]]:
    return [(one.key, one.label) for one in question.options]


def _name(key: str) -> str:
    """Apart from the form's own fields, whatever a question is called."""
    return f"answer_{key}"


def _cell(key: str, row: int, column: str) -> str:
    return f"{_name(key)}-{row}-{column}"
