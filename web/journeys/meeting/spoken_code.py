"""Reading out the code that somebody without an account waits for."""

from aiohttp import web
from permanence.notifications.v1 import attendee_service_pb2 as pb

from web.desk import Absent, desk_of
from web.guard import session_of
from web.journeys.meeting.doors import ANSWER_TAKERS
from web.journeys.meeting.facts import meeting_of
from web.keys import KEY
from web.page import page
from web.people import people_of
from web.roles import may
from web.telling import invitations_of
from web.words import clock_time, london, role_words

ROUTES = web.RouteTableDef()


@ROUTES.get(f"/meetings/{{meeting:{KEY}}}/codes/{{invitation:{KEY}}}")
async def read_code(request: web.Request) -> web.StreamResponse:
    """The code and until when it works; or that none is waited for."""
    desk = desk_of(request)
    if not may(session_of(request).caller, ANSWER_TAKERS):
        raise Absent
    meeting = await meeting_of(desk, request.match_info["meeting"])
    name = desk.name("invitations", request.match_info["invitation"])
    found = next((one for one in await invitations_of(desk, meeting.name) if one.name == name), None)
    if found is None:
        raise Absent
    reply = await desk.ask("notifications", desk.attendees.ReadSpokenCode, pb.ReadSpokenCodeRequest(invitation=name))
    people = await people_of(desk, subjects=meeting.subjects, people=[found.person])
    context = {
        "meeting": meeting,
        "key": request.match_info["meeting"],
        "who": people.name(found.person) or role_words(found.role),
        "code": f"{reply.code[:3]} {reply.code[3:]}" if reply.code else "",
        "until": clock_time(london(reply.expire_time)) if reply.code else "",
    }
    return await page(request, "meeting/spoken_code.html", context)
