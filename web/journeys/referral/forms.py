"""Choosing a form, and giving a referral back."""

import wtforms

from web.desk import Refused
from web.form import AtMost, LongText, Needed, PageForm

_MOST_REASON = 2_000


class ChooseForm(PageForm):
    """Which form, and for which panel; `wanted` is `form key` or `form key/body key`."""

    wanted = wtforms.RadioField(
        "What do you refer to?", [Needed("Choose what you refer to")], choices=[], validate_choice=False
    )


class HandInForm(PageForm):
    """Handed in as it was read: `etag` says what that was; and why papers that are missing come later."""

    etag = wtforms.HiddenField()
    papers_follow_because = LongText("Why papers that are missing come later", [AtMost(_MOST_REASON)])

    def take(self, refusal: Refused) -> None:
        """Everything that is missing, each by its question; no field of this page stands for them."""
        for one in refusal.violations:
            self.refuse(one.description)
        if not refusal.violations:
            super().take(refusal)


class ReasonForm(PageForm):
    """Why it is withdrawn, or what is missing."""

    reason = LongText("Reason", [AtMost(_MOST_REASON), Needed("Say why")])
