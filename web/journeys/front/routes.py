"""`/`, `/find`, `/accessibility`."""

from aiohttp import web
from permanence.cases.v1 import cases_service_pb2 as pb

from web.desk import Desk, desk_of, key_of
from web.form import posted
from web.guard import session_of
from web.journeys.front.forms import FindForm
from web.page import page
from web.roles import CASE_STAFF, DECIDERS, doors_for

ROUTES = web.RouteTableDef()
_PATHS = {
    "children": "/children",
    "siblingGroups": "/sibling-groups",
    "carerHouseholds": "/carer-households",
    "bodies": "/bodies",
}


@ROUTES.get("/")
async def front(request: web.Request) -> web.StreamResponse:
    """Straight to the first thing that this person's role is for."""
    roles = session_of(request).caller.roles
    if "panel-chair" in roles:
        raise web.HTTPSeeOther("/sittings")
    if roles & DECIDERS:
        raise web.HTTPSeeOther("/decisions")
    if "social-worker" in roles:
        raise web.HTTPSeeOther("/meetings")
    if not roles & CASE_STAFF:
        raise web.HTTPSeeOther("/scorecard")
    raise web.HTTPSeeOther(doors_for(session_of(request).caller)[0].path)


@ROUTES.get("/find")
async def ask_number(request: web.Request) -> web.StreamResponse:
    """Where a case number is typed."""
    return await page(request, "front/find.html", {"form": FindForm()})


@ROUTES.post("/find")
async def find(request: web.Request) -> web.StreamResponse:
    """A case by the council's own number: its clocks, or word that there is none to be seen.

    The number travels in the form and never in an address, which browsers and proxies keep.
    """
    form = FindForm(await posted(request))
    if form.validate():
        found = await _find(desk_of(request), (form.number.data or "").strip())
        if found:
            raise web.HTTPSeeOther(f"{_PATHS[found.split('/')[-2]]}/{key_of(found)}")
        form.refuse("There is no case with this number that you can see. Check the number.", "number")
    return await page(request, "front/find.html", {"form": form})


@ROUTES.get("/accessibility")
async def accessibility(request: web.Request) -> web.StreamResponse:
    """How far the site can be used by everybody."""
    return await page(request, "front/accessibility.html")


async def _find(desk: Desk, number: str) -> str:
    for wanted in (
        pb.ListSubjectsRequest(parent=desk.parent, reference=number),
        pb.ListSubjectsRequest(parent=desk.parent, source_id=number),
    ):
        reply = await desk.ask("cases", desk.cases.ListSubjects, wanted)
        if reply.subjects:
            return str(reply.subjects[0].name)
    return ""
