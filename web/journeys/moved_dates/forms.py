"""The form by which moved dates are confirmed."""

import re
from collections.abc import Mapping

import wtforms
from wtforms.validators import StopValidation

from web.form import PageForm
from web.keys import KEY

_KEY = re.compile(KEY)


class ConfirmForm(PageForm):
    """`shown`: every one of the page; `ticked`: those somebody ticked; `whole_page`: all of them, ticked or not."""

    wire_fields: Mapping[str, str] = {"date_changes": "ticked"}

    ticked = wtforms.SelectMultipleField("Which have you seen?", validate_choice=False)
    shown = wtforms.SelectMultipleField(validate_choice=False)
    whole_page = wtforms.StringField()

    def validate_ticked(self, field: wtforms.Field) -> None:
        """At least one."""
        if not self.keys:
            raise StopValidation("Tick the dates that you have seen, or confirm all on this page")

    @property
    def keys(self) -> list[str]:
        """Those that are meant; what is no key was made up, and means nothing."""
        meant = self.shown.data if self.whole_page.data else self.ticked.data
        return [key for key in dict.fromkeys(meant or ()) if _KEY.fullmatch(key)]
