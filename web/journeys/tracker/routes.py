"""`/tracker`."""

from collections.abc import Sequence

from aiohttp import web
from permanence.cases.v1 import performance_service_pb2 as pb
from permanence.cases.v1.council_pb2 import StaffMember

from web.desk import desk_of, key_of
from web.guard import PAGE_FIELD, session_of
from web.journeys.tracker.asked import KINDS, asked
from web.journeys.tracker.presenters import tracker_rows
from web.page import BRANDS, page
from web.people import staff_with_part
from web.roles import CASE_STAFF, may
from web.words import civil

ROUTES = web.RouteTableDef()
PAGE_SIZE = 25


@ROUTES.get("/tracker")
async def tracker(request: web.Request) -> web.StreamResponse:
    """Late ones first, each with the reason, and one link from the clock behind it."""
    desk, wanted, token = desk_of(request), asked(request.query), request.query.get(PAGE_FIELD, "")
    brand = await request.app[BRANDS].of(desk)
    listed, officers, managers = await desk.together(
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
    )
    return await page(
        request,
        "tracker/tracker.html",
        {
            "rows": tracker_rows(listed.tracked_subjects, brand.kind_title),
            "as_of": civil(listed.as_of_date),
            "asked": wanted,
            "officers": _choices(officers),
            "managers": _choices(managers),
            "kinds": [(key, words) for key, (_, words) in KINDS.items()],
            "next_page": listed.next_page_token,
            "first_page": not token,
            "may_meet": may(session_of(request).caller, CASE_STAFF),
        },
    )


def _choices(staff: Sequence[StaffMember]) -> list[tuple[str, str]]:
    return [(key_of(one.person), one.display_name) for one in staff]
