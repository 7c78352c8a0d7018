"""`/decisions`, `/decisions/{decision}` and what is recorded about one."""

from http import HTTPStatus
from typing import Any

from aiohttp import web
from permanence.panels.v1 import decision_pb2
from permanence.panels.v1 import decisions_service_pb2 as pb
from permanence.panels.v1.composition_service_pb2 import GetCompositionRequest
from permanence.panels.v1.member_pb2 import Composition
from permanence.panels.v1.minutes_service_pb2 import DOCUMENT_FORMAT_PDF, DOCUMENT_FORMAT_WORD

from web.desk import Absent, Away, Desk, Refused, desk_of, key_of
from web.done import tell
from web.file_answer import document_answer
from web.form import PageForm, posted
from web.guard import PAGE_FIELD, session_of
from web.journeys.decisions.forms import (
    DETERMINE,
    DIFFER,
    SEND_BACK,
    AdviceForm,
    AnswerForm,
    DecideForm,
    ToldForm,
)
from web.journeys.decisions.presenters import (
    decision_row,
    decision_rows,
    dissent_lines,
    late_words,
    step_lines,
    told_rows,
    who_sat,
    window_words,
)
from web.keys import KEY
from web.page import away_words, page
from web.people import people_of
from web.roles import ANSWER_RECORDERS, DECIDERS, may
from web.subjects import subjects_of
from web.words import wire_date

ROUTES = web.RouteTableDef()
_ONE = f"/decisions/{{decision:{KEY}}}"
_PAGE_SIZE = 25
_DONE = {
    SEND_BACK: "It is sent back. It comes onto the panel's next agenda.",
    DETERMINE: "Notice is given. This page says until when it may be answered.",
}
_LETTERS = {"pdf": DOCUMENT_FORMAT_PDF, "word": DOCUMENT_FORMAT_WORD}
_DECIDED = "Your decision is recorded. Below is who is to be told, and by when."


@ROUTES.get("/decisions")
async def decisions(request: web.Request) -> web.StreamResponse:
    """What is not decided yet, the earliest due first."""
    desk, token = desk_of(request), request.query.get(PAGE_FIELD, "")
    wanted = pb.ListDecisionsRequest(parent=desk.parent, page_size=_PAGE_SIZE, page_token=token)
    reply = await desk.ask("panels", desk.decisions.ListDecisions, wanted)
    subjects = await desk.known(subjects_of(desk, {one.subject for one in reply.decisions}))
    context = {
        "rows": decision_rows(reply.decisions, subjects.value or {}),
        "names_away": bool(subjects.away),
        "first_page": not token,
        "next_page": reply.next_page_token,
    }
    return await page(request, "decisions/decisions.html", context)


@ROUTES.get(_ONE)
async def decision(request: web.Request) -> web.StreamResponse:
    """All that the decision maker needs, and the form where it is theirs to decide now."""
    found = await _load(request)
    return await _page(request, found, DecideForm(decision=found, etag=found.etag))


@ROUTES.post(_ONE)
async def decide(request: web.Request) -> web.StreamResponse:
    """Record it; or the page again with what was typed."""
    desk, fields = desk_of(request), await posted(request)
    found = await _load(request)
    form = DecideForm(fields, decision=found)
    if not form.validate():
        return await _page(request, found, form)
    chosen = form.verdict.data or ""
    if chosen == SEND_BACK:
        asked: Any = desk.ask("panels", desk.decisions.SendBack, _send_back(found, form))
    else:
        asked = desk.ask("panels", desk.decisions.Decide, _decide(found, form))
    refused = await _sent(form, asked)
    if refused is None:
        raise tell(session_of(request), request.path, _DONE.get(chosen, _DECIDED))
    return await _page(request, await _load(request), form, refused)


@ROUTES.get(_ONE + "/answer")
async def ask_answer(request: web.Request) -> web.StreamResponse:
    """How a determination was answered."""
    found = await _load(request)
    return await _small_page(request, "answer", found, AnswerForm(etag=found.etag))


@ROUTES.post(_ONE + "/answer")
async def record_answer(request: web.Request) -> web.StreamResponse:
    """Record it."""
    desk, form, found = desk_of(request), AnswerForm(await posted(request)), await _load(request)
    if not form.validate():
        return await _small_page(request, "answer", found, form)
    wanted = pb.RecordRepresentationsRequest(
        name=found.name,
        etag=form.etag.data or "",
        route=form.wire_route,
        received_date=wire_date(form.received.data),
        words=form.words.data or "",
        request_id=form.request_id.data or "",
    )
    refused = await _sent(form, desk.ask("panels", desk.decisions.RecordRepresentations, wanted))
    if refused is None:
        raise tell(session_of(request), f"/decisions/{key_of(found.name)}", "The answer is recorded.")
    return await _small_page(request, "answer", found, form, refused)


@ROUTES.get(_ONE + "/advice")
async def ask_advice(request: web.Request) -> web.StreamResponse:
    """What an independent review recommends."""
    found = await _load(request)
    return await _small_page(request, "advice", found, AdviceForm(etag=found.etag))


@ROUTES.post(_ONE + "/advice")
async def record_advice(request: web.Request) -> web.StreamResponse:
    """Record it."""
    desk, form, found = desk_of(request), AdviceForm(await posted(request)), await _load(request)
    if not form.validate():
        return await _small_page(request, "advice", found, form)
    wanted = pb.RecordReviewAdviceRequest(
        name=found.name,
        etag=form.etag.data or "",
        received_date=wire_date(form.received.data),
        words=form.words.data or "",
        request_id=form.request_id.data or "",
    )
    refused = await _sent(form, desk.ask("panels", desk.decisions.RecordReviewAdvice, wanted))
    if refused is None:
        words = "What the independent review recommends is recorded. The decision maker has the last word."
        raise tell(session_of(request), f"/decisions/{key_of(found.name)}", words)
    return await _small_page(request, "advice", found, form, refused)


@ROUTES.get(_ONE + f"/told/{{telling:{KEY}}}")
async def ask_told(request: web.Request) -> web.StreamResponse:
    """When somebody was told."""
    found = await _load(request)
    return await _small_page(request, "told", found, ToldForm(today=desk_of(request).today()))


@ROUTES.post(_ONE + f"/told/{{telling:{KEY}}}")
async def record_told(request: web.Request) -> web.StreamResponse:
    """Record it."""
    desk, form, found = desk_of(request), ToldForm(await posted(request)), await _load(request)
    if not form.validate():
        return await _small_page(request, "told", found, form)
    wanted = pb.RecordToldRequest(
        name=desk.name("tellings", request.match_info["telling"]),
        told_date=wire_date(form.told.data),
        note=form.note.data or "",
        request_id=form.request_id.data or "",
    )
    refused = await _sent(form, desk.ask("panels", desk.decisions.RecordTold, wanted))
    if refused is None:
        raise tell(session_of(request), f"/decisions/{key_of(found.name)}", "It is recorded that they were told.")
    return await _small_page(request, "told", found, form, refused)


@ROUTES.get(_ONE + f"/told/{{telling:{KEY}}}/letter")
async def letter(request: web.Request) -> web.StreamResponse:
    """The letter, to be saved: a PDF, or a Word file where it is to be written on."""
    desk, wanted = desk_of(request), request.query.get("as", "pdf")
    if wanted not in _LETTERS:
        raise Absent
    name = desk.name("tellings", request.match_info["telling"])
    asked = pb.RenderLetterRequest(name=name, format=_LETTERS[wanted])
    reply = await desk.ask("panels", desk.decisions.RenderLetter, asked)
    return document_answer(reply.file_name, reply.content)


def _decide(found: decision_pb2.Decision, form: DecideForm) -> pb.DecideRequest:
    return pb.DecideRequest(
        name=found.name,
        etag=form.etag.data or "",
        agrees=form.verdict.data != DIFFER,
        reasons=form.reasons.data or "",
        words_for_family=form.words_for_family.data or "",
        adverse=form.verdict.data == DETERMINE,
        case_events=form.wire_events,
        request_id=form.request_id.data or "",
    )


def _send_back(found: decision_pb2.Decision, form: DecideForm) -> pb.SendBackRequest:
    return pb.SendBackRequest(
        name=found.name,
        etag=form.etag.data or "",
        reasons=form.reasons.data or "",
        request_id=form.request_id.data or "",
    )


async def _sent(form: PageForm, asked: Any) -> HTTPStatus | None:
    """None where it was recorded; else the page's status, and the form says what is wrong."""
    try:
        await asked
    except Refused as refusal:
        form.take(refusal)
        return HTTPStatus.OK
    except Absent:
        form.refuse("This is not yours to record. Nothing was recorded.")
        return HTTPStatus.FORBIDDEN
    except Away as away:
        form.refuse(away_words(away.service))
        return HTTPStatus.SERVICE_UNAVAILABLE
    return None


async def _load(request: web.Request) -> decision_pb2.Decision:
    desk = desk_of(request)
    wanted = pb.GetDecisionRequest(name=desk.name("decisions", request.match_info["decision"]))
    reply = await desk.ask("panels", desk.decisions.GetDecision, wanted)
    found: decision_pb2.Decision = reply.decision
    return found


async def _page(
    request: web.Request, found: decision_pb2.Decision, form: DecideForm, status: int = HTTPStatus.OK
) -> web.Response:
    desk, caller = desk_of(request), session_of(request).caller
    principals = [one.recorded_by for one in found.steps if one.recorded_by]
    subjects, people, composition = await desk.together(
        desk.known(subjects_of(desk, [found.subject])),
        people_of(desk, subjects=[found.subject], principals=principals),
        desk.known(_composition(desk, found.sitting)),
    )
    row = decision_row(found, (subjects.value or {}).get(found.subject))
    answerable = found.state == decision_pb2.DECISION_STATE_WINDOW_OPEN or (found.final and row.state != "Decided")
    context = {
        "form": form,
        "row": row,
        "decision": found,
        "reasons": [line for line in found.recommendation.reasons.split("\n") if line.strip()],
        "minutes": key_of(found.minutes) if found.minutes else "",
        "sat": who_sat(found, composition.value),
        "dissents": dissent_lines(found),
        "steps": step_lines(found, people.names),
        "told": told_rows(found, people.names),
        "window": window_words(found),
        "late": late_words(found),
        "may_decide": may(caller, DECIDERS) and found.state == decision_pb2.DECISION_STATE_AWAITED,
        "may_record": may(caller, ANSWER_RECORDERS),
        "answerable": answerable,
        "advisable": found.state == decision_pb2.DECISION_STATE_INDEPENDENT_REVIEW,
        "names_away": bool(subjects.away),
    }
    return await page(request, "decisions/decision.html", context, status=status)


async def _composition(desk: Desk, sitting: str) -> Composition | None:
    """Who made up the sitting; None where the reader may not know it, or it is not there."""
    if not sitting:
        return None
    try:
        reply = await desk.ask("panels", desk.composition.GetComposition, GetCompositionRequest(sitting=sitting))
    except Absent:
        return None
    found: Composition = reply.composition
    return found


async def _small_page(
    request: web.Request, name: str, found: decision_pb2.Decision, form: PageForm, status: int = HTTPStatus.OK
) -> web.Response:
    desk = desk_of(request)
    subjects = await desk.known(subjects_of(desk, [found.subject]))
    row = decision_row(found, (subjects.value or {}).get(found.subject))
    telling = request.match_info.get("telling", "")
    people = await _told_people(desk, found) if telling else {}
    told = next((one for one in told_rows(found, people) if one.key == telling), None)
    if telling and told is None:
        raise Absent
    context = {"form": form, "row": row, "told": told, "action": request.path, "window": window_words(found)}
    return await page(request, f"decisions/{name}.html", context, status=status)


async def _told_people(desk: Desk, found: decision_pb2.Decision) -> dict[str, str]:
    return dict((await people_of(desk, subjects=[found.subject])).names)
