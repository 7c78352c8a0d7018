"""`/integration`."""

from http import HTTPStatus

from aiohttp import web
from permanence.notifications.v1 import integration_service_pb2 as pb
from permanence.panels.v1 import minutes_service_pb2 as minutes_pb

from web.desk import Absent, Desk, Refused, desk_of
from web.done import tell
from web.form import posted
from web.guard import session_of
from web.journeys.integration.forms import StartForm, StopForm, WorkForm
from web.journeys.integration.presenters import state_rows, stop_words, unanswered_rows, work_rows
from web.page import page
from web.roles import SENDING_STARTERS, SENDING_WATCHERS, may
from web.words import count_words

ROUTES = web.RouteTableDef()
_PAGE = "/integration"
# The service asks the scheduler about each meeting that waits, and greets the mail server.
_SECONDS = 30.0


@ROUTES.get(_PAGE)
async def look(request: web.Request) -> web.StreamResponse:
    """What waits, why, and what to tell people meanwhile."""
    _demand(request)
    return await _page(request, WorkForm(), StopForm())


@ROUTES.post(_PAGE)
async def move_on(request: web.Request) -> web.StreamResponse:
    """One piece is tried again, or given up."""
    desk, form = _demand(request, starters=True), WorkForm(await posted(request))
    if not form.validate():
        return await _page(request, form, StopForm())
    try:
        words = await _give_up(desk, form) if form.give_up.data else await _retry(desk, form)
    except Refused as refusal:
        form.take(refusal)
        return await _page(request, form, StopForm(), HTTPStatus.CONFLICT)
    raise tell(session_of(request), _PAGE, words)


@ROUTES.post(f"{_PAGE}/stop")
async def stop(request: web.Request) -> web.StreamResponse:
    """Nothing leaves any more."""
    desk, form = _demand(request), StopForm(await posted(request))
    if not form.validate():
        return await _page(request, WorkForm(), form)
    wanted = pb.StopSendingRequest(
        parent=desk.parent, reason=form.why.data or "", request_id=form.request_id.data or ""
    )
    try:
        await desk.ask("notifications", desk.integration.StopSending, wanted)
    except Refused as refusal:
        form.take(refusal)
        return await _page(request, WorkForm(), form)
    raise tell(session_of(request), _PAGE, "You have stopped everything that leaves for this council")


@ROUTES.post(f"{_PAGE}/start")
async def start(request: web.Request) -> web.StreamResponse:
    """Everything that waited leaves again."""
    desk, form = _demand(request, starters=True), StartForm(await posted(request))
    wanted = pb.StartSendingRequest(parent=desk.parent, request_id=form.request_id.data or "")
    try:
        await desk.ask("notifications", desk.integration.StartSending, wanted)
    except Refused as refusal:
        work = WorkForm()
        work.take(refusal)
        return await _page(request, work, StopForm(), HTTPStatus.CONFLICT)
    raise tell(session_of(request), _PAGE, "You have started sending again")


async def _retry(desk: Desk, form: WorkForm) -> str:
    kind, producer, item = form.parts
    wanted = pb.RetryWorkRequest(
        parent=desk.parent, kind=kind, item=item, producer=producer, request_id=form.request_id.data or ""
    )
    await desk.ask("notifications", desk.integration.RetryWork, wanted)
    return "It is being tried again now"


async def _give_up(desk: Desk, form: WorkForm) -> str:
    kind, producer, item = form.parts
    wanted = pb.DiscardWorkRequest(
        parent=desk.parent,
        kind=kind,
        item=item,
        producer=producer,
        reason=form.reason.data or "",
        request_id=form.request_id.data or "",
    )
    reply = await desk.ask("notifications", desk.integration.DiscardWork, wanted)
    return f"You have given it up. To be told by you: {count_words(reply.to_be_told, 'person', 'people')}"


def _demand(request: web.Request, *, starters: bool = False) -> Desk:
    if not may(session_of(request).caller, SENDING_STARTERS if starters else SENDING_WATCHERS):
        raise Absent
    return desk_of(request)


async def _page(
    request: web.Request, work: WorkForm, stopping: StopForm, status: int = HTTPStatus.OK
) -> web.StreamResponse:
    desk = desk_of(request)
    wanted = pb.GetIntegrationHealthRequest(parent=desk.parent)
    unanswered = minutes_pb.ListUnacknowledgedRequest(parent=desk.parent)
    health, delivered = await desk.together(
        desk.ask("notifications", desk.integration.GetIntegrationHealth, wanted, seconds=_SECONDS),
        desk.known(desk.ask("panels", desk.minutes.ListUnacknowledged, unanswered)),
    )
    waiting = delivered.value.deliveries if delivered.value else ()
    context = {
        "form": stopping if stopping.faults else work,
        "work": work,
        "stopping": stopping,
        "starting": StartForm(),
        "advice": list(health.advice),
        "stopped": stop_words(health),
        "rows": work_rows(health.waiting),
        "states": state_rows(health),
        "unanswered": unanswered_rows(waiting, desk.clock.now()),
        "unanswered_known": not delivered.away,
        "may_start": may(session_of(request).caller, SENDING_STARTERS),
    }
    return await page(request, "integration/integration.html", context, status=status)
