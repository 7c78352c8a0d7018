"""`/capacity`, its file, and what stands behind one week."""

from datetime import timedelta

from aiohttp import web
from permanence.scheduler.v1 import capacity_service_pb2 as pb

from web.csv_file import csv_bytes
from web.desk import Absent, desk_of
from web.file_answer import file_answer
from web.guard import session_of
from web.journeys.capacity.asked import OF, WEEKS, Asked, asked_of, monday_in, monday_of
from web.journeys.capacity.presenters import (
    meetings_behind,
    numbers_of,
    obligations_behind,
    roles_in,
    rows_of,
    table_of,
    week_words,
    weeks_that_break,
)
from web.keys import KEY
from web.page import page
from web.people import People, people_of
from web.roles import ARRANGERS, PLANNERS, may
from web.rooms import rooms_of
from web.words import london, moment, role_words, wire_date

ROUTES = web.RouteTableDef()
# Where the queue is narrowed to somebody's children, by the role in which they chair.
_QUEUE_OF = {"reviewing-officer": "officer", "team-manager": "team"}


@ROUTES.get("/capacity")
async def capacity(request: web.Request) -> web.StreamResponse:
    """Week by week, the first to break at the top."""
    desk, asked = desk_of(request), asked_of(request.query, desk_of(request).today())
    reply, people = await _counted(request, asked)
    rows = rows_of(reply.rows, people, asked.role, lead_on=may(session_of(request).caller, ARRANGERS))
    present = monday_of(desk.today())
    context = {
        "asked": asked,
        "rows": rows,
        "weeks": [asked.first + timedelta(weeks=n) for n in range(int(asked.weeks))],
        "broken": weeks_that_break(rows),
        "choices": {
            "of": [(key, words) for key, (_, words) in OF.items()],
            "weeks": [(one, one) for one in WEEKS],
            "role": [("", "All"), *roles_in(reply.rows)],
        },
        "earlier": asked.moved(-int(asked.weeks), present) if asked.first > present else None,
        "later": asked.moved(int(asked.weeks), present),
        "names_away": people.away,
        "as_of": moment(london(reply.as_of_time)),
    }
    return await page(request, "capacity/capacity.html", context)


@ROUTES.get("/capacity/file")
async def capacity_file(request: web.Request) -> web.StreamResponse:
    """The same numbers as a file."""
    asked = asked_of(request.query, desk_of(request).today())
    reply, people = await _counted(request, asked)
    name = f"capacity-{asked.of}-{asked.first}-{asked.weeks}-weeks.csv"
    return file_answer(name, csv_bytes(table_of(reply.rows, people, asked.role)))


@ROUTES.get(f"/capacity/{{kind:people|rooms}}/{{key:{KEY}}}")
async def behind(request: web.Request) -> web.StreamResponse:
    """The meetings of a chair's or room's week, and what has to be arranged for it."""
    desk, kind, key = desk_of(request), request.match_info["kind"], request.match_info["key"]
    if not may(session_of(request).caller, ARRANGERS):
        raise Absent
    present = monday_of(desk.today())
    week = max(monday_in(request.query.get("week", "")) or present, present)
    name, room = desk.name(kind, key), kind == "rooms"
    wanted = pb.GetCapacityWeekRequest(parent=desk.parent, from_date=wire_date(week), **{kind_of(kind): name})
    reply, people, rooms = await desk.together(
        desk.ask("scheduler", desk.capacity.GetCapacityWeek, wanted),
        people_of(desk, people=() if room else (name,)),
        desk.known(rooms_of(desk)),
    )
    cell = reply.row.cells[0]
    context = {
        "whose": reply.row.display_name or people.name(name, "Name not known"),
        "roles": ", ".join(map(role_words, reply.row.roles)),
        "room": room,
        "key": key,
        "week": week,
        "week_words": week_words(week),
        "numbers": numbers_of(cell, room=room),
        "meetings": meetings_behind(reply.meetings, rooms.value),
        "some_hidden": cell.meetings > len(reply.meetings),
        "obligations": obligations_behind(reply.obligations),
        "queue": _queue(reply.row, key),
        "back": "/capacity?" + Asked("rooms" if room else "chairs", week, "8").query,
        "earlier": week - timedelta(weeks=1) if week > present else None,
        "later": week + timedelta(weeks=1),
    }
    return await page(request, "capacity/week.html", context)


def kind_of(kind: str) -> str:
    """The request's field for a part of an address."""
    return {"people": "person", "rooms": "room"}[kind]


async def _counted(request: web.Request, asked: Asked) -> tuple[pb.GetCapacityResponse, People]:
    desk = desk_of(request)
    if not may(session_of(request).caller, PLANNERS):
        raise Absent
    wanted = pb.GetCapacityRequest(
        parent=desk.parent, of=OF[asked.of][0], from_date=wire_date(asked.first), weeks=int(asked.weeks)
    )
    reply = await desk.ask("scheduler", desk.capacity.GetCapacity, wanted)
    chairs = [row.resource for row in reply.rows if row.resource and not row.display_name]
    return reply, await people_of(desk, people=chairs)


def _queue(row: pb.CapacityRow, key: str) -> str:
    narrowed = next((f"?{name}={key}" for role, name in _QUEUE_OF.items() if role in row.roles), "")
    return f"/to-arrange{narrowed}"
