"""`/sittings/{sitting}/in-writing/{item}/…`: what a panel settles without meeting, and what its members answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web
from google.protobuf.message import Message
from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import composition_service_pb2 as composition_pb
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import run_sheet_service_pb2 as pb
from permanence.panels.v1.written_resolution_pb2 import WrittenResolution

from web.agenda import OUTCOME_WORDS, bodies_of, outcome_path, reference_of, sitting_of
from web.desk import Absent, Away, Known, Refused, desk_of, key_of
from web.done import tell
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.run_sheet.forms import ANSWER_WORDS, AnswerForm, AskForm
from web.keys import KEY
from web.page import away_words, page
from web.roles import CHAIRS, may
from web.subjects import SUBJECT, called, subject_asked, subjects_of
from web.words import civil, london, moment, wire_date

ROUTES = web.RouteTableDef()
_PATH = f"/sittings/{{sitting:{KEY}}}/in-writing/{{item:{KEY}}}" + SUBJECT
_SETTLERS = frozenset({"panel-chair"})


@dataclass(frozen=True)
class _Place:
    """One subject of one item, what its members were asked (None: nothing), and who they are, by resource name."""

    sitting: wire.Sitting
    body: wire.Body
    item: wire.AgendaItem
    subject: str
    resolution: WrittenResolution | None
    members: dict[str, str] = field(default_factory=dict)


@ROUTES.get(_PATH)
async def in_writing(request: web.Request) -> web.StreamResponse:
    """What is asked and answered; or the form that asks."""
    return await _page(request, await _place(request))


@ROUTES.post(_PATH)
async def ask(request: web.Request) -> web.StreamResponse:
    """Ask the members."""
    desk, place = desk_of(request), await _place(request)
    form = AskForm(await posted(request), body=place.body)
    if form.validate():
        wanted = pb.OpenWrittenResolutionRequest(
            agenda_item=place.item.name,
            subject=place.subject,
            kind=form.wire_kind,
            recommendation=form.recommendation.data or "",
            reasons=form.reasons.data or "",
            closes_date=wire_date(form.closes.data),
            request_id=form.request_id.data or "",
        )
        await _send(request, form, desk.run_sheets.OpenWrittenResolution, wanted, "The members are asked.")
    return await _page(request, place, ask=form)


@ROUTES.post(_PATH + "/answers")
async def answer(request: web.Request) -> web.StreamResponse:
    """Note what a member says."""
    desk, place = desk_of(request), await _place(request)
    form = AnswerForm(await posted(request))
    member = desk.name("members", form.member.data or "")
    if form.validate() and place.resolution is not None and member in place.members:
        wanted = pb.RecordWrittenAnswerRequest(
            name=place.resolution.name,
            member=member,
            answer=form.wire_answer,
            words=form.words.data or "",
            request_id=form.request_id.data or "",
        )
        words = f"The answer of {place.members[member]} is noted."
        await _send(request, form, desk.run_sheets.RecordWrittenAnswer, wanted, words)
    elif not form.faults:
        form.refuse("Choose a member who is on the list")
    return await _page(request, place, answered=form)


@ROUTES.post(_PATH + "/settle")
async def settle(request: web.Request) -> web.StreamResponse:
    """Record what was carried."""
    desk, place = desk_of(request), await _place(request)
    form = PageForm(await posted(request))
    if place.resolution is None:
        raise Absent
    wanted = pb.SettleInWritingRequest(name=place.resolution.name, request_id=form.request_id.data or "")
    await _send(request, form, desk.run_sheets.SettleInWriting, wanted, "The outcome is recorded.")
    return await _page(request, place, answered=form)


async def _send(
    request: web.Request, form: PageForm, method: Callable[..., Awaitable[Message]], wanted: Message, words: str
) -> None:
    """On to the page that tells it; returns where it was refused or could not be sent, with the fault on the form."""
    try:
        await desk_of(request).ask("panels", method, wanted)
    except Refused as refusal:
        form.take(refusal)
    except Away as away:
        form.refuse(away_words(away.service))
    else:
        raise tell(session_of(request), _path(request), words)


async def _place(request: web.Request) -> _Place:
    """Absent for what is not on the agenda, and for whoever has no part in a sitting."""
    if not may(session_of(request).caller, CHAIRS):
        raise Absent
    desk, subject = desk_of(request), subject_asked(request, desk_of(request))
    sitting, bodies = await desk.together(sitting_of(desk, request.match_info["sitting"]), bodies_of(desk))
    item = next((one for one in sitting.agenda if key_of(one.name) == request.match_info["item"]), None)
    if item is None or subject not in item.subjects:
        raise Absent
    asked, listed = await desk.together(
        desk.ask(
            "panels", desk.run_sheets.ListWrittenResolutions, pb.ListWrittenResolutionsRequest(sitting=sitting.name)
        ),
        desk.ask("panels", desk.composition.ListMembers, composition_pb.ListMembersRequest(body=sitting.body)),
    )
    found = (one for one in asked.written_resolutions if (one.agenda_item, one.subject) == (item.name, subject))
    members = {one.name: one.name_for_staff for one in listed.members}
    body = bodies.get(sitting.body, wire.Body(title="Panel"))
    return _Place(sitting, body, item, subject, next(found, None), members)


async def _page(
    request: web.Request, place: _Place, *, ask: AskForm | None = None, answered: PageForm | None = None
) -> web.Response:
    desk = desk_of(request)
    names: Known[dict[str, Subject]] = await desk.known(subjects_of(desk, [place.subject]))
    known = (names.value or {}).get(place.subject)
    answer_form = answered if isinstance(answered, AnswerForm) else AnswerForm()
    members = sorted(place.members.items(), key=lambda pair: pair[1].casefold())
    answer_form.member.choices = [("", "Choose"), *((key_of(name), words) for name, words in members)]
    resolution = place.resolution
    context = {
        "form": ask or answered,
        "place": place,
        "path": _path(request),
        "ask": ask or AskForm(body=place.body),
        "answer": answer_form,
        "reference": reference_of(place.item, place.subject),
        "called": called(known) if known is not None else "",
        "answers": _answers(place),
        "kind": OUTCOME_WORDS.get(resolution.kind, "") if resolution else "",
        "closes": civil(resolution.closes_date) if resolution else None,
        "may_settle": may(session_of(request).caller, _SETTLERS),
        "outcome_path": outcome_path(place.sitting, place.item, place.subject),
        "must_meet": place.body.constitution.central_list,
        "agenda_path": f"/sittings/{key_of(place.sitting.name)}",
    }
    return await page(request, "run_sheet/in_writing.html", context)


def _answers(place: _Place) -> list[tuple[str, str, str, str]]:
    """Who, what, why and when."""
    if place.resolution is None:
        return []
    return [
        (
            place.members.get(one.member, "Somebody who has left"),
            ANSWER_WORDS.get(one.answer, "Not known"),
            one.words,
            moment(london(one.answer_time)),
        )
        for one in place.resolution.answers
    ]


def _path(request: web.Request) -> str:
    info = request.match_info
    return f"/sittings/{info['sitting']}/in-writing/{info['item']}/{info['where']}/{info['key']}"
