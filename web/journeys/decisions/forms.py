"""The decision, answers to a determination, and that somebody was told."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import wtforms
from permanence.panels.v1 import decision_pb2
from permanence.panels.v1 import decisions_service_pb2 as wire

from web.form import AtMost, DateField, LongText, Needed, PageForm
from web.words import role_words

AGREE, DIFFER, DETERMINE, SEND_BACK = "agree", "differ", "determine", "send-back"
_MOST_NOTE = 2_000
_EVENTS = {
    "foster_carer_approved": "The foster carers are approved",
    "connected_carer_approved": "The connected carers are approved",
    "temporary_approval_extended": "The temporary approval is extended",
    "carer_approval_ended": "The approval ends",
}
_ROUTES = [
    (str(int(wire.REPRESENTATION_ROUTE_COUNCIL)), "To the council: the panel looks at it again"),
    (str(int(wire.REPRESENTATION_ROUTE_INDEPENDENT_REVIEW)), "They asked for an independent review"),
]


class DecideForm(PageForm):
    """What the decision maker makes of the recommendation."""

    wire_fields: Mapping[str, str] = {"case_events": "events"}

    etag = wtforms.HiddenField()
    verdict = wtforms.RadioField("Your decision", [Needed("Choose your decision")], validate_choice=False)
    reasons = LongText("Your reasons", [AtMost()])
    words_for_family = LongText("What the family may be told", [AtMost()])
    events = wtforms.SelectMultipleField("What the decision records", validate_choice=False)

    def __init__(self, formdata: Any = None, *, decision: decision_pb2.Decision, etag: str = "") -> None:
        """With what may be decided now."""
        super().__init__(formdata)
        self.etag.data = self.etag.data or etag
        self.verdict.choices = _verdicts(decision)
        self.events.choices = [(one, _EVENTS.get(one, role_words(one))) for one in decision.may_record]

    def validate(self, extra_validators: Any = None) -> bool:
        """A known verdict, with reasons where it needs them."""
        super().validate(extra_validators)
        chosen = self.verdict.data or ""
        if chosen and chosen not in {str(value) for value, *_ in self.verdict.iter_choices()}:
            self.refuse("Choose your decision", "verdict")
        if chosen in (DIFFER, DETERMINE, SEND_BACK) and not (self.reasons.data or "").strip():
            self.refuse("Say why: whoever differs from a panel, or sends it back, gives reasons", "reasons")
        return not self.faults

    @property
    def wire_events(self) -> list[str]:
        """Those ticked, of those offered; none with what is not the decision itself."""
        offered = {str(value) for value, *_ in self.events.iter_choices()}
        final = self.verdict.data in (AGREE, DIFFER)
        return [event for event in self.events.data or [] if event in offered] if final else []


class AnswerForm(PageForm):
    """How a determination was answered."""

    wire_fields: Mapping[str, str] = {"received_date": "received"}

    etag = wtforms.HiddenField()
    route = wtforms.RadioField(
        "How did they answer?", [Needed("Choose how they answered")], choices=_ROUTES, validate_choice=False
    )
    received = DateField("When did it come?", [Needed("Say when it came")])
    words = LongText("What they said", [AtMost()])

    @property
    def wire_route(self) -> wire.RepresentationRoute.ValueType:
        """For the service; unspecified for what was not offered."""
        chosen = self.route.data or ""
        known = chosen in {value for value, _ in _ROUTES}
        return wire.RepresentationRoute.ValueType(int(chosen)) if known else wire.REPRESENTATION_ROUTE_UNSPECIFIED


class AdviceForm(PageForm):
    """What an independent review recommended."""

    wire_fields: Mapping[str, str] = {"received_date": "received"}

    etag = wtforms.HiddenField()
    received = DateField("When did it come?", [Needed("Say when it came")])
    words = LongText("What it recommends, and why", [Needed("Say what it recommends"), AtMost()])


class ToldForm(PageForm):
    """That somebody was told."""

    wire_fields: Mapping[str, str] = {"told_date": "told"}

    told = DateField("When were they told?", [Needed("Say when they were told")])
    note = LongText("How it went, or who was told where nobody is recorded", [AtMost(_MOST_NOTE)])

    def __init__(self, formdata: Any = None, *, today: date | None = None) -> None:
        """Today, to begin with."""
        super().__init__(formdata, told=today)


class PlanChangeForm(PageForm):
    """Why a meeting recommends another plan than the last review's."""

    reasons = LongText("Which plan does the meeting recommend, and why?", [Needed("Say which plan, and why"), AtMost()])


def _verdicts(decision: decision_pb2.Decision) -> list[tuple[str, str]]:
    found = [(AGREE, "I agree with the panel"), (DIFFER, "I differ from the panel")]
    if decision.has_window:
        found.append((DETERMINE, "I mean to decide against them: they are given notice and time to answer"))
    if not decision.final:
        found.append((SEND_BACK, "I send it back to the panel"))
    return found
