"""Steps of a sitting: an item begins, the sitting is adjourned and goes on."""

from aiohttp import web
from permanence.panels.v1 import run_sheet_service_pb2 as pb

from web.desk import Refused, desk_of
from web.done import tell
from web.form import posted
from web.guard import session_of
from web.journeys.run_sheet.forms import AdjournForm
from web.journeys.run_sheet.presenters import parts_of
from web.journeys.run_sheet.sheet_page import at_subject, sheet_of, sheet_page, sheet_path
from web.keys import KEY

ROUTES = web.RouteTableDef()
_LIVE = f"/sittings/{{sitting:{KEY}}}/live"
_ITEM = f"{_LIVE}/{{item:{KEY}}}"


@ROUTES.post(_ITEM + "/begin")
async def begin(request: web.Request) -> web.StreamResponse:
    """An item begins now."""
    desk, fields = desk_of(request), await posted(request)
    item = desk.name("agendaItems", request.match_info["item"])
    wanted = pb.BeginItemRequest(agenda_item=item, request_id=str(fields.get("request_id", "")))
    await desk.ask("panels", desk.run_sheets.BeginItem, wanted)
    raise web.HTTPSeeOther(sheet_path(request) + at_subject(str(fields.get("subject", ""))))


@ROUTES.post(_LIVE + "/adjourn")
async def adjourn(request: web.Request) -> web.StreamResponse:
    """Break the sitting off."""
    desk, form = desk_of(request), AdjournForm(await posted(request))
    if form.validate():
        wanted = pb.AdjournSittingRequest(
            sitting=desk.name("sittings", request.match_info["sitting"]),
            reason=form.reason.data or "",
            request_id=form.request_id.data or "",
        )
        try:
            await desk.ask("panels", desk.run_sheets.AdjournSitting, wanted)
        except Refused as refusal:
            form.take(refusal)
        else:
            raise tell(session_of(request), sheet_path(request), "The sitting is adjourned.")
    sheet = await sheet_of(request)
    return await sheet_page(request, sheet, parts_of(sheet), adjourning=form)


@ROUTES.post(_LIVE + "/resume")
async def resume(request: web.Request) -> web.StreamResponse:
    """Take it up again."""
    desk, fields = desk_of(request), await posted(request)
    sitting = desk.name("sittings", request.match_info["sitting"])
    wanted = pb.ResumeSittingRequest(sitting=sitting, request_id=str(fields.get("request_id", "")))
    await desk.ask("panels", desk.run_sheets.ResumeSitting, wanted)
    raise tell(session_of(request), sheet_path(request), "The sitting goes on.")
