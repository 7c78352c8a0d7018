"""`/sittings/{sitting}/live`: the run sheet while a body sits, and what is written on it."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import aiohttp_jinja2
from aiohttp import web
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import panels_service_pb2 as panels_pb
from permanence.panels.v1 import run_sheet_service_pb2 as pb

from web.agenda import reference_of
from web.desk import Absent, Away, Desk, Refused, desk_of, key_of
from web.done import tell
from web.form import posted
from web.guard import session_of
from web.journeys.run_sheet.presenters import (
    Part,
    fields_by_part,
    opened,
    parts_of,
    saved_words,
    with_form,
)
from web.journeys.run_sheet.sheet_form import changes_of, label_of, note_of, read_versions, values_of
from web.journeys.run_sheet.sheet_page import at_subject, quorum_of, read_sheet, sheet_of, sheet_page, sheet_path
from web.keys import KEY
from web.outcome_form import OutcomeForm
from web.page import away_words
from web.subjects import SUBJECT, subject_asked
from web.words import clock_time, london, wire_date

ROUTES = web.RouteTableDef()
_LIVE = f"/sittings/{{sitting:{KEY}}}/live"
_ITEM = f"{_LIVE}/{{item:{KEY}}}"


@ROUTES.get(_LIVE)
async def live(request: web.Request) -> web.StreamResponse:
    """Every item, the first without an outcome open."""
    sheet = replace(await sheet_of(request), quorum=await quorum_of(request))
    return await sheet_page(request, sheet, opened(parts_of(sheet), request.query.get("open", "")))


@ROUTES.get(_LIVE + "/changes")
async def changes(request: web.Request) -> web.StreamResponse:
    """What was saved or recorded since the page was made, for its script."""
    desk = desk_of(request)
    after, known = (int(text) if text.isdigit() else 0 for text in _asked(request))
    read = await read_sheet(desk, request, after)
    by_part = fields_by_part(read.fields)
    recorded = await _recorded(request) if len(read.recorded) != known else {}
    form = OutcomeForm(today=desk.today())
    return _answer(
        {
            "revision": read.revision,
            "parts": {
                key: {
                    "said": saved_words(fields),
                    "fields": [{"field": one.field, "value": one.value, "version": one.version} for one in fields],
                    "notes": {one.field: note_of(form, one) for one in fields},
                }
                for key, fields in by_part.items()
            },
            "recorded": recorded,
            "count": len(read.recorded),
            "quorum": await _quorum_by_key(request) if "quorum" in request.query else {},
            "token": session_of(request).form_token,
        }
    )


@ROUTES.post(_ITEM + SUBJECT)
async def write(request: web.Request) -> web.StreamResponse:
    """Save what stands in the form and, where that is asked for, record it as the outcome."""
    desk, fields = desk_of(request), await posted(request)
    form = OutcomeForm(fields, today=desk.today(), prefix=f"{fields.get('place', 'p1')}-")
    saved: pb.SaveRunSheetResponse | None = None
    try:
        saved = await _save(desk, request, form, read_versions(str(fields.get("versions", ""))))
        if fields.get("act") == "record" and not form.faults and form.validate():
            looked = await _looked_at(desk, request, form)
            if not form.faults:
                return await _recorded_answer(request, await _record(desk, request, form, looked))
    except Refused as refusal:
        form.take(refusal)
    except Away as away:
        form.refuse(away_words(away.service))
        return await _not_saved(request, form, status=HTTPStatus.SERVICE_UNAVAILABLE)
    if saved is None:
        return await _not_saved(request, form)
    return await _saved_answer(request, form, saved)


async def _save(
    desk: Desk, request: web.Request, form: OutcomeForm, versions: Mapping[str, int]
) -> pb.SaveRunSheetResponse:
    """What came of it; with a fault on the form where somebody else's words stand there now."""
    item = desk.name("agendaItems", request.match_info["item"])
    sitting = desk.name("sittings", request.match_info["sitting"])
    sent = changes_of(form, versions, item, subject_asked(request, desk))
    if not sent:
        return pb.SaveRunSheetResponse()
    wanted = pb.SaveRunSheetRequest(sitting=sitting, changes=sent, request_id=_for_saving(form))
    reply: pb.SaveRunSheetResponse = await desk.ask("panels", desk.run_sheets.SaveRunSheet, wanted)
    for change, saved in zip(sent, reply.saved, strict=True):
        note = note_of(form, saved.field, change.value)
        if note:
            form.refuse(note, change.field.partition("-")[0])
    return reply


async def _looked_at(desk: Desk, request: web.Request, form: OutcomeForm) -> int:
    """The sheet's revision; with a fault on the form for each field in which words stand that were not before whoever
    records: somebody wrote them since the page was made, and the outcome would leave them out.
    """
    read, own = await read_sheet(desk, request), values_of(form)
    for one in fields_by_part(read.fields).get(_key(request), []):
        if one.value != own.get(one.field, ""):
            said = f"Somebody else wrote into “{label_of(form, one.field)}” meanwhile. Read it, then record."
            form.refuse(said, one.field.partition("-")[0])
    return read.revision


async def _record(desk: Desk, request: web.Request, form: OutcomeForm, looked: int) -> wire.Outcome:
    wanted = panels_pb.RecordOutcomeRequest(
        agenda_item=desk.name("agendaItems", request.match_info["item"]),
        subject=subject_asked(request, desk),
        kind=form.wire_kind,
        reasons=form.reasons.data or "",
        case_events=form.wire_events,
        actions=form.wire_actions(),
        next_date=wire_date(form.next_date.data),
        recommendation=form.recommendation.data or "" if form.in_words else "",
        dissents=form.wire_dissents(),
        part_heard=form.part_heard,
        run_sheet_revision=looked,
        request_id=form.request_id.data or "",
    )
    reply: panels_pb.RecordOutcomeResponse = await desk.ask("panels", desk.panels.RecordOutcome, wanted)
    return reply.outcome


def _for_saving(form: OutcomeForm) -> str:
    """The form's request id is the outcome's; its words are saved by another, made of it."""
    return str(uuid5(NAMESPACE_OID, f"{form.request_id.data} save"))


async def _recorded_answer(request: web.Request, outcome: wire.Outcome) -> web.StreamResponse:
    """The part as it is read from now on; without a script the page, with the next part open."""
    sheet = await sheet_of(request)
    parts, key = parts_of(sheet), _key(request)
    if _by_script(request):
        html = {part.key: _html(request, part) for part in parts if part.key == key}
        return _answer({"said": _recorded_words(outcome), "recorded": html})
    item = next(one for one in sheet.sitting.agenda if one.name == outcome.agenda_item)
    words = f"{_recorded_words(outcome)} for item {item.number}, {reference_of(item, outcome.subject)}."
    waits = next((part for part in parts if part.open), None)
    words += f" Next: item {waits.number}, {waits.reference}." if waits else " No item waits for an outcome."
    raise tell(session_of(request), sheet_path(request), words, at_subject(waits.subject) if waits else "")


async def _saved_answer(request: web.Request, form: OutcomeForm, saved: pb.SaveRunSheetResponse) -> web.StreamResponse:
    """How each field stands now; without a script the page with what is wrong, or that it is saved."""
    said = f"Saved {clock_time(london(saved.save_time))}" if saved.saved else "Nothing is written yet"
    if _by_script(request):
        sent = values_of(form)
        fields = [
            {
                "field": one.field.field,
                "value": one.field.value,
                "version": one.field.version,
                "own": one.own_version,
                "note": note_of(form, one.field, sent[one.field.field]),
            }
            for one in saved.saved
        ]
        return _answer({"said": said, "fields": fields, "faults": _faults(form)})
    sheet = await sheet_of(request)
    stands = next((part for part in parts_of(sheet) if part.key == _key(request)), None)
    if stands is None:
        raise Absent
    if not form.faults:
        raise tell(session_of(request), sheet_path(request), f"{said}.", at_subject(stands.subject))
    return await sheet_page(request, sheet, with_form(parts_of(sheet), stands.key, _with_faults(stands, form)))


async def _not_saved(request: web.Request, form: OutcomeForm, *, status: int = HTTPStatus.OK) -> web.StreamResponse:
    """What was typed stays, with what is wrong."""
    if _by_script(request):
        return _answer({"said": "", "fields": [], "faults": _faults(form)}, status)
    sheet = await sheet_of(request)
    versions = str((await posted(request)).get("versions", ""))
    return await sheet_page(request, sheet, with_form(parts_of(sheet), _key(request), form, versions), status=status)


def _with_faults(stands: Part, form: OutcomeForm) -> OutcomeForm:
    """The form as the sheet has it now, which may hold somebody else's words too, with the faults of what was sent."""
    shown = stands.form or form
    for field in form:
        for error in field.errors:
            shown.refuse(str(error), field.short_name)
    shown.refused += form.refused
    return shown


def _faults(form: OutcomeForm) -> list[dict[str, str]]:
    return [{"text": fault.text, "href": fault.href} for fault in form.faults]


async def _recorded(request: web.Request) -> dict[str, str]:
    """Each part that has an outcome, as it is read."""
    sheet = await sheet_of(request)
    return {part.key: _html(request, part) for part in parts_of(sheet) if part.recorded is not None}


def _html(request: web.Request, part: Part) -> str:
    return aiohttp_jinja2.render_string("run_sheet/part.html", request, {"part": part, "form_token": ""})


async def _quorum_by_key(request: web.Request) -> dict[str, str]:
    return {key_of(item): words for item, words in (await quorum_of(request)).items()}


def _by_script(request: web.Request) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _answer(told: Mapping[str, Any], status: int = HTTPStatus.OK) -> web.Response:
    return web.json_response(dict(told), status=status)


def _recorded_words(outcome: wire.Outcome) -> str:
    return f"Recorded at {clock_time(london(outcome.record_time))}"


def _key(request: web.Request) -> str:
    return f"{request.match_info['item']}/{request.match_info['key']}"


def _asked(request: web.Request) -> tuple[str, str]:
    return request.query.get("after", ""), request.query.get("recorded", "")
