"""The reviewing service's word for another date of a review: who of them agreed, and on which day.

    {% from "reviewing_word.html" import word_fields %}       inside the page's own POST form

Asked of whoever is none of them. A first booking asks for nobody's word.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import wtforms
from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.scheduler.v1.meeting_pb2 import Attendee, DateDecision
from wtforms.validators import StopValidation

from servicekit.caller import Caller
from web.desk import Away, Desk, key_of
from web.form import DateField, PageForm
from web.people import staff_with_part
from web.words import wire_date

OFFICER = "reviewing-officer"
# As the scheduler has it: who of those asked can have agreed.
_SERVICE = (OFFICER, "independent-reviewing-manager")
WIRE_FIELDS: Mapping[str, str] = {
    "date_decision.consent_date": "agreed_on",
    "date_decision": "agreed_by",
}


class WordForm(PageForm):
    """`asks_word`: the page asks for it. `agreed_by` is a key."""

    asks_word = False
    offered: frozenset[str] = frozenset()
    today: date | None = None

    agreed_by = wtforms.SelectField("Who of the reviewing service agreed?", choices=[], validate_choice=False)
    agreed_on = DateField("On which day did they agree?")

    def validate_agreed_by(self, field: wtforms.SelectField) -> None:
        """One of those offered."""
        if self.asks_word and (not field.data or field.data not in self.offered):
            raise StopValidation("Choose who of the reviewing service agreed. If you have not asked them, ask first")

    def validate_agreed_on(self, field: wtforms.Field) -> None:
        """A day that has come."""
        if self.asks_word and field.data is None:
            raise StopValidation("Enter the day on which they agreed")
        if self.asks_word and self.today and field.data > self.today:
            raise StopValidation("The day on which they agreed must be today or earlier")

    async def ask_word(self, desk: Desk, attendees: Iterable[Attendee], names: Mapping[str, str]) -> None:
        """Ask, and offer those who may have agreed: the meeting's own first, then their colleagues."""
        self.asks_word, self.today = True, desk.today()
        known = {one.person: names.get(one.person, "") for one in attendees if one.role in _SERVICE}
        try:
            for role in _SERVICE:
                known = known | {one.person: one.display_name for one in await staff_with_part(desk, role)}
        except Away:  # those of the meeting can be chosen all the same
            pass
        offered = [(key_of(person), name or "The meeting's reviewing officer") for person, name in known.items()]
        self.offered, self.agreed_by.choices = frozenset(map(key_of, known)), [("", "Choose"), *offered]

    def word(self, desk: Desk) -> DateDecision | None:
        """For the service; None where none was asked."""
        if not self.asks_word or not self.agreed_by.data:
            return None
        return DateDecision(
            person=desk.name("people", self.agreed_by.data), consent_date=wire_date(self.agreed_on.data)
        )


def needs_word(kind: MeetingKind | None, caller: Caller) -> bool:
    """Whether somebody else's word is needed for another date of such a meeting."""
    return kind is not None and kind.date_is_the_reviewing_services and OFFICER not in caller.roles
