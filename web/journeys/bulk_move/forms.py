"""The forms of a bulk move: which meetings and when, and which of those found go."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import wtforms
from permanence.scheduler.v1 import bulk_move_pb2 as wire
from wtforms.validators import StopValidation

from web.form import AtMost, DateField, Fault, LongText, Needed, PageForm
from web.keys import KEY
from web.reviewing_word import WIRE_FIELDS, WordForm
from web.words import LONDON

MOST_REASON = 500
ALL = "all"
OTHER = "other"
CAUSES = (
    ("absence", "Somebody who has to be there is away"),
    ("closure", "A room or building is closed"),
    ("weather", "Nobody can travel"),
    (OTHER, "Something else"),
)
_ON_WIRE = {
    "absence": wire.BULK_MOVE_CAUSE_ABSENCE,
    "closure": wire.BULK_MOVE_CAUSE_CLOSURE,
    "weather": wire.BULK_MOVE_CAUSE_WEATHER,
    OTHER: wire.BULK_MOVE_CAUSE_OTHER,
}
_WHOSE = re.compile(rf"(people|rooms)/({KEY})|{ALL}")
_KEY = re.compile(KEY)
_REASON = "reason-"


class ChooseForm(PageForm):
    """Whose meetings, when they are, why, and when the new times may be. Days are whole and both are meant."""

    wire_fields: Mapping[str, str] = {
        "person": "whose", "room": "whose", "from_time": "first", "until_time": "last", "reason": "own_words",
        "window_from_date": "earliest", "window_until_date": "latest",
    }  # fmt: skip

    whose = wtforms.SelectField(
        "Whose meetings?", [Needed("Choose whose meetings are to be moved")], choices=[], validate_choice=False
    )
    first = DateField("First day of the meetings to be moved", [Needed("Enter the first day")])
    last = DateField("Last day of the meetings to be moved", [Needed("Enter the last day")])
    cause = wtforms.RadioField("Why?", [Needed("Choose why they are moved")], choices=CAUSES, validate_choice=False)
    own_words = LongText("In your own words", [AtMost(MOST_REASON)])
    earliest = DateField("First day for new times", [Needed("Enter the first day for new times")])
    latest = DateField("Last day for new times", [Needed("Enter the last day for new times")])

    def validate_whose(self, field: wtforms.Field) -> None:
        """A person, a room, or all."""
        if not _WHOSE.fullmatch(field.data or ""):
            raise StopValidation("Choose whose meetings are to be moved")

    def validate_cause(self, field: wtforms.Field) -> None:
        """One of them."""
        if field.data not in _ON_WIRE:
            raise StopValidation("Choose why they are moved")

    def validate_own_words(self, field: wtforms.Field) -> None:
        """Something else must be said."""
        if self.cause.data == OTHER and not (field.data or "").strip():
            raise StopValidation("Say in your own words why")

    def validate_last(self, field: wtforms.Field) -> None:
        """In order."""
        if self.first.data and field.data and field.data < self.first.data:
            raise StopValidation("The last day must be the first day or later")

    def validate_latest(self, field: wtforms.Field) -> None:
        """In order."""
        if self.earliest.data and field.data and field.data < self.earliest.data:
            raise StopValidation("The last day for new times must be the first or later")

    @property
    def person(self) -> str:
        """Key of the person whose meetings they are; empty where they are not by a person."""
        return self._key("people")

    @property
    def room(self) -> str:
        """Key of the room in which they are; empty where they are not by a room."""
        return self._key("rooms")

    @property
    def reason(self) -> str:
        """What is kept as the reason of each meeting."""
        usual = "" if self.cause.data == OTHER else dict(CAUSES)[self.cause.data] + "."
        return " ".join(filter(None, (usual, (self.own_words.data or "").strip())))

    @property
    def wire_cause(self) -> wire.BulkMoveCause.ValueType:
        """For the service."""
        return _ON_WIRE[self.cause.data]

    @property
    def stretch(self) -> tuple[datetime, datetime]:
        """From the beginning of the first day to the end of the last."""
        assert self.first.data and self.last.data
        return _midnight(self.first.data), _midnight(self.last.data + timedelta(days=1))

    def _key(self, collection: str) -> str:
        found = _WHOSE.fullmatch(self.whose.data or "")
        return found[2] if found and found[1] == collection else ""


def asked_for(query: Mapping[str, str]) -> dict[str, Any]:
    """What an address says of whose meetings are moved, when and why; what is nothing of the kind is left out."""
    whose, cause = query.get("whose", ""), query.get("cause", "")
    days = {name: _day(query.get(name, "")) for name in ("first", "last")}
    found = {"whose": whose if _WHOSE.fullmatch(whose) else "", "cause": cause if cause in _ON_WIRE else "", **days}
    return {name: value for name, value in found.items() if value}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


class StartForm(WordForm):
    """Which of the meetings go, and why those that miss a date may. `reasons`: by key of the meeting."""

    wire_fields: Mapping[str, str] = WIRE_FIELDS
    etag = wtforms.HiddenField()
    ticked = wtforms.SelectMultipleField("Which meetings are moved?", validate_choice=False)
    reason_for_all = LongText("One reason for all that miss a date", [AtMost(MOST_REASON)])

    def __init__(self, formdata: Any = None, **values: Any) -> None:
        super().__init__(formdata, **values)
        given = formdata or {}
        typed = {name.removeprefix(_REASON): str(given[name]).strip() for name in given if name.startswith(_REASON)}
        self.reasons = {key: text for key, text in typed.items() if _KEY.fullmatch(key)}

    def validate_ticked(self, field: wtforms.Field) -> None:
        """At least one."""
        if not self.keys:
            raise StopValidation("Tick the meetings that are to be moved")

    @property
    def keys(self) -> list[str]:
        """Those that go; what is no key was made up, and means nothing."""
        return [key for key in dict.fromkeys(self.ticked.data or ()) if _KEY.fullmatch(key)]

    def reason_of(self, key: str) -> str:
        """Why this one may miss a date."""
        return self.reasons.get(key) or (self.reason_for_all.data or "").strip()

    def check_reasons(self, missing: Mapping[str, str], keys: Collection[str]) -> None:
        """A fault for each of `keys` among `missing` (key to reference) that would miss a date without a reason."""
        for key, reference in missing.items():
            reason = self.reason_of(key)
            if key in keys and not reason:
                self._at(key, f"Say why the date of {reference} may be missed, or leave it out")
            elif key in keys and len(reason) > MOST_REASON:
                self._at(key, f"The reason for {reference} must be {MOST_REASON} characters or fewer")

    def _at(self, key: str, text: str) -> None:
        self.refused.append(Fault(text, f"#{_REASON}{key}"))


class UndoForm(PageForm):
    """Taking it back."""

    etag = wtforms.HiddenField()
