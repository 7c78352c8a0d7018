"""The form of one outcome, short enough for half a minute."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import wtforms
from permanence.panels.v1 import panel_pb2 as wire

from web.desk import Refused
from web.form import AtMost, DateField, LongText, Needed, PageForm
from web.outcome_words import PART_HEARD, event_choices, kind_choices, wire_kind
from web.refusals import words_for
from web.words import role_words, wire_date

_MOST_ACTION = 2_000
_MOST_WHO = 200
_OWNERS = (
    "social-worker",
    "team-manager",
    "reviewing-officer",
    "service-manager",
    "service-director",
    "business-support",
    "supervising-social-worker",
    "carer",
    "mother",
    "father",
    "parent",
    "child",
    "advocate",
    "interpreter",
    "school",
    "health",
    "adoption-coordinator",
    "independent-reviewing-manager",
    "minute-taker",
)
_OWNER_CHOICES = [("", "Choose who"), *((role, role_words(role)) for role in _OWNERS)]


@dataclass(frozen=True)
class ActionFields:
    """The three fields of one action."""

    number: int
    what: wtforms.Field
    owner: wtforms.Field
    due: DateField

    @property
    def given(self) -> bool:
        """Whether anything was typed."""
        return bool((self.what.data or "").strip() or self.owner.data or self.due.given)


@dataclass(frozen=True)
class DissentFields:
    """The two fields of one member who did not agree."""

    who: wtforms.Field
    why: wtforms.Field

    @property
    def given(self) -> bool:
        """Whether anything was typed."""
        return bool((self.who.data or "").strip() or (self.why.data or "").strip())


# Whether the body says in its own words what it recommends or decides.
_IN_WORDS: Mapping[int, str] = {
    wire.AUTHORITY_RECOMMENDS: "What the panel recommends",
    wire.AUTHORITY_DECIDES: "What the panel decides",
}


class OutcomeForm(PageForm):
    """What the body settled.

    `authority` and `offered` travel along, so that the form can be shown again while panels is away.
    """

    authority = wtforms.HiddenField()
    offered = wtforms.HiddenField()
    kind = wtforms.RadioField("What did the panel do?", [Needed("Choose what the panel did")], validate_choice=False)
    recommendation = LongText("What the panel recommends", [AtMost()])
    reasons = LongText("What was said, and why", [Needed("Say what was said, and why"), AtMost()])
    what_1 = LongText("Action 1: what is to be done", [AtMost(_MOST_ACTION)])
    owner_1 = wtforms.SelectField("Action 1: who does it", choices=_OWNER_CHOICES, validate_choice=False)
    due_1 = DateField("Action 1: by when")
    what_2 = LongText("Action 2: what is to be done", [AtMost(_MOST_ACTION)])
    owner_2 = wtforms.SelectField("Action 2: who does it", choices=_OWNER_CHOICES, validate_choice=False)
    due_2 = DateField("Action 2: by when")
    what_3 = LongText("Action 3: what is to be done", [AtMost(_MOST_ACTION)])
    owner_3 = wtforms.SelectField("Action 3: who does it", choices=_OWNER_CHOICES, validate_choice=False)
    due_3 = DateField("Action 3: by when")
    dissent_who_1 = wtforms.StringField("Who did not agree", [AtMost(_MOST_WHO)])
    dissent_why_1 = LongText("Why they did not agree", [AtMost()])
    dissent_who_2 = wtforms.StringField("Who else did not agree", [AtMost(_MOST_WHO)])
    dissent_why_2 = LongText("Why that member did not agree", [AtMost()])
    next_date = DateField("When it should be heard again")
    events = wtforms.SelectMultipleField("What else is recorded", validate_choice=False)

    def __init__(
        self, formdata: Any = None, *, today: date, body: wire.Body | None = None, prefix: str = "", **values: Any
    ) -> None:
        """With what `body` may settle; without it, with what the page offered when it was made."""
        super().__init__(formdata, prefix=prefix, **values)
        self.today = today
        if body is not None:
            self.authority.data, self.offered.data = str(int(body.authority)), " ".join(body.may_record)
        given = self.authority.data or ""
        authority = int(given) if given.isascii() and given.isdigit() else 0
        self.kind.choices = kind_choices(authority)
        self.recommendation.label.text = _IN_WORDS.get(authority, self.recommendation.label.text)
        self.in_words = authority in _IN_WORDS
        self.events.choices = event_choices((self.offered.data or "").split())

    @property
    def actions(self) -> list[ActionFields]:
        """All three, filled or not."""
        return [
            ActionFields(1, self.what_1, self.owner_1, self.due_1),
            ActionFields(2, self.what_2, self.owner_2, self.due_2),
            ActionFields(3, self.what_3, self.owner_3, self.due_3),
        ]

    @property
    def dissents(self) -> list[DissentFields]:
        """Both, filled or not."""
        return [
            DissentFields(self.dissent_who_1, self.dissent_why_1),
            DissentFields(self.dissent_who_2, self.dissent_why_2),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Fields by themselves; then what belongs together."""
        super().validate(extra_validators)
        if self.kind.data and self.kind.data not in {value for value, _ in _choices(self.kind)}:
            self.refuse("Choose what the panel did", "kind")
        if self.in_words and self.settles and not (self.recommendation.data or "").strip():
            words = self.recommendation.label.text
            self.refuse(f"Say {words[:1].lower()}{words[1:]}", "recommendation")
        for action in self.actions:
            if action.given:
                self._check_action(action)
        for dissent in self.dissents:
            if dissent.given:
                self._check_dissent(dissent)
        if self.next_date.data is not None and self.next_date.data <= self.today:
            self.refuse("The day on which it should be heard again must lie after today", "next_date")
        return not self.faults

    def wire_actions(self) -> list[wire.Action]:
        """The actions that were filled in."""
        return [
            wire.Action(
                text=(one.what.data or "").strip(), owner_role=one.owner.data or "", due_date=wire_date(one.due.data)
            )
            for one in self._filled()
        ]

    def wire_dissents(self) -> list[wire.Dissent]:
        """Those that were filled in."""
        return [
            wire.Dissent(who=(one.who.data or "").strip(), why=(one.why.data or "").strip())
            for one in self.dissents
            if one.given
        ]

    @property
    def settles(self) -> bool:
        """Whether the body came to an end with it, as far as the form says so."""
        return bool(self.kind.data) and self.wire_kind != wire.OUTCOME_KIND_DEFERRED

    @property
    def part_heard(self) -> bool:
        """Whether it was begun and goes on at the next sitting."""
        return bool(self.kind.data == PART_HEARD[0])

    @property
    def wire_kind(self) -> wire.OutcomeKind.ValueType:
        """For the service."""
        return wire_kind(self.kind.data or "")

    @property
    def wire_events(self) -> list[str]:
        """Those that were ticked, of those that were offered."""
        offered = {value for value, _ in _choices(self.events)}
        return [event for event in self.events.data or [] if event in offered]

    def take(self, refusal: Refused) -> None:
        """The service counts the actions that it was sent; the fields are counted as they stand on the page."""
        self.wire_fields = {"case_events": "events"}
        for place, one in enumerate(self._filled()):
            path = f"actions[{place}]"
            self.wire_fields |= {
                f"{path}.text": one.what.short_name,
                f"{path}.owner_role": one.owner.short_name,
                f"{path}.due_date": one.due.short_name,
            }
        role = refusal.metadata.get("role") if refusal.reason == "OWNER_LEFT" else None
        left = [one for one in self._filled() if role and one.owner.data == role]
        for one in left:
            self.refuse(f"Action {one.number}: {words_for(refusal)}", one.owner.short_name)
        if not left:
            super().take(refusal)

    def _filled(self) -> Iterator[ActionFields]:
        return (one for one in self.actions if one.given)

    def _check_action(self, action: ActionFields) -> None:
        if not (action.what.data or "").strip():
            self.refuse(f"Action {action.number}: say what is to be done", action.what.short_name)
        if action.owner.data not in _OWNERS:
            self.refuse(f"Action {action.number}: choose who does it", action.owner.short_name)
        if not action.due.given:
            self.refuse(f"Action {action.number}: say by when", action.due.short_name)
        elif action.due.data is not None and action.due.data < self.today:
            self.refuse(f"Action {action.number}: the day has passed; give a day from today on", action.due.short_name)

    def _check_dissent(self, dissent: DissentFields) -> None:
        if not (dissent.who.data or "").strip():
            self.refuse("Say who did not agree", dissent.who.short_name)
        if not (dissent.why.data or "").strip():
            self.refuse("Say why they did not agree", dissent.why.short_name)


def _choices(field: wtforms.SelectFieldBase) -> Sequence[tuple[str, str]]:
    return [(str(value), str(label)) for value, label, *_ in field.iter_choices()]
