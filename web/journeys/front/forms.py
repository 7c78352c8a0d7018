"""The form that finds a case."""

import wtforms

from web.form import AtMost, Needed, PageForm


class FindForm(PageForm):
    """A case number."""

    number = wtforms.StringField(
        "Case number",
        [Needed("Enter a case number, such as NM-0412 or the number of the case system"), AtMost(40)],
    )
