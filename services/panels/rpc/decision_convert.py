"""Requests about decisions, wire to domain: every violation of a request at once."""

from datetime import date

from permanence.panels.v1 import decisions_service_pb2 as wire
from permanence.panels.v1.minutes_service_pb2 import DocumentFormat

from rulebook.vocabulary import vocabulary
from servicekit.validate import Check
from services.panels.app.answer_determination import Advice, Answer, Told
from services.panels.app.decide import Decide, SendBack
from services.panels.app.recommend_plan_change import RecommendPlanChange
from services.panels.domain.decision import DecisionId, Route
from services.panels.domain.telling import TellingId
from services.panels.rpc.convert import MEETING, check_subject, id_of

DECISION = "councils/{council}/decisions/{decision}"
TELLING = "councils/{council}/tellings/{telling}"
_REASONS = 20_000
_NOTE = 2_000
_ROUTES = {
    wire.REPRESENTATION_ROUTE_COUNCIL: Route.TO_THE_COUNCIL,
    wire.REPRESENTATION_ROUTE_INDEPENDENT_REVIEW: Route.INDEPENDENT_REVIEW,
}


def read_decide(request: wire.DecideRequest, council: str) -> Decide:
    """Case events by their vocabulary."""
    check = Check(request, council=council)
    decision = _decision(check)
    reasons = check.text("reasons", _REASONS)
    words = check.text("words_for_family", _REASONS)
    for place, event in enumerate(request.case_events):
        if event not in vocabulary():
            check.refuse(f"case_events[{place}]", "is not a name of the case-event vocabulary (docs/glossary.md)")
    check.raise_if_any()
    events = tuple(dict.fromkeys(request.case_events))
    return Decide(decision, request.etag, request.agrees, reasons, words, request.adverse, events)


def read_send_back(request: wire.SendBackRequest, council: str) -> SendBack:
    """What the panel is to look at again."""
    check = Check(request, council=council)
    decision = _decision(check)
    reasons = check.text("reasons", _REASONS, required=True)
    check.raise_if_any()
    return SendBack(decision, request.etag, reasons)


def read_answer(request: wire.RecordRepresentationsRequest, council: str) -> Answer:
    """One of two routes."""
    check = Check(request, council=council)
    decision = _decision(check)
    check.enum("route")
    on = check.date("received_date") or date.min
    words = check.text("words", _REASONS)
    check.raise_if_any()
    return Answer(decision, request.etag, _ROUTES[request.route], on, words)


def read_advice(request: wire.RecordReviewAdviceRequest, council: str) -> Advice:
    """What it recommends."""
    check = Check(request, council=council)
    decision = _decision(check)
    on = check.date("received_date") or date.min
    words = check.text("words", _REASONS, required=True)
    check.raise_if_any()
    return Advice(decision, request.etag, on, words)


def read_told(request: wire.RecordToldRequest, council: str) -> Told:
    """Who was told, and when."""
    check = Check(request, council=council)
    telling = id_of(check.resource_name("name", TELLING), "telling")
    on = check.date("told_date") or date.min
    note = check.text("note", _NOTE)
    check.uuid("request_id")
    check.raise_if_any()
    return Told(TellingId(telling), on, note)


def read_letter(request: wire.RenderLetterRequest, council: str) -> tuple[TellingId, "DocumentFormat.ValueType"]:
    """To whom, and as what."""
    check = Check(request, council=council)
    telling = id_of(check.resource_name("name", TELLING), "telling")
    check.enum("format")
    check.raise_if_any()
    return TellingId(telling), request.format


def read_plan_change(request: wire.RecommendPlanChangeRequest, council: str) -> RecommendPlanChange:
    """A meeting and one of its children."""
    check = Check(request, council=council)
    check.resource_name("meeting", MEETING)
    check_subject(check, "subject", request.subject)
    reasons = check.text("reasons", _REASONS, required=True)
    check.uuid("request_id")
    check.raise_if_any()
    return RecommendPlanChange(request.meeting, request.subject, reasons)


def _decision(check: Check) -> DecisionId:
    found = id_of(check.resource_name("name", DECISION), "decision")
    check.require("etag")
    check.uuid("request_id")
    return DecisionId(found)
