"""`/sittings/{sitting}/items/{item}/outcome`: one subject of one item."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web
from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import panels_service_pb2 as pb

from web.agenda import (
    OUTCOME_WORDS,
    bodies_of,
    next_open,
    outcome_of,
    outcome_path,
    recorded_words,
    reference_of,
    sitting_of,
)
from web.desk import Absent, Away, Desk, Known, Refused, desk_of, key_of
from web.done import tell
from web.form import posted
from web.guard import session_of
from web.keys import KEY
from web.outcome_form import OutcomeForm, sent_form
from web.outcome_words import BY_ITSELF, event_words, recorded
from web.page import away_words, page
from web.people import People, people_of
from web.roles import CHAIRS, may
from web.subjects import called, subject_path, subjects_of
from web.tracker_row import TRACKER, tracker_query
from web.words import london, time_span, wire_date

ROUTES = web.RouteTableDef()
_PATH = f"/sittings/{{sitting:{KEY}}}/items/{{item:{KEY}}}/outcome"


@dataclass(frozen=True)
class Place:
    """One subject of one item of a sitting."""

    sitting: wire.Sitting
    body: wire.Body
    item: wire.AgendaItem
    subject: str

    @property
    def outcome(self) -> wire.Outcome | None:
        """What was recorded already."""
        return outcome_of(self.item, self.subject)


@ROUTES.get(_PATH)
async def outcome_page(request: web.Request) -> web.StreamResponse:
    """The form, or the outcome where it is recorded."""
    desk = desk_of(request)
    place = await _place(request, desk)
    return await _page(request, place, OutcomeForm(today=desk.today(), body=place.body))


@ROUTES.post(_PATH)
async def record_outcome(request: web.Request) -> web.StreamResponse:
    """Record it and go on to the next; or the form again with all that was typed."""
    desk, fields = desk_of(request), await posted(request)
    try:
        place = await _place(request, desk)
    except Away as away:
        return await _form_alone(request, sent_form(fields, desk.today()), away)
    form = sent_form(fields, desk.today(), place.body)
    if not form.validate():
        return await _page(request, place, form)
    try:
        reply = await desk.ask("panels", desk.panels.RecordOutcome, _wanted(place, form))
    except Refused as refusal:
        form.take(refusal)
        return await _page(request, await _place(request, desk), form)
    except Away as away:
        form.refuse(away_words(away.service))
        return await _page(request, place, form, status=HTTPStatus.SERVICE_UNAVAILABLE)
    if TRACKER in request.query:
        words = f"The outcome for {reference_of(place.item, place.subject)} is recorded"
        query = tracker_query(request.query[TRACKER])
        raise tell(session_of(request), "/tracker", words, f"{query}#of-{key_of(place.subject)}")
    raise web.HTTPSeeOther(_next_path(place, key_of(reply.outcome.name)))


def _wanted(place: Place, form: OutcomeForm) -> pb.RecordOutcomeRequest:
    return pb.RecordOutcomeRequest(
        agenda_item=place.item.name,
        subject=place.subject,
        kind=form.wire_kind,
        reasons=form.reasons.data or "",
        case_events=form.wire_events,
        actions=form.wire_actions(),
        next_date=wire_date(form.next_date.data),
        recommendation=form.recommendation.data or "" if form.in_words else "",
        dissents=form.wire_dissents(),
        part_heard=form.part_heard,
        request_id=form.request_id.data or "",
    )


def _next_path(place: Place, outcome: str) -> str:
    """The next place that waits; the agenda where none does. Either page says what was recorded, and when."""
    following = next_open(place.sitting, place.item, place.subject)
    if following is None:
        return f"/sittings/{key_of(place.sitting.name)}?recorded={outcome}"
    return f"{outcome_path(place.sitting, *following)}&recorded={outcome}"


async def _place(request: web.Request, desk: Desk) -> Place:
    """Absent for an item that is not on the agenda, or a subject that is not the item's."""
    sitting, bodies = await desk.together(sitting_of(desk, request.match_info["sitting"]), bodies_of(desk))
    item = next((one for one in sitting.agenda if key_of(one.name) == request.match_info["item"]), None)
    if item is None:
        raise Absent
    wanted = request.query.get("subject", "") or key_of(item.subjects[0])
    subject = next((one for one in item.subjects if key_of(one) == wanted), None)
    if subject is None:
        raise Absent
    return Place(sitting, bodies.get(sitting.body, wire.Body(title="Panel")), item, subject)


async def _form_alone(request: web.Request, form: OutcomeForm, away: Away) -> web.Response:
    """Nothing is known of the agenda; what was typed stays, in the form that was sent."""
    form.refuse(away_words(away.service))
    context = {"form": form, "place": None, "path": request.path_qs, "may_record": True}
    return await page(request, "outcome/outcome.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)


async def _page(request: web.Request, place: Place, form: OutcomeForm, *, status: int = HTTPStatus.OK) -> web.Response:
    desk = desk_of(request)
    by = [place.outcome.recorded_by] if place.outcome else []
    names, people = await desk.together(
        desk.known(subjects_of(desk, place.item.subjects)), people_of(desk, principals=by)
    )
    return await page(request, "outcome/outcome.html", _context(request, place, form, names, people), status=status)


def _context(
    request: web.Request, place: Place, form: OutcomeForm, names: Known[dict[str, Subject]], people: People
) -> dict[str, Any]:
    now, known = desk_of(request).clock.now(), names.value or {}
    begun = london(place.sitting.start_time) <= now
    cancelled = place.sitting.state == wire.SITTING_STATE_CANCELLED
    automatic = [event_words(event) for event in place.body.may_record if event in BY_ITSELF]
    start = london(place.sitting.start_time)
    return {
        "form": form,
        "place": place,
        "path": request.path_qs,
        "reference": reference_of(place.item, place.subject),
        "called": called(known[place.subject]) if place.subject in known else "",
        "clocks_path": subject_path(place.subject),
        "planned": time_span(london(place.item.start_time), london(place.item.end_time)),
        "sits": start.date(),
        "recorded": recorded(place.outcome, people.names) if place.outcome else None,
        "others": [_other(place, one, known.get(one)) for one in place.item.subjects if one != place.subject],
        "may_record": may(session_of(request).caller, CHAIRS) and begun and not cancelled,
        "may_ever": may(session_of(request).caller, CHAIRS),
        "begun": begun,
        "cancelled": cancelled,
        "automatic": automatic,
        "names_away": names.away,
        "agenda_path": f"/sittings/{key_of(place.sitting.name)}",
        "done": _done(request, place),
    }


def _other(place: Place, subject: str, known: Subject | None) -> tuple[str, str, str]:
    """A brother or sister on the same item: called, path, state."""
    found = outcome_of(place.item, subject)
    name = f"{reference_of(place.item, subject)} {called(known)}" if known else reference_of(place.item, subject)
    state = OUTCOME_WORDS.get(found.kind, "Recorded") if found else "not recorded yet"
    return name, outcome_path(place.sitting, place.item, subject), state


def _done(request: web.Request, place: Place) -> str:
    words = recorded_words(place.sitting, request.query.get("recorded", ""))
    if not words or place.outcome is not None:  # somebody may have come back to it
        return words
    return f"{words} Next: item {place.item.number}, {reference_of(place.item, place.subject)}."
