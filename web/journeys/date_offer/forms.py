"""The forms around an offer of dates."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

import wtforms
from permanence.scheduler.v1.date_offer_pb2 import (
    OFFER_ANSWER_CAN_COME,
    OFFER_ANSWER_CANNOT,
    OFFER_ANSWER_RATHER_NOT,
    DateAnswer,
)

from web.form import AtMost, PageForm

ANSWER_WORDS: Mapping[int, str] = {
    OFFER_ANSWER_CAN_COME: "I can come",
    OFFER_ANSWER_RATHER_NOT: "I would rather not",
    OFFER_ANSWER_CANNOT: "I cannot",
}
SEND_AGAIN = "What you chose here has not been kept yet. Check it, then send it again"
_SAID = {
    "can-come": OFFER_ANSWER_CAN_COME,
    "rather-not": OFFER_ANSWER_RATHER_NOT,
    "cannot": OFFER_ANSWER_CANNOT,
}
_VALUES: Mapping[int, str] = {answer: value for value, answer in _SAID.items()}
_CHOICES = [(_VALUES[answer], words) for answer, words in ANSWER_WORDS.items()]


class AnswersForm(PageForm):
    """An answer to each date; how many dates there are is known with the offer."""

    wire_fields: Mapping[str, str] = {"answers": "answer_1"}

    answer_1 = wtforms.RadioField("First date", choices=_CHOICES, validate_choice=False)
    answer_2 = wtforms.RadioField("Second date", choices=_CHOICES, validate_choice=False)
    answer_3 = wtforms.RadioField("Third date", choices=_CHOICES, validate_choice=False)

    def field(self, number: int) -> wtforms.Field:
        """The one of a date."""
        return self[f"answer_{number}"]

    def show(self, answers: Mapping[int, int]) -> None:
        """What was answered before, by the number of the date."""
        for number, answer in answers.items():
            self.field(number).data = _VALUES.get(answer, "")

    def send_again(self) -> None:
        """Say that it has to be sent once more, as a sending of its own; what was chosen stays."""
        self.refuse(SEND_AGAIN)
        self.request_id.data = str(uuid4())

    def answers(self, labels: Mapping[int, str]) -> Sequence[DateAnswer]:
        """One for each date; empty, with the faults in the form, where one is missing. `labels`: the dates in words."""
        found = []
        for number, label in labels.items():
            answer = _SAID.get(self.field(number).data or "")
            if answer is None:
                self.refuse(f"Choose an answer for {label}", f"answer_{number}")
            else:
                found.append(DateAnswer(number=number, answer=answer))
        return [] if self.faults else found


class TakeForm(PageForm):
    """Taking a date, or withdrawing all. `etag` is that of the offer as it was shown."""

    wire_fields: Mapping[str, str] = {"breach_reason": "breach_reason"}

    etag = wtforms.HiddenField()
    breach_reason = wtforms.TextAreaField("Why a date may be missed", [AtMost(1000)])
