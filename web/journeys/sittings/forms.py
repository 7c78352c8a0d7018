"""The small forms beside each item of an agenda."""

import wtforms

from web.form import Needed, PageForm


class MoveItemForm(PageForm):
    """One item to another place. `seen`: the order that was looked at; `place` and `to` count from 1."""

    seen = wtforms.HiddenField(validators=[Needed("Look at the agenda again, then move the item")])
    item = wtforms.HiddenField(validators=[Needed("Choose an item")])
    place = wtforms.IntegerField("Its place")
    to = wtforms.IntegerField("Move to")
