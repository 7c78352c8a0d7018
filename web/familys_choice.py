"""A date that is the family's: what they chose, as a form and in words. Pure, for arranging a meeting and moving it.

    {% from "familys_choice.html" import choice_fields %}       inside the page's own POST form

No time is proposed: the form asks what the family said. Who chose it is one of those asked; a child is named by role.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import wtforms
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft
from permanence.scheduler.v1.meeting_pb2 import Attendee, DateDecision, Meeting, Room
from wtforms.validators import StopValidation

from web.desk import key_of
from web.form import AtMost, DateField, Needed, PageForm
from web.times import asked_of
from web.words import (
    LONDON,
    civil,
    clock_of,
    clock_time,
    count_words,
    in_order,
    london,
    long_date,
    timestamp,
    wire_date,
)

# As the scheduler has it: who of those asked can have chosen.
_FAMILY = frozenset({"mother", "father", "parent", "family-member", "child", "carer"})
ELSEWHERE = "elsewhere"
_FARTHEST = timedelta(days=2 * 365)
_REASON_CHARACTERS = 1000


@dataclass(frozen=True)
class Choice:
    """What the family chose; `room` is a key, empty where they meet at a place of their own."""

    start: Timestamp
    room: str
    decision: DateDecision


class ChoiceForm(PageForm):
    """What the family said. Every fault names what to do."""

    places: Sequence[tuple[str, str]] = ()
    wire_fields: Mapping[str, str] = {
        "date_decision.consent_date": "consented_on",
        "date_decision": "chosen_by",
        "start_time": "on",
        "room": "place",
        "plan.needs_room": "place",
        "breach_reason": "breach_reason",
    }

    chosen_by = wtforms.RadioField(
        "Who of the family chose it", [Needed("Choose who of the family chose it")], validate_choice=False
    )
    consented_on = DateField(
        "Day on which the family consented", [Needed("Enter the day on which the family consented")]
    )
    on = DateField("Day that the family chose", [Needed("Enter the day that the family chose")])
    at = wtforms.StringField("Time at which it begins", [Needed("Enter the time at which it begins")])
    place = wtforms.SelectField(
        "Where", [Needed("Choose a room, or a place of the family's own")], validate_choice=False
    )
    breach_reason = wtforms.TextAreaField("Why a date may be missed", [AtMost(_REASON_CHARACTERS)])

    def validate_at(self, field: wtforms.Field) -> None:
        """A time of day as people write one."""
        if clock_of(field.data or "") is None:
            raise StopValidation("Enter a time such as 6pm or 18:00")

    def offer_rooms(self, rooms: Mapping[str, Room], *, elsewhere: bool = True) -> None:
        """The rooms that can be chosen, by name; `elsewhere`: or none of them."""
        named = sorted(rooms.values(), key=lambda room: in_order(room.display_name))
        self.places = [
            ("", "Choose where"),
            *([(ELSEWHERE, "No room of ours: a place of the family's own, or remote")] if elsewhere else []),
            *((key_of(room.name), f"{room.display_name}, {count_words(room.seats, 'seat')}") for room in named),
        ]
        self.place.choices = self.places

    def choice(self, attendees: Iterable[Attendee], now: datetime) -> Choice | None:
        """What the family chose; None, with every fault beside its field, where something is missing or cannot be."""
        self.validate()
        who = next((one for one in family_of(attendees) if key_of(one.person) == self.chosen_by.data), None)
        if self.chosen_by.data and who is None:
            self.refuse("Choose one of those who are asked", "chosen_by")
        if self.place.data and self.place.data not in [value for value, _ in self.places]:
            self.refuse("Choose one of the rooms, or a place of the family's own", "place")
        self._check_days(now.astimezone(LONDON))
        start = self.start
        if self.faults or who is None or start is None or self.consented_on.data is None:
            return None
        decision = DateDecision(person=who.person, consent_date=wire_date(self.consented_on.data))
        room = "" if self.place.data == ELSEWHERE else self.place.data
        return Choice(timestamp(start), room, decision)

    @property
    def start(self) -> datetime | None:
        """The start, from wall time in England."""
        at = clock_of(self.at.data or "")
        return datetime.combine(self.on.data, at, tzinfo=LONDON) if self.on.data and at else None

    def _check_days(self, now: datetime) -> None:
        consented, on, start = self.consented_on.data, self.on.data, self.start
        if consented and consented > now.date():
            self.refuse("Day on which the family consented cannot lie in the future", "consented_on")
        elif consented and on and consented > on:
            self.refuse("Day on which the family consented cannot be after the meeting", "consented_on")
        if on and on < now.date():
            self.refuse("Day that the family chose must be today or later", "on")
        elif on and on > now.date() + _FARTHEST:
            self.refuse("Day that the family chose must be within two years", "on")
        elif start and start <= now:
            self.refuse("Time at which it begins must be later than now", "at")


def date_is_the_familys(kind: MeetingKind | None) -> bool:
    """Whether no time is proposed for this kind of meeting."""
    return kind is not None and kind.date_is_the_familys


def shown_choice(start: Timestamp | None, room: str, decision: DateDecision | None) -> dict[str, object]:
    """What was chosen before, as values of the form."""
    values: dict[str, object] = {}
    if decision is not None:
        values |= {"chosen_by": key_of(decision.person), "consented_on": civil(decision.consent_date)}
    if start is not None:
        begins = london(start)
        values |= {"on": begins.date(), "at": clock_time(begins), "place": key_of(room) or ELSEWHERE}
    return values


def family_of(attendees: Iterable[Attendee]) -> list[Attendee]:
    """Those asked who can have chosen."""
    return [one for one in attendees if one.role in _FAMILY]


def choosers(attendees: Iterable[Attendee], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """(key, who) of those who can have chosen."""
    return [(key_of(one.person), _upper(_who(one, names))) for one in family_of(attendees)]


def decision_words(decision: DateDecision | None, attendees: Sequence[Attendee], names: Mapping[str, str]) -> str:
    """`Kim Ash (mother) chose it. The family consents since Monday 9 March 2026.`; empty where nobody said so.

    Of a date that is the reviewing service's: who of it agreed, and on which day.
    """
    if decision is None:
        return ""
    who = next((one for one in attendees if one.person == decision.person), None)
    day = long_date(consent_day(decision))
    if chosen_by_family(decision, attendees):
        assert who is not None
        return f"{_upper(_who(who, names))} chose it. The family consents since {day}."
    agreed = _upper(_who(who, names)) if who else names.get(decision.person) or "Somebody"
    return f"{agreed} agreed to it for the reviewing service on {day}."


def chosen_by_family(decision: DateDecision | None, attendees: Iterable[Attendee]) -> bool:
    """Whether the family chose: the same message says that the reviewing service agreed to a review's day."""
    return decision is not None and decision.person in {one.person for one in family_of(attendees)}


def decision_of(thing: Meeting | MeetingDraft) -> DateDecision | None:
    """Whose word the date was, where somebody said so."""
    return thing.date_decision if thing.HasField("date_decision") else None


def consent_day(decision: DateDecision) -> date | None:
    """The day from which the family consents."""
    return civil(decision.consent_date)


def _who(one: Attendee, names: Mapping[str, str]) -> str:
    return asked_of([one], {} if one.role == "child" else names)[0].who


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
