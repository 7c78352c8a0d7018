"""Moving a meeting: another time, a look at before and after with the reason, and the move."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import DateDecision

from web.desk import Absent, Away, Desk, Refused, desk_of, key_of
from web.familys_choice import (
    choosers,
    consent_day,
    date_is_the_familys,
    decision_of,
    decision_words,
    shown_choice,
)
from web.form import posted
from web.guard import session_of
from web.journeys.meeting.changes import done, look_again, refuse_away
from web.journeys.meeting.doors import MOVERS
from web.journeys.meeting.facts import Facts, facts_of, meeting_of, meeting_or_stand_in
from web.journeys.meeting.forms import FamilysMoveForm, MoveForm, TimeForm
from web.journeys.meeting.late_children import late_children
from web.journeys.meeting.moving import Move, move_of, plan_of
from web.journeys.meeting.presenters import of_the_family
from web.keys import KEY
from web.meeting_preview import Proposed, preview_of
from web.overlap import ASK_A_MANAGER, a_person_is_taken, may_take_twice, taken_twice_words
from web.page import BRANDS, page
from web.parts import moved_part_lines
from web.people import People
from web.refusals import words_for
from web.reviewing_word import needs_word
from web.roles import ACCEPTERS, may
from web.time_search import Question, Times, search_times
from web.times import chosen, value_of
from web.words import timestamp, wire_date

ROUTES = web.RouteTableDef()
_MEETING = f"/meetings/{{meeting:{KEY}}}"


@ROUTES.get(_MEETING + "/move")
async def ask_for_time(request: web.Request) -> web.StreamResponse:
    """Times that would do, the meeting's own not counted as taken."""
    facts = await _facts(request)
    if await _is_the_familys(request, facts):
        known = shown_choice(facts.meeting.start_time, facts.meeting.room, decision_of(facts.meeting))
        return await _family_page(request, facts, FamilysMoveForm(**known))
    return await _time_page(request, facts, TimeForm(time=request.query.get("time", "")))


@ROUTES.post(_MEETING + "/move")
async def take_time(request: web.Request) -> web.StreamResponse:
    """On to the look at before and after."""
    facts, fields = await _facts(request), await posted(request)
    if await _is_the_familys(request, facts):
        return await _take_choice(request, facts, FamilysMoveForm(fields))
    form = TimeForm(fields)
    if not form.validate():
        return await _time_page(request, facts, form)
    raise web.HTTPSeeOther(f"/meetings/{key_of(facts.meeting.name)}/move/check?" + urlencode({"time": form.time.data}))


@ROUTES.get(_MEETING + "/move/check")
async def check_move(request: web.Request) -> web.StreamResponse:
    """Before and after, what the new day would do to dates, who will be told."""
    facts = await _facts(request)
    form = MoveForm(etag=facts.meeting.etag, time=request.query.get("time", ""))
    return await _check_page(request, facts, form)


@ROUTES.post(_MEETING + "/move/check")
async def move(request: web.Request) -> web.StreamResponse:
    """Move it; or the page again with what was typed."""
    desk, form = desk_of(request), MoveForm(await posted(request))
    facts, gone = await _facts_or_stand_in(request)
    shown = _shown(desk, facts, form)
    late = await late_children(desk, facts.meeting, shown.start)
    await _ask_word(request, facts, form, shown)
    form.needs_breach_reason = (shown.missed or bool(late.value)) and may(desk.caller, ACCEPTERS)
    if not form.validate() or gone:
        return await _check_page(request, facts, form, gone)
    try:
        await desk.ask("scheduler", desk.scheduler.RescheduleMeeting, _wanted(desk, facts, form, shown))
    except Refused as refusal:
        look_again(form, refusal, facts.meeting)
        _offer_overlap(desk, form, refusal)
        form.needs_breach_reason = form.needs_breach_reason or refusal.reason == "MISSES_A_CLOCK"
        return await _check_page(request, facts, form)
    except Away as away:
        return await _check_page(request, facts, form, away.service)
    raise done(request, facts.meeting, "The meeting is moved")


async def _ask_word(request: web.Request, facts: Facts, form: MoveForm, shown: Move) -> None:
    """Of a review that would begin at another time."""
    desk, meeting = desk_of(request), facts.meeting
    kind = (await request.app[BRANDS].of(desk)).kinds.get(meeting.meeting_kind)
    if needs_word(kind, desk.caller) and timestamp(shown.start) != meeting.start_time:
        await form.ask_word(desk, meeting.attendees, facts.people.names)


async def _take_choice(request: web.Request, facts: Facts, form: FamilysMoveForm) -> web.StreamResponse:
    """The look at before and after at once: what the family said stands in no address."""
    _offer_places(form, facts)
    choice = form.choice(facts.meeting.attendees, desk_of(request).clock.now())
    if choice is None:
        return await _family_page(request, facts, form)
    shown = MoveForm(
        etag=facts.meeting.etag,
        time=value_of(choice.start, choice.room),
        chosen_by=key_of(choice.decision.person),
        consented_on=consent_day(choice.decision),
    )
    return await _check_page(request, facts, shown)


async def _is_the_familys(request: web.Request, facts: Facts) -> bool:
    brand = await request.app[BRANDS].of(desk_of(request))
    kind = brand.kinds.get(facts.meeting.meeting_kind)
    return date_is_the_familys(kind) if kind else of_the_family(facts.meeting)


def _offer_places(form: FamilysMoveForm, facts: Facts) -> None:
    form.offer_rooms(facts.rooms or {}, elsewhere=not facts.meeting.room)


async def _family_page(request: web.Request, facts: Facts, form: FamilysMoveForm) -> web.StreamResponse:
    meeting = facts.meeting
    _offer_places(form, facts)
    context = {
        "form": form,
        "meeting": meeting,
        "key": key_of(meeting.name),
        "now": move_of(facts, meeting.start_time, meeting.room).before,
        "who": choosers(meeting.attendees, facts.people.names),
        "booked": meeting.state == meeting_pb2.MEETING_STATE_BOOKED,
    }
    return await page(request, "meeting/family_move.html", context)


def _offer_overlap(desk: Desk, form: MoveForm, refusal: Refused) -> None:
    """Whoever may approve that a person is taken twice is asked why; the others read whom to ask."""
    if not a_person_is_taken(refusal):
        return
    form.refused.clear()
    if may_take_twice(refusal, desk.caller):
        form.overlap.data = "yes"
        form.refuse(taken_twice_words(refusal, "moved"))
    else:
        form.refuse(f"{words_for(refusal)} {ASK_A_MANAGER}")


async def _facts(request: web.Request) -> Facts:
    desk = desk_of(request)
    if not may(session_of(request).caller, MOVERS):
        raise Absent
    return await facts_of(desk, await meeting_of(desk, request.match_info["meeting"]))


async def _facts_or_stand_in(request: web.Request) -> tuple[Facts, str]:
    """For a form that was sent: where a service is away, as much as is known, and who is away."""
    desk = desk_of(request)
    if not may(session_of(request).caller, MOVERS):
        raise Absent
    meeting, away = await meeting_or_stand_in(desk, request.match_info["meeting"])
    return (Facts(meeting, People()), away) if away else (await facts_of(desk, meeting), "")


def _shown(desk: Desk, facts: Facts, form: MoveForm) -> Move:
    """Before and after. Absent where what came along is no time."""
    picked = chosen(form.time.data or "")
    if picked is None:
        raise Absent
    start, room = picked
    return move_of(facts, start, desk.name("rooms", room) if room else "")


def _wanted(desk: Desk, facts: Facts, form: MoveForm, shown: Move) -> pb.RescheduleMeetingRequest:
    return pb.RescheduleMeetingRequest(
        name=facts.meeting.name,
        etag=form.etag.data or "",
        start_time=timestamp(shown.start),
        room=shown.room,
        reason=form.words,
        breach_reason=(form.breach_reason.data or "").strip() if may(desk.caller, ACCEPTERS) else "",
        date_decision=_decided(desk, form) or form.word(desk),
        overlap_reason=(form.overlap_reason.data or "").strip() if form.overlap.data else "",
        request_id=form.request_id.data or "",
    )


def _decided(desk: Desk, form: MoveForm) -> DateDecision | None:
    """The family's choice that came along."""
    if not form.chosen_by.data:
        return None
    person = desk.name("people", form.chosen_by.data)
    return DateDecision(person=person, consent_date=wire_date(form.consented_on.data))


async def _time_page(request: web.Request, facts: Facts, form: TimeForm) -> web.StreamResponse:
    meeting, desk = facts.meeting, desk_of(request)
    times, trouble = None, ""
    if meeting.state == meeting_pb2.MEETING_STATE_BOOKED:
        try:
            times = await _times(desk, facts, request.query)
        except Refused as refusal:
            trouble = words_for(refusal)
    context: dict[str, Any] = {
        "form": form,
        "meeting": meeting,
        "key": key_of(meeting.name),
        "now": move_of(facts, meeting.start_time, meeting.room).before,
        "times": times,
        "trouble": trouble,
    }
    if times is not None and times.window.faults and not form.faults:
        context["form"] = times.window
        context["time_form"] = form
    return await page(request, "meeting/move.html", context)


async def _times(desk: Desk, facts: Facts, query: Mapping[str, Any]) -> Times:
    meeting = facts.meeting
    doors = {name: room.display_name for name, room in (facts.rooms or {}).items()}
    shown = move_of(facts, meeting.start_time, meeting.room)
    present = value_of(meeting.start_time, meeting.room)
    question = Question(plan_of(meeting), shown.clocks, facts.people, doors, moving=meeting.name, present=present)
    return await search_times(desk, question, query)


async def _check_page(request: web.Request, facts: Facts, form: MoveForm, away: str = "") -> web.StreamResponse:
    desk, status, meeting = desk_of(request), refuse_away(form, away), facts.meeting
    shown, brand = _shown(desk, facts, form), await request.app[BRANDS].of(desk)
    if not form.asks_word:
        await _ask_word(request, facts, form, shown)
    kind = brand.kinds.get(meeting.meeting_kind)
    whose = (*meeting.subjects, *([meeting.body] if meeting.body else []))
    proposed = Proposed(meeting.meeting_kind, whose, shown.start, shown.end, moving=meeting.name)
    references = {name: one.reference for name, one in (facts.subjects or {}).items()}
    preview, late = await desk.together(
        preview_of(desk, proposed, references), late_children(desk, meeting, shown.start)
    )
    context = {
        "form": form,
        "meeting": meeting,
        "key": key_of(meeting.name),
        "move": shown,
        "missed": shown.missed or bool(late.value),
        "late": late.value,
        "preview": preview,
        "may_miss": may(session_of(request).caller, ACCEPTERS),
        "booked": meeting.state == meeting_pb2.MEETING_STATE_BOOKED,
        "decision": decision_words(_decided(desk, form), meeting.attendees, facts.people.names),
        "parts": moved_part_lines(kind, meeting, shown.start, facts.people.names),
    }
    return await page(request, "meeting/move_check.html", context, status=status)
