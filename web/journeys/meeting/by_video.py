"""`/meetings/{meeting}/video`: whether people can also join a booked meeting by video."""

from collections.abc import Sequence

from aiohttp import web
from permanence.notifications.v1.notification_pb2 import Invitation
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from web.desk import Absent, Away, Refused, desk_of, key_of
from web.familys_choice import decision_of
from web.form import posted
from web.guard import session_of
from web.journeys.meeting.changes import done, look_again, refuse_away
from web.journeys.meeting.doors import MOVERS
from web.journeys.meeting.facts import known_invitations, meeting_of, meeting_or_stand_in
from web.journeys.meeting.forms import VideoForm
from web.journeys.meeting.meeting_page import when_words
from web.keys import KEY
from web.page import page
from web.roles import ACCEPTERS, may
from web.telling import is_off, knows_something
from web.words import count_words

ROUTES = web.RouteTableDef()
_MEETING = f"/meetings/{{meeting:{KEY}}}"
_BEGINS, _ENDS = "People can join by video from now on.", "People can no longer join by video."


@ROUTES.get(_MEETING + "/video")
async def ask_by_video(request: web.Request) -> web.StreamResponse:
    """What changes, and who is told."""
    meeting = await meeting_of(desk_of(request), request.match_info["meeting"])
    form = VideoForm(etag=meeting.etag, by_video="" if meeting.held_by_video else "yes")
    return await _page(request, meeting, form)


@ROUTES.post(_MEETING + "/video")
async def change_by_video(request: web.Request) -> web.StreamResponse:
    """Change it, the time and all else staying; or the page again with why not."""
    desk, form = desk_of(request), VideoForm(await posted(request))
    meeting, away = await meeting_or_stand_in(desk, request.match_info["meeting"])
    if away or not may(desk.caller, MOVERS):
        return await _page(request, meeting, form, away)
    by_video = form.by_video.data == "yes"
    # What was accepted or approved for this very time is accepted again, by whoever may.
    accepted = next((one.reason for one in meeting.accepted_breaches), "") if may(desk.caller, ACCEPTERS) else ""
    wanted = pb.RescheduleMeetingRequest(
        name=meeting.name,
        etag=form.etag.data or "",
        start_time=meeting.start_time,
        reason=_BEGINS if by_video else _ENDS,
        breach_reason=accepted,
        overlap_reason=meeting.approved_overlap.reason if may(desk.caller, ACCEPTERS) else "",
        date_decision=decision_of(meeting),
        held_by_video=by_video,
        request_id=form.request_id.data or "",
    )
    try:
        await desk.ask("scheduler", desk.scheduler.RescheduleMeeting, wanted)
    except Refused as refusal:
        look_again(form, refusal, meeting)
        return await _page(request, meeting, form)
    except Away as gone:
        return await _page(request, meeting, form, gone.service)
    raise done(request, meeting, (_BEGINS if by_video else _ENDS).rstrip("."))


def _told(invitations: Sequence[Invitation] | None) -> str:
    if invitations is None:
        return "Everybody who knows of the meeting is told. How many they are is not known just now."
    knowing = sum(knows_something(one) and not is_off(one) for one in invitations)
    if not knowing:
        return "Nobody has been told of the meeting yet, so that nobody needs to be told."
    return f"{count_words(knowing, 'person', 'people')} who {'knows' if knowing == 1 else 'know'} of it will be told."


async def _page(request: web.Request, meeting: Meeting, form: VideoForm, away: str = "") -> web.StreamResponse:
    desk, status = desk_of(request), refuse_away(form, away)
    if not may(session_of(request).caller, MOVERS):
        raise Absent
    context = {
        "form": form,
        "meeting": meeting,
        "key": key_of(meeting.name),
        "when": when_words(meeting),
        "booked": meeting.state == meeting_pb2.MEETING_STATE_BOOKED,
        "begins": form.by_video.data == "yes",
        "told": _told((await known_invitations(desk, meeting.name)).value),
    }
    return await page(request, "meeting/video.html", context, status=status)
