"""`/meetings/{meeting}/plan-change/{child}`: a meeting recommends another plan, and so asks for an early review."""

from http import HTTPStatus

from aiohttp import web
from permanence.panels.v1 import decisions_service_pb2 as pb

from web.desk import Absent, Away, Refused, desk_of
from web.done import tell
from web.form import posted
from web.guard import session_of
from web.journeys.decisions.forms import PlanChangeForm
from web.journeys.decisions.presenters import who_words
from web.keys import KEY
from web.page import away_words, page
from web.roles import PLAN_RECOMMENDERS, may
from web.subjects import subjects_of
from web.words import civil, long_date

ROUTES = web.RouteTableDef()
_PATH = f"/meetings/{{meeting:{KEY}}}/plan-change/{{child:{KEY}}}"


@ROUTES.get(_PATH)
async def ask(request: web.Request) -> web.StreamResponse:
    """What it means, and why it is recommended."""
    return await _page(request, PlanChangeForm())


@ROUTES.post(_PATH)
async def recommend(request: web.Request) -> web.StreamResponse:
    """Ask for the early review."""
    desk, form = desk_of(request), PlanChangeForm(await posted(request))
    if not form.validate():
        return await _page(request, form)
    wanted = pb.RecommendPlanChangeRequest(
        meeting=desk.name("meetings", request.match_info["meeting"]),
        subject=desk.name("children", request.match_info["child"]),
        reasons=form.reasons.data or "",
        request_id=form.request_id.data or "",
    )
    try:
        reply = await desk.ask("panels", desk.decisions.RecommendPlanChange, wanted)
    except Refused as refusal:
        form.take(refusal)
        return await _page(request, form)
    except Away as away:
        form.refuse(away_words(away.service))
        return await _page(request, form, HTTPStatus.SERVICE_UNAVAILABLE)
    words = f"An early review is asked for, counted from {long_date(civil(reply.on_date))}. No plan is changed by this."
    raise tell(session_of(request), f"/children/{request.match_info['child']}", words)


async def _page(request: web.Request, form: PlanChangeForm, status: int = HTTPStatus.OK) -> web.Response:
    desk = desk_of(request)
    name = desk.name("children", request.match_info["child"])
    subject = (await subjects_of(desk, [name])).get(name)
    if subject is None or not may(session_of(request).caller, PLAN_RECOMMENDERS):
        raise Absent
    context = {"form": form, "who": who_words(subject), "action": request.path}
    return await page(request, "decisions/plan_change.html", context, status=status)
