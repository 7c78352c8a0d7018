"""`/drafts/{draft}/time`: when and where."""

from dataclasses import replace
from http import HTTPStatus

from aiohttp import web
from google.protobuf.timestamp_pb2 import Timestamp

from web.arranging import apart_is_open, held_words
from web.desk import Away, Refused, desk_of
from web.family_consent import consent_day
from web.form import posted
from web.journeys.arrange.facts import Facts, change_of, choose, facts_of, next_path, open_draft, sent, update
from web.journeys.arrange.family_step import ask_choice, keep_choice
from web.journeys.arrange.forms import FamilysForm, TimeForm
from web.journeys.arrange.holding import hold_time, wants_hold
from web.keys import KEY
from web.page import page
from web.roles import ACCEPTERS, may
from web.time_search import search_times
from web.times import chosen, misses_a_clock, value_of
from web.words import london

ROUTES = web.RouteTableDef()


@ROUTES.get(f"/drafts/{{draft:{KEY}}}/time")
async def ask_time(request: web.Request) -> web.StreamResponse:
    """Times that would do, each with what speaks for and against it."""
    draft = await open_draft(request)
    if apart_is_open(draft):
        raise web.HTTPSeeOther(next_path(request, draft))
    facts = await facts_of(request, draft)
    picked = value_of(draft.start_time, draft.room) if draft.HasField("start_time") else ""
    form = TimeForm(etag=draft.etag, time=picked, breach_reason=draft.breach_reason)
    return await time_page(request, facts, form)


@ROUTES.post(f"/drafts/{{draft:{KEY}}}/time")
async def choose_time(request: web.Request) -> web.StreamResponse:
    """Keep the choice in the draft. That takes no time: holding and booking do."""
    desk, draft = desk_of(request), await open_draft(request)
    facts, fields = await facts_of(request, draft), await posted(request)
    if facts.familys:
        return await keep_choice(request, facts, FamilysForm(fields, consented_on=consent_day(draft)))
    form = TimeForm(fields)
    picked = _picked(form, facts)
    if picked is None:
        form.shown_again(draft.etag)
        return await time_page(request, facts, form)
    start, room, reason = picked
    change = change_of(draft, form)
    choose(change, start, desk.name("rooms", room) if room else "", reason)
    changed, status = await sent(request, form, draft, update(desk, change))
    if changed is None:
        return await time_page(request, facts, form, status=status)
    words = await hold_time(request, changed, form, changed.etag) if await wants_hold(request) else ""
    if words:
        form.refuse(words, "time")
        form.shown_again(changed.etag)
        return await time_page(request, replace(facts, draft=changed), form)
    raise web.HTTPSeeOther(next_path(request, changed))


def _picked(form: TimeForm, facts: Facts) -> tuple[Timestamp, str, str] | None:
    """Start, room and reason that were chosen; None, with the faults in the form, where something is missing."""
    picked = chosen(form.time.data or "")
    if form.validate() and (picked is None or london(picked[0]) <= facts.now):
        form.refuse("Choose one of the times", "time")
    if picked is None or form.faults:
        return None
    if not misses_a_clock(london(picked[0]), facts.clocks):
        return *picked, ""
    if not may(facts.caller, ACCEPTERS):
        return *picked, facts.draft.breach_reason
    reason = (form.breach_reason.data or "").strip()
    if not reason:
        form.refuse("Say why a date may be missed, or choose a time that misses none", "breach_reason")
        return None
    return *picked, reason


async def time_page(
    request: web.Request, facts: Facts, form: TimeForm, *, status: int = HTTPStatus.OK
) -> web.StreamResponse:
    """The page, also for who comes back from booking because the time was taken."""
    if facts.familys:
        return await ask_choice(request, facts, form)
    desk, draft = desk_of(request), facts.draft
    kept = value_of(draft.start_time, draft.room) if draft.HasField("start_time") else ""
    try:
        times = await search_times(desk, facts.question, request.query, kept)
    except Refused as refusal:
        if refusal.reason == "DATE_IS_THE_FAMILYS":  # only cases knows that beforehand
            raise Away("cases") from refusal
        if refusal.reason != "MUST_NOT_MEET":
            raise
        raise web.HTTPSeeOther(f"{facts.path}/apart") from refusal
    form.time.label.text = times.heading
    late = any(not one.in_time for one in times.offered)
    context = {
        # Whichever form has faults gives the summary at the top.
        "form": times.window if times.window.faults and not form.faults else form,
        "time_form": form,
        "times": times,
        "draft": facts.draft,
        "path": f"{facts.path}/time",
        "list_path": facts.path,
        "late": late,
        "query_string": request.query_string,
        "may_accept": may(facts.caller, ACCEPTERS),
        "names_away": facts.people.away,
        "held": held_words(draft, facts.now),
    }
    return await page(request, "arrange/time.html", context, status=status)
