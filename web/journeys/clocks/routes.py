"""`/children/{key}` and its like: one subject's clocks; `?clock={key}#clock-{key}` leads to one, its rule shown."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1.cases_service_pb2 import GetTimetableResponse
from permanence.panels.v1 import panels_service_pb2 as panels_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from servicekit.caller import Caller
from web.brand import Brand
from web.desk import Desk, Known, desk_of
from web.guard import session_of
from web.journeys.clocks.picture import picture_of
from web.journeys.clocks.plans import plans_of
from web.journeys.clocks.presenters import Around, ClockRow, Hands, clock_rows, meeting_rows
from web.journeys.clocks.unused import unused_facts
from web.page import BRANDS, page
from web.people import people_of
from web.roles import (
    ARRANGERS,
    CASE_STAFF,
    CONFIRMERS,
    ESCALATORS,
    RECORDERS,
    REFERRERS,
    WAIVERS_OF_OURS,
    WAIVERS_OF_THE_LAWS,
    may,
)
from web.subjects import SUBJECT, called, collection_asked, kind_words, subject_asked, subject_path, subjects_of

ROUTES = web.RouteTableDef()
_AT_ONCE = 500


@ROUTES.get(SUBJECT)
async def clocks(request: web.Request) -> web.StreamResponse:
    """What cases knows must be there; the scheduler's part is shown while it answers."""
    desk, collection = desk_of(request), collection_asked(request)
    name, caller = subject_asked(request, desk), session_of(request).caller
    brand = await request.app[BRANDS].of(desk)
    may_arrange, may_meet = may(caller, ARRANGERS) and collection != "bodies", may(caller, CASE_STAFF)
    timetable, meetings, unarranged, of_bodies = await desk.together(
        desk.ask("cases", desk.cases.GetTimetable, cases_pb.GetTimetableRequest(subject=name)),
        desk.known(_meetings(desk, name, collection)) if may_meet else _nothing(),
        desk.known(_unarranged(desk, name)) if may_arrange else _nothing(),
        desk.known(_kinds_of_bodies(desk)) if may_arrange else _nothing(),
    )
    waiting = unarranged.value or {}
    at_panel = {one for one, kind in waiting.items() if kind in (of_bodies.value or ())}
    waivers = [one.waiver.waived_by for one in timetable.obligations if one.HasField("waiver")]
    around = Around(
        desk.clock.now(),
        brand.kind_title,
        waiting.keys() - at_panel,
        at_panel,
        hands_of(caller),
        (await people_of(desk, principals=waivers)).names if waivers else {},
    )
    rows = clock_rows(timetable.obligations, around)
    members = await subjects_of(desk, timetable.subject.members)
    return await page(
        request,
        "clocks/clocks.html",
        {
            **_about(timetable, brand),
            **_clocks(rows, request.query.get("clock", "")),
            "collection": collection,
            "members": [(called(one), one.reference, subject_path(one.name)) for one in members.values()],
            "may_meet": may_meet,
            "picture": picture_of(rows, desk.today()),
            "meetings": meeting_rows(meetings.value, around.now) if meetings.value is not None else None,
            "may_record": around.hands.records,
            "may_read_facts": may_meet,
            "may_refer": collection != "bodies" and may(caller, REFERRERS),
            "may_escalate": collection == "children" and may(caller, ESCALATORS),
            "may_confirm": may(caller, CONFIRMERS),
        },
    )


def hands_of(caller: Caller) -> Hands:
    """What is offered to whoever looks."""
    return Hands(
        waives_ours=may(caller, WAIVERS_OF_OURS),
        waives_the_laws=may(caller, WAIVERS_OF_THE_LAWS),
        records=may(caller, RECORDERS),
    )


def _about(timetable: GetTimetableResponse, brand: Brand) -> dict[str, Any]:
    subject, plans = timetable.subject, timetable.HasField("permanence_plans")
    return {
        "subject": subject,
        "here": subject_path(subject.name),
        "called": called(subject),
        "kind": kind_words(subject),
        "plans": plans_of(timetable.permanence_plans, brand.labels) if plans else None,
        "unused": unused_facts(timetable.unusable_facts, brand.event_words),
    }


def _clocks(rows: Sequence[ClockRow], asked: str) -> dict[str, Any]:
    return {
        "running": [row for row in rows if row.running],
        "waived": [row for row in rows if row.is_waived],
        "over": [row for row in rows if not row.running and not row.is_waived],
        "asked": asked,
        "astray": bool(asked) and asked not in {row.key for row in rows},
    }


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
