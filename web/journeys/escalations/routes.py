"""`/escalations`, `/escalations/{escalation}`, and `/children/{child}/escalate`."""

from http import HTTPStatus
from typing import Any

from aiohttp import web
from permanence.panels.v1 import actions_service_pb2 as pb

from web.desk import Absent, Away, Desk, Refused, desk_of, key_of
from web.done import tell
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.escalations.forms import CLOSE, RaiseForm, StepForm
from web.journeys.escalations.presenters import escalation_row, escalation_rows, step_lines
from web.keys import KEY
from web.page import away_words, page
from web.people import people_of
from web.roles import ESCALATORS, may
from web.subjects import called, subjects_of

ROUTES = web.RouteTableDef()
_ONE = f"/escalations/{{escalation:{KEY}}}"
_RAISE = f"/children/{{child:{KEY}}}/escalate"


@ROUTES.get("/escalations")
async def register(request: web.Request) -> web.StreamResponse:
    """The open ones by the date of their stage; with `closed` the closed ones too."""
    desk, closed = desk_of(request), request.query.get("closed", "") == "1"
    found = await _all(desk, closed=closed)
    subjects = await desk.known(subjects_of(desk, {one.subject for one in found}))
    context = {"rows": escalation_rows(found, subjects.value or {}), "closed": closed}
    return await page(request, "escalations/register.html", context)


@ROUTES.get(_RAISE)
async def ask_grounds(request: web.Request) -> web.StreamResponse:
    """Why a child's matter is taken further."""
    return await _raise_page(request, RaiseForm())


@ROUTES.post(_RAISE)
async def raise_it(request: web.Request) -> web.StreamResponse:
    """Raise it; or the page again with what was typed."""
    desk, form = desk_of(request), RaiseForm(await posted(request))
    if not form.validate():
        return await _raise_page(request, form)
    wanted = pb.RaiseEscalationRequest(
        parent=desk.parent,
        subject=desk.name("children", request.match_info["child"]),
        grounds=form.grounds.data or "",
        request_id=form.request_id.data or "",
    )
    status = await _sent(form, desk.ask("panels", desk.actions.RaiseEscalation, wanted))
    if status is None:
        raise tell(session_of(request), "/escalations", "The matter is taken further. Its first stage runs.")
    return await _raise_page(request, form, status)


@ROUTES.get(_ONE)
async def escalation(request: web.Request) -> web.StreamResponse:
    """One, with what was said."""
    found = await _find(request)
    return await _one_page(request, found, StepForm(etag=found.etag))


@ROUTES.post(_ONE)
async def step(request: web.Request) -> web.StreamResponse:
    """On to the next stage, or closed."""
    desk, form, found = desk_of(request), StepForm(await posted(request)), await _find(request)
    if not form.validate():
        return await _one_page(request, found, form)
    etag, request_id, words = form.etag.data or "", form.request_id.data or "", form.words.data or ""
    if form.what.data == CLOSE:
        closing = pb.CloseEscalationRequest(name=found.name, etag=etag, result=words, request_id=request_id)
        asked: Any = desk.ask("panels", desk.actions.CloseEscalation, closing)
    else:
        going_on = pb.AdvanceEscalationRequest(name=found.name, etag=etag, words=words, request_id=request_id)
        asked = desk.ask("panels", desk.actions.AdvanceEscalation, going_on)
    status = await _sent(form, asked)
    if status is None:
        raise tell(session_of(request), f"/escalations/{key_of(found.name)}", "It is recorded.")
    return await _one_page(request, found, form, status)


async def _sent(form: PageForm, asked: Any) -> HTTPStatus | None:
    """None where it was recorded; else the page's status, and the form says what is wrong."""
    try:
        await asked
    except Refused as refusal:
        form.take(refusal)
        return HTTPStatus.OK
    except Absent:
        form.refuse("Only a reviewing officer records this. Nothing was recorded.")
        return HTTPStatus.FORBIDDEN
    except Away as away:
        form.refuse(away_words(away.service))
        return HTTPStatus.SERVICE_UNAVAILABLE
    return None


async def _all(desk: Desk, *, closed: bool) -> list[pb.Escalation]:
    wanted = pb.ListEscalationsRequest(parent=desk.parent, include_closed=closed)
    reply = await desk.ask("panels", desk.actions.ListEscalations, wanted)
    return list(reply.escalations)


async def _find(request: web.Request) -> pb.Escalation:
    found = await _all(desk_of(request), closed=True)
    one = next((one for one in found if key_of(one.name) == request.match_info["escalation"]), None)
    if one is None:
        raise Absent
    return one


async def _raise_page(request: web.Request, form: RaiseForm, status: int = HTTPStatus.OK) -> web.Response:
    desk = desk_of(request)
    name = desk.name("children", request.match_info["child"])
    subject = (await subjects_of(desk, [name])).get(name)
    if subject is None or not may(session_of(request).caller, ESCALATORS):
        raise Absent
    context = {
        "form": form,
        "who": f"{subject.reference or 'No reference yet'}, {called(subject)}",
        "action": request.path,
        "back": request.path.removesuffix("/escalate"),
    }
    return await page(request, "escalations/raise.html", context, status=status)


async def _one_page(
    request: web.Request, found: pb.Escalation, form: StepForm, status: int = HTTPStatus.OK
) -> web.Response:
    desk = desk_of(request)
    subjects, people = await desk.together(
        desk.known(subjects_of(desk, [found.subject])),
        people_of(desk, principals=[one.recorded_by for one in found.steps]),
    )
    context = {
        "form": form,
        "row": escalation_row(found, (subjects.value or {}).get(found.subject)),
        "grounds": [line for line in found.grounds.split("\n") if line.strip()],
        "steps": step_lines(found, people.names),
        "result": [line for line in found.result.split("\n") if line.strip()],
        "may_step": may(session_of(request).caller, ESCALATORS) and not found.HasField("close_date"),
    }
    return await page(request, "escalations/escalation.html", context, status=status)
