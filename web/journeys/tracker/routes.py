"""`/tracker`."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from aiohttp import web
from permanence.cases.v1 import performance_service_pb2 as pb
from permanence.cases.v1.council_pb2 import StaffMember
from permanence.panels.v1 import panel_pb2
from permanence.panels.v1 import panels_service_pb2 as panels_pb

from web.agenda import bodies_of, sitting_of
from web.desk import Desk, Known, desk_of, key_of
from web.done import told
from web.guard import PAGE_FIELD, session_of
from web.journeys.tracker.asked import KINDS, asked
from web.journeys.tracker.presenters import NowLine, now_lines, tracker_rows
from web.page import BRANDS, page
from web.people import staff_with_part
from web.roles import CASE_STAFF, CHAIRS, may
from web.tracker_row import row_query
from web.words import civil, london, timestamp

ROUTES = web.RouteTableDef()
PAGE_SIZE = 25
_LONGEST, _SITTINGS = timedelta(hours=12), 50


@ROUTES.get("/tracker")
async def tracker(request: web.Request) -> web.StreamResponse:
    """Late ones first, each with the reason, and one link from the clock behind it."""
    desk, wanted, token = desk_of(request), asked(request.query), request.query.get(PAGE_FIELD, "")
    brand = await request.app[BRANDS].of(desk)
    listed, officers, managers, now = await desk.together(
        desk.ask(
            "cases",
            desk.performance.ListTrackedSubjects,
            pb.ListTrackedSubjectsRequest(
                parent=desk.parent,
                kind=wanted.wire_kind,
                reviewing_officer=desk.name("people", wanted.officer) if wanted.officer else "",
                team_manager=desk.name("people", wanted.manager) if wanted.manager else "",
                late_only=wanted.late,
                page_size=PAGE_SIZE,
                page_token=token,
            ),
        ),
        staff_with_part(desk, "reviewing-officer"),
        staff_with_part(desk, "team-manager"),
        desk.known(_heard_now(desk)) if may(session_of(request).caller, CHAIRS) else _nothing(),
    )
    return await page(
        request,
        "tracker/tracker.html",
        {
            "rows": tracker_rows(listed.tracked_subjects, brand.kind_title, now.value or {}),
            "as_of": civil(listed.as_of_date),
            "asked": wanted,
            "officers": _choices(officers),
            "managers": _choices(managers),
            "kinds": [(key, words) for key, (_, words) in KINDS.items()],
            "next_page": listed.next_page_token,
            "first_page": not token,
            "row_query": row_query(request.query),
            "done": told(session_of(request), request.path),
            "may_meet": may(session_of(request).caller, CASE_STAFF),
        },
    )


async def _heard_now(desk: Desk) -> dict[str, NowLine]:
    """By subject: whom a panel hears now."""
    sittings, bodies = await desk.together(_sitting_now(desk), bodies_of(desk))
    return now_lines(sittings, bodies, desk.today())


async def _sitting_now(desk: Desk) -> list[panel_pb2.Sitting]:
    """Every sitting that has begun and is not over, with its agenda: outcomes are recorded from the children's rows."""
    now = desk.clock.now()
    wanted = panels_pb.ListSittingsRequest(parent=desk.parent, from_time=timestamp(now - _LONGEST), page_size=_SITTINGS)
    listed = (await desk.ask("panels", desk.panels.ListSittings, wanted)).sittings
    sits = [one for one in listed if one.state == panel_pb2.SITTING_STATE_PLANNED and _sits(one, now)]
    return await desk.together(*(sitting_of(desk, key_of(one.name)) for one in sits))


def _sits(sitting: panel_pb2.Sitting, now: datetime) -> bool:
    return london(sitting.start_time) <= now < london(sitting.end_time)


async def _nothing() -> Known[dict[str, NowLine]]:
    return Known({})


def _choices(staff: Sequence[StaffMember]) -> list[tuple[str, str]]:
    return [(key_of(one.person), one.display_name) for one in staff]
