"""Cancelling a meeting, recording that it was held, and recording answers given by telephone or in person."""

from http import HTTPStatus

from aiohttp import web
from permanence.notifications.v1 import notifications_service_pb2 as note_pb
from permanence.notifications.v1.notification_pb2 import ROUTE_OWN_EVENT, Invitation
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from web.desk import Absent, Away, Known, Refused, desk_of, key_of
from web.done import tell
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.meeting.doors import ANSWER_TAKERS, may_record_held
from web.journeys.meeting.facts import known_invitations, meeting_of, meeting_or_stand_in
from web.journeys.meeting.forms import AnswerForm, CancelForm, HeldForm
from web.journeys.meeting.late_children import late_children
from web.journeys.meeting.meeting_page import hand_told, when_words
from web.keys import KEY
from web.page import BRANDS, away_words, page
from web.people import people_of
from web.reviewing_word import needs_word
from web.roles import ARRANGERS, may
from web.telling import ROUTE_WORDS, by_hand, invitations_of, is_off, knows_something
from web.words import clock_time, london, role_words, timestamp

ROUTES = web.RouteTableDef()
_MEETING = f"/meetings/{{meeting:{KEY}}}"


@ROUTES.get(_MEETING + "/cancel")
async def ask_to_cancel(request: web.Request) -> web.StreamResponse:
    """What cancelling does, and the reason."""
    desk = desk_of(request)
    _demand(may(session_of(request).caller, ARRANGERS))
    meeting = await meeting_of(desk, request.match_info["meeting"])
    return await _cancel_page(request, meeting, CancelForm(etag=meeting.etag))


@ROUTES.post(_MEETING + "/cancel")
async def cancel(request: web.Request) -> web.StreamResponse:
    """Cancel it; or the page again with what was typed."""
    desk, form = desk_of(request), CancelForm(await posted(request))
    _demand(may(session_of(request).caller, ARRANGERS))
    meeting, away = await meeting_or_stand_in(desk, request.match_info["meeting"])
    await _ask_word(request, meeting, form)
    if not form.validate() or away:
        return await _cancel_page(request, meeting, form, away)
    wanted = pb.CancelMeetingRequest(
        name=meeting.name,
        etag=form.etag.data or "",
        reason=form.words,
        date_decision=form.word(desk),
        request_id=form.request_id.data or "",
    )
    try:
        await desk.ask("scheduler", desk.scheduler.CancelMeeting, wanted)
    except Refused as refusal:
        look_again(form, refusal, meeting)
        return await _cancel_page(request, meeting, form)
    except Away as gone:
        return await _cancel_page(request, meeting, form, gone.service)
    raise done(request, meeting, "The meeting is cancelled")


@ROUTES.get(_MEETING + "/held")
async def ask_when_held(request: web.Request) -> web.StreamResponse:
    """The end as booked, to be put right."""
    meeting = await meeting_of(desk_of(request), request.match_info["meeting"])
    _demand(may_record_held(meeting, session_of(request).caller))
    end = london(meeting.end_time)
    form = HeldForm(etag=meeting.etag, ended_on=end.date(), ended_at=clock_time(end))
    return await _held_page(request, meeting, form)


@ROUTES.post(_MEETING + "/held")
async def record_held(request: web.Request) -> web.StreamResponse:
    """Record it; or the page again with what was typed."""
    desk, form = desk_of(request), HeldForm(await posted(request))
    meeting, away = await meeting_or_stand_in(desk, request.match_info["meeting"])
    _demand(bool(away) or may_record_held(meeting, session_of(request).caller))
    if not form.validate() or form.ended is None or away:
        return await _held_page(request, meeting, form, away)
    wanted = pb.RecordMeetingHeldRequest(
        name=meeting.name,
        etag=form.etag.data or "",
        end_time=timestamp(form.ended),
        request_id=form.request_id.data or "",
    )
    try:
        await desk.ask("scheduler", desk.scheduler.RecordMeetingHeld, wanted)
    except Refused as refusal:
        _refuse_held(form, refusal, meeting)
        return await _held_page(request, meeting, form)
    except Away as gone:
        return await _held_page(request, meeting, form, gone.service)
    raise done(request, meeting, "The meeting is recorded as held")


@ROUTES.get(_MEETING + f"/answers/{{invitation:{KEY}}}")
async def ask_for_answer(request: web.Request) -> web.StreamResponse:
    """What did this person say?"""
    meeting, invitation = await _invitation(request)
    return await _answer_page(request, meeting, invitation, AnswerForm(seen=str(meeting.revision)))


@ROUTES.post(_MEETING + f"/answers/{{invitation:{KEY}}}")
async def record_answer(request: web.Request) -> web.StreamResponse:
    """Record it; or the page again with what was chosen."""
    desk, form = desk_of(request), AnswerForm(await posted(request))
    try:
        meeting, invitation = await _invitation(request)
    except Away as away:
        return await _answer_page(request, *_stand_ins(request), form, away.service)
    if meeting.state != meeting_pb2.MEETING_STATE_BOOKED or not form.validate():
        return await _answer_page(request, meeting, invitation, form)
    if not form.revision:
        form.ask_again(meeting.revision)
        return await _answer_page(request, meeting, invitation, form)
    wanted = note_pb.RecordAnswerRequest(
        invitation=invitation.name,
        answer=form.wire_answer,
        revision=form.revision,
        request_id=form.request_id.data or "",
    )
    try:
        await desk.ask("notifications", desk.notifications.RecordAnswer, wanted)
    except Refused as refusal:
        return await _unanswered(request, form, refusal)
    except Away as gone:
        return await _answer_page(request, meeting, invitation, form, gone.service)
    raise done(request, meeting, "The answer is recorded")


def done(request: web.Request, meeting: Meeting, words: str) -> web.HTTPSeeOther:
    """Back to the meeting, where what was done is told."""
    return tell(session_of(request), f"/meetings/{key_of(meeting.name)}", words)


def look_again(form: PageForm, refusal: Refused, meeting: Meeting) -> None:
    """Put the refusal into words. The page shows the meeting as it stands now: sending it again means that."""
    form.take(refusal)
    if refusal.reason in ("STALE", "VERSION_CLASH") and "etag" in form:
        form["etag"].data = meeting.etag


def refuse_away(form: PageForm, away: str) -> int:
    """Say that it was not sent, where a service is away; the page's status."""
    if not away:
        return HTTPStatus.OK
    form.refuse(away_words(away))
    return HTTPStatus.SERVICE_UNAVAILABLE


def _demand(allowed: bool) -> None:
    if not allowed:
        raise Absent


def _refuse_held(form: HeldForm, refusal: Refused, meeting: Meeting) -> None:
    look_again(form, refusal, meeting)
    if refusal.reason == "NOT_YET_ENDED":
        form.refused.clear()
        form.refuse("That time has not come yet. Record the meeting once it has ended.", "ended_at")


async def _invitation(request: web.Request) -> tuple[Meeting, Invitation]:
    """The meeting and one of its own invitations; while it is booked, one that may still be answered."""
    desk = desk_of(request)
    _demand(may(session_of(request).caller, ANSWER_TAKERS))
    meeting = await meeting_of(desk, request.match_info["meeting"])
    name = desk.name("invitations", request.match_info["invitation"])
    found = next((one for one in await invitations_of(desk, meeting.name) if one.name == name), None)
    if found is None or (is_off(found) and meeting.state == meeting_pb2.MEETING_STATE_BOOKED):
        raise Absent
    return meeting, found


async def _unanswered(request: web.Request, form: AnswerForm, refusal: Refused) -> web.StreamResponse:
    """The page as the meeting stands by now: it may have been moved since it was looked up."""
    try:
        meeting, invitation = await _invitation(request)
    except Away as away:
        return await _answer_page(request, *_stand_ins(request), form, away.service)
    if refusal.reason == "STALE":
        form.ask_again(meeting.revision)
    else:
        form.take(refusal)
    return await _answer_page(request, meeting, invitation, form)


def _stand_ins(request: web.Request) -> tuple[Meeting, Invitation]:
    """A meeting and an invitation of which nothing is known just now."""
    desk, keys = desk_of(request), request.match_info
    meeting = Meeting(name=desk.name("meetings", keys["meeting"]), state=meeting_pb2.MEETING_STATE_BOOKED)
    return meeting, Invitation(name=desk.name("invitations", keys["invitation"]), route=ROUTE_OWN_EVENT)


async def _ask_word(request: web.Request, meeting: Meeting, form: CancelForm) -> None:
    """Of a review that would be called off."""
    desk = desk_of(request)
    kind = (await request.app[BRANDS].of(desk)).kinds.get(meeting.meeting_kind)
    if needs_word(kind, desk.caller):
        people = await people_of(desk, subjects=meeting.subjects)
        await form.ask_word(desk, meeting.attendees, people.names)


async def _cancel_page(request: web.Request, meeting: Meeting, form: CancelForm, away: str = "") -> web.StreamResponse:
    desk, status = desk_of(request), refuse_away(form, away)
    booked = meeting.state == meeting_pb2.MEETING_STATE_BOOKED
    if not form.asks_word:
        await _ask_word(request, meeting, form)
    invitations = (await known_invitations(desk, meeting.name)).value
    late = await late_children(desk, meeting, None) if booked else Known(())
    context = {
        "form": form,
        "meeting": meeting,
        "key": key_of(meeting.name),
        "when": when_words(meeting),
        "booked": booked,
        "late": late.value,
        "cancelled": meeting.state == meeting_pb2.MEETING_STATE_CANCELLED,
        "known": invitations is not None,
        "told": sum(knows_something(one) for one in invitations or ()),
        "by_hand": hand_told(invitations or ()),
    }
    return await page(request, "meeting/cancel.html", context, status=status)


async def _held_page(request: web.Request, meeting: Meeting, form: HeldForm, away: str = "") -> web.StreamResponse:
    status = refuse_away(form, away)
    context = {
        "form": form,
        "meeting": meeting,
        "key": key_of(meeting.name),
        "when": when_words(meeting),
        "booked": meeting.state == meeting_pb2.MEETING_STATE_BOOKED,
    }
    return await page(request, "meeting/held.html", context, status=status)


async def _answer_page(
    request: web.Request, meeting: Meeting, one: Invitation, form: AnswerForm, away: str = ""
) -> web.StreamResponse:
    desk, status = desk_of(request), refuse_away(form, away)
    people = await people_of(desk, subjects=meeting.subjects, people=[one.person])
    context = {
        "form": form,
        "meeting": meeting,
        "key": key_of(meeting.name),
        "invitation": key_of(one.name),
        "when": when_words(meeting),
        "name": people.name(one.person),
        "names_away": people.away,
        "role": role_words(one.role),
        "route": ROUTE_WORDS.get(one.route, ""),
        "by_hand": by_hand(one),
        "booked": meeting.state == meeting_pb2.MEETING_STATE_BOOKED,
    }
    return await page(request, "meeting/answer.html", context, status=status)
