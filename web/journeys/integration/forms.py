"""The forms by which work is tried again or given up, and by which everything is stopped and started."""

from collections.abc import Mapping

import wtforms
from wtforms.validators import InputRequired, Length, StopValidation

from web.form import PageForm

_LONGEST = 300
_PARTS = 3


class WorkForm(PageForm):
    """`piece`: kind, producer and item, as the page shows them; `give_up`: else it is tried again."""

    piece = wtforms.RadioField("Which?", validate_choice=False)
    reason = wtforms.StringField("Why is it given up?", [Length(max=_LONGEST, message="Write at most 300 characters")])
    give_up = wtforms.StringField()

    def validate_piece(self, field: wtforms.Field) -> None:
        """One."""
        if len(self.parts) != _PARTS:
            raise StopValidation("Choose one of the list")

    def validate_reason(self, field: wtforms.Field) -> None:
        """Only what is given up needs one."""
        if self.give_up.data and not (field.data or "").strip():
            raise StopValidation("Say why it is given up, and what was done instead")

    @property
    def parts(self) -> list[str]:
        """Kind, producer, item."""
        return (self.piece.data or "").split("|")


class StopForm(PageForm):
    """Why everything is stopped."""

    wire_fields: Mapping[str, str] = {"reason": "why"}

    why = wtforms.StringField(
        "Why is everything stopped?",
        [
            InputRequired("Say why everything is stopped"),
            Length(max=_LONGEST, message="Write at most 300 characters"),
        ],
    )


class StartForm(PageForm):
    """Nothing but the wish."""
