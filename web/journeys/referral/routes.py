"""`/referrals`, `/children/{key}/refer` and its like, `/referrals/{referral}` and its parts."""

from http import HTTPStatus
from typing import Any

from aiohttp import web
from permanence.panels.v1 import form_pb2
from permanence.panels.v1 import referrals_service_pb2 as pb
from permanence.panels.v1.minutes_service_pb2 import DOCUMENT_FORMAT_PDF, DOCUMENT_FORMAT_WORD

from web.agenda import bodies_of
from web.answer_form import AnswerForm, answer_form
from web.desk import Absent, Away, Desk, Refused, desk_of, key_of
from web.done import tell, told
from web.file_answer import document_answer
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.referral.forms import ChooseForm, HandInForm, ReasonForm
from web.journeys.referral.opened import REFERRAL, Opened, forms_of, opened_of, papers_of
from web.journeys.referral.presenters import (
    STATES,
    choices,
    missing_rows,
    part_rows,
    record_words,
    referral_row,
    state_keys,
)
from web.page import away_words, page
from web.paper import paper_words
from web.roles import REFERRAL_RETURNERS, REFERRERS, may
from web.subjects import SUBJECT, called, collection_asked, subject_asked, subject_path, subjects_of

ROUTES = web.RouteTableDef()
_PAGE_SIZE = 25
_KINDS = {"children": "child", "siblingGroups": "sibling_group", "carerHouseholds": "carer_household"}
_FORMATS = {"pdf": DOCUMENT_FORMAT_PDF, "word": DOCUMENT_FORMAT_WORD}
_NOT_YOURS = "You may read this referral and not change it. Nothing was changed."


@ROUTES.get("/referrals")
async def referrals(request: web.Request) -> web.StreamResponse:
    """Those about people whom the reader may know of, the newest first."""
    desk, token, chosen = desk_of(request), request.query.get("page", ""), request.query.get("state", "")
    states = {key: state for key, state, _, _ in STATES}
    wanted = pb.ListReferralFormsRequest(
        parent=desk.parent,
        state=states.get(chosen, pb.REFERRAL_FORM_STATE_UNSPECIFIED),
        page_size=_PAGE_SIZE,
        page_token=token,
    )
    listed, forms, bodies = await desk.together(
        desk.ask("panels", desk.referrals.ListReferralForms, wanted), forms_of(desk), bodies_of(desk)
    )
    names = await desk.known(subjects_of(desk, {name for one in listed.referral_forms for name in one.subjects}))
    rows = [referral_row(one, forms, bodies, names.value or {}) for one in listed.referral_forms]
    context = {
        "rows": rows,
        "states": state_keys(),
        "chosen": chosen if chosen in states else "",
        "first_page": not token,
        "next_page": listed.next_page_token,
        "names_away": bool(names.away),
        "may_find": may(session_of(request).caller, REFERRERS),
    }
    return await page(request, "referral/list.html", context)


@ROUTES.get(SUBJECT + "/refer")
async def choose(request: web.Request) -> web.StreamResponse:
    """To which panel, or to the coordinators."""
    return await _choose_page(request, ChooseForm())


@ROUTES.post(SUBJECT + "/refer")
async def begin(request: web.Request) -> web.StreamResponse:
    """A draft with what is known, and on to its parts."""
    desk, form = desk_of(request), ChooseForm(await posted(request))
    if not form.validate():
        return await _choose_page(request, form)
    key, _, body = (form.wanted.data or "").partition("/")
    wanted = pb.CreateReferralFormRequest(
        parent=desk.parent,
        form=key,
        subjects=[subject_asked(request, desk)],
        body=desk.name("bodies", body) if body else "",
        request_id=form.request_id.data or "",
    )
    try:
        made = await desk.ask("panels", desk.referrals.CreateReferralForm, wanted)
    except Refused as refusal:
        form.take(refusal)
        return await _choose_page(request, form)
    raise web.HTTPSeeOther(f"/referrals/{key_of(made.referral_form.name)}")


@ROUTES.get(REFERRAL)
async def referral_page(request: web.Request) -> web.StreamResponse:
    """Its parts, what is missing, and what can be done with it."""
    opened = await opened_of(request, desk_of(request))
    return await _referral_page(request, opened, HandInForm(etag=opened.referral.etag))


@ROUTES.post(REFERRAL)
async def submit(request: web.Request) -> web.StreamResponse:
    """Hand it in as it was read."""
    desk, form = desk_of(request), HandInForm(await posted(request))
    opened = await opened_of(request, desk)
    wanted = pb.SubmitReferralFormRequest(
        name=opened.referral.name,
        etag=form.etag.data or "",
        papers_follow_because=form.papers_follow_because.data or "",
        request_id=form.request_id.data or "",
    )
    if form.validate() and await _done(desk, form, desk.referrals.SubmitReferralForm, wanted):
        raise tell(session_of(request), opened.path, "The referral is submitted")
    opened = await opened_of(request, desk)
    form.etag.data = opened.referral.etag
    return await _referral_page(request, opened, form)


@ROUTES.get(REFERRAL + "/document")
async def document(request: web.Request) -> web.StreamResponse:
    """As a PDF or a Word file to keep."""
    desk, form = desk_of(request), request.query.get("as", "")
    if form not in _FORMATS:
        raise Absent
    name = desk.name("referralForms", request.match_info["referral"])
    wanted = pb.RenderReferralFormRequest(name=name, format=_FORMATS[form])
    made = await desk.ask("panels", desk.referrals.RenderReferralForm, wanted)
    return document_answer(made.file_name, made.content)


@ROUTES.get(REFERRAL + "/parts/{part:[a-z_]+}")
async def part_page(request: web.Request) -> web.StreamResponse:
    """With what was saved, or what is known beforehand."""
    opened = await opened_of(request, desk_of(request))
    asks = _asks(opened, request.match_info["part"])
    return await _part_page(request, opened, answer_form(asks, opened.referral.answers, opened.referral.etag))


@ROUTES.post(REFERRAL + "/parts/{part:[a-z_]+}")
async def save_part(request: web.Request) -> web.StreamResponse:
    """Save it, and on to the next part; or the page again with what was typed."""
    desk = desk_of(request)
    opened, sent = await opened_of(request, desk), await posted(request)
    form = answer_form(_asks(opened, request.match_info["part"]), sent=sent)
    wanted = pb.SaveReferralFormRequest(
        name=opened.referral.name,
        etag=form.etag.data or "",
        answers=form.answers(),
        request_id=form.request_id.data or "",
    )
    if form.validate() and await _done(desk, form, desk.referrals.SaveReferralForm, wanted):
        onward = request.path if "stay" in sent else _onward(opened, request.match_info["part"])
        raise tell(session_of(request), onward, "Saved")
    if form.stale:
        opened = await opened_of(request, desk)
        form.etag.data = opened.referral.etag
    return await _part_page(request, opened, form)


@ROUTES.get(REFERRAL + "/withdraw")
@ROUTES.get(REFERRAL + "/return")
async def ask_why(request: web.Request) -> web.StreamResponse:
    """What it means, and why it is done."""
    return await _reason_page(request, await opened_of(request, desk_of(request)), ReasonForm())


@ROUTES.post(REFERRAL + "/withdraw")
@ROUTES.post(REFERRAL + "/return")
async def give_back(request: web.Request) -> web.StreamResponse:
    """For good, or for more."""
    desk, form = desk_of(request), ReasonForm(await posted(request))
    opened = await opened_of(request, desk)
    given = {"name": opened.referral.name, "reason": form.reason.data or "", "request_id": form.request_id.data or ""}
    if not form.validate():
        return await _reason_page(request, opened, form)
    if _withdraws(request):
        withdrawing = pb.WithdrawReferralFormRequest(**given)
        done, words = await _done(desk, form, desk.referrals.WithdrawReferralForm, withdrawing), "withdrawn"
    else:
        returning = pb.ReturnReferralFormRequest(**given)
        done, words = await _done(desk, form, desk.referrals.ReturnReferralForm, returning), "returned for more"
    if done:
        raise tell(session_of(request), opened.path, f"The referral is {words}")
    return await _reason_page(request, opened, form)


def _withdraws(request: web.Request) -> bool:
    """Or else returns it."""
    return request.path.endswith("/withdraw")


async def _done(desk: Desk, form: PageForm, method: Any, wanted: Any) -> bool:
    """Whether it was done; where not, the form says why."""
    try:
        await desk.ask("panels", method, wanted)
    except Refused as refusal:
        form.take(refusal)
        return False
    except Absent:
        form.refuse(_NOT_YOURS)
        return False
    except Away as away:
        form.refuse(away_words(away.service))
        return False
    return True


def _asks(opened: Opened, part: str) -> form_pb2.Form:
    """The form with one part alone."""
    found = next((one for one in opened.form.parts if one.key == part), None)
    if found is None:
        raise Absent
    asked = form_pb2.Form(key=opened.form.key, title=opened.form.title, parts=[found])
    for field in asked.parts[0].fields:
        field.hint = ". ".join(one for one in (field.hint.rstrip("."), record_words(opened.referral, field)) if one)
    return asked


def _onward(opened: Opened, part: str) -> str:
    """The path of the next part that can be filled in; of the referral itself after the last."""
    rows = [row for row in part_rows(opened.form, opened.referral) if row.open or row.key == part]
    place = next(place for place, row in enumerate(rows) if row.key == part)
    return f"{opened.path}/parts/{rows[place + 1].key}" if place + 1 < len(rows) else opened.path


async def _choose_page(request: web.Request, form: ChooseForm) -> web.Response:
    desk, name = desk_of(request), subject_asked(request, desk_of(request))
    names, forms, bodies = await desk.together(subjects_of(desk, [name]), forms_of(desk), bodies_of(desk))
    kind = _KINDS.get(collection_asked(request), "")
    if name not in names or not kind:
        raise Absent
    listed = choices(forms.values(), bodies, kind)
    form.wanted.choices = [(one.value, one.words) for one in listed]
    context = {"form": form, "choices": listed, "who": called(names[name]), "back": subject_path(name)}
    return await page(request, "referral/choose.html", context)


async def _referral_page(request: web.Request, opened: Opened, form: HandInForm) -> web.Response:
    desk, caller = desk_of(request), session_of(request).caller
    referral = opened.referral
    bodies, names, papers = await desk.together(
        bodies_of(desk), desk.known(subjects_of(desk, referral.subjects)), papers_of(desk, referral)
    )
    rows, mine = part_rows(opened.form, referral), may(caller, REFERRERS)
    with_referrer = referral.state in (pb.REFERRAL_FORM_STATE_DRAFT, pb.REFERRAL_FORM_STATE_RETURNED)
    submitted = referral.state == pb.REFERRAL_FORM_STATE_SUBMITTED
    context = {
        "form": form,
        "row": referral_row(referral, {opened.form.key: opened.form}, bodies, names.value or {}),
        "parts": rows,
        "missing": sum(len(row.missing) for row in rows),
        "reason": referral.reason,
        "returned": referral.state == pb.REFERRAL_FORM_STATE_RETURNED,
        "may_fill": mine,
        "may_submit": mine and with_referrer,
        "may_withdraw": mine and (with_referrer or submitted),
        "may_return": submitted and may(caller, REFERRAL_RETURNERS),
        "has_papers": bool(referral.body),
        "papers": [paper_words(one) for one in papers.papers],
        "papers_missing": [one for one in missing_rows(referral, names.value or {}, papers) if one.missing],
        "papers_may_follow": papers.may_follow,
        "papers_follow_because": referral.papers_follow_because,
        "done": told(session_of(request), request.path),
    }
    return await page(request, "referral/referral.html", context)


async def _part_page(request: web.Request, opened: Opened, form: AnswerForm) -> web.Response:
    desk = desk_of(request)
    bodies, names = await desk.together(bodies_of(desk), desk.known(subjects_of(desk, opened.referral.subjects)))
    rows = {row.key: row for row in part_rows(opened.form, opened.referral)}
    context = {
        "form": form,
        "row": referral_row(opened.referral, {opened.form.key: opened.form}, bodies, names.value or {}),
        "part": rows[request.match_info["part"]],
        "path_here": request.path,
        "may_fill": may(session_of(request).caller, REFERRERS),
        "done": told(session_of(request), request.path),
    }
    return await page(request, "referral/part.html", context)


async def _reason_page(request: web.Request, opened: Opened, form: ReasonForm) -> web.Response:
    desk = desk_of(request)
    bodies, names = await desk.together(bodies_of(desk), desk.known(subjects_of(desk, opened.referral.subjects)))
    context = {
        "form": form,
        "row": referral_row(opened.referral, {opened.form.key: opened.form}, bodies, names.value or {}),
        "withdraw": _withdraws(request),
    }
    return await page(request, "referral/reason.html", context, status=HTTPStatus.OK)
