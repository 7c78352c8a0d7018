"""`/diary/hours`: when somebody works and when they are away; one's own, and colleagues' for business support."""

import re
from typing import Any

from aiohttp import web
from permanence.scheduler.v1 import peoples_time_service_pb2 as pb

from web.desk import Desk, Refused, desk_of
from web.done import tell
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.diary import hours_presenters as show
from web.journeys.diary.hours_forms import WEEKDAYS, AwayForm, HoursForm, NumberForm, with_new
from web.keys import KEY
from web.page import page
from web.people import people_of
from web.roles import ARRANGERS, may
from web.words import count_words

ROUTES = web.RouteTableDef()
_PATH = "/diary/hours"


@ROUTES.get(_PATH)
async def hours(request: web.Request) -> web.StreamResponse:
    """Hours of work, and absences with the meetings that fall into them."""
    return await _page(request, NumberForm())


@ROUTES.post(_PATH + "/most")
async def most(request: web.Request) -> web.StreamResponse:
    """How many meetings they chair on a day."""
    desk, form = desk_of(request), NumberForm(await posted(request))
    if not form.validate():
        return await _page(request, form)
    time = await _time(desk, _person(request))
    try:
        await _set(desk, request, form, time.patterns, form.number)
    except Refused as refusal:
        form.take(refusal)
        return await _page(request, form)
    raise tell(session_of(request), _PATH, "The number of meetings a day is kept", _query(request))


@ROUTES.get(_PATH + "/change")
async def ask_hours(request: web.Request) -> web.StreamResponse:
    """New hours, beginning with those of today."""
    desk = desk_of(request)
    time = await _time(desk, _person(request))
    typed = show.typed_hours(time.patterns, desk.today())
    return await _form_page(request, "diary/change_hours.html", HoursForm(etag=time.etag, hours=typed))


@ROUTES.post(_PATH + "/change")
async def change(request: web.Request) -> web.StreamResponse:
    """Keep them; or the page again."""
    desk, form = desk_of(request), HoursForm(await posted(request))
    form.validate()
    form.check_hours()
    if form.faults:
        return await _form_page(request, "diary/change_hours.html", form)
    time = await _time(desk, _person(request))
    patterns = with_new(time.patterns, form.pattern())
    try:
        await _set(desk, request, form, patterns, time.most_chaired_a_day)
    except Refused as refusal:
        form.take(refusal)
        return await _form_page(request, "diary/change_hours.html", form)
    raise tell(session_of(request), _PATH, "The hours of work are kept", _query(request))


@ROUTES.post(_PATH + "/remove")
async def remove(request: web.Request) -> web.StreamResponse:
    """Take one pattern away, or all: then the next file from the case system says when they work."""
    desk, fields = desk_of(request), await posted(request)
    form, place = NumberForm(fields), str(fields.get("at", ""))
    time = await _time(desk, _person(request))
    left = [one for at, one in enumerate(time.patterns) if place and str(at) != place]
    try:
        await _set(desk, request, form, left, time.most_chaired_a_day)
    except Refused as refusal:
        form.take(refusal)
        return await _page(request, form)
    raise tell(session_of(request), _PATH, "Those hours are taken away", _query(request))


@ROUTES.get(_PATH + "/away")
async def ask_away(request: web.Request) -> web.StreamResponse:
    """When, and of what kind."""
    await _time(desk_of(request), _person(request))
    return await _form_page(request, "diary/away.html", AwayForm())


@ROUTES.post(_PATH + "/away")
async def record(request: web.Request) -> web.StreamResponse:
    """Record it, and say how many meetings fall into it; or the page again."""
    desk, form = desk_of(request), AwayForm(await posted(request))
    if not form.validate():
        return await _form_page(request, "diary/away.html", form)
    try:
        reply = await desk.ask("scheduler", desk.time.RecordAbsence, form.on_wire(desk.parent, _person(request)))
    except Refused as refusal:
        form.take(refusal)
        return await _form_page(request, "diary/away.html", form)
    missed = count_words(len(reply.absence.meetings), "booked meeting falls", "booked meetings fall")
    words = f"The absence is recorded: {missed} into it" if reply.absence.meetings else "The absence is recorded"
    raise tell(session_of(request), _PATH, words, _query(request))


@ROUTES.post(f"{_PATH}/away/{{key:{KEY}}}/withdraw")
async def withdraw(request: web.Request) -> web.StreamResponse:
    """Take an absence back."""
    desk, form = desk_of(request), PageForm(await posted(request))
    name = desk.name("absences", request.match_info["key"])
    wanted = pb.WithdrawAbsenceRequest(name=name, request_id=form.request_id.data or "")
    await desk.ask("scheduler", desk.time.WithdrawAbsence, wanted)
    raise tell(session_of(request), _PATH, "The absence is withdrawn: it counts no more", _query(request))


def _key(request: web.Request) -> str:
    text = request.query.get("person", "")
    return text if re.fullmatch(KEY, text) else ""


def _person(request: web.Request) -> str:
    key = _key(request)
    return desk_of(request).name("people", key) if key else ""


def _query(request: web.Request) -> str:
    key = _key(request)
    return f"?person={key}" if key else ""


async def _time(desk: Desk, person: str) -> pb.WorkingTime:
    wanted = pb.GetWorkingTimeRequest(parent=desk.parent, person=person)
    return (await desk.ask("scheduler", desk.time.GetWorkingTime, wanted)).working_time


async def _set(
    desk: Desk, request: web.Request, form: HoursForm | NumberForm, patterns: Any, most_chaired: int
) -> None:
    wanted = pb.SetWorkingPatternRequest(
        parent=desk.parent,
        person=_person(request),
        patterns=patterns,
        most_chaired_a_day=most_chaired,
        etag=form.etag.data or "",
        request_id=form.request_id.data or "",
    )
    await desk.ask("scheduler", desk.time.SetWorkingPattern, wanted)


async def _page(request: web.Request, form: NumberForm) -> web.StreamResponse:
    desk, person = desk_of(request), _person(request)
    try:
        time = await _time(desk, person)
    except Refused as refusal:
        if refusal.reason != "NOT_ON_STAFF_LIST":
            raise
        return await page(request, "diary/nobody.html")
    wanted = pb.ListAbsencesRequest(parent=desk.parent, person=person)
    absences = (await desk.ask("scheduler", desk.time.ListAbsences, wanted)).absences
    if not form.faults:
        form.most.data = str(time.most_chaired_a_day or "")
    form.etag.data = time.etag
    today = desk.today()
    context = {
        "time": time,
        "patterns": show.hours_rows(time.patterns, today),
        "absences": show.away_rows(absences, today),
        "may_move": may(session_of(request).caller, ARRANGERS),
    }
    return await _form_page(request, "diary/hours.html", form, context)


async def _form_page(
    request: web.Request, template: str, form: PageForm, more: dict[str, Any] | None = None
) -> web.StreamResponse:
    desk, person = desk_of(request), _person(request)
    whose = (await people_of(desk, people=[person])).name(person, "a colleague") if person else ""
    context = {"form": form, "whose": whose, "query": _query(request), "weekdays": WEEKDAYS, **(more or {})}
    return await page(request, template, context)
