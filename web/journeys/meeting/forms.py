"""Forms about one meeting."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

import wtforms
from permanence.notifications.v1 import notification_pb2 as note
from wtforms.validators import StopValidation

from web.familys_choice import ChoiceForm
from web.form import AtMost, DateField, LongText, Needed, PageForm
from web.overlap import NO_REASON
from web.reviewing_word import WIRE_FIELDS, WordForm
from web.times import chosen
from web.words import LONDON, clock_of

_MOST_REASON = 500
_REVISION_DIGITS = 10
MOVED = "The meeting was moved since you opened this page. Look at the new time, and ask again."
BEING_MOVED = (
    "The meeting was moved a moment ago, and its invitations are just being changed. Nothing was recorded. "
    "Press the button again in a minute."
)
SOMETHING_ELSE = "other"
_OTHER = (SOMETHING_ELSE, "Something else")
CANCEL_REASONS = (
    ("chair", "The chair cannot come"),
    ("family", "The child or the family asked for it"),
    ("papers", "A report is not ready"),
    ("combined", "It is combined with another meeting"),
    ("not-needed", "It is not needed any more"),
    ("closed", "The building is closed or cannot be reached"),
)
MOVE_REASONS = (
    ("chair", "The chair cannot come"),
    ("family", "The child or the family asked for it"),
    ("people", "Somebody who must come cannot"),
    ("papers", "A report is not ready"),
    ("room", "The room cannot be used"),
)


class Choice(wtforms.RadioField):
    """One of several. Anything else counts as nothing chosen, so that the form's own words say what to do."""

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        """Forget what is none of the choices."""
        if self.data not in [value for value, *_ in self.iter_choices()]:
            self.data = None


class _Reasoned(WordForm):
    """A usual reason, own words, or both; `etag` is the state of the meeting that was looked at."""

    usual: Mapping[str, str] = {}

    etag = wtforms.HiddenField()
    reason = Choice("Why?", [Needed("Choose a reason")])
    own_words = LongText("In your own words", [AtMost(_MOST_REASON)])

    def validate_own_words(self, field: wtforms.Field) -> None:
        """Something else must be said."""
        if self.reason.data == SOMETHING_ELSE and not (field.data or "").strip():
            raise StopValidation("Say in your own words why")

    @property
    def words(self) -> str:
        """What is kept as the reason."""
        usual = self.usual.get(self.reason.data, "")
        own = (self.own_words.data or "").strip()
        return f"{usual}. {own}" if usual and own else usual + "." if usual else own


class CancelForm(_Reasoned):
    """Calling a meeting off."""

    wire_fields: Mapping[str, str] = {"reason": "own_words", **WIRE_FIELDS}
    usual: Mapping[str, str] = dict(CANCEL_REASONS)
    reason = Choice(
        "Why is it cancelled?", [Needed("Choose why the meeting is cancelled")], choices=[*CANCEL_REASONS, _OTHER]
    )


class TimeForm(PageForm):
    """Choosing another time: its value is one of those that were offered (web/times.py)."""

    time = wtforms.StringField("When shall it be?", [Needed("Choose a time")])

    def validate_time(self, field: wtforms.Field) -> None:
        """Nothing but a time."""
        if chosen(field.data or "") is None:
            raise StopValidation("Choose a time")


class FamilysMoveForm(ChoiceForm):
    """What the family chose instead; why it is moved is asked on the next page."""


class MoveForm(_Reasoned):
    """Moving a meeting to a time that was chosen. `needs_breach_reason`: it misses a clock, and a manager says why.

    `chosen_by` (a key) and `consented_on` come along where the time is the family's choice. `overlap`: somebody is to
    be taken twice, so that a reason is asked.
    """

    needs_breach_reason = False
    time = wtforms.HiddenField()
    chosen_by = wtforms.HiddenField()
    consented_on = DateField("Day on which the family consented")
    overlap = wtforms.HiddenField()
    overlap_reason = LongText("Why it is moved there all the same", [AtMost(_MOST_REASON)])
    wire_fields: Mapping[str, str] = {
        "reason": "own_words",
        "breach_reason": "breach_reason",
        "overlap_reason": "overlap_reason",
        **WIRE_FIELDS,
    }
    usual: Mapping[str, str] = dict(MOVE_REASONS)
    reason = Choice("Why is it moved?", [Needed("Choose why the meeting is moved")], choices=[*MOVE_REASONS, _OTHER])
    breach_reason = LongText("Why may the date be missed?", [AtMost(_MOST_REASON)])

    def validate_overlap_reason(self, field: wtforms.Field) -> None:
        """Taking somebody twice is approved with a reason."""
        if self.overlap.data and not (field.data or "").strip():
            raise StopValidation(NO_REASON)

    def validate_breach_reason(self, field: wtforms.Field) -> None:
        """A missed clock is accepted with a reason."""
        if self.needs_breach_reason and not (field.data or "").strip():
            raise StopValidation("Say why the date may be missed")


class VideoForm(PageForm):
    """Whether people can join by video from now on. `by_video` is "yes" or empty."""

    etag = wtforms.HiddenField()
    by_video = wtforms.HiddenField()


class ConfirmForm(PageForm):
    """That an interpreter or advocate has said that they will come, or cannot after all. `person` is a key."""

    etag = wtforms.HiddenField()
    person = wtforms.HiddenField()
    confirmed = wtforms.HiddenField()


class AnswerForm(PageForm):
    """What somebody said by telephone or in person. `seen` is the meeting's revision that they were asked about."""

    seen = wtforms.HiddenField()

    answer = Choice(
        "What did they say?",
        [Needed("Choose what they said")],
        choices=[("accepted", "Yes, they are coming"), ("perhaps", "Perhaps"), ("declined", "No, they are not coming")],
    )

    @property
    def revision(self) -> int:
        """For the service; 0 where the form does not say which time was asked about."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < _REVISION_DIGITS else 0

    def ask_again(self, revision: int) -> None:
        """Nothing was recorded: the meeting stands at a time about which nobody was asked, or is just being moved."""
        if revision == self.revision:
            self.refuse(BEING_MOVED)
            return
        self.refuse(MOVED)
        self.answer.data, self.seen.data, self.request_id.data = None, str(revision), str(uuid4())

    @property
    def wire_answer(self) -> note.Answer.ValueType:
        """For the service."""
        return {
            "accepted": note.ANSWER_ACCEPTED,
            "perhaps": note.ANSWER_TENTATIVE,
            "declined": note.ANSWER_DECLINED,
        }[self.answer.data]


class HeldForm(PageForm):
    """When a meeting ended. Hours of its minutes count from there."""

    wire_fields: Mapping[str, str] = {"end_time": "ended_at"}
    etag = wtforms.HiddenField()
    ended_on = DateField("The day on which it ended", [Needed("Enter the day on which it ended")])
    ended_at = wtforms.StringField("The time at which it ended", [Needed("Enter the time at which it ended")])

    def validate_ended_at(self, field: wtforms.Field) -> None:
        """A time of day as people write one."""
        if clock_of(field.data or "") is None:
            raise StopValidation("Enter a time such as 3:30pm or 15:30")

    @property
    def ended(self) -> datetime | None:
        """The instant, from wall time in England."""
        at = clock_of(self.ended_at.data or "")
        return datetime.combine(self.ended_on.data, at, tzinfo=LONDON) if self.ended_on.data and at else None
