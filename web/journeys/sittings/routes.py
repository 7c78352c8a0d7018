"""`/sittings`, `/sittings/{sitting}` and its order and run sheet."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from aiohttp import web
from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import panels_service_pb2 as pb
from permanence.panels.v1.papers_service_pb2 import ListPapersRequest
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from servicekit.caller import Caller
from web.agenda import bodies_of, sitting_of
from web.desk import Away, Desk, Known, Refused, desk_of, key_of
from web.done import tell, told
from web.form import posted
from web.guard import session_of
from web.journeys.sittings.forms import MoveItemForm
from web.journeys.sittings.presenters import (
    AUTHORITY_WORDS,
    agenda_rows,
    has_begun,
    late_papers_words,
    matter_rows,
    moved_words,
    order_seen,
    order_with,
    recorded_last,
    sitting_rows,
    standing_of,
)
from web.keys import KEY
from web.page import away_words, page
from web.quorum import composition_of, quorum_words
from web.roles import CHAIRS, LOOKERS, SITTING_PLANNERS, may
from web.subjects import subjects_of
from web.words import timestamp

ROUTES = web.RouteTableDef()
_SITTING = f"/sittings/{{sitting:{KEY}}}"
_RECENT = timedelta(days=60)
_AT_ONCE = 200
_TRIES = 3


@ROUTES.get("/sittings")
async def sittings(request: web.Request) -> web.StreamResponse:
    """Coming and recent sittings of every body."""
    desk = desk_of(request)
    wanted = pb.ListSittingsRequest(
        parent=desk.parent, from_time=timestamp(desk.clock.now() - _RECENT), page_size=_AT_ONCE
    )
    bodies, listed = await desk.together(bodies_of(desk), desk.ask("panels", desk.panels.ListSittings, wanted))
    titles = {name: body.title for name, body in bodies.items()}
    coming, recent = sitting_rows(listed.sittings, titles, desk.clock.now())
    return await page(
        request,
        "sittings/sittings.html",
        {
            "coming": coming,
            "recent": recent,
            "more": bool(listed.next_page_token),
            "bodies": [(body.title, key_of(name)) for name, body in bodies.items()],
            "may_read": may(session_of(request).caller, CHAIRS | LOOKERS),
            "may_plan": may(session_of(request).caller, SITTING_PLANNERS),
            "done": told(session_of(request), request.path),
        },
    )


@ROUTES.get(_SITTING)
async def sitting_page(request: web.Request) -> web.StreamResponse:
    """The agenda, in order."""
    sitting = await sitting_of(desk_of(request), request.match_info["sitting"])
    return await _agenda(request, sitting)


@ROUTES.get(_SITTING + "/run-sheet")
async def run_sheet(request: web.Request) -> web.StreamResponse:
    """The agenda on paper, in large type."""
    sitting = await sitting_of(desk_of(request), request.match_info["sitting"])
    return await _agenda(request, sitting, template="sittings/run_sheet.html")


@ROUTES.post(_SITTING + "/order")
async def order(request: web.Request) -> web.StreamResponse:
    """Move one item; the others keep their order."""
    desk, form = desk_of(request), MoveItemForm(await posted(request))
    sitting = await sitting_of(desk, request.match_info["sitting"])
    status = HTTPStatus.OK
    if form.validate() and _stands_in(sitting, form):
        try:
            sitting = await _move(desk, sitting, form)
        except Refused as refusal:
            form.take(refusal)
        except Away as away:
            form.refuse(away_words(away.service))
            status = HTTPStatus.SERVICE_UNAVAILABLE
    elif not form.faults:
        form.refuse("That item or that place is not on the agenda any more. Look at it again.")
    if not form.faults:
        raise _moved(request, sitting, form)
    return await _agenda(request, sitting, form=form, status=status)


async def _move(desk: Desk, sitting: wire.Sitting, form: MoveItemForm) -> wire.Sitting:
    """The sitting as it stands then, with a fault on the form where somebody else moved an item first.

    Nobody minds that planned times or reasons changed meanwhile: while the order is the one that was looked at, the
    newest etag is taken. Sent twice, the second one finds its item where it was to go.
    """
    for _ in range(_TRIES):
        if order_seen(sitting) != form.seen.data:
            if not _is_there(sitting, form):
                form.refuse("Somebody changed this agenda while you had it open. It stands below as it is now.")
            return sitting
        try:
            await desk.ask("panels", desk.panels.OrderAgenda, _order(desk, sitting, form))
        except Refused as refusal:
            if refusal.reason != "STALE":
                raise
            sitting = await sitting_of(desk, key_of(sitting.name))
        else:
            return sitting
    form.refuse("This agenda is being changed just now. Move the item again.")
    return sitting


def _order(desk: Desk, sitting: wire.Sitting, form: MoveItemForm) -> pb.OrderAgendaRequest:
    item = desk.name("agendaItems", form.item.data or "")
    return pb.OrderAgendaRequest(
        sitting=sitting.name,
        etag=sitting.etag,
        agenda_items=order_with([one.name for one in sitting.agenda], item, _to(form)),
        request_id=form.request_id.data or "",
    )


def _to(form: MoveItemForm) -> int:
    return int(form.to.data or 0)


def _stands_in(sitting: wire.Sitting, form: MoveItemForm) -> bool:
    on_it = any(key_of(one.name) == form.item.data for one in sitting.agenda)
    return on_it and 1 <= _to(form) <= len(sitting.agenda)


def _is_there(sitting: wire.Sitting, form: MoveItemForm) -> bool:
    here = next((one.number for one in sitting.agenda if key_of(one.name) == form.item.data), 0)
    return here == form.to.data and here != form.place.data


def _moved(request: web.Request, sitting: wire.Sitting, form: MoveItemForm) -> web.HTTPSeeOther:
    """Back to the item, where its new place is told."""
    path = f"/sittings/{request.match_info['sitting']}"
    words = moved_words(form.place.data or 0, _to(form), len(sitting.agenda))
    return tell(session_of(request), path, words, f"?now={_to(form)}#item-{_to(form)}")


async def _agenda(
    request: web.Request,
    sitting: wire.Sitting,
    *,
    template: str = "sittings/agenda.html",
    form: MoveItemForm | None = None,
    status: int = HTTPStatus.OK,
) -> web.Response:
    desk, caller = desk_of(request), session_of(request).caller
    subjects = {subject for item in sitting.agenda for subject in item.subjects}
    bodies, names, meeting, makeup, papers = await desk.together(
        bodies_of(desk),
        desk.known(subjects_of(desk, subjects)),
        desk.known(_meeting(desk, sitting)),
        _makeup(desk, sitting, caller),
        desk.known(desk.ask("panels", desk.papers.ListPapers, ListPapersRequest(sitting=sitting.name))),
    )
    context = _context(request, sitting, bodies, names, meeting, form, may(caller, CHAIRS)) | makeup
    context |= {
        "rows": agenda_rows(sitting, names.value or {}, papers.value),
        "matters": matter_rows(sitting, desk.today()),
        "papers_late": late_papers_words(papers.value),
    }
    return await page(request, template, context, status=status)


async def _makeup(desk: Desk, sitting: wire.Sitting, caller: Caller) -> dict[str, Any]:
    """Whether the quorum is met, and how many items have a member who keeps out; nothing while the list is empty, or
    nobody can say.
    """
    if not may(caller, CHAIRS | LOOKERS):
        return {}
    found = (await desk.known(composition_of(desk, sitting.name))).value
    if found is None:
        return {"may_see_members": True}
    recused = sum(1 for item in found.items if any(one.recused for one in item.conflicts))
    return {
        "may_see_members": True,
        "quorum": quorum_words(found.quorum) if found.members else None,
        "recused": recused,
    }


def _context(
    request: web.Request,
    sitting: wire.Sitting,
    bodies: Mapping[str, wire.Body],
    names: Known[dict[str, Subject]],
    meeting: Known[Meeting],
    form: MoveItemForm | None,
    may_chair: bool,
) -> dict[str, Any]:
    now, body = desk_of(request).clock.now(), bodies.get(sitting.body, wire.Body(title="Panel"))
    begun, rows = has_begun(sitting, now), agenda_rows(sitting, names.value or {})
    cancelled = sitting.state == wire.SITTING_STATE_CANCELLED
    planned = sitting.state == wire.SITTING_STATE_PLANNED
    told_words, moved_to = told(session_of(request), request.path), request.query.get("now", "")
    return {
        "sitting": sitting,
        "key": key_of(sitting.name),
        "body": body,
        "authority": AUTHORITY_WORDS.get(body.authority, ""),
        "standing": standing_of(sitting, now),
        "seen": order_seen(sitting),
        "rows": rows,
        "late": [row for row in rows if row.late and not row.recorded],
        "cancelled": cancelled,
        "held": sitting.state == wire.SITTING_STATE_HELD,
        "may_put_off": may_chair and planned and not begun,
        "may_say_who_comes": may_chair and sitting.state != wire.SITTING_STATE_CANCELLED,
        "may_order": may_chair and planned and not begun and len(rows) > 1,
        "may_record": may_chair and begun and not cancelled,
        "may_say_held": may_chair and planned and begun,
        "begun": begun,
        "names_away": names.away,
        "meeting": meeting.value,
        "meeting_away": meeting.away,
        "moved": told_words if moved_to else "",
        "moved_to": moved_to,
        "done": recorded_last(sitting, request.query.get("recorded", "")) or ("" if moved_to else told_words),
        "form": form,
    }


async def _meeting(desk: Desk, sitting: wire.Sitting) -> Meeting:
    reply = await desk.ask("scheduler", desk.scheduler.GetMeeting, scheduler_pb.GetMeetingRequest(name=sitting.meeting))
    meeting: Meeting = reply.meeting
    return meeting
