"""Forms about one fact."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import wtforms
from permanence.cases.v1.council_pb2 import CaseEventType
from wtforms.validators import StopValidation, ValidationError

from web.form import DateField, Needed, PageForm
from web.words import LONDON, clock_of, plan_words

_DAY = ("On which day?", [Needed("Enter the day")])
_TIME = "At what time did it end?"
_PURSUED = ("", "The plan that is pursued")


class DayForm(PageForm):
    """The day of a fact and, of a few, its time. `of` is what is recorded; `today` bounds what has happened."""

    wire_fields: Mapping[str, str] = {"on_date": "on", "at_time": "at"}
    of: CaseEventType | None = None
    today: date

    on = DateField(*_DAY)
    at = wtforms.StringField(_TIME)

    @classmethod
    def about(cls, of: CaseEventType | None, today: date, sent: Any = None, **values: Any) -> "DayForm":
        """The form of one fact of that type; where it is not known, cases alone judges it."""
        form = cls(sent, **values)
        form.of, form.today = of, today
        return form

    def validate_on(self, field: wtforms.Field) -> None:
        """What is not planned lies behind us."""
        if self.of is not None and not self.of.planned and field.data and field.data > self.today:
            raise ValidationError("The day must be today or earlier: this can be recorded once it has happened")

    def validate_at(self, field: wtforms.Field) -> None:
        """A time of day, of a fact that has one."""
        given = (field.data or "").strip()
        if given and self.of is not None and not self.of.takes_time:
            raise StopValidation("Leave the time empty: of this, only the day counts")
        if given and clock_of(given) is None:
            raise StopValidation("Enter a time such as 3:30pm or 15:30")

    @property
    def instant(self) -> datetime | None:
        """From wall time in England; None where no time is given."""
        at = clock_of(self.at.data or "")
        return datetime.combine(self.on.data, at, tzinfo=LONDON) if self.on.data and at else None


class RecordForm(DayForm):
    """A new fact, of one of the types that can be recorded here."""

    wire_fields: Mapping[str, str] = {**DayForm.wire_fields, "type": "event"}

    plans: Sequence[str] = ()

    # Declared anew: faults are told in the order of the fields.
    event = wtforms.StringField("What happened?", [Needed("Choose what happened")])
    on = DateField(*_DAY)
    at = wtforms.StringField(_TIME)
    plan = wtforms.SelectField("About which plan?", validate_choice=False)

    @classmethod
    def among(cls, types: Sequence[CaseEventType], plans: Sequence[str], today: date, sent: Any = None) -> "RecordForm":
        """The form, with what there is to choose from."""
        form = cls(sent)
        form.of, form.today = next((one for one in types if one.type == form.event.data), None), today
        form.plans = plans
        form.plan.choices = [_PURSUED, *((plan, plan_words(plan)) for plan in plans)]
        return form

    def validate_event(self, field: wtforms.Field) -> None:
        """One of those that can be recorded here."""
        if self.of is None and field.data:
            raise StopValidation("Choose what happened from the list")

    def validate_plan(self, field: wtforms.Field) -> None:
        """A plan, of a fact about one."""
        if field.data and field.data not in self.plans:
            raise StopValidation("Choose a plan from the list")
        if field.data and self.of is not None and not self.of.about_plan:
            raise StopValidation("Leave this at the plan that is pursued: what happened is no step of a plan")
