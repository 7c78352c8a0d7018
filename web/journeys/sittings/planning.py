"""`/sittings/plan`: a body's sittings by a rule, looked at day by day, then booked."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web
from permanence.panels.v1 import panel_pb2, panels_service_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Attendee, Room

from web.agenda import bodies_of
from web.desk import Absent, Away, Desk, Refused, desk_of, key_of
from web.done import tell
from web.form import posted, sent_fields
from web.guard import session_of
from web.journeys.sittings.plan_forms import PlanForm, number_of
from web.journeys.sittings.plan_presenters import day_rows, members_of, summary
from web.page import away_words, page
from web.people import people_of, staff_with_part
from web.roles import SITTING_PLANNERS, may
from web.rooms import rooms_of
from web.words import clock_of, count_words, timestamp, wire_date

ROUTES = web.RouteTableDef()
_PATH = "/sittings/plan"
_AT_ONCE = 200
_RECENT = timedelta(days=120)
# Made anew with the page, or meant for one of its buttons.
_OWN = ("request_id", "change")
# Who else may take the chair of a body: the council's own with one of these parts around a child.
_SENIOR = ("team-manager", "reviewing-officer")


@dataclass(frozen=True)
class _Offered:
    """What the form offers: bodies, rooms, who was asked to each body's latest sitting, and who may chair (by name)."""

    bodies: dict[str, panel_pb2.Body]
    rooms: dict[str, Room]
    before: dict[str, list[Attendee]]
    chairs: dict[str, str]


@ROUTES.get(_PATH)
async def ask(request: web.Request) -> web.StreamResponse:
    """Which panel, from when, how often."""
    return await _form_page(request, PlanForm(), await _offered(_desk(request)))


@ROUTES.post(_PATH)
async def look(request: web.Request) -> web.StreamResponse:
    """The days that it gives, with those that step round others and why; or the page again."""
    fields = await posted(request)
    desk, form = _desk(request), PlanForm(fields)
    offered = await _offered(desk)
    # Whoever has seen the days and goes back finds what they typed.
    reply = None if fields.get("change") else await _asked(desk, form, offered, look=True)
    if reply is None:
        return await _form_page(request, form, offered)
    people = await people_of(desk, people={one.person for day in reply.days for one in day.clashes})
    rows = day_rows(reply.days, people)
    context = {
        "form": form,
        "rows": rows,
        "summary": summary(rows),
        "taken": sum(bool(row.taken) for row in rows),
        "title": offered.bodies[desk.name("bodies", form.body.data)].title,
        "fields": [(name, value) for name, value in await sent_fields(request) if name not in _OWN],
    }
    return await page(request, "sittings/plan_check.html", context)


@ROUTES.post(_PATH + "/book")
async def book(request: web.Request) -> web.StreamResponse:
    """Book them all; or the form again with what was typed."""
    desk, form = _desk(request), PlanForm(await posted(request))
    offered = await _offered(desk)
    reply = await _asked(desk, form, offered, look=False)
    if reply is None:
        return await _form_page(request, form, offered)
    words = f"{count_words(len(reply.series.meetings), 'sitting is', 'sittings are')} booked"
    raise tell(session_of(request), "/sittings", words)


def _desk(request: web.Request) -> Desk:
    if not may(session_of(request).caller, SITTING_PLANNERS):
        raise Absent
    return desk_of(request)


async def _asked(desk: Desk, form: PlanForm, offered: _Offered, *, look: bool) -> pb.CreateSeriesResponse | None:
    """What the scheduler answers; None, with the fault on the form, where it is not asked or says no."""
    body = offered.bodies.get(desk.name("bodies", form.body.data or ""))
    if not form.validate() or body is None or desk.name("people", form.chair.data) not in offered.chairs:
        if not form.faults:
            form.refuse("Choose a panel and a chair that are offered")
        return None
    wanted = _wanted(desk, form, body, offered, look=look)
    try:
        reply: pb.CreateSeriesResponse = await desk.ask("scheduler", desk.scheduler.CreateSeries, wanted)
    except Refused as refusal:
        form.take(refusal)
    except Away as away:
        form.refuse(away_words(away.service))
    else:
        return reply
    return None


def _wanted(
    desk: Desk, form: PlanForm, body: panel_pb2.Body, offered: _Offered, *, look: bool
) -> pb.CreateSeriesRequest:
    at = clock_of(form.at.data or "")
    assert at is not None
    chair = desk.name("people", form.chair.data)
    return pb.CreateSeriesRequest(
        parent=desk.parent,
        body=body.name,
        meeting_kind=body.meeting_kind,
        first_date=wire_date(form.first.data),
        local_start=f"{at:%H:%M}",
        minutes=number_of(form.minutes.data) or 0,
        attendees=members_of(chair, body.chair_role, offered.before.get(body.name, ())),
        room=desk.name("rooms", form.room.data) if form.room.data else "",
        recurrence_rule=form.rule,
        validate_only=look,
        request_id=form.request_id.data or "",
    )


async def _offered(desk: Desk) -> _Offered:
    bodies, rooms, before, *senior = await desk.together(
        bodies_of(desk), rooms_of(desk), _latest(desk), *(staff_with_part(desk, role) for role in _SENIOR)
    )
    asked = {one.person for some in before.values() for one in some}
    names = (await people_of(desk, people=asked)).names
    chairs = {person: names[person] for person in asked if names.get(person)}
    chairs |= {one.person: one.display_name for some in senior for one in some}
    return _Offered(bodies, rooms, before, chairs)


async def _latest(desk: Desk) -> dict[str, list[Attendee]]:
    """Who was asked to each body's latest sitting that is booked or took place, by the body."""
    since = timestamp(desk.clock.now() - _RECENT)
    wanted = panels_service_pb2.ListSittingsRequest(parent=desk.parent, from_time=since, page_size=_AT_ONCE)
    listed = (await desk.ask("panels", desk.panels.ListSittings, wanted)).sittings
    latest = {one.body: one.meeting for one in listed if one.state != panel_pb2.SITTING_STATE_CANCELLED}
    asked = [
        desk.ask("scheduler", desk.scheduler.GetMeeting, pb.GetMeetingRequest(name=name)) for name in latest.values()
    ]
    found = await desk.together(*asked)
    return {body: list(reply.meeting.attendees) for body, reply in zip(latest, found, strict=True)}


async def _form_page(request: web.Request, form: PlanForm, offered: _Offered) -> web.StreamResponse:
    bodies = sorted(offered.bodies.values(), key=lambda body: body.title)
    chairs = sorted(offered.chairs.items(), key=lambda pair: pair[1].casefold())
    form.body.choices = [("", "Choose"), *((key_of(body.name), body.title) for body in bodies)]
    form.chair.choices = [("", "Choose"), *((key_of(person), name) for person, name in chairs)]
    form.room.choices = [("", "No room"), *((key_of(name), room.display_name) for name, room in offered.rooms.items())]
    context: dict[str, Any] = {"form": form, "bodies": bodies}
    return await page(request, "sittings/plan.html", context)
