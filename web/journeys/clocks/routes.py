"""`/children/{key}` and its like: one subject's clocks."""

from collections.abc import Sequence

from aiohttp import web
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.panels.v1 import panels_service_pb2 as panels_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from web.desk import Desk, Known, desk_of
from web.guard import session_of
from web.journeys.clocks.picture import picture_of
from web.journeys.clocks.presenters import clock_rows, meeting_rows
from web.keys import KEY
from web.page import BRANDS, page
from web.roles import ARRANGERS, CASE_STAFF, may
from web.subjects import called, kind_words, subject_path, subjects_of

ROUTES = web.RouteTableDef()
_AT_ONCE = 500


@ROUTES.get(f"/children/{{key:{KEY}}}")
async def child(request: web.Request) -> web.StreamResponse:
    """A child, born or not."""
    return await _clocks(request, "children")


@ROUTES.get(f"/sibling-groups/{{key:{KEY}}}")
async def sibling_group(request: web.Request) -> web.StreamResponse:
    """Brothers and sisters who are planned for together."""
    return await _clocks(request, "siblingGroups")


@ROUTES.get(f"/carer-households/{{key:{KEY}}}")
async def carer_household(request: web.Request) -> web.StreamResponse:
    """A carer household."""
    return await _clocks(request, "carerHouseholds")


@ROUTES.get(f"/bodies/{{key:{KEY}}}")
async def body(request: web.Request) -> web.StreamResponse:
    """A standing body."""
    return await _clocks(request, "bodies")


async def _clocks(request: web.Request, collection: str) -> web.StreamResponse:
    """What cases knows must be there; the scheduler's part is shown while it answers."""
    desk, name = desk_of(request), desk_of(request).name(collection, request.match_info["key"])
    brand = await request.app[BRANDS].of(desk)
    caller = session_of(request).caller
    may_arrange = may(caller, ARRANGERS) and collection != "bodies"
    may_meet = may(caller, CASE_STAFF)
    timetable, meetings, unarranged, of_bodies = await desk.together(
        desk.ask("cases", desk.cases.GetTimetable, cases_pb.GetTimetableRequest(subject=name)),
        desk.known(_meetings(desk, name, collection)) if may_meet else _nothing(),
        desk.known(_unarranged(desk, name)) if may_arrange else _nothing(),
        desk.known(_kinds_of_bodies(desk)) if may_arrange else _nothing(),
    )
    now, subject = desk.clock.now(), timetable.subject
    members = await subjects_of(desk, subject.members)
    waiting = unarranged.value or {}
    at_panel = {one for one, kind in waiting.items() if kind in (of_bodies.value or ())}
    led_to = request.query.get("clock", "")
    rows = clock_rows(timetable.obligations, now, brand.kind_title, waiting.keys() - at_panel, at_panel)
    return await page(
        request,
        "clocks/clocks.html",
        {
            "subject": subject,
            "called": called(subject),
            "kind": kind_words(subject),
            "collection": collection,
            "members": [(called(one), one.reference, subject_path(one.name)) for one in members.values()],
            "running": [row for row in rows if row.running],
            "over": [row for row in rows if not row.running],
            "led_to": led_to,
            "led_astray": bool(led_to) and led_to not in {row.key for row in rows},
            "may_meet": may_meet,
            "picture": picture_of(rows, desk.today()),
            "meetings": meeting_rows(meetings.value, now) if meetings.value is not None else None,
        },
    )


async def _meetings(desk: Desk, name: str, collection: str) -> Sequence[Meeting]:
    wanted = pb.ListMeetingsRequest(parent=desk.parent, page_size=_AT_ONCE)
    if collection == "bodies":
        wanted.body = name
    else:
        wanted.subject = name
    reply = await desk.ask("scheduler", desk.scheduler.ListMeetings, wanted)
    return list(reply.meetings)


async def _unarranged(desk: Desk, name: str) -> dict[str, str]:
    wanted = pb.ListUnarrangedObligationsRequest(parent=desk.parent, subject=name, page_size=_AT_ONCE)
    reply = await desk.ask("scheduler", desk.scheduler.ListUnarrangedObligations, wanted)
    return {one.obligation: one.meeting_kind for one in reply.obligations}


async def _kinds_of_bodies(desk: Desk) -> frozenset[str]:
    """Kinds of meeting for which nobody arranges anything: the subject comes onto an agenda by itself."""
    reply = await desk.ask("panels", desk.panels.ListBodies, panels_pb.ListBodiesRequest(parent=desk.parent))
    return frozenset(body.meeting_kind for body in reply.bodies)


async def _nothing() -> Known[dict[str, str]]:
    return Known({})
