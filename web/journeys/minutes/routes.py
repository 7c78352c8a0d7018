"""`/minutes`, `/meetings/{meeting}/minutes`, `/minutes/{minutes}`, its signature and its copies."""

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web
from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import panels_service_pb2 as pb
from permanence.panels.v1.minutes_service_pb2 import GetMinutesFormsResponse
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from servicekit.caller import Caller
from web.at_once import few_at_once
from web.desk import Absent, Away, Desk, Known, Refused, desk_of, key_of
from web.done import tell
from web.form import PageForm, posted
from web.guard import session_of
from web.headers import DOCUMENT
from web.journeys.minutes.form_routes import forms_of
from web.journeys.minutes.forms import DraftForm, SignForm
from web.journeys.minutes.presenters import (
    STATES,
    filled_forms,
    form_rows,
    is_held,
    may_sign,
    may_write,
    meeting_words,
    minutes_row,
    minutes_rows,
    more_rows,
    paragraphs,
    start_rows,
    to_send_out,
    who_words,
)
from web.keys import KEY
from web.page import BRANDS, away_words, page
from web.people import people_of
from web.refusals import words_for
from web.roles import LEGAL_CLIENTS, MINUTE_ADDERS, MINUTE_TAKERS, PLAN_RECOMMENDERS, SERVICE_MANAGERS, may
from web.subjects import subjects_of

ROUTES = web.RouteTableDef()
_MINUTES = f"/minutes/{{minutes:{KEY}}}"
_OF_MEETING = f"/meetings/{{meeting:{KEY}}}/minutes"
_PAGE_SIZE = 25
_OF_ONE_MEETING = 500
_AUDIENCES = {"file": pb.AUDIENCE_FILE, "family": pb.AUDIENCE_FAMILY}
_SAVED = "The draft is saved"
_SIGNED = "The minutes are signed. They go to the child's file now; this page says when they are there."
_NOT_THE_CHAIR = "Only who chairs this kind of meeting signs its minutes. Nothing was signed."


@dataclass(frozen=True)
class Around:
    """What other services know of some minutes; what is not known is said so."""

    subjects: Known[dict[str, Subject]]
    meetings: Known[dict[str, Meeting]]

    @property
    def away(self) -> list[str]:
        """What a page says that it does not know."""
        parts = ((self.subjects, "children's names"), (self.meetings, "titles of meetings"))
        return [words for part, words in parts if part.away]


@ROUTES.get("/minutes")
async def minutes_list(request: web.Request) -> web.StreamResponse:
    """Those whose clock runs out first at the front."""
    desk, token, chosen = desk_of(request), request.query.get("page", ""), request.query.get("state", "")
    states = {key: state for key, state, _ in STATES}
    chosen = chosen if chosen in states else ""
    wanted = pb.ListMinutesRequest(
        parent=desk.parent,
        state=states.get(chosen, wire.MINUTES_STATE_UNSPECIFIED),
        page_size=_PAGE_SIZE,
        page_token=token,
    )
    listed = await desk.ask("panels", desk.panels.ListMinutes, wanted)
    around = await _around(desk, listed.minutes)
    return await page(
        request,
        "minutes/list.html",
        {
            "rows": _rows(desk, listed.minutes, around),
            "away": around.away,
            "states": [(key, words) for key, _, words in STATES],
            "chosen": chosen,
            "first_page": not token,
            "next_page": listed.next_page_token,
        },
    )


@ROUTES.get(_OF_MEETING)
async def minutes_of_meeting(request: web.Request) -> web.StreamResponse:
    """Whose minutes there are of one meeting, and whose are missing."""
    desk, name = desk_of(request), desk_of(request).name("meetings", request.match_info["meeting"])
    wanted = pb.ListMinutesRequest(parent=desk.parent, meeting=name, page_size=_OF_ONE_MEETING)
    listed, meetings = await desk.together(
        desk.ask("panels", desk.panels.ListMinutes, wanted), desk.known(_meetings(desk, [name]))
    )
    meeting = (meetings.value or {}).get(name)
    if meeting is None and not meetings.away:
        raise Absent
    of = {one.subject for one in listed.minutes}.union(meeting.subjects if meeting else ())
    around = Around(await desk.known(subjects_of(desk, of)), meetings)
    return await page(
        request,
        "minutes/of_meeting.html",
        {
            "rows": _rows(desk, listed.minutes, around),
            "meeting": meeting,
            "held": meeting is not None and is_held(meeting),
            "key": request.match_info["meeting"],
            "to_start": start_rows(meeting, listed.minutes, around.subjects.value or {}) if meeting else [],
            "may_write": may(session_of(request).caller, MINUTE_TAKERS),
            "away": around.away,
        },
    )


@ROUTES.get(_OF_MEETING + f"/{{subject:{KEY}}}")
async def first_draft(request: web.Request) -> web.StreamResponse:
    """Where the first draft for one subject is written; the minutes themselves once there are any."""
    desk = desk_of(request)
    meeting, subject = await _meeting_and_subject(request, desk)
    there = await _existing(desk, meeting.name, subject.name)
    if there:
        raise web.HTTPSeeOther(f"/minutes/{key_of(there)}")
    return await _first_page(request, meeting, subject, DraftForm())


@ROUTES.post(_OF_MEETING + f"/{{subject:{KEY}}}")
async def save_first_draft(request: web.Request) -> web.StreamResponse:
    """Save it; or the page again with what was typed."""
    desk, form = desk_of(request), DraftForm(await posted(request))
    try:
        meeting, subject = await _meeting_and_subject(request, desk)
    except Away as away:
        return await _text_alone(request, form, away)
    if not form.validate():
        return await _first_page(request, meeting, subject, form)
    saved = await _save(desk, form, meeting.name, subject.name)
    if saved:
        raise tell(session_of(request), f"/minutes/{saved}", _SAVED)
    there = await _existing(desk, meeting.name, subject.name) if form.stale or form.signed else ""
    if not there:
        return await _first_page(request, meeting, subject, form)
    minutes = await _get(desk, there)
    form.etag.data = minutes.etag
    return await _page(request, minutes, form)


@ROUTES.get(_MINUTES)
async def minutes_page(request: web.Request) -> web.StreamResponse:
    """Read them, or go on writing."""
    minutes = await _load(request, desk_of(request))
    return await _page(request, minutes, DraftForm(etag=minutes.etag, text=minutes.text))


@ROUTES.post(_MINUTES)
async def save_draft(request: web.Request) -> web.StreamResponse:
    """Save the draft; or the page again with what was typed, beside what stands there now."""
    desk, form = desk_of(request), DraftForm(await posted(request))
    try:
        minutes = await _load(request, desk)
    except Away as away:
        return await _text_alone(request, form, away)
    if form.validate() and await _save(desk, form, minutes.meeting, minutes.subject):
        raise tell(session_of(request), request.path, _SAVED)
    if form.stale or form.signed:
        minutes = await _get(desk, minutes.name)
        form.etag.data = minutes.etag
    return await _page(request, minutes, form)


@ROUTES.get(_MINUTES + "/sign")
async def ask_to_sign(request: web.Request) -> web.StreamResponse:
    """The text once more, and what a signature means."""
    minutes = await _load(request, desk_of(request))
    return await _sign_page(request, minutes, SignForm(etag=minutes.etag))


@ROUTES.post(_MINUTES + "/sign")
async def sign(request: web.Request) -> web.StreamResponse:
    """Sign what was read, and nothing that was changed since."""
    desk, form = desk_of(request), SignForm(await posted(request))
    minutes, status = await _load(request, desk), HTTPStatus.OK
    wanted = pb.SignMinutesRequest(name=minutes.name, etag=form.etag.data or "", request_id=form.request_id.data or "")
    try:
        await desk.ask("panels", desk.panels.SignMinutes, wanted)
    except Refused as refusal:
        form.take(refusal)
        minutes = await _load(request, desk)
        form.etag.data = minutes.etag
    except Absent:
        form.refuse(_NOT_THE_CHAIR)
    except Away as away:
        form.refuse(away_words(away.service))
        status = HTTPStatus.SERVICE_UNAVAILABLE
    else:
        raise tell(session_of(request), f"/minutes/{key_of(minutes.name)}", _SIGNED)
    return await _sign_page(request, minutes, form, status=status)


@ROUTES.get(_MINUTES + "/copy")
async def copy(request: web.Request) -> web.StreamResponse:
    """The minutes as a document, for the file or for the family."""
    desk, audience = desk_of(request), request.query.get("for", "")
    if audience not in _AUDIENCES:
        raise Absent
    name = desk.name("minutes", request.match_info["minutes"])
    wanted = pb.RenderMinutesRequest(name=name, audience=_AUDIENCES[audience])
    try:
        document = await desk.ask("panels", desk.panels.RenderMinutes, wanted)
    except Refused as refusal:
        context = {"key": request.match_info["minutes"], "why": words_for(refusal)}
        return await page(request, "minutes/no_copy.html", context, status=HTTPStatus.CONFLICT)
    request[DOCUMENT] = document.html
    disposition = {"Content-Disposition": f'inline; filename="{document.file_name}"'}
    return web.Response(text=document.html, content_type="text/html", headers=disposition)


async def _load(request: web.Request, desk: Desk) -> wire.Minutes:
    return await _get(desk, desk.name("minutes", request.match_info["minutes"]))


async def _existing(desk: Desk, meeting: str, subject: str) -> str:
    """Resource name of the minutes of a meeting for one subject; empty where there are none."""
    wanted = pb.ListMinutesRequest(parent=desk.parent, meeting=meeting, page_size=_OF_ONE_MEETING)
    listed = await desk.ask("panels", desk.panels.ListMinutes, wanted)
    return next((str(one.name) for one in listed.minutes if one.subject == subject), "")


async def _get(desk: Desk, name: str) -> wire.Minutes:
    reply = await desk.ask("panels", desk.panels.GetMinutes, pb.GetMinutesRequest(name=name))
    minutes: wire.Minutes = reply.minutes
    return minutes


async def _save(desk: Desk, form: DraftForm, meeting: str, subject: str) -> str:
    """The key of the minutes; empty, and the form says why, where they could not be saved."""
    wanted = pb.DraftMinutesRequest(
        meeting=meeting,
        subject=subject,
        text=form.text.data or "",
        etag=form.etag.data or "",
        request_id=form.request_id.data or "",
        passages_confirmed=bool(form.passages_confirmed.data),
    )
    try:
        reply = await desk.ask("panels", desk.panels.DraftMinutes, wanted)
    except Refused as refusal:
        form.take(refusal)
        return ""
    except Away as away:
        form.refuse(away_words(away.service))
        form.unsent = True
        return ""
    return key_of(reply.minutes.name)


async def _meeting_and_subject(request: web.Request, desk: Desk) -> tuple[Meeting, Subject]:
    """Absent for a subject that is not the meeting's, or that the reader may not know of."""
    name = desk.name("meetings", request.match_info["meeting"])
    meeting = (await _meetings(desk, [name])).get(name)
    wanted = [one for one in meeting.subjects if key_of(one) == request.match_info["subject"]] if meeting else []
    found = await subjects_of(desk, wanted)
    if meeting is None or not found:
        raise Absent
    return meeting, next(iter(found.values()))


async def _meetings(desk: Desk, names: Collection[str]) -> dict[str, Meeting]:
    async def one(name: str) -> Meeting | None:
        wanted = scheduler_pb.GetMeetingRequest(name=name)
        try:
            reply = await desk.ask("scheduler", desk.scheduler.GetMeeting, wanted)
        except Absent:
            return None
        meeting: Meeting = reply.meeting
        return meeting

    found = await few_at_once(one(name) for name in sorted(set(names)))
    return {meeting.name: meeting for meeting in found if meeting is not None}


async def _around(desk: Desk, minutes: Collection[wire.Minutes]) -> Around:
    subjects, meetings = await desk.together(
        desk.known(subjects_of(desk, {one.subject for one in minutes})),
        desk.known(_meetings(desk, {one.meeting for one in minutes})),
    )
    return Around(subjects, meetings)


def _rows(desk: Desk, minutes: Collection[wire.Minutes], around: Around) -> list[Any]:
    return list(minutes_rows(minutes, around.subjects.value or {}, around.meetings.value or {}, desk.clock.now()))


async def _first_page(request: web.Request, meeting: Meeting, subject: Subject, form: DraftForm) -> web.Response:
    context = {
        "form": form,
        "who": who_words(subject),
        "meeting": meeting,
        "held": is_held(meeting),
        "key": key_of(meeting.name),
        "may_write": may(session_of(request).caller, MINUTE_TAKERS),
    }
    return await page(request, "minutes/first.html", context, status=_status(form))


async def _text_alone(request: web.Request, form: DraftForm, away: Away) -> web.Response:
    """Nothing can be looked up; what was typed stays."""
    form.refuse(away_words(away.service))
    context = {"form": form, "who": "", "held": True, "may_write": True}
    return await page(request, "minutes/first.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)


async def _page(request: web.Request, minutes: wire.Minutes, form: DraftForm) -> web.Response:
    context = await _context(request, minutes, form)
    context["stands_now"] = paragraphs(minutes.text) if form.stale else []
    return await page(request, "minutes/minutes.html", context, status=_status(form))


async def _sign_page(
    request: web.Request, minutes: wire.Minutes, form: SignForm, *, status: int = HTTPStatus.OK
) -> web.Response:
    return await page(request, "minutes/sign.html", await _context(request, minutes, form), status=status)


async def _context(request: web.Request, minutes: wire.Minutes, form: PageForm) -> dict[str, Any]:
    desk, caller = desk_of(request), session_of(request).caller
    brand = await request.app[BRANDS].of(desk)
    around, people = await desk.together(
        _around(desk, [minutes]), people_of(desk, principals=[one for one in [minutes.signed_by] if one])
    )
    meeting = (around.meetings.value or {}).get(minutes.meeting)
    subject = (around.subjects.value or {}).get(minutes.subject)
    return {
        "form": form,
        "key": key_of(minutes.name),
        "row": minutes_row(minutes, subject, meeting, desk.clock.now()),
        "meeting_title": meeting.title if meeting else "a meeting",
        "meeting_words": meeting_words(minutes, meeting),
        "meeting_key": key_of(minutes.meeting),
        "of_a_body": bool(meeting and meeting.body),
        "paragraphs": paragraphs(minutes.text),
        "addenda": list(minutes.addenda),
        "draft": minutes.state == wire.MINUTES_STATE_DRAFT,
        "written": bool(minutes.etag),
        "may_write": may_write(minutes, caller),
        "may_sign": may_sign(minutes, caller, meeting, brand.kinds),
        "signed_by": people.name(minutes.signed_by, "a colleague") if minutes.signed_by else "",
        "away": around.away,
        **await _of_forms(desk, minutes, caller, meeting),
    }


async def _of_forms(desk: Desk, minutes: wire.Minutes, caller: Caller, meeting: Meeting | None) -> dict[str, Any]:
    """What stands in the forms, and what may be done after the chair has signed; no forms while a part that knows
    their facts does not answer.
    """
    reply = (await desk.known(forms_of(desk, minutes.name))).value or GetMinutesFormsResponse()
    draft = minutes.state == wire.MINUTES_STATE_DRAFT
    kind = meeting.meeting_kind if meeting else ""
    return {
        "forms": form_rows(reply.forms),
        "filled": filled_forms(reply.forms),
        "more_rows": more_rows(minutes, desk.clock.now(), manager_signs=reply.manager_signs),
        "to_send_out": to_send_out(minutes) if may(caller, MINUTE_ADDERS) else [],
        "may_add": not draft and may(caller, MINUTE_ADDERS),
        "may_sign_as_manager": reply.manager_signs
        and not draft
        and not minutes.HasField("manager_sign_time")
        and may(caller, SERVICE_MANAGERS),
        "plan_change_path": _plan_change_path(minutes) if may(caller, PLAN_RECOMMENDERS) else "",
        "may_read_advice": kind == "legal_planning_meeting" and may(caller, LEGAL_CLIENTS),
    }


def _status(form: DraftForm) -> int:
    return HTTPStatus.SERVICE_UNAVAILABLE if form.unsent else HTTPStatus.OK


def _plan_change_path(minutes: wire.Minutes) -> str:
    """Where an early review is asked for because the meeting recommends another plan; a child's alone."""
    about_a_child = "/children/" in minutes.subject
    return f"/meetings/{key_of(minutes.meeting)}/plan-change/{key_of(minutes.subject)}" if about_a_child else ""
