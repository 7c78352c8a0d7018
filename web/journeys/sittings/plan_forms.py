"""The form of a body's sittings for a time ahead: a rule in plain choices, and its end."""

from collections.abc import Mapping
from datetime import date

import wtforms
from wtforms.validators import StopValidation

from web.form import DateField, Needed, PageForm
from web.words import clock_of

MOST_SITTINGS = 60
MONTHLY = "month"
HOW_OFTEN = (
    ("1", "Every week"),
    ("2", "Every 2 weeks"),
    ("4", "Every 4 weeks"),
    (MONTHLY, "Every month, on the same weekday of the month as the first sitting"),
)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LAST_OF_MONTH = 5


class PlanForm(PageForm):
    """Which panel, from when, how often, how long, who chairs. Of `count` and `last` one is given."""

    wire_fields: Mapping[str, str] = {
        "first_date": "first", "local_start": "at", "minutes": "minutes", "recurrence_rule": "how_often",
        "attendees": "chair", "room": "room", "body": "body",
    }  # fmt: skip

    body = wtforms.SelectField("Which panel?", [Needed("Choose the panel")], choices=[], validate_choice=False)
    first = DateField("Day of the first sitting", [Needed("Enter the day of the first sitting")])
    at = wtforms.StringField("Time at which it begins", [Needed("Enter the time at which it begins")])
    minutes = wtforms.StringField("Minutes of a sitting", [Needed("Enter how many minutes a sitting takes")])
    how_often = wtforms.RadioField(
        "How often does it sit?", [Needed("Choose how often it sits")], choices=HOW_OFTEN, validate_choice=False
    )
    count = wtforms.StringField("How many sittings")
    last = DateField("Or the last day")
    chair = wtforms.SelectField("Who chairs?", [Needed("Choose who chairs")], choices=[], validate_choice=False)
    room = wtforms.SelectField("In which room?", choices=[], validate_choice=False)

    def validate_at(self, field: wtforms.Field) -> None:
        """A time of day as people write one."""
        if clock_of(field.data or "") is None:
            raise StopValidation("Enter a time such as 9:30am or 09:30")

    def validate_minutes(self, field: wtforms.Field) -> None:
        """A length that the service takes."""
        if number_of(field.data) is None:
            raise StopValidation("Enter a number of minutes, such as 180")

    def validate_how_often(self, field: wtforms.Field) -> None:
        """One of them."""
        if field.data not in dict(HOW_OFTEN):
            raise StopValidation("Choose how often it sits")

    def validate_count(self, field: wtforms.Field) -> None:
        """One end, and no two."""
        text, last = (field.data or "").strip(), self.last.data
        if not text and last is None and not any(self.last.parts.values()):
            raise StopValidation("Enter how many sittings, or the last day")
        if text and last is not None:
            raise StopValidation("Enter either how many sittings or the last day, not both")
        if text and not 1 <= (number_of(text) or 0) <= MOST_SITTINGS:
            raise StopValidation(f"Enter a number from 1 to {MOST_SITTINGS}")

    def validate_last(self, field: wtforms.Field) -> None:
        """In order."""
        if self.first.data and field.data and field.data < self.first.data:
            raise StopValidation("The last day must be the first day or later")

    @property
    def rule(self) -> str:
        """The recurrence rule of RFC 5545 that says the same."""
        assert self.first.data is not None
        if self.how_often.data == MONTHLY:
            often = f"FREQ=MONTHLY;BYDAY={_place_in_month(self.first.data)}"
        else:
            often = f"FREQ=WEEKLY;INTERVAL={self.how_often.data}"
        if self.last.data is not None:
            return f"{often};UNTIL={self.last.data:%Y%m%d}"
        return f"{often};COUNT={number_of(self.count.data)}"


def number_of(text: object) -> int | None:
    """A number of at most three digits; None for anything else."""
    said = str(text or "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 3 else None


def _place_in_month(day: date) -> str:
    """`2TU` for the second Tuesday; the fifth of a weekday is the last one, which every month has."""
    place = (day.day - 1) // 7 + 1
    return f"{-1 if place == _LAST_OF_MONTH else place}{_DAYS[day.weekday()]}"
