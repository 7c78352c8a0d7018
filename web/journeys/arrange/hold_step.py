"""`/drafts/{draft}/hold`: keeping the chosen time for ten minutes, longer, or no more; it stays chosen."""

from aiohttp import web
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft

from web.arranging import Step, next_step
from web.desk import Away, Refused, desk_of
from web.done import tell
from web.form import posted
from web.guard import session_of
from web.journeys.arrange.booking import check_page
from web.journeys.arrange.facts import Facts, change_of, facts_of, next_path, open_draft, path_of, sent, update
from web.journeys.arrange.forms import BookForm, HoldForm
from web.journeys.arrange.holding import hold_time
from web.keys import KEY
from web.page import away_words
from web.refusals import words_for

ROUTES = web.RouteTableDef()
LET_GO = "The time is not held any more. Others can take it"
LONGER = "The time is held for ten minutes from now"


@ROUTES.post(f"/drafts/{{draft:{KEY}}}/hold")
async def keep(request: web.Request) -> web.StreamResponse:
    """Hold it, hold it longer, or let it go; and back to booking, or to choosing another time."""
    draft = await open_draft(request)
    facts, form = await facts_of(request, draft), HoldForm(await posted(request))
    if next_step(draft, facts.now) is not Step.CHECK:
        raise web.HTTPSeeOther(next_path(request, draft))
    if form.do.data == "let-go":
        return await _let_go(request, facts, form)
    if draft.hold and form.do.data == "longer":
        words = await _longer(request, draft, form)
    else:
        words = await hold_time(request, draft, form, form.etag.data or "")
    if words:
        return await _refused(request, facts, words)
    raise tell(session_of(request), f"{path_of(draft)}/check", LONGER)


async def _longer(request: web.Request, draft: MeetingDraft, form: HoldForm) -> str:
    """Empty once it is held longer, else why it is not."""
    desk = desk_of(request)
    wanted = pb.ExtendHoldRequest(name=draft.hold, request_id=form.request_id.data or "")
    try:
        await desk.ask("scheduler", desk.scheduler.ExtendHold, wanted)
    except Refused as refusal:
        return words_for(refusal)
    except Away as away:
        return away_words(away.service)
    return ""


async def _let_go(request: web.Request, facts: Facts, form: HoldForm) -> web.StreamResponse:
    desk, draft = desk_of(request), facts.draft
    change = change_of(draft, form)
    change.release_hold = True
    changed, _ = await sent(request, form, draft, update(desk, change))
    if changed is None:
        return await _refused(request, facts, "; ".join(fault.text for fault in form.faults))
    raise tell(session_of(request), next_path(request, changed), LET_GO)


async def _refused(request: web.Request, facts: Facts, words: str) -> web.StreamResponse:
    form = BookForm(etag=facts.draft.etag)
    form.refuse(words)
    return await check_page(request, facts, form)
