"""`/drafts/{draft}/people` and `/drafts/{draft}/apart`: who is asked, and who of them must not meet."""

from collections.abc import Sequence
from http import HTTPStatus

from aiohttp import web
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1.council_pb2 import MeetingKind
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft
from permanence.scheduler.v1.meeting_pb2 import Attendee

from web.arranging import parted
from web.desk import Away, Desk, desk_of, key_of
from web.familys_choice import date_is_the_familys
from web.form import posted
from web.journeys.arrange.facts import (
    Facts,
    change_of,
    choose,
    facts_of,
    next_path,
    open_draft,
    path_of,
    plan_of,
    sent,
    update,
)
from web.journeys.arrange.forms import ApartForm, PeopleForm
from web.journeys.arrange.presenters import (
    PersonChoice,
    attendees_of,
    gone,
    pair_lines,
    pairs_seen,
    person_choices,
)
from web.keys import KEY
from web.page import BRANDS, page
from web.roles import ACCEPTERS, may
from web.rooms import rooms_of
from web.words import role_words

ROUTES = web.RouteTableDef()


@ROUTES.get(f"/drafts/{{draft:{KEY}}}/people")
async def ask_people(request: web.Request) -> web.StreamResponse:
    """Everybody around the subjects, those ticked who are asked."""
    draft = await open_draft(request)
    chair = next((key_of(one.person) for one in draft.plan.attendees if one.chair), "")
    form = PeopleForm(
        etag=draft.etag,
        chair=chair,
        people=[key_of(one.person) for one in draft.plan.attendees],
        needs_room=draft.plan.needs_room,
        room_features=list(draft.plan.room_features),
        held_by_video=draft.plan.held_by_video,
    )
    return await _people_page(request, draft, await _choices(request, draft), form)


@ROUTES.post(f"/drafts/{{draft:{KEY}}}/people")
async def choose_people(request: web.Request) -> web.StreamResponse:
    """Ask these people; whoever must not meet is put into different parts at once."""
    desk, draft = desk_of(request), await open_draft(request)
    form, choices = PeopleForm(await posted(request)), await _choices(request, draft)
    chairs = [key_of(one.attendee.person) for one in choices if one.could_chair]
    chair = chairs[0] if len(chairs) == 1 else (form.chair.data or "")
    if chair not in chairs:
        form.refuse("Choose who chairs", "chair")
        return await _people_page(request, draft, choices, form)
    attendees = attendees_of(choices, form.people.data or [], chair)
    kind = await _kind(request, draft)
    changed, status = await sent(request, form, draft, _ask(desk, draft, form, attendees, kind))
    if changed is not None:
        raise web.HTTPSeeOther(next_path(request, changed))
    return await _people_page(request, draft, choices, form, status=status)


@ROUTES.get(f"/drafts/{{draft:{KEY}}}/apart")
async def ask_apart(request: web.Request) -> web.StreamResponse:
    """Each pair, how it is solved, and what else could be done."""
    draft = await open_draft(request)
    form = ApartForm(etag=draft.etag, looked=draft.kept_apart_checked, seen=pairs_seen(draft.kept_apart_pairs))
    return await apart_page(request, await facts_of(request, draft), form)


@ROUTES.post(f"/drafts/{{draft:{KEY}}}/apart")
async def settle_apart(request: web.Request) -> web.StreamResponse:
    """Somebody has looked at the pairs, or leaves one of them out."""
    desk, draft = desk_of(request), await open_draft(request)
    form = ApartForm(await posted(request))
    seen = pairs_seen(draft.kept_apart_pairs)
    if form.seen.data != seen:
        form.refuse("Who must not meet has changed since this page was shown. Look at it again", "looked")
    elif not form.leave_out.data and not form.looked.data and draft.kept_apart_pairs:
        them = "this pair" if len(draft.kept_apart_pairs) == 1 else "these pairs"
        form.refuse(f"Say that you have looked at {them}", "looked")
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY
    if not form.faults:
        own_parts = _has_own_parts(await _kind(request, draft))
        changed, status = await sent(request, form, draft, _part(desk, draft, form, own_parts=own_parts))
        if changed is not None:
            raise web.HTTPSeeOther(next_path(request, changed))
    else:
        form.shown_again(draft.etag)
    form.seen.data = seen
    return await apart_page(request, await facts_of(request, draft), form, status=status)


async def _ask(
    desk: Desk, draft: MeetingDraft, form: PeopleForm, attendees: Sequence[Attendee], kind: MeetingKind
) -> MeetingDraft:
    change = change_of(draft, form)
    change.people_checked = True
    changed = _people_in(draft.plan.attendees) != _people_in(attendees)
    own_parts = _has_own_parts(kind)
    if changed and own_parts:
        change.plan.CopyFrom(_asked_anew(draft, attendees))
        change.kept_apart_checked = True  # refused where two who must not meet are still asked
    elif changed:
        plan, pairs = await _parted_anew(desk, draft, attendees)
        change.plan.CopyFrom(plan)
        change.kept_apart_checked = not pairs
    else:
        change.kept_apart_checked = draft.kept_apart_checked or not draft.kept_apart_pairs
    # Where a meeting of the family's is held is asked with when it is.
    familys = date_is_the_familys(kind)
    room = _room_of(draft) if familys else (bool(form.needs_room.data), sorted(form.room_features.data or []))
    chosen_by_them = change.date_decision.person in {one.person for one in attendees}
    if (changed or room != _room_of(draft)) and not chosen_by_them:
        choose(change, None, "", draft.breach_reason)
    change.plan.needs_room = room[0]
    change.plan.room_features[:] = room[1] if room[0] else []
    change.plan.held_by_video = bool(form.held_by_video.data)
    return await update(desk, change)


async def _part(desk: Desk, draft: MeetingDraft, form: ApartForm, *, own_parts: bool) -> MeetingDraft:
    change = change_of(draft, form)
    if may(desk.caller, ACCEPTERS):
        change.breach_reason = (form.breach_reason.data or "").strip() or draft.breach_reason
    left = [
        one for one in draft.plan.attendees if key_of(one.person) != form.leave_out.data or one.required or one.chair
    ]
    change.kept_apart_checked = bool(form.looked.data) or not draft.kept_apart_pairs
    if own_parts:
        change.plan.CopyFrom(_asked_anew(draft, left))
        if change.date_decision.person not in {one.person for one in left}:
            choose(change, None, "", change.breach_reason)
    elif len(left) != len(draft.plan.attendees) or not all(parted(draft.plan, one) for one in draft.kept_apart_pairs):
        plan, pairs = await _parted_anew(desk, draft, left)
        change.plan.CopyFrom(plan)
        change.kept_apart_checked = change.kept_apart_checked or not pairs
        choose(change, None, "", change.breach_reason)
    return await update(desk, change)


async def _parted_anew(
    desk: Desk, draft: MeetingDraft, attendees: Sequence[Attendee]
) -> tuple[pb.MeetingPlan, Sequence[object]]:
    """The plan with these people in as many parts as it takes, and who of them must not meet."""
    request = pb.SuggestSlotsRequest(parent=desk.parent, plan=_asked_anew(draft, attendees), max_slots=1)
    reply = await desk.ask("scheduler", desk.scheduler.SuggestSlots, request)
    del reply.plan.obligations[:]
    return reply.plan, reply.kept_apart_pairs


def _asked_anew(draft: MeetingDraft, attendees: Sequence[Attendee]) -> pb.MeetingPlan:
    """The plan with these people, nobody in any part yet."""
    plan = plan_of(draft)
    del plan.attendees[:]
    del plan.session_minutes[:]
    for one in attendees:
        asked = plan.attendees.add()
        asked.CopyFrom(one)
        asked.ClearField("sessions")
    return plan


def _has_own_parts(kind: MeetingKind) -> bool:
    """Whether such a meeting is always held in the same parts, so that nobody is kept apart by dividing it further."""
    return bool(kind.parts)


def _room_of(draft: MeetingDraft) -> tuple[bool, list[str]]:
    return draft.plan.needs_room, sorted(draft.plan.room_features)


def _people_in(attendees: Sequence[Attendee]) -> set[tuple[str, str, bool, bool]]:
    return {(one.person, one.role, one.required, one.chair) for one in attendees}


async def _choices(request: web.Request, draft: MeetingDraft) -> list[PersonChoice]:
    desk, kind = desk_of(request), await _kind(request, draft)
    wanted = cases_pb.ListInvolvementsRequest(parent=desk.parent, subjects=draft.plan.subjects)
    reply = await desk.ask("cases", desk.cases.ListInvolvements, wanted)
    return person_choices(reply.involvements, draft.plan, kind)


async def _kind(request: web.Request, draft: MeetingDraft) -> MeetingKind:
    brand = await request.app[BRANDS].of(desk_of(request))
    kind = brand.kinds.get(draft.plan.meeting_kind)
    if kind is None:
        raise Away("cases")
    return kind


async def _people_page(
    request: web.Request,
    draft: MeetingDraft,
    choices: Sequence[PersonChoice],
    form: PeopleForm,
    *,
    status: int = HTTPStatus.OK,
) -> web.StreamResponse:
    rooms, kind = await rooms_of(desk_of(request)), await _kind(request, draft)
    chairs = [one for one in choices if one.could_chair]
    context = {
        "form": form,
        "draft": draft,
        "path": path_of(draft),
        "chairs": [(key_of(one.attendee.person), one.who) for one in chairs],
        "choices": [one for one in choices if len(chairs) != 1 or not one.could_chair],
        "gone": gone(draft, choices),
        "features": sorted({feature for room in rooms.values() for feature in room.features}),
        "keys": {one.attendee.person: key_of(one.attendee.person) for one in choices},
        "chair_role": role_words(kind.chair_role),
        "familys": date_is_the_familys(kind),
    }
    return await page(request, "arrange/people.html", context, status=status)


async def apart_page(
    request: web.Request, facts: Facts, form: ApartForm, *, status: int = HTTPStatus.OK
) -> web.StreamResponse:
    """The page, also for who comes back from booking because the pairs are others."""
    lines = pair_lines(facts.draft, facts.people.names)
    context = {
        "form": form,
        "draft": facts.draft,
        "path": facts.path,
        "pairs": lines,
        "parted": all(one.apart for one in lines),
        "own_parts": facts.kind is not None and _has_own_parts(facts.kind),
        "out": list(dict.fromkeys(one for line in lines for one in line.out)),
        "count": len(facts.draft.plan.attendees),
        "names_away": facts.people.away,
    }
    return await page(request, "arrange/apart.html", context, status=status)
