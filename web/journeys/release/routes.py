"""`/meetings/{meeting}/release`."""

from http import HTTPStatus

from aiohttp import web
from permanence.notifications.v1 import notifications_service_pb2 as note_pb
from permanence.notifications.v1.notifications_service_pb2 import PreviewInvitationsResponse
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from web.desk import Absent, Away, Desk, Refused, desk_of, key_of
from web.done import tell
from web.form import posted
from web.guard import session_of
from web.journeys.release.forms import ReleaseForm
from web.journeys.release.presenters import cards_of, for_all, kinds_of, leave_of, stops_of, waiting_of
from web.keys import KEY
from web.page import page
from web.people import people_of
from web.roles import PREPARERS, may
from web.words import LONDON, moment

ROUTES = web.RouteTableDef()
_PATH = f"/meetings/{{meeting:{KEY}}}/release"
RELEASED = "The invitations are released. They are on their way, and this page says when each has arrived"
CHANGED = (
    "What would be sent is not what you read any more: the meeting, a person or an address has changed since. "
    "Nothing was released. Read it again below."
)


@ROUTES.get(_PATH)
async def look(request: web.Request) -> web.StreamResponse:
    """What each will receive, side by side."""
    meeting = await _meeting(request)
    previews = await _previews(desk_of(request), meeting)
    form = ReleaseForm(token=previews.release_token if previews else "")
    return await _release_page(request, meeting, previews, form)


@ROUTES.post(_PATH)
async def release(request: web.Request) -> web.StreamResponse:
    """Let exactly what was read go; or the page again with what would go now."""
    desk, form = desk_of(request), ReleaseForm(await posted(request))
    meeting = await _meeting(request)
    if not form.validate():
        return await _read_again(request, meeting, form)
    wanted = note_pb.ReleaseInvitationsRequest(
        meeting=meeting.name, release_token=form.token.data or "", request_id=form.request_id.data or ""
    )
    try:
        await desk.ask("notifications", desk.notifications.ReleaseInvitations, wanted)
    except Refused as refusal:
        return await _refused(request, meeting, form, refusal)
    except Away:
        return await _away(request, meeting)
    raise tell(session_of(request), f"/meetings/{key_of(meeting.name)}", RELEASED)


async def _meeting(request: web.Request) -> Meeting:
    desk = desk_of(request)
    if not may(session_of(request).caller, PREPARERS):
        raise Absent
    wanted = pb.GetMeetingRequest(name=desk.name("meetings", request.match_info["meeting"]))
    reply = await desk.ask("scheduler", desk.scheduler.GetMeeting, wanted)
    meeting: Meeting = reply.meeting
    return meeting


async def _previews(desk: Desk, meeting: Meeting) -> PreviewInvitationsResponse | None:
    """None while the booking is still on its way to notifications."""
    request = note_pb.PreviewInvitationsRequest(meeting=meeting.name)
    try:
        return await desk.ask("notifications", desk.notifications.PreviewInvitations, request)
    except Absent:
        return None


async def _read_again(request: web.Request, meeting: Meeting, form: ReleaseForm) -> web.StreamResponse:
    """The previews as they stand. Where they are others than were read, that is said and asked for anew."""
    previews = await _previews(desk_of(request), meeting)
    token = previews.release_token if previews else ""
    if token != form.token.data:
        form.read.data = []
        form.refuse(CHANGED)
        form.token.data = token
    return await _release_page(request, meeting, previews, form)


async def _refused(request: web.Request, meeting: Meeting, form: ReleaseForm, refusal: Refused) -> web.StreamResponse:
    if refusal.reason not in ("STALE", "VERSION_CLASH"):
        form.take(refusal)
        return await _release_page(request, meeting, await _previews(desk_of(request), meeting), form)
    form.read.data = []
    form.refuse(CHANGED)
    previews = await _previews(desk_of(request), meeting)
    form.token.data = previews.release_token if previews else ""
    return await _release_page(request, meeting, previews, form)


async def _away(request: web.Request, meeting: Meeting) -> web.StreamResponse:
    """The previews cannot be shown, so what was ticked is not kept: it must be read again."""
    context = {"meeting": meeting, "key": key_of(meeting.name)}
    return await page(request, "release/away.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)


async def _release_page(
    request: web.Request, meeting: Meeting, previews: PreviewInvitationsResponse | None, form: ReleaseForm
) -> web.StreamResponse:
    desk = desk_of(request)
    context = {"form": form, "meeting": meeting, "key": key_of(meeting.name), "written": previews is not None}
    if previews is not None:
        cards = cards_of(previews, meeting)
        people = await people_of(desk, principals=[meeting.booked_by])
        context |= {
            "cards": cards,
            "for_all": for_all(previews),
            "kinds": kinds_of(waiting_of(cards, previews)),
            "stop_reasons": tuple(previews.stop_reasons),
            "stops": stops_of(cards),
            "leave": leave_of(previews, meeting, session_of(request).caller).value,
            "second_person": previews.second_person_needed,
            "any_marks": any(card.look_twice for card in cards),
            "booked": meeting.state == meeting_pb2.MEETING_STATE_BOOKED,
            "cancelled": meeting.state == meeting_pb2.MEETING_STATE_CANCELLED,
            "booked_by": people.name(meeting.booked_by),
            "made": moment(desk.clock.now().astimezone(LONDON)),
        }
    return await page(request, "release/release.html", context)
