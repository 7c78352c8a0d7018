"""`/diary`: day and week."""

import re
from datetime import date, timedelta
from urllib.parse import urlencode

from aiohttp import web
from permanence.scheduler.v1 import diary_service_pb2 as pb

from web.desk import Desk, Refused, desk_of
from web.guard import session_of
from web.journeys.diary.presenters import days_of
from web.keys import KEY
from web.page import page
from web.people import people_of
from web.roles import FEED_ENDERS, TIME_KEEPERS, may
from web.rooms import rooms_of
from web.words import LONDON, long_date, moment, short_date, wire_date

ROUTES = web.RouteTableDef()
VIEWS = {"day": 1, "week": 7}


@ROUTES.get("/diary")
async def diary(request: web.Request) -> web.StreamResponse:
    """A day or a week; today's, and one's own, unless another is asked for."""
    desk, query = desk_of(request), request.query
    view = query.get("view", "") if query.get("view") in VIEWS else "week"
    person = query.get("person", "") if re.fullmatch(KEY, query.get("person", "")) else ""
    first = _first(query.get("on", ""), desk.today(), view)
    last = first + timedelta(days=VIEWS[view] - 1)
    try:
        found = await _read(desk, person, first, last)
    except Refused as refusal:
        if refusal.reason != "NOT_ON_STAFF_LIST":
            raise
        return await page(request, "diary/nobody.html")
    rooms, people = await desk.together(
        desk.known(rooms_of(desk)), people_of(desk, people=() if found.own else (found.person,))
    )

    def path(**changed: object) -> str:
        said = {"view": view, "on": first, "person": person, **changed}
        return "/diary?" + urlencode({name: value for name, value in said.items() if value})

    context = {
        "own": found.own,
        "person": person,
        "may_end": may(desk.caller, FEED_ENDERS),
        "hours_path": _hours_path(request, person, own=found.own),
        "heading": "My diary" if found.own else f"Diary of {people.name(found.person, 'a colleague')}",
        "period": long_date(first) if view == "day" else f"{short_date(first)} to {short_date(last)}",
        "view": view,
        "days": days_of(found, rooms.value),
        "before": path(on=first - timedelta(days=VIEWS[view])),
        "after": path(on=first + timedelta(days=VIEWS[view])),
        "other": path(view="day" if view == "week" else "week"),
        "now": path(on=""),
        "day_path": lambda day: path(view="day", on=day),
        "made": moment(desk.clock.now().astimezone(LONDON)),
    }
    return await page(request, "diary/diary.html", context)


def _hours_path(request: web.Request, person: str, *, own: bool) -> str:
    """Where this person's hours and absences are kept; empty for a reader who may not."""
    if own:
        return "/diary/hours"
    return f"/diary/hours?person={person}" if may(session_of(request).caller, TIME_KEEPERS) else ""


async def _read(desk: Desk, person: str, first: date, last: date) -> pb.Diary:
    wanted = pb.GetDiaryRequest(
        parent=desk.parent,
        person=desk.name("people", person) if person else "",
        from_date=wire_date(first),
        until_date=wire_date(last),
    )
    reply = await desk.ask("scheduler", desk.diary.GetDiary, wanted)
    return reply.diary


def _first(text: str, today: date, view: str) -> date:
    """The day asked for, or the Monday of its week; today's for what is no day that has days around it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today
    day = day if date(1970, 1, 8) < day < date(2099, 12, 1) else today
    return day - timedelta(days=day.weekday()) if view == "week" else day
