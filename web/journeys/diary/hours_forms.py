"""The forms of somebody's time: when they are away, when they work, how many meetings they chair on a day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import wtforms
from permanence.scheduler.v1 import peoples_time_service_pb2 as pb
from wtforms.validators import StopValidation, ValidationError

from web.form import DateField, Fault, Needed, PageForm
from web.words import civil, clock_of, wire_date

KINDS = (("leave", "Leave"), ("sickness", "Sickness"), ("training", "Training"))
_ON_WIRE = {
    "leave": pb.ABSENCE_KIND_LEAVE,
    "sickness": pb.ABSENCE_KIND_SICKNESS,
    "training": pb.ABSENCE_KIND_TRAINING,
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_CHAIRED = 20


class ATime:
    """A time of day, where one is given."""

    field_flags: Mapping[str, object] = {}

    def __call__(self, form: wtforms.form.BaseForm, field: wtforms.Field) -> None:
        """ValidationError for what is no time."""
        if (field.data or "").strip() and clock_of(field.data) is None:
            raise ValidationError(f"{field.label.text} must be a time, such as 9:30am or 13:00")


def wall(text: str | None) -> str:
    """`13:00` for the wire; empty where nothing was given."""
    found = clock_of(text or "")
    return found.strftime("%H:%M") if found else ""


class AwayForm(PageForm):
    """When somebody is away, and of what kind it is. There is no field for why."""

    wire_fields: Mapping[str, str] = {
        "from_date": "first", "until_date": "last", "local_from": "from_time", "local_until": "until_time",
    }  # fmt: skip

    kind = wtforms.RadioField("What is it?", [Needed("Choose what it is")], choices=KINDS, validate_choice=False)
    first = DateField("First day away", [Needed("Enter the first day away")])
    last = DateField("Last day away", [Needed("Enter the last day away")])
    from_time = wtforms.StringField("Away from, on the first day", [ATime()])
    until_time = wtforms.StringField("Away until, on the last day", [ATime()])

    def validate_kind(self, field: wtforms.Field) -> None:
        """One of them."""
        if field.data not in _ON_WIRE:
            raise StopValidation("Choose what it is")

    def validate_last(self, field: wtforms.Field) -> None:
        """In order."""
        if self.first.data and field.data and field.data < self.first.data:
            raise StopValidation("The last day must be the first day or later")

    def on_wire(self, parent: str, person: str) -> pb.RecordAbsenceRequest:
        """For the service; valid only after the form is."""
        return pb.RecordAbsenceRequest(
            parent=parent,
            person=person,
            kind=_ON_WIRE[self.kind.data],
            from_date=wire_date(self.first.data),
            until_date=wire_date(self.last.data),
            local_from=wall(self.from_time.data),
            local_until=wall(self.until_time.data),
            request_id=self.request_id.data or "",
        )


class HoursForm(PageForm):
    """The hours of a week from a day on. `hours`: what was typed, by weekday from 0, as (from, until)."""

    wire_fields: Mapping[str, str] = {"patterns": "first"}

    etag = wtforms.HiddenField()
    first = DateField("First day of these hours")
    last = DateField("Last day of these hours")
    term_time = wtforms.BooleanField("In term time only")

    def __init__(self, formdata: Any = None, **values: Any) -> None:
        self.hours: list[tuple[str, str]] = values.pop("hours", None) or [("", "")] * len(WEEKDAYS)
        super().__init__(formdata, **values)
        if formdata:
            self.hours = [
                (str(formdata.get(f"from-{at}", "")).strip(), str(formdata.get(f"until-{at}", "")).strip())
                for at in range(len(WEEKDAYS))
            ]

    def check_hours(self) -> None:
        """A fault for each weekday whose hours are not whole, beside its field."""
        for at, (begin, end) in enumerate(self.hours):
            first, last = clock_of(begin), clock_of(end)
            if (begin and first is None) or (end and last is None):
                self.refuse_day(at, f"{WEEKDAYS[at]} must have times, such as 9am and 5:30pm", late=first is not None)
            elif bool(begin) != bool(end):
                self.refuse_day(at, f"{WEEKDAYS[at]} needs both a beginning and an end, or neither", late=bool(begin))
            elif first and last and last <= first:
                self.refuse_day(at, f"{WEEKDAYS[at]} must end later than it begins", late=True)
        if not any(begin or end for begin, end in self.hours):
            self.refuse_day(0, "Enter the hours of at least one day. Record an absence for somebody who is away")

    def refuse_day(self, at: int, text: str, *, late: bool = False) -> None:
        """A fault of one weekday; `late`: of its end."""
        self.refused.append(Fault(text, f"#{'until' if late else 'from'}-{at}"))

    def fault_at(self, field: str) -> str:
        """What is wrong with that field of a weekday."""
        return next((one.text for one in self.refused if one.href == f"#{field}"), "")

    def pattern(self) -> pb.WorkingPattern:
        """What was typed; valid only after it was checked."""
        hours = [
            pb.WeekdayHours(weekday=at + 1, local_from=wall(begin), local_until=wall(end))
            for at, (begin, end) in enumerate(self.hours)
            if begin
        ]
        return pb.WorkingPattern(
            from_date=wire_date(self.first.data),
            until_date=wire_date(self.last.data),
            term_time_only=self.term_time.data,
            hours=hours,
        )


class NumberForm(PageForm):
    """How many meetings somebody chairs on a day at most. Empty: as many as is usual in the council."""

    wire_fields: Mapping[str, str] = {"most_chaired_a_day": "most"}

    etag = wtforms.HiddenField()
    most = wtforms.StringField("Meetings to chair on one day, at most")

    def validate_most(self, field: wtforms.Field) -> None:
        """A whole number, where one is given."""
        text = (field.data or "").strip()
        if text and not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_CHAIRED):
            raise ValidationError(f"Enter a whole number from 1 to {MOST_CHAIRED}, or nothing")

    @property
    def number(self) -> int:
        """0 where none is given."""
        return int((self.most.data or "").strip() or 0)


def with_new(patterns: Sequence[pb.WorkingPattern], new: pb.WorkingPattern) -> list[pb.WorkingPattern]:
    """The patterns with a new one: those that began before it end the day before.

    Without a first and a last day it stands for all of them.
    """
    first = civil(new.from_date)
    return [*_before(patterns, first, lasting=civil(new.until_date) is None), new]


def _before(patterns: Sequence[pb.WorkingPattern], first: date | None, *, lasting: bool) -> Iterator[pb.WorkingPattern]:
    for old in patterns:
        begins, ends = civil(old.from_date), civil(old.until_date)
        kept = pb.WorkingPattern()
        kept.CopyFrom(old)
        if first is None and lasting:
            continue
        if first and (begins is None or begins < first) and (ends is None or ends >= first):
            kept.until_date.CopyFrom(wire_date(first - timedelta(days=1)))
        yield kept
