"""Raising, taking further, closing."""

import wtforms

from web.form import AtMost, LongText, Needed, PageForm

ON, CLOSE = "on", "close"


class RaiseForm(PageForm):
    """Why a matter is taken further."""

    grounds = LongText("Why do you take it further?", [Needed("Say why you take it further"), AtMost()])


class StepForm(PageForm):
    """To the next stage, or closed."""

    etag = wtforms.HiddenField()
    what = wtforms.RadioField(
        "What happens now?",
        [Needed("Choose what happens now")],
        choices=[(ON, "It goes on to the next stage"), (CLOSE, "It is settled")],
        validate_choice=False,
    )
    words = LongText("What was answered, or what came of it", [Needed("Say what was answered"), AtMost()])
