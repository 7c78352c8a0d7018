"""`/meetings` and `/meetings/{meeting}`."""

from datetime import datetime, time

from aiohttp import web
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from web.at_once import few_at_once
from web.desk import Desk, desk_of, key_of
from web.guard import session_of
from web.journeys.meeting.doors import doors_of
from web.journeys.meeting.facts import facts_of, known_delivery, known_invitations, meeting_of
from web.journeys.meeting.forms import ConfirmForm
from web.journeys.meeting.meeting_page import meeting_page
from web.journeys.meeting.needs import need_lines
from web.journeys.meeting.presenters import Known, by_day
from web.keys import KEY
from web.outlook import change_line, known_changes
from web.page import BRANDS, page
from web.rooms import rooms_of
from web.telling import UNANSWERED
from web.words import LONDON, timestamp

ROUTES = web.RouteTableDef()
PAGE_SIZE = 25
NOT_ANSWERED = "not-answered"


@ROUTES.get("/meetings")
async def meetings(request: web.Request) -> web.StreamResponse:
    """Coming meetings by day."""
    desk, token = desk_of(request), request.query.get("page", "")
    brand = await request.app[BRANDS].of(desk)
    kind = request.query.get("kind", "")
    kind = kind if kind in brand.kinds else ""
    start = timestamp(datetime.combine(desk.today(), time(), tzinfo=LONDON))
    wanted = pb.ListMeetingsRequest(
        parent=desk.parent, meeting_kind=kind, from_time=start, page_size=PAGE_SIZE, page_token=token
    )
    reply, rooms = await desk.together(
        desk.ask("scheduler", desk.scheduler.ListMeetings, wanted), desk.known(rooms_of(desk))
    )
    found = list(reply.meetings)
    known = dict(zip((one.name for one in found), await few_at_once(_known(desk, one) for one in found), strict=True))
    context = {
        "days": by_day(found, rooms.value, known),
        "telling_away": any(one.delivery is None or one.invitations is None for one in known.values()),
        "kind": kind,
        "kinds": sorted(brand.kinds.values(), key=lambda one: one.title),
        "next_page": reply.next_page_token,
        "first_page": not token,
    }
    return await page(request, "meeting/coming.html", context)


@ROUTES.get(f"/meetings/{{meeting:{KEY}}}")
async def one_meeting(request: web.Request) -> web.StreamResponse:
    """Is it on, who knows, who is coming, what is missing?"""
    return await show_meeting(request, await meeting_of(desk_of(request), request.match_info["meeting"]))


async def show_meeting(request: web.Request, meeting: Meeting, form: ConfirmForm | None = None) -> web.StreamResponse:
    """The page, also for who comes back because nothing was recorded: `form` says why."""
    desk = desk_of(request)
    brand = await request.app[BRANDS].of(desk)
    facts, changes = await desk.together(facts_of(desk, meeting), known_changes(desk, meeting.name))
    shown = meeting_page(facts, brand.kinds.get(meeting.meeting_kind))
    only = request.query.get("show") == NOT_ANSWERED
    context = {
        "meeting": shown,
        "part_of": key_of(meeting.part_of) if meeting.part_of else "",
        "needs": need_lines(facts),
        "rows": [row for row in shown.rows if row.reply in UNANSWERED] if only else shown.rows,
        "only_unanswered": only,
        "form": form,
        "confirm": ConfirmForm(etag=meeting.etag),
        "outlook": [change_line(one) for one in changes.value or ()],
        "can": doors_of(meeting, session_of(request).caller, desk.clock.now()),
    }
    return await page(request, "meeting/meeting.html", context)


async def _known(desk: Desk, meeting: Meeting) -> Known:
    delivery, invitations = await desk.together(
        known_delivery(desk, meeting.name), known_invitations(desk, meeting.name)
    )
    return Known(delivery.value, invitations.value)
