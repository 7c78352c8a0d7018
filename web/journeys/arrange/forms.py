"""The forms of the steps."""

from collections.abc import Mapping
from uuid import uuid4

import wtforms

from web.familys_choice import ChoiceForm
from web.form import AtMost, DateField, Needed, PageForm

_REASON_CHARACTERS = 1000


class DraftForm(PageForm):
    """A change of a draft. `etag` is that of the draft as it was shown."""

    etag = wtforms.HiddenField()

    def shown_again(self, etag: str) -> None:
        """The page is shown as the draft stands now: what is sent next is another change."""
        self.etag.data = etag
        self.request_id.data = str(uuid4())


class PeopleForm(DraftForm):
    """Who is asked, who chairs, and what the room must have."""

    wire_fields: Mapping[str, str] = {
        "plan.attendees": "people",
        "plan.room_features": "room_features",
        "plan.needs_room": "needs_room",
        "plan.held_by_video": "held_by_video",
    }

    chair = wtforms.RadioField("Who chairs", validate_choice=False)
    people = wtforms.SelectMultipleField("Who is asked", validate_choice=False)
    needs_room = wtforms.BooleanField("A room is needed")
    room_features = wtforms.SelectMultipleField("The room must have", validate_choice=False)
    held_by_video = wtforms.BooleanField("People can also join by video (Teams)")


class ApartForm(DraftForm):
    """That somebody has looked at who must not meet. `seen` names the pairs that were shown; `leave_out` a person.

    `breach_reason` was typed for booking before the pairs had to be looked at again.
    """

    seen = wtforms.HiddenField()
    leave_out = wtforms.HiddenField()
    looked = wtforms.BooleanField("I have looked at these pairs")
    breach_reason = wtforms.HiddenField(validators=[AtMost(_REASON_CHARACTERS)])


class TimeForm(DraftForm):
    """A time and, where it misses a date, why that is accepted."""

    wire_fields: Mapping[str, str] = {"start_time": "time", "room": "time", "breach_reason": "breach_reason"}

    time = wtforms.RadioField("Times that would do", [Needed("Choose a time")], validate_choice=False)
    breach_reason = wtforms.TextAreaField("Why a date may be missed", [AtMost(_REASON_CHARACTERS)])


class OfferForm(DraftForm):
    """Two or three times, whom to ask about them, and until when."""

    wire_fields: Mapping[str, str] = {"dates": "dates", "people": "people", "expire_time": "until"}

    dates = wtforms.SelectMultipleField("Dates to offer", validate_choice=False)
    people = wtforms.SelectMultipleField("Whom to ask", validate_choice=False)
    joining = wtforms.RadioField(
        "How people come",
        [Needed("Say whether people come in person or join by video or telephone")],
        choices=[("in-person", "In person"), ("remote", "By video or telephone")],
        validate_choice=False,
    )
    until = DateField("Last day to answer", [Needed("Enter the last day to answer")])


class FamilysForm(ChoiceForm, DraftForm):
    """What the family chose, kept in the draft."""


class HoldForm(DraftForm):
    """Keeping the chosen time for a while, longer, or no more."""

    do = wtforms.HiddenField()


class BookForm(DraftForm):
    """The last look before booking. Each reason only where it is needed: a date is missed, somebody is taken twice.

    `overlap`: somebody is to be taken twice, so that a reason is.
    """

    wire_fields: Mapping[str, str] = {"breach_reason": "breach_reason", "overlap_reason": "overlap_reason"}

    breach_reason = wtforms.TextAreaField("Why a date may be missed", [AtMost(_REASON_CHARACTERS)])
    overlap = wtforms.HiddenField()
    overlap_reason = wtforms.TextAreaField("Why it is booked all the same", [AtMost(_REASON_CHARACTERS)])
