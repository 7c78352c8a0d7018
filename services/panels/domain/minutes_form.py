"""The forms of minutes: which kinds of meeting each belongs to, who fills it in, and the clocks it brings."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.panels.domain.form import Answers, Form

FormKey = NewType("FormKey", str)


class Place(StrEnum):
    """What a form is to the minutes of a meeting.

    MAIN: their own text. COMPANION: signed and filed with them where it was filled in, such as a checklist.
    """

    MAIN = "main"
    COMPANION = "companion"


class Turn(StrEnum):
    """Of which meetings of a kind: every one, a subject's first, or the later ones."""

    EVERY = "every"
    FIRST = "first"
    LATER = "later"


@dataclass(frozen=True)
class ClockRule:
    """A clock of minutes: within so many elapsed hours of the meeting's end or working days of its day; one of both."""

    clock: str
    hours: int = 0
    working_days: int = 0
    source: str = ""


@dataclass(frozen=True)
class MinutesForm:
    """`written_by`: roles that fill it in. `manager_signs`: a service manager comments and signs after the chair."""

    form: Form
    meeting_kinds: frozenset[str]
    of_bodies: bool = False
    place: Place = Place.MAIN
    turn: Turn = Turn.EVERY
    written_by: frozenset[str] = frozenset()
    manager_signs: bool = False
    clocks: tuple[ClockRule, ...] = ()

    @property
    def key(self) -> FormKey:
        """Its name among all forms."""
        return FormKey(self.form.key)

    def is_of(self, meeting_kind: str, *, of_a_body: bool) -> bool:
        """Whether meetings of the kind have it."""
        return meeting_kind in self.meeting_kinds or (self.of_bodies and of_a_body)


@dataclass(frozen=True)
class FilledForm:
    """What stands in one form of some minutes. `version` 0: nothing was saved yet."""

    minutes: UUID
    form: FormKey
    version: int
    answers: Answers


MinutesForms = Mapping[FormKey, MinutesForm]
"""Every form there is, by its key."""


def answered(filled: Sequence[FilledForm]) -> str:
    """All answers in one text, the same for the same answers; empty where there are none. It is what is signed."""
    by_form = {one.form: one.answers for one in filled if any(one.answers.values())}
    return json.dumps(by_form, ensure_ascii=False, sort_keys=True) if by_form else ""


def forms_for(
    forms: MinutesForms, meeting_kind: str, *, of_a_body: bool, met_before: bool, filled: Sequence[FilledForm] = ()
) -> tuple[MinutesForm, ...]:
    """The main form first, then its companions. A form that somebody filled in stays, whatever its turn."""
    kept = {one.form for one in filled}
    turns = {Turn.EVERY, Turn.LATER if met_before else Turn.FIRST}
    own = [one for one in forms.values() if one.is_of(meeting_kind, of_a_body=of_a_body)]
    main_kept = any(one.place is Place.MAIN and one.key in kept for one in own)
    chosen = [
        one for one in own if one.key in kept or (one.turn in turns and not (main_kept and one.place is Place.MAIN))
    ]
    return tuple(sorted(chosen, key=lambda one: (one.place is not Place.MAIN, one.form.title)))


def clock_rules(forms: MinutesForms, meeting_kind: str, *, of_a_body: bool) -> tuple[ClockRule, ...]:
    """The clocks of minutes of a kind; none where no form of the kind has clocks of its own."""
    found = (one.clocks for one in forms.values() if one.is_of(meeting_kind, of_a_body=of_a_body) and one.clocks)
    return next(found, ())
