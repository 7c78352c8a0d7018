"""`/drafts`, `/drafts/{draft}` and giving one up."""

from collections.abc import Sequence

from aiohttp import web
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_draft_pb2 import MEETING_DRAFT_STATE_DISCARDED, MeetingDraft

from web.arranging import Step, next_step, parted, step_words
from web.date_offers import offer_of_draft, offer_path
from web.desk import Refused, desk_of
from web.done import tell
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.arrange.facts import (
    Facts,
    change_of,
    draft_of,
    facts_of,
    next_path,
    open_draft,
    path_of,
    sent,
    update,
)
from web.journeys.arrange.forms import DraftForm
from web.journeys.arrange.presenters import about, clock_lines, history, people, tasks
from web.keys import KEY
from web.page import BRANDS, page
from web.refusals import words_for
from web.roles import ACCEPTERS, may
from web.rooms import rooms_of
from web.subjects import subjects_of
from web.times import misses_a_clock
from web.words import london

ROUTES = web.RouteTableDef()
GIVEN_UP = "The arrangement is given up. Nothing was booked and nobody was told"


@ROUTES.post("/drafts")
async def begin(request: web.Request) -> web.StreamResponse:
    """Begin to arrange, or go on with what a colleague has begun for the same people."""
    desk, fields = desk_of(request), await posted(request)
    form = PageForm(fields)
    kind = str(fields.get("meeting_kind", ""))
    subjects = [str(one) for one in fields.getall("subject", [])]
    plan = pb.MeetingPlan(meeting_kind=kind, subjects=subjects, needs_room=bool(await rooms_of(desk)))
    wanted = drafts_pb.CreateMeetingDraftRequest(parent=desk.parent, plan=plan, request_id=form.request_id.data or "")
    try:
        reply = await desk.ask("scheduler", desk.drafts.CreateMeetingDraft, wanted)
    except Refused as refusal:
        return await _cannot_begin(request, refusal, kind, subjects)
    raise web.HTTPSeeOther(path_of(reply.meeting_draft))


@ROUTES.get(f"/drafts/{{draft:{KEY}}}")
async def task_list(request: web.Request) -> web.StreamResponse:
    """What is settled, what comes next, and who did what."""
    draft = await draft_of(request)
    if draft.state == MEETING_DRAFT_STATE_DISCARDED:
        return await _given_up(request, draft)
    draft = await open_draft(request)
    return await _task_list(request, await facts_of(request, draft), DraftForm(etag=draft.etag))


@ROUTES.post(f"/drafts/{{draft:{KEY}}}")
async def go_on(request: web.Request) -> web.StreamResponse:
    """The people filled in are the right ones: straight on to the next step."""
    desk, draft = desk_of(request), await open_draft(request)
    form = DraftForm(await posted(request))
    if not all(parted(draft.plan, pair) for pair in draft.kept_apart_pairs):
        raise web.HTTPSeeOther(next_path(request, draft))  # nothing can be kept before one of them is left out
    change = change_of(draft, form)
    change.people_checked = True
    change.kept_apart_checked = draft.kept_apart_checked or not draft.kept_apart_pairs
    changed, status = await sent(request, form, draft, update(desk, change))
    if changed is not None:
        raise web.HTTPSeeOther(next_path(request, changed))
    return await _task_list(request, await facts_of(request, draft), form, status=status)


@ROUTES.get(f"/drafts/{{draft:{KEY}}}/give-up")
async def ask_give_up(request: web.Request) -> web.StreamResponse:
    """Whether it is really to be given up."""
    draft = await open_draft(request)
    return await _ask_give_up(request, draft, DraftForm(etag=draft.etag))


@ROUTES.post(f"/drafts/{{draft:{KEY}}}/give-up")
async def give_up(request: web.Request) -> web.StreamResponse:
    """Give it up."""
    desk, draft = desk_of(request), await draft_of(request)
    form = DraftForm(await posted(request))
    wanted = drafts_pb.DiscardMeetingDraftRequest(
        name=draft.name, etag=form.etag.data or "", request_id=form.request_id.data or ""
    )
    done, status = await sent(request, form, draft, desk.ask("scheduler", desk.drafts.DiscardMeetingDraft, wanted))
    if done is not None:
        raise tell(session_of(request), "/to-arrange", GIVEN_UP)
    return await _ask_give_up(request, draft, form, status=status)


async def _task_list(request: web.Request, facts: Facts, form: DraftForm, *, status: int = 200) -> web.StreamResponse:
    draft, names = facts.draft, facts.people.names
    offered = await offer_of_draft(desk_of(request), draft.name, draft.plan.subjects[0])
    rooms = facts.question.rooms
    step = next_step(draft, facts.now)
    late = draft.HasField("start_time") and misses_a_clock(london(draft.start_time), facts.clocks)
    waits = late and not may(facts.caller, ACCEPTERS)
    context = {
        **_heading(facts),
        "form": form,
        "tasks": tasks(
            draft, facts.path, facts.now, rooms, waits_for_manager=waits, kind=facts.kind, offered=bool(offered)
        ),
        "left": clock_lines(facts.clocks)[-1][1].lower(),
        "people": people(draft, names, facts.kind),
        "step": step,
        "step_words": step_words(step, facts.kind),
        "waits_for_manager": waits and step is Step.CHECK,
        "offered": offer_path(offered.name) if offered else "",
    }
    return await page(request, "arrange/task_list.html", context, status=status)


def _heading(facts: Facts) -> dict[str, object]:
    return {
        "draft": facts.draft,
        "path": facts.path,
        "about": about(facts.draft, facts.subjects.value),
        "names_away": facts.subjects.away or facts.people.away,
        "clock_lines": clock_lines(facts.clocks),
        "history": history(facts.draft, facts.people.names),
    }


async def _ask_give_up(
    request: web.Request, draft: MeetingDraft, form: DraftForm, *, status: int = 200
) -> web.StreamResponse:
    facts = await facts_of(request, draft)
    return await page(request, "arrange/give_up.html", {**_heading(facts), "form": form}, status=status)


async def _given_up(request: web.Request, draft: MeetingDraft) -> web.StreamResponse:
    return await page(request, "arrange/given_up.html", _heading(await facts_of(request, draft)))


async def _cannot_begin(
    request: web.Request, refusal: Refused, kind: str, subjects: Sequence[str]
) -> web.StreamResponse:
    desk = desk_of(request)
    brand = await request.app[BRANDS].of(desk)
    known = brand.kinds.get(kind)
    # Only these two were refused for what stands on the case: any other refusal may be of what was sent as its name.
    about_case = refusal.reason in ("NO_CHAIR", "MUST_NOT_MEET")
    cases = (await desk.known(subjects_of(desk, subjects))).value if about_case else None
    context = {
        "reason": refusal.reason,
        "title": brand.kind_title(kind) if known else "This meeting",
        "reference": ", ".join(one.reference for one in (cases or {}).values() if one.reference),
        "chair_role": known.chair_role if known else "",
        "words": words_for(refusal),
    }
    return await page(request, "arrange/cannot_begin.html", context, status=409)
