"""`/days`."""

from datetime import date, datetime, time, timedelta

from aiohttp import web
from permanence.notifications.v1.notification_pb2 import Invitation
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from web.at_once import few_at_once
from web.desk import Absent, Desk, desk_of
from web.journeys.day.forms import DayForm
from web.journeys.day.presenters import DayFacts, entries_of
from web.page import page
from web.people import people_of
from web.rooms import rooms_of
from web.subjects import subjects_of
from web.telling import invitations_of
from web.words import LONDON, moment, timestamp

ROUTES = web.RouteTableDef()
_AT_ONCE = 500


@ROUTES.get("/days")
async def day_list(request: web.Request) -> web.StreamResponse:
    """A day's meetings by time; tomorrow's unless another day is asked for."""
    desk = desk_of(request)
    form = DayForm(request.query) if any(name.startswith("day-") for name in request.query) else None
    if form is not None and form.validate() and form.day.data:
        raise web.HTTPSeeOther(f"/days?on={form.day.data.isoformat()}")
    tomorrow = desk.today() + timedelta(days=1)
    day = _day(request.query.get("on", "")) or tomorrow
    facts = await _facts(desk, await _meetings(desk, day))
    context = {
        "form": form or DayForm(day=day),
        "day": day,
        "is_tomorrow": day == tomorrow,
        "entries": entries_of(facts),
        "names_away": facts.people.away,
        "answers_away": any(one is None for one in facts.invitations.values()),
        "made": moment(desk.clock.now().astimezone(LONDON)),
    }
    return await page(request, "day/day.html", context)


def _day(text: str) -> date | None:
    """A day of the calendar that has a next one; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date.min < day < date.max else None


async def _meetings(desk: Desk, day: date) -> list[Meeting]:
    start, end = (datetime.combine(one, time(), tzinfo=LONDON) for one in (day, day + timedelta(days=1)))
    found: list[Meeting] = []
    token = ""
    while True:
        request = pb.ListMeetingsRequest(
            parent=desk.parent,
            from_time=timestamp(start),
            until_time=timestamp(end),
            page_size=_AT_ONCE,
            page_token=token,
        )
        reply = await desk.ask("scheduler", desk.scheduler.ListMeetings, request)
        found += reply.meetings
        token = reply.next_page_token
        if not token:
            return found


async def _facts(desk: Desk, meetings: list[Meeting]) -> DayFacts:
    subjects = {name for one in meetings for name in one.subjects}
    people = {attendee.person for one in meetings for attendee in one.attendees}
    names, rooms, about, invitations = await desk.together(
        people_of(desk, subjects=subjects, people=people),
        desk.known(rooms_of(desk)),
        desk.known(subjects_of(desk, subjects)),
        few_at_once(_invitations(desk, one.name) for one in meetings),
    )
    by_meeting = dict(zip((one.name for one in meetings), invitations, strict=True))
    return DayFacts(meetings, names, rooms.value, about.value, by_meeting)


async def _invitations(desk: Desk, meeting: str) -> list[Invitation] | None:
    """None while nobody can look."""
    try:
        return (await desk.known(invitations_of(desk, meeting))).value
    except Absent:
        return None
