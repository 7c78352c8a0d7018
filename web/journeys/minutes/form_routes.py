"""`/minutes/{minutes}/forms/{form}` and the minutes as documents."""

from collections.abc import Iterable, Sequence

from aiohttp import web
from permanence.panels.v1 import form_pb2, panel_pb2, panels_service_pb2
from permanence.panels.v1 import minutes_service_pb2 as pb

from web.answer_form import AnswerForm, answer_form, in_words
from web.desk import Absent, Away, Desk, Refused, desk_of
from web.done import tell
from web.file_answer import document_answer
from web.form import posted
from web.guard import session_of
from web.journeys.minutes.presenters import who_words
from web.keys import KEY
from web.page import away_words, page
from web.refusals import words_for
from web.subjects import subjects_of

ROUTES = web.RouteTableDef()
_MINUTES = f"/minutes/{{minutes:{KEY}}}"
_FORM = _MINUTES + "/forms/{form:[a-z-]+}"
_AUDIENCES = {"file": panels_service_pb2.AUDIENCE_FILE, "family": panels_service_pb2.AUDIENCE_FAMILY}
_FORMATS = {"pdf": pb.DOCUMENT_FORMAT_PDF, "word": pb.DOCUMENT_FORMAT_WORD}


@ROUTES.get(_FORM)
async def form_page(request: web.Request) -> web.StreamResponse:
    """With what was saved, or what is known beforehand."""
    asked = await _asked(request, desk_of(request))
    return await _page(request, asked, answer_form(asked.form, asked.answers, asked.etag))


@ROUTES.post(_FORM)
async def save_form(request: web.Request) -> web.StreamResponse:
    """Save it; or the page again with what was typed."""
    desk = desk_of(request)
    asked, sent = await _asked(request, desk), await posted(request)
    form = answer_form(asked.form, sent=sent)
    if form.validate() and await _save(request, desk, asked, form):
        raise tell(session_of(request), request.path, "The form is saved")
    if not form.stale:
        return await _page(request, asked, form)
    now = await _asked(request, desk)
    form.etag.data = now.etag
    return await _page(request, now, form, _differing(now, form.answers()))


@ROUTES.get(_MINUTES + "/document")
async def document(request: web.Request) -> web.StreamResponse:
    """As a PDF or a Word file to keep."""
    desk, audience, form = desk_of(request), request.query.get("for", ""), request.query.get("as", "")
    if audience not in _AUDIENCES or form not in _FORMATS:
        raise Absent
    wanted = pb.RenderMinutesDocumentRequest(
        name=_name(request, desk), audience=_AUDIENCES[audience], format=_FORMATS[form]
    )
    try:
        made = await desk.ask("panels", desk.minutes.RenderMinutesDocument, wanted)
    except Refused as refusal:
        context = {"key": request.match_info["minutes"], "why": words_for(refusal)}
        return await page(request, "minutes/no_copy.html", context, status=409)
    return document_answer(made.file_name, made.content)


async def _asked(request: web.Request, desk: Desk) -> pb.MinutesForm:
    forms = await forms_of(desk, _name(request, desk))
    found = next((one for one in forms.forms if one.form.key == request.match_info["form"]), None)
    if found is None:
        raise Absent
    return found


async def forms_of(desk: Desk, name: str) -> pb.GetMinutesFormsResponse:
    """Every form of some minutes."""
    return await desk.ask("panels", desk.minutes.GetMinutesForms, pb.GetMinutesFormsRequest(name=name))


async def _save(request: web.Request, desk: Desk, asked: pb.MinutesForm, form: AnswerForm) -> bool:
    wanted = pb.FillMinutesFormRequest(
        name=_name(request, desk),
        form=asked.form.key,
        answers=form.answers(),
        etag=form.etag.data or "",
        passages_confirmed=bool(form.passages_confirmed.data),
        request_id=form.request_id.data or "",
    )
    try:
        await desk.ask("panels", desk.minutes.FillMinutesForm, wanted)
    except Refused as refusal:
        form.take(refusal)
        return False
    except Absent:
        form.refuse("You may read this form and not fill it in. Nothing was saved.")
        return False
    except Away as away:
        form.refuse(away_words(away.service))
        return False
    return True


def _differing(now: pb.MinutesForm, typed: Iterable[form_pb2.FormAnswer]) -> Sequence[tuple[str, str]]:
    """(label, what stands there now) of each question that was answered otherwise here."""
    stands, here = {one.field: one for one in now.answers}, {one.field: one for one in typed}
    nothing = form_pb2.FormAnswer()
    both = (
        (field.label, in_words(field, stands.get(field.key, nothing)), in_words(field, here.get(field.key, nothing)))
        for part in now.form.parts
        for field in part.fields
    )
    return [(label, there or "Nothing") for label, there, mine in both if there != mine]


async def _page(
    request: web.Request, asked: pb.MinutesForm, form: AnswerForm, stands_now: Sequence[tuple[str, str]] = ()
) -> web.Response:
    desk = desk_of(request)
    minutes = await _minutes(desk, _name(request, desk))
    subjects = await desk.known(subjects_of(desk, [minutes.subject]))
    context = {
        "form": form,
        "asked": asked,
        "key": request.match_info["minutes"],
        "who": who_words((subjects.value or {}).get(minutes.subject)),
        "draft": minutes.state == panel_pb2.MINUTES_STATE_DRAFT,
        "stands_now": stands_now,
    }
    return await page(request, "minutes/form.html", context)


async def _minutes(desk: Desk, name: str) -> panel_pb2.Minutes:
    reply = await desk.ask("panels", desk.panels.GetMinutes, panels_service_pb2.GetMinutesRequest(name=name))
    minutes: panel_pb2.Minutes = reply.minutes
    return minutes


def _name(request: web.Request, desk: Desk) -> str:
    return desk.name("minutes", request.match_info["minutes"])
