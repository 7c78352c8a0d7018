"""The form by which a clock is waived."""

from web.form import AtMost, LongText, Needed, PageForm

_MOST_REASON = 2000


class WaiveForm(PageForm):
    """Why it need not be met."""

    reason = LongText("Why need it not be met?", [Needed("Say why it need not be met"), AtMost(_MOST_REASON)])
