"""`/to-arrange`."""

from aiohttp import web
from permanence.panels.v1 import panels_service_pb2 as panels_pb
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts_pb
from permanence.scheduler.v1.date_offer_pb2 import DateOffer
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft

from web.date_offers import waiting_offers
from web.desk import Desk, desk_of
from web.form import PageForm
from web.guard import session_of
from web.journeys.to_arrange.narrowing import empty_words, filters, narrowing_of, shown_words
from web.journeys.to_arrange.presenters import draft_rows, next_row, offer_rows, queue_rows
from web.page import BRANDS, page
from web.people import people_of, staff_with_part
from web.roles import ARRANGERS, may

ROUTES = web.RouteTableDef()
PAGE_SIZE = 25
_AT_ONCE = 500


@ROUTES.get("/to-arrange")
async def to_arrange(request: web.Request) -> web.StreamResponse:
    """The next thing to do stands at the top."""
    desk, token = desk_of(request), request.query.get("page", "")
    brand = await request.app[BRANDS].of(desk)
    asked = narrowing_of(request.query, brand.kinds)
    wanted = asked.request(desk.parent, PAGE_SIZE, token)
    may_arrange = may(session_of(request).caller, ARRANGERS)
    queue, drafts, offers, panel_kinds, managers, officers = await desk.together(
        desk.ask("scheduler", desk.scheduler.ListUnarrangedObligations, wanted),
        _drafts(desk, wanted=may_arrange),
        _offers(desk, wanted=may_arrange),
        desk.known(_kinds_of_bodies(desk)),
        desk.known(staff_with_part(desk, "team-manager")),
        desk.known(staff_with_part(desk, "reviewing-officer")),
    )
    people = await people_of(desk, principals=[draft.started_by for draft in drafts])
    choices = filters(asked, brand.kinds, managers.value, officers.value)
    rows = queue_rows(queue.obligations, drafts, panel_kinds.value or ())
    return await page(
        request,
        "to_arrange/queue.html",
        {
            "rows": rows,
            "next_row": next_row(rows),
            "next_page": asked.path(queue.next_page_token) if queue.next_page_token else "",
            "first_page": asked.path() if token else "",
            "offers": offer_rows(offers, drafts, desk.clock.now()),
            "drafts": draft_rows(drafts, people.names, desk.clock.now(), brand.kinds),
            "filters": choices,
            "only": shown_words(*choices),
            "empty": empty_words(*choices),
            "may_arrange": may_arrange,
            "send": PageForm(),
            "away": people.away,
        },
    )


async def _drafts(desk: Desk, *, wanted: bool) -> list[MeetingDraft]:
    """Everything that is begun: a row of the queue leads to what a colleague has begun, wherever that stands."""
    found: list[MeetingDraft] = []
    token = ""
    while wanted:
        request = drafts_pb.ListMeetingDraftsRequest(parent=desk.parent, page_size=_AT_ONCE, page_token=token)
        reply = await desk.ask("scheduler", desk.drafts.ListMeetingDrafts, request)
        found += reply.meeting_drafts
        token = reply.next_page_token
        wanted = bool(token)
    return found


async def _offers(desk: Desk, *, wanted: bool) -> list[DateOffer]:
    return await waiting_offers(desk) if wanted else []


async def _kinds_of_bodies(desk: Desk) -> frozenset[str]:
    """Kinds of meeting for which nobody arranges anything: the case comes onto a panel's agenda."""
    reply = await desk.ask("panels", desk.panels.ListBodies, panels_pb.ListBodiesRequest(parent=desk.parent))
    return frozenset(body.meeting_kind for body in reply.bodies)
