"""Saying that a clock need not be met, with a reason, and taking that back."""

from aiohttp import web
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1 import obligations_service_pb2 as pb
from permanence.cases.v1.obligation_pb2 import Obligation
from permanence.cases.v1.subject_pb2 import Subject

from web.desk import Absent, Refused, desk_of, key_of
from web.done import tell
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.clocks.forms import WaiveForm
from web.journeys.clocks.presenters import Around, clock_rows
from web.journeys.clocks.routes import hands_of
from web.keys import KEY
from web.page import BRANDS, page
from web.people import people_of
from web.roles import WAIVERS_OF_OURS, may
from web.subjects import SUBJECT, subject_asked, subject_path

ROUTES = web.RouteTableDef()
_CLOCK = SUBJECT + f"/clocks/{{clock:{KEY}}}"


@ROUTES.get(_CLOCK + "/waive")
async def ask_why(request: web.Request) -> web.StreamResponse:
    """The clock, what waiving it does, and the reason."""
    return await _page(request, *await _clock(request), WaiveForm())


@ROUTES.post(_CLOCK + "/waive")
async def waive(request: web.Request) -> web.StreamResponse:
    """Waive it; or the page again with what was typed."""
    desk, form = desk_of(request), WaiveForm(await posted(request))
    subject, one = await _clock(request)
    if not form.validate():
        return await _page(request, subject, one, form)
    wanted = pb.WaiveObligationRequest(
        name=one.name, reason=(form.reason.data or "").strip(), request_id=form.request_id.data or ""
    )
    try:
        await desk.ask("cases", desk.obligations.WaiveObligation, wanted)
    except Refused as refusal:
        form.take(refusal)
        return await _page(request, subject, one, form)
    raise _back(request, subject, "The clock is waived: nobody has to meet it")


@ROUTES.get(_CLOCK + "/restore")
async def look_at_waiver(request: web.Request) -> web.StreamResponse:
    """Who waived it and why, and what taking that back does."""
    return await _page(request, *await _clock(request), PageForm(), restoring=True)


@ROUTES.post(_CLOCK + "/restore")
async def restore(request: web.Request) -> web.StreamResponse:
    """Let it run again; or the page again with what the service says."""
    desk, form = desk_of(request), PageForm(await posted(request))
    subject, one = await _clock(request)
    wanted = pb.RestoreObligationRequest(name=one.name, request_id=form.request_id.data or "")
    try:
        await desk.ask("cases", desk.obligations.RestoreObligation, wanted)
    except Refused as refusal:
        form.take(refusal)
        return await _page(request, subject, one, form, restoring=True)
    raise _back(request, subject, "The clock runs again")


async def _clock(request: web.Request) -> tuple[Subject, Obligation]:
    """Whose it is, and the clock as it stands now. Absent where it is none of theirs, or nobody's to waive here."""
    desk = desk_of(request)
    if not may(session_of(request).caller, WAIVERS_OF_OURS):
        raise Absent
    wanted = cases_pb.GetTimetableRequest(subject=subject_asked(request, desk))
    timetable = await desk.ask("cases", desk.cases.GetTimetable, wanted)
    found = next((one for one in timetable.obligations if key_of(one.name) == request.match_info["clock"]), None)
    if found is None:
        raise Absent
    return timetable.subject, found


async def _page(
    request: web.Request, subject: Subject, one: Obligation, form: PageForm, *, restoring: bool = False
) -> web.StreamResponse:
    desk = desk_of(request)
    brand = await request.app[BRANDS].of(desk)
    people = await people_of(desk, principals=[one.waiver.waived_by] if one.HasField("waiver") else [])
    around = Around(desk.clock.now(), brand.kind_title, hands=hands_of(session_of(request).caller), names=people.names)
    (row,) = clock_rows([one], around)
    context = {
        "form": form,
        "subject": subject,
        "here": subject_path(subject.name),
        "row": row,
        "allowed": row.restore if restoring else row.waive,
        "action": request.path,
    }
    return await page(request, "clocks/restore.html" if restoring else "clocks/waive.html", context)


def _back(request: web.Request, subject: Subject, words: str) -> web.HTTPSeeOther:
    return tell(session_of(request), subject_path(subject.name), words)
