"""The form that lets messages go."""

from collections.abc import Mapping

import wtforms

from web.form import Needed, PageForm


class ReleaseForm(PageForm):
    """`token` stands for exactly the previews that were read."""

    wire_fields: Mapping[str, str] = {"release_token": "read"}

    token = wtforms.HiddenField()
    read = wtforms.SelectMultipleField(
        "Before you release",
        [Needed("Say that you have read what each person will receive")],
        choices=[("yes", "I have read what each person will receive")],
    )
