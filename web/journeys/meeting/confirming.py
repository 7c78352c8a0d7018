"""`/meetings/{meeting}/confirmations`: whether an interpreter or advocate has said that they will come."""

from aiohttp import web
from permanence.scheduler.v1 import scheduler_service_pb2 as pb

from web.desk import Absent, Away, Refused, desk_of, key_of
from web.form import posted
from web.guard import session_of
from web.journeys.meeting.changes import done
from web.journeys.meeting.doors import ANSWER_TAKERS
from web.journeys.meeting.facts import meeting_of
from web.journeys.meeting.forms import ConfirmForm
from web.journeys.meeting.routes import show_meeting
from web.keys import KEY
from web.page import away_words
from web.refusals import words_for
from web.roles import may
from web.words import role_words

ROUTES = web.RouteTableDef()


@ROUTES.post(f"/meetings/{{meeting:{KEY}}}/confirmations")
async def confirm(request: web.Request) -> web.StreamResponse:
    """Record it, and back to the meeting. Nobody is told: it is what they told us."""
    desk, form = desk_of(request), ConfirmForm(await posted(request))
    if not may(session_of(request).caller, ANSWER_TAKERS):
        raise Absent
    meeting = await meeting_of(desk, request.match_info["meeting"])
    one = next((one for one in meeting.attendees if key_of(one.person) == form.person.data), None)
    if one is None:
        raise Absent
    comes = form.confirmed.data == "yes"
    wanted = pb.RecordConfirmationRequest(
        name=meeting.name,
        etag=form.etag.data or "",
        person=one.person,
        confirmed=comes,
        request_id=form.request_id.data or "",
    )
    try:
        await desk.ask("scheduler", desk.scheduler.RecordConfirmation, wanted)
    except Refused as refusal:
        form.refuse(f"Nothing was recorded. {words_for(refusal)}")
        return await show_meeting(request, await meeting_of(desk, key_of(meeting.name)), form)
    except Away as away:
        form.refuse(away_words(away.service))
        return await show_meeting(request, meeting, form)
    role = role_words(one.role).lower()
    said = f"The {role} is recorded as confirmed" if comes else f"The {role} is recorded as not confirmed any more"
    raise done(request, meeting, said)
