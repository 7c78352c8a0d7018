"""The forms of a sitting's papers."""

from collections.abc import Mapping

import wtforms

from web.form import Needed, PageForm
from web.paper import PaperForm


class AddPaperForm(PaperForm):
    """For an agenda, where it may take the place of another paper, whose key `replaces` is."""

    wire_fields: Mapping[str, str] = {**PaperForm.wire_fields, "header.replaces": "replaces"}

    replaces = wtforms.SelectField("Does it take the place of another paper?", validate_choice=False)


class SendOutForm(PageForm):
    """`etag`: the sitting that was looked at."""

    etag = wtforms.HiddenField(validators=[Needed("Look at the agenda again, then send it out")])


class ReleaseForm(PageForm):
    """`version`: the agenda that was looked at."""

    version = wtforms.IntegerField("Version")


class PutOffForm(PageForm):
    """Why an item waits."""

    wire_fields: Mapping[str, str] = {"reason": "reason"}

    etag = wtforms.HiddenField(validators=[Needed("Look at the agenda again, then put the item off")])
    reason = wtforms.TextAreaField("Why does it wait?", [Needed("Enter why it waits")])
