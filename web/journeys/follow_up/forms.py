"""Chasing, closing and giving on."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import wtforms
from wtforms.validators import StopValidation

from web.form import AtMost, Needed, PageForm
from web.keys import KEY

_KEY = re.compile(KEY)
_MOST_REASON = 2_000
DONE, CANCEL = "done", "cancel"


class ChaseForm(PageForm):
    """`ticked`: actions whose owners are chased; `pressing`: all that are due or late; `all`: those, ticked or not."""

    ticked = wtforms.SelectMultipleField("Whom do you want to chase?", validate_choice=False)
    pressing = wtforms.SelectMultipleField(validate_choice=False)
    all = wtforms.StringField()

    def validate_ticked(self, field: wtforms.Field) -> None:
        """At least one."""
        if not self.keys:
            raise StopValidation("Tick the actions to chase, or chase all that are due")

    @property
    def keys(self) -> list[str]:
        """Those that are meant; what is no key was made up, and means nothing."""
        meant = self.pressing.data if self.all.data else self.ticked.data
        return [key for key in dict.fromkeys(meant or ()) if _KEY.fullmatch(key)]


class CloseForm(PageForm):
    """Done, or not needed any more with a reason."""

    etag = wtforms.HiddenField()
    what = wtforms.RadioField(
        "What has become of it?",
        [Needed("Choose what has become of it")],
        choices=[(DONE, "It is done"), (CANCEL, "It need not be done any more")],
        validate_choice=False,
    )
    reason = wtforms.StringField("Why it need not be done", [AtMost(_MOST_REASON)])

    def validate(self, extra_validators: Any = None) -> bool:
        """A reason where it is cancelled."""
        super().validate(extra_validators)
        if self.what.data and self.what.data not in (DONE, CANCEL):
            self.refuse("Choose what has become of it", "what")
        if self.what.data == CANCEL and not (self.reason.data or "").strip():
            self.refuse("Say why it need not be done any more", "reason")
        return not self.faults


class AssignForm(PageForm):
    """Another owner, among those with a part around the subject."""

    wire_fields: Mapping[str, str] = {"person": "person"}

    etag = wtforms.HiddenField()
    person = wtforms.RadioField("Who is to do it?", [Needed("Choose who is to do it")], validate_choice=False)

    def __init__(self, formdata: Any = None, *, people: Sequence[tuple[str, str]], etag: str = "") -> None:
        """`people`: keys and names."""
        super().__init__(formdata)
        self.etag.data = self.etag.data or etag
        self.person.choices = list(people)

    def validate(self, extra_validators: Any = None) -> bool:
        """One of those offered."""
        super().validate(extra_validators)
        if self.person.data and self.person.data not in {str(value) for value, *_ in self.person.iter_choices()}:
            self.refuse("Choose who is to do it", "person")
        return not self.faults
