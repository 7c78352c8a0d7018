"""`/bulk-moves`."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from permanence.scheduler.v1 import bulk_move_pb2 as wire
from permanence.scheduler.v1 import bulk_moves_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Room

from web.desk import Absent, Desk, Refused, desk_of, key_of
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.bulk_move import presenters as show
from web.journeys.bulk_move.forms import ChooseForm, StartForm, UndoForm, asked_for
from web.keys import KEY
from web.page import page
from web.people import people_of, staff_with_part
from web.roles import ACCEPTERS, ARRANGERS, may
from web.rooms import rooms_of
from web.words import LONDON, timestamp, wire_date

ROUTES = web.RouteTableDef()
_MOVE = f"/bulk-moves/{{move:{KEY}}}"
# A preview looks for a time for each of up to 200 meetings.
_SECONDS = 30.0
_LATELY = 5


@ROUTES.get("/bulk-moves/new")
async def ask_which(request: web.Request) -> web.StreamResponse:
    """Whose meetings, when, why, and when the new times may be."""
    return await _choose_page(request, ChooseForm(**asked_for(request.query)))


@ROUTES.post("/bulk-moves/new")
async def preview(request: web.Request) -> web.StreamResponse:
    """On to the preview; or the page again."""
    desk, form = _desk(request), ChooseForm(await posted(request))
    if not form.validate():
        return await _choose_page(request, form)
    try:
        reply = await desk.ask("scheduler", desk.bulk_moves.PreviewBulkMove, _wanted(desk, form), seconds=_SECONDS)
    except Refused as refusal:
        form.take(refusal)
        return await _choose_page(request, form)
    raise _to(reply.bulk_move)


@ROUTES.get(_MOVE)
async def look(request: web.Request) -> web.StreamResponse:
    """The preview, or how a started move stands."""
    move = await _move(request)
    ticked = [key_of(one.meeting) for one in move.meetings if one.state == wire.BULK_MOVE_MEETING_STATE_PROPOSED]
    if not may(session_of(request).caller, ACCEPTERS):
        ticked = [key for key in ticked if key not in show.missing_reasons(move)]
    return await _page_of(request, move, StartForm(etag=move.etag, ticked=ticked))


@ROUTES.post(_MOVE)
async def start(request: web.Request) -> web.StreamResponse:
    """Hold the new times; or the preview again."""
    desk, form = _desk(request), StartForm(await posted(request))
    move = await _move(request)
    may_accept = may(desk.caller, ACCEPTERS)
    if show.reviews_among(move, form.keys):
        await form.ask_word(desk, (), {})
    good = form.validate()
    if may_accept:
        form.check_reasons(show.missing_reasons(move), form.keys)
    if not good or form.faults:
        return await _page_of(request, move, form)
    try:
        await desk.ask("scheduler", desk.bulk_moves.StartBulkMove, _started(desk, move, form, may_accept=may_accept))
    except Refused as refusal:
        form.take(refusal)
        return await _page_of(request, await _move(request), form)
    raise _to(move)


@ROUTES.post(_MOVE + "/take-back")
async def take_back(request: web.Request) -> web.StreamResponse:
    """Undo it; or the page again with the reason."""
    desk, form = _desk(request), UndoForm(await posted(request))
    move = await _move(request)
    wanted = pb.UndoBulkMoveRequest(name=move.name, etag=form.etag.data or "", request_id=form.request_id.data or "")
    try:
        await desk.ask("scheduler", desk.bulk_moves.UndoBulkMove, wanted)
    except Refused as refusal:
        form.take(refusal)
        return await _page_of(request, await _move(request), form)
    raise _to(move)


def _desk(request: web.Request) -> Desk:
    if not may(session_of(request).caller, ARRANGERS):
        raise Absent
    return desk_of(request)


def _to(move: wire.BulkMove) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/bulk-moves/{key_of(move.name)}")


async def _move(request: web.Request) -> wire.BulkMove:
    desk = _desk(request)
    wanted = pb.GetBulkMoveRequest(name=desk.name("bulkMoves", request.match_info["move"]))
    return (await desk.ask("scheduler", desk.bulk_moves.GetBulkMove, wanted)).bulk_move


def _wanted(desk: Desk, form: ChooseForm) -> pb.PreviewBulkMoveRequest:
    first, until = form.stretch
    return pb.PreviewBulkMoveRequest(
        parent=desk.parent,
        person=desk.name("people", form.person) if form.person else "",
        room=desk.name("rooms", form.room) if form.room else "",
        whole_council=not form.person and not form.room,
        from_time=timestamp(first),
        until_time=timestamp(until),
        cause=form.wire_cause,
        reason=form.reason,
        window_from_date=wire_date(form.earliest.data),
        window_until_date=wire_date(form.latest.data),
        request_id=form.request_id.data or "",
    )


def _started(desk: Desk, move: wire.BulkMove, form: StartForm, *, may_accept: bool) -> pb.StartBulkMoveRequest:
    breaking = [key for key in form.keys if key in show.missing_reasons(move)] if may_accept else []
    return pb.StartBulkMoveRequest(
        name=move.name,
        etag=form.etag.data or "",
        meetings=[desk.name("meetings", key) for key in form.keys],
        breach_reasons=[
            pb.BreachReason(meeting=desk.name("meetings", key), reason=form.reason_of(key)) for key in breaking
        ],
        date_decision=form.word(desk),
        request_id=form.request_id.data or "",
    )


async def _lately(desk: Desk) -> list[show.Started]:
    wanted = pb.ListBulkMovesRequest(parent=desk.parent, page_size=_LATELY)
    found = list((await desk.ask("scheduler", desk.bulk_moves.ListBulkMoves, wanted)).bulk_moves)
    rooms, people = await desk.together(rooms_of(desk), people_of(desk, people={one.person for one in found}))
    return show.started_lately(found, people, rooms)


async def _choose_page(request: web.Request, form: ChooseForm) -> web.StreamResponse:
    desk = _desk(request)
    officers, managers, rooms, moves = await desk.together(
        desk.known(staff_with_part(desk, "reviewing-officer")),
        desk.known(staff_with_part(desk, "team-manager")),
        desk.known(rooms_of(desk)),
        desk.known(_lately(desk)),
    )
    form.whose.choices = show.whose_choices(officers.value, managers.value, rooms.value)
    if form.person and form.whose.data not in dict(form.whose.choices):
        # Whoever is away may chair nothing by their role, and still have to come.
        person = desk.name("people", form.person)
        named = (await people_of(desk, people=[person])).name(person, "The colleague who is away")
        form.whose.choices = [*form.whose.choices, (form.whose.data, named)]
    context = {
        "form": form,
        "names_away": officers.value is None or managers.value is None,
        "rooms_away": rooms.value is None,
        "lately": moves.value,
    }
    return await page(request, "bulk_move/choose.html", context)


async def _page_of(request: web.Request, move: wire.BulkMove, form: PageForm) -> web.StreamResponse:
    desk = desk_of(request)
    rooms, people = await desk.together(
        desk.known(rooms_of(desk)), people_of(desk, people=[move.person] if move.person else [])
    )
    doors = rooms.value or {}
    context = {"form": form, "move": move, "key": key_of(move.name), "whose": show.whose_words(move, people, doors)}
    if move.state == wire.BULK_MOVE_STATE_PROPOSED:
        if isinstance(form, StartForm) and not form.asks_word and show.reviews_among(move):
            await form.ask_word(desk, (), {})
        return await page(request, "bulk_move/preview.html", context | _preview(request, move, doors))
    now = desk.clock.now().astimezone(LONDON)
    standing = show.standing_of(move, doors, now)
    undo = form if isinstance(form, UndoForm) else UndoForm(etag=move.etag)
    undo.etag.data, undo.refused = move.etag, form.refused
    return await page(request, "bulk_move/standing.html", context | {"standing": standing, "form": undo})


def _preview(request: web.Request, move: wire.BulkMove, doors: Mapping[str, Room]) -> dict[str, Any]:
    may_accept = may(session_of(request).caller, ACCEPTERS)
    found = show.rows_of(move, doors, wire.BULK_MOVE_MEETING_STATE_PROPOSED)
    return {
        "rows": found if may_accept else tuple(row for row in found if not row.misses),
        "for_a_manager": () if may_accept else tuple(row for row in found if row.misses),
        "cannot": show.rows_of(move, doors, wire.BULK_MOVE_MEETING_STATE_CANNOT_MOVE),
        "missing": sum(row.misses for row in found),
        "may_accept": may_accept,
    }
