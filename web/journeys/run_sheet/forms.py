"""The small forms of the run sheet: breaking a sitting off, and settling something in writing."""

from collections.abc import Mapping
from typing import Any

import wtforms
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import written_resolution_pb2

from web.form import AtMost, DateField, LongText, Needed, PageForm
from web.outcome_words import PART_HEARD, kind_choices, wire_kind

ANSWERS = (
    ("agrees", "Agrees", written_resolution_pb2.ANSWER_KIND_AGREES),
    ("disagrees", "Does not agree", written_resolution_pb2.ANSWER_KIND_DISAGREES),
    ("meet", "Asks that it be heard at a sitting", written_resolution_pb2.ANSWER_KIND_ASKS_TO_MEET),
)
ANSWER_WORDS = {number: words for _, words, number in ANSWERS}


class AdjournForm(PageForm):
    """Why it is broken off."""

    reason = LongText("Why is the sitting adjourned?", [Needed("Say why the sitting is adjourned"), AtMost()])


class AskForm(PageForm):
    """What the members are asked."""

    wire_fields: Mapping[str, str] = {"closes_date": "closes"}

    kind = wtforms.RadioField(
        "What would the panel do?", [Needed("Choose what the panel would do")], validate_choice=False
    )
    recommendation = LongText("In the panel's words", [AtMost()])
    reasons = LongText("Why", [Needed("Say why"), AtMost()])
    closes = DateField("Last day for answers", [Needed("Say by when the members answer")])

    def __init__(self, formdata: Any = None, *, body: wire.Body, **values: Any) -> None:
        """With what the body may settle; putting off needs nobody's answer."""
        super().__init__(formdata, **values)
        off = ("deferred", PART_HEARD[0])
        self.kind.choices = [one for one in kind_choices(body.authority) if one[0] not in off]

    @property
    def wire_kind(self) -> wire.OutcomeKind.ValueType:
        """For the service."""
        return wire_kind(self.kind.data or "")


class AnswerForm(PageForm):
    """What one member says."""

    member = wtforms.SelectField("Which member?", [Needed("Choose the member")], choices=[], validate_choice=False)
    answer = wtforms.RadioField(
        "What do they say?",
        [Needed("Choose what they say")],
        choices=[(value, words) for value, words, _ in ANSWERS],
        validate_choice=False,
    )
    words = LongText("Why", [AtMost()])

    def validate_words(self, field: wtforms.Field) -> None:
        """Whoever does not agree says why."""
        if self.answer.data == "disagrees" and not (field.data or "").strip():
            raise wtforms.ValidationError("Say why the member does not agree")

    @property
    def wire_answer(self) -> written_resolution_pb2.AnswerKind.ValueType:
        """For the service."""
        found = (number for value, _, number in ANSWERS if value == self.answer.data)
        return next(found, written_resolution_pb2.ANSWER_KIND_UNSPECIFIED)
