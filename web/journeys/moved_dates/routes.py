"""`/moved-dates`."""

from http import HTTPStatus

from aiohttp import web
from permanence.cases.v1 import obligations_service_pb2 as pb

from web.desk import Absent, Refused, desk_of
from web.done import tell
from web.form import posted
from web.guard import PAGE_FIELD, session_of
from web.journeys.moved_dates.forms import ConfirmForm
from web.journeys.moved_dates.presenters import moved_rows
from web.page import page
from web.roles import CONFIRMERS, may
from web.subjects import subjects_of
from web.words import count_words

ROUTES = web.RouteTableDef()
PAGE_SIZE = 25
_CHANGED = (
    "Nothing was confirmed: one of these has moved back, or you may not see its case any more. "
    "Below is the list as it stands now."
)


@ROUTES.get("/moved-dates")
async def moved_dates(request: web.Request) -> web.StreamResponse:
    """What nobody has confirmed yet, the longest standing first."""
    _demand(request)
    return await _page(request, ConfirmForm())


@ROUTES.post("/moved-dates")
async def confirm(request: web.Request) -> web.StreamResponse:
    """Confirm those ticked, or all on the page; or the list again."""
    _demand(request)
    desk, form = desk_of(request), ConfirmForm(await posted(request))
    if not form.validate():
        return await _page(request, form)
    wanted = pb.ConfirmDateChangesRequest(
        parent=desk.parent,
        date_changes=[desk.name("dateChanges", key) for key in form.keys],
        request_id=form.request_id.data or "",
    )
    try:
        await desk.ask("cases", desk.obligations.ConfirmDateChanges, wanted)
    except Refused as refusal:
        form.take(refusal)
        return await _page(request, form)
    except Absent:
        form.refuse(_CHANGED)
        return await _page(request, form, HTTPStatus.CONFLICT)
    raise tell(session_of(request), "/moved-dates", f"You have confirmed {count_words(len(form.keys), 'moved date')}")


def _demand(request: web.Request) -> None:
    if not may(session_of(request).caller, CONFIRMERS):
        raise Absent


async def _page(request: web.Request, form: ConfirmForm, status: int = HTTPStatus.OK) -> web.StreamResponse:
    desk, token = desk_of(request), request.query.get(PAGE_FIELD, "")
    wanted = pb.ListDateChangesRequest(parent=desk.parent, page_size=PAGE_SIZE, page_token=token)
    reply = await desk.ask("cases", desk.obligations.ListDateChanges, wanted)
    subjects = await subjects_of(desk, {one.date_change.subject for one in reply.moved})
    context = {
        "form": form,
        "rows": moved_rows(reply.moved, subjects),
        "next_page": reply.next_page_token,
        "first_page": not token,
        "action": request.path_qs,
    }
    return await page(request, "moved_dates/moved_dates.html", context, status=status)
