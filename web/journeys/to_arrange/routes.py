"""`/to-arrange`."""

import asyncio

from aiohttp import web
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1.council_pb2 import StaffMember
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft

from web.desk import Desk, desk_of
from web.form import PageForm
from web.guard import session_of
from web.journeys.to_arrange.presenters import draft_rows, queue_rows
from web.page import BRANDS, page
from web.roles import ARRANGERS, may

ROUTES = web.RouteTableDef()
PAGE_SIZE = 25


@ROUTES.get("/to-arrange")
async def to_arrange(request: web.Request) -> web.StreamResponse:
    """The next thing to do stands at the top."""
    desk, kind, token = desk_of(request), request.query.get("kind", ""), request.query.get("page", "")
    brand = await request.app[BRANDS].of(desk)
    kind = kind if kind in brand.kinds else ""
    wanted = pb.ListUnarrangedObligationsRequest(
        parent=desk.parent, meeting_kind=kind, page_size=PAGE_SIZE, page_token=token
    )
    may_arrange = may(session_of(request).caller, ARRANGERS)
    queue, drafts = await asyncio.gather(
        desk.ask("scheduler", desk.scheduler.ListUnarrangedObligations, wanted),
        _drafts(desk) if may_arrange else _none(),
    )
    starters = await desk.known(_names(desk, drafts))
    return await page(
        request,
        "to_arrange/queue.html",
        {
            "rows": queue_rows(queue.obligations, drafts),
            "next_page": queue.next_page_token,
            "first_page": not token,
            "drafts": draft_rows(drafts, starters.value or {}),
            "kind": kind,
            "kinds": sorted(brand.kinds.values(), key=lambda one: one.title),
            "may_arrange": may_arrange,
            "send": PageForm(),
            "away": starters.away,
        },
    )


async def _drafts(desk: Desk) -> list[MeetingDraft]:
    reply = await desk.ask(
        "scheduler", desk.drafts.ListMeetingDrafts, drafts_pb.ListMeetingDraftsRequest(parent=desk.parent)
    )
    return list(reply.meeting_drafts)


async def _none() -> list[MeetingDraft]:
    return []


async def _names(desk: Desk, drafts: list[MeetingDraft]) -> dict[str, str]:
    """Names of those who began something."""
    wanted = sorted({draft.changed_by for draft in drafts} | {draft.started_by for draft in drafts})
    if not wanted:
        return {}
    request = cases_pb.LookUpStaffRequest(parent=desk.parent, principal_ids=wanted)
    reply = await desk.ask("cases", desk.cases.LookUpStaff, request)
    members: list[StaffMember] = list(reply.staff)
    return {member.principal_id: member.display_name for member in members}
