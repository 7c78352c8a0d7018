"""`/drafts/{draft}/time` where the date is the family's: what they chose is asked for, and nothing is proposed."""

from dataclasses import replace
from http import HTTPStatus

from aiohttp import web
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft

from web.desk import desk_of
from web.family_consent import consent_day, consent_line
from web.familys_choice import Choice, choosers, decision_of, shown_choice
from web.journeys.arrange.facts import Facts, change_of, choose, next_path, sent, update
from web.journeys.arrange.forms import DraftForm, FamilysForm
from web.journeys.arrange.holding import hold_time, wants_hold
from web.page import page
from web.roles import ACCEPTERS, may
from web.times import misses_a_clock
from web.words import london


async def ask_choice(request: web.Request, facts: Facts, before: DraftForm | None = None) -> web.StreamResponse:
    """What the draft knows of it; `before`: a form whose faults are told here, as nothing was booked."""
    draft = facts.draft
    start = draft.start_time if draft.HasField("start_time") else None
    known = {"consented_on": consent_day(draft)} | shown_choice(start, draft.room, decision_of(draft))
    reason = before["breach_reason"].data if before is not None else draft.breach_reason
    form = FamilysForm(etag=draft.etag, breach_reason=reason, **known)
    for fault in before.faults if before is not None else ():
        form.refuse(fault.text)
    return await _family_page(request, facts, form)


async def keep_choice(request: web.Request, facts: Facts, form: FamilysForm) -> web.StreamResponse:
    """Keep it in the draft, and hold the time where that was pressed."""
    draft = facts.draft
    form.offer_rooms(facts.rooms)
    choice = form.choice(draft.plan.attendees, facts.now)
    if choice is None or not _reason_given(form, facts, choice):
        form.shown_again(draft.etag)
        return await _family_page(request, facts, form)
    changed, status = await sent(request, form, draft, _keep(request, facts, form, choice))
    if changed is None:
        return await _family_page(request, facts, form, status=status)
    words = await hold_time(request, changed, form, changed.etag) if await wants_hold(request) else ""
    if words:
        form.refuse(words)
        form.shown_again(changed.etag)
        return await _family_page(request, replace(facts, draft=changed), form)
    raise web.HTTPSeeOther(next_path(request, changed))


def _reason_given(form: FamilysForm, facts: Facts, choice: Choice) -> bool:
    late = misses_a_clock(london(choice.start), facts.clocks)
    if not late or not may(facts.caller, ACCEPTERS) or (form.breach_reason.data or "").strip():
        return True
    form.refuse("Say why a date may be missed, or agree another day with the family", "breach_reason")
    return False


async def _keep(request: web.Request, facts: Facts, form: FamilysForm, choice: Choice) -> MeetingDraft:
    desk, draft = desk_of(request), facts.draft
    change = change_of(draft, form)
    late = misses_a_clock(london(choice.start), facts.clocks)
    typed = (form.breach_reason.data or "").strip() if may(facts.caller, ACCEPTERS) else draft.breach_reason
    room = desk.name("rooms", choice.room) if choice.room else ""
    choose(change, choice.start, room, typed if late else "")
    change.date_decision.CopyFrom(choice.decision)
    change.plan.needs_room = bool(room)
    if not room:
        del change.plan.room_features[:]
    return await update(desk, change)


async def _family_page(
    request: web.Request, facts: Facts, form: FamilysForm, *, status: int = HTTPStatus.OK
) -> web.StreamResponse:
    form.offer_rooms(facts.rooms)
    context = {
        "form": form,
        "draft": facts.draft,
        "path": f"{facts.path}/time",
        "list_path": facts.path,
        "who": choosers(facts.draft.plan.attendees, facts.people.names),
        "ask_reason": may(facts.caller, ACCEPTERS) and bool(form.breach_reason.data or form.breach_reason.errors),
        "names_away": facts.people.away,
        "consent": consent_line(facts.draft),
    }
    return await page(request, "arrange/family.html", context, status=status)
