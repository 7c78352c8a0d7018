"""The form that chooses a day; sent by GET, so that its address can be kept."""

from web.form import DateField, Needed, PageForm


class DayForm(PageForm):
    """`day-day`, `day-month`, `day-year`."""

    day = DateField("Another day", [Needed("Enter a day")])
