"""`/drafts/{draft}/check`: one look at everything, and booking."""

from http import HTTPStatus

from aiohttp import web
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft
from permanence.scheduler.v1.meeting_pb2 import Meeting

from web.arranging import Step, held_words, is_held, next_step
from web.desk import Desk, Refused, desk_of
from web.familys_choice import decision_of, decision_words
from web.form import posted
from web.journeys.arrange.facts import (
    BOOKED,
    Facts,
    facts_of,
    led_on,
    open_draft,
    path_of,
    plan_of,
    sent,
    to_meeting,
)
from web.journeys.arrange.forms import ApartForm, BookForm, HoldForm, TimeForm
from web.journeys.arrange.holding import refused_words
from web.journeys.arrange.notices import notices
from web.journeys.arrange.people_step import apart_page
from web.journeys.arrange.presenters import (
    about,
    chosen_time,
    pair_lines,
    pairs_seen,
    people,
    told_words,
    when_and_where,
)
from web.journeys.arrange.time_step import time_page
from web.keys import KEY
from web.meeting_preview import MeetingPreview, Proposed, preview_of
from web.overlap import ASK_A_MANAGER, NO_REASON, a_person_is_taken, may_take_twice, taken_twice_words
from web.page import page
from web.parts import part_lines, spans_of_plan
from web.roles import ACCEPTERS, may
from web.time_search import find_time
from web.times import misses_a_clock, value_of
from web.words import london

ROUTES = web.RouteTableDef()
TIME_GONE = (
    "Somebody changed this meeting while you had it open, and no time is chosen any more. Nothing was booked. "
    "Choose a time"
)
TIME_PASSED = "The time that was chosen has passed. Nothing was booked. Choose another time"
LATE = "This time is later than the date by which this meeting is due: it can be booked only with a manager's reason."
APART_AGAIN = "Who must not meet has to be looked at again. Nothing was booked. Look at it, then go on to booking"


class _TimeTaken(Exception):
    """Somebody took the time first; holds the refusal."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__()
        self.refusal = refusal


@ROUTES.get(f"/drafts/{{draft:{KEY}}}/check")
async def ask_check(request: web.Request) -> web.StreamResponse:
    """Everything that would be booked, what to look at first."""
    draft = await open_draft(request)
    step = next_step(draft, desk_of(request).clock.now())
    if step is not Step.CHECK:  # straight to what is not done
        raise web.HTTPSeeOther(f"{path_of(draft)}/{step}")
    return await check_page(request, await facts_of(request, draft), BookForm(etag=draft.etag))


@ROUTES.post(f"/drafts/{{draft:{KEY}}}/check")
async def book(request: web.Request) -> web.StreamResponse:
    """Book it. Whoever was faster with the time, the draft or a change is told of, and nothing is lost."""
    draft = await open_draft(request)
    facts, form = await facts_of(request, draft), BookForm(await posted(request))
    step = next_step(draft, facts.now)
    if step is not Step.CHECK:
        return await _not_ready(request, facts, form, step)
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY
    _judge(form, facts)
    if form.faults:
        form.shown_again(draft.etag)
        return await check_page(request, facts, form, status=status)
    try:
        meeting, status = await sent(request, form, draft, _book(request, draft, form))
    except _TimeTaken as taken:
        return await _taken_page(request, facts, form, taken.refusal)
    if meeting is not None:
        raise to_meeting(request, meeting, BOOKED)
    return await check_page(request, facts, form, status=status)


async def _not_ready(request: web.Request, facts: Facts, form: BookForm, step: Step) -> web.StreamResponse:
    """The step that is open again, with why nothing was booked; the reason that was typed goes along."""
    draft, typed = facts.draft, (form.breach_reason.data or "").strip()
    if step is Step.APART:
        apart = ApartForm(etag=draft.etag, seen=pairs_seen(draft.kept_apart_pairs), breach_reason=typed)
        apart.refuse(APART_AGAIN, "looked")
        return await apart_page(request, facts, apart)
    time = TimeForm(etag=draft.etag, breach_reason=typed or draft.breach_reason)
    time.refuse(TIME_PASSED if draft.HasField("start_time") else TIME_GONE, "time")
    return await time_page(request, facts, time)


def _judge(form: BookForm, facts: Facts) -> None:
    if form.etag.data != facts.draft.etag:
        form.refuse("Somebody changed this meeting while you had it open. Look at it again, then book it")
    elif form.validate() and _late(facts) and not _reason(facts.draft, form):
        form.refuse("Say why a date may be missed", "breach_reason")
    if form.overlap.data and not (form.overlap_reason.data or "").strip():
        form.refuse(NO_REASON, "overlap_reason")


def _late(facts: Facts) -> bool:
    return misses_a_clock(london(facts.draft.start_time), facts.clocks)


def _reason(draft: MeetingDraft, form: BookForm) -> str:
    return (form.breach_reason.data or "").strip() or draft.breach_reason


def _missed(preview: MeetingPreview | None, *, late: bool) -> tuple[str, ...]:
    """What the day misses; that the scheduler asks for a reason is said also where cases names no missed date."""
    named = preview.against if preview else ()
    return (LATE, *named) if late and not (preview and preview.misses) else named


async def _book(request: web.Request, draft: MeetingDraft, form: BookForm) -> str:
    desk = desk_of(request)
    wanted = pb.BookMeetingRequest(
        parent=desk.parent,
        breach_reason=_reason(draft, form),
        draft=draft.name,
        request_id=form.request_id.data or "",
    )
    if is_held(draft, desk.clock.now()):
        wanted.hold = draft.hold
    else:
        wanted.plan.CopyFrom(plan_of(draft))
        wanted.start_time.CopyFrom(draft.start_time)
        wanted.room = draft.room
        wanted.overlap_reason = (form.overlap_reason.data or "").strip() if form.overlap.data else ""
        if draft.HasField("date_decision"):
            wanted.date_decision.CopyFrom(draft.date_decision)
    try:
        reply = await desk.ask("scheduler", desk.scheduler.BookMeeting, wanted)
    except Refused as refusal:
        if refusal.reason == "TIME_TAKEN":
            raise _TimeTaken(refusal) from refusal
        if refusal.reason == "DRAFT_CLOSED":
            raise led_on(request, refusal, draft) from refusal
        raise
    return str(reply.meeting.name)


async def _taken_page(request: web.Request, facts: Facts, form: BookForm, refusal: Refused) -> web.StreamResponse:
    """Where a person is taken, whoever may approve that says why; else back to the times, with what would do."""
    draft, words = facts.draft, refused_words(refusal, "booked")
    if may_take_twice(refusal, facts.caller):
        form.overlap.data = "yes"
        form.refuse(taken_twice_words(refusal, "booked"))
        form.shown_again(draft.etag)
        return await check_page(request, facts, form)
    again = TimeForm(etag=draft.etag, breach_reason=draft.breach_reason)
    again.refuse(f"{words}. {ASK_A_MANAGER}" if a_person_is_taken(refusal) else words, "time")
    return await time_page(request, facts, again)


async def check_page(
    request: web.Request, facts: Facts, form: BookForm, *, status: int = HTTPStatus.OK
) -> web.StreamResponse:
    """Everything that would be booked, also for who comes back because something was in the way."""
    draft, names, rooms = facts.draft, facts.people.names, facts.question.rooms
    desk, (start, end) = desk_of(request), chosen_time(draft)
    proposed = Proposed(draft.plan.meeting_kind, tuple(draft.plan.subjects), start, end)
    value = value_of(draft.start_time, draft.room)
    option, held, preview = await desk.together(
        _nothing() if facts.familys else find_time(desk, facts.question, start.date(), value),
        _held(desk, draft) if facts.familys and is_held(draft, facts.now) else _nothing(),
        preview_of(desk, proposed, dict(zip(draft.plan.subjects, draft.references, strict=False))),
    )
    late, may_accept = _late(facts), may(facts.caller, ACCEPTERS)
    context = {
        "form": form,
        "draft": draft,
        "path": facts.path,
        "about": about(draft, facts.subjects.value),
        "names_away": facts.subjects.away or facts.people.away,
        "preview": preview,
        "people": people(draft, names, facts.kind),
        "pairs": pair_lines(draft, names),
        "when_and_where": when_and_where(draft, rooms),
        "option": option,
        "notices": notices(draft, option, facts.kind, names, _missed(preview, late=late), held),
        "told": told_words(draft, facts.subjects.value),
        "late": late,
        "may_book": may_accept or not late,
        "ask_reason": late and may_accept and not draft.breach_reason,
        "decision": decision_words(decision_of(draft), draft.plan.attendees, names),
        "parts": part_lines(facts.kind, spans_of_plan(draft.plan, start), draft.plan.attendees, names),
        "held": is_held(draft, facts.now),
        "held_words": held_words(draft, facts.now),
        "hold_form": HoldForm(etag=draft.etag),
    }
    return await page(request, "arrange/check.html", context, status=status)


async def _nothing() -> None:
    """Nobody asks whether a time would do that is the family's."""


async def _held(desk: Desk, draft: MeetingDraft) -> Meeting:
    """What is held, with everybody's diary."""
    reply = await desk.ask("scheduler", desk.scheduler.GetMeeting, pb.GetMeetingRequest(name=draft.hold))
    meeting: Meeting = reply.meeting
    return meeting
