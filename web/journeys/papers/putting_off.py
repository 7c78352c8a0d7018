"""`/sittings/{sitting}/items/{item}/put-off`: an item waits for the next sitting, and it is said why."""

from aiohttp import web
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import panels_service_pb2 as pb

from web.agenda import reference_of, sitting_of
from web.desk import Absent, Away, Desk, Refused, desk_of, key_of
from web.done import tell
from web.form import posted
from web.guard import session_of
from web.journeys.papers.forms import PutOffForm
from web.keys import KEY
from web.page import away_words, page
from web.roles import CHAIRS, may
from web.words import civil, london, long_date

ROUTES = web.RouteTableDef()
_PATH = f"/sittings/{{sitting:{KEY}}}/items/{{item:{KEY}}}/put-off"
_AT_ONCE = 50


@ROUTES.get(_PATH)
async def ask(request: web.Request) -> web.StreamResponse:
    """Why, with what it would mean."""
    sitting, item = await _item(request)
    return await _page(request, PutOffForm(etag=sitting.etag), sitting, item)


@ROUTES.post(_PATH)
async def put_off(request: web.Request) -> web.StreamResponse:
    """Off this agenda."""
    desk, form = desk_of(request), PutOffForm(await posted(request))
    sitting, item = await _item(request)
    wanted = pb.DeferItemRequest(
        agenda_item=item.name,
        etag=form.etag.data or "",
        reason=form.reason.data or "",
        request_id=form.request_id.data or "",
    )
    if form.validate():
        try:
            await desk.ask("panels", desk.panels.DeferItem, wanted)
        except Refused as refusal:
            form.take(refusal)
            form.etag.data = sitting.etag
        except Away as away:
            form.refuse(away_words(away.service))
        else:
            path = f"/sittings/{request.match_info['sitting']}"
            raise tell(session_of(request), path, f"{_called(item)} is put off to the next sitting")
    return await _page(request, form, sitting, item)


async def _item(request: web.Request) -> tuple[wire.Sitting, wire.AgendaItem]:
    if not may(session_of(request).caller, CHAIRS):
        raise Absent
    desk = desk_of(request)
    sitting = await sitting_of(desk, request.match_info["sitting"])
    item = next((one for one in sitting.agenda if key_of(one.name) == request.match_info["item"]), None)
    if item is None:
        raise Absent
    return sitting, item


async def _page(
    request: web.Request, form: PutOffForm, sitting: wire.Sitting, item: wire.AgendaItem
) -> web.StreamResponse:
    following = await _following(desk_of(request), sitting)
    due = civil(item.due_date)
    day = london(following.start_time).date() if following else None
    context = {
        "form": form,
        "key": key_of(sitting.name),
        "item_key": key_of(item.name),
        "called": _called(item),
        "number": item.number,
        "following": long_date(day) if day else "",
        "misses": long_date(due) if due and (day is None or due < day) else "",
        "times": item.times_put_off,
    }
    return await page(request, "papers/put_off.html", context)


async def _following(desk: Desk, sitting: wire.Sitting) -> wire.Sitting | None:
    wanted = pb.ListSittingsRequest(
        parent=desk.parent, body=sitting.body, from_time=sitting.end_time, page_size=_AT_ONCE
    )
    reply = await desk.ask("panels", desk.panels.ListSittings, wanted)
    return next((one for one in reply.sittings if one.state == wire.SITTING_STATE_PLANNED), None)


def _called(item: wire.AgendaItem) -> str:
    return ", ".join(reference_of(item, subject) for subject in item.subjects)
