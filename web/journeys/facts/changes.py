"""Recording what happened, putting the day of a fact right, and withdrawing one."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from google.protobuf.message import Message
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1.obligation_pb2 import CaseEvent

from web.brand import Brand
from web.desk import Away, Refused, desk_of
from web.done import tell
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.facts.case_facts import CaseFacts, facts_to_change
from web.journeys.facts.forms import DayForm, RecordForm
from web.journeys.facts.presenters import OBLIGATION_MET, fact_row, grouped, types_for, what_changed
from web.keys import KEY
from web.page import BRANDS, page
from web.subjects import SUBJECT, subject_path
from web.words import civil, clock_time, london, timestamp, wire_date

ROUTES = web.RouteTableDef()
_NEW = SUBJECT + "/facts/new"
_FACT = SUBJECT + f"/facts/{{fact:{KEY}}}"


@ROUTES.get(_NEW)
async def ask_what_happened(request: web.Request) -> web.StreamResponse:
    """What happened and when; with `?clock=`, when that clock was met."""
    case, brand = await facts_to_change(request), await _brand(request)
    return await _new_page(request, case, brand, _new_form(request, case, brand))


@ROUTES.post(_NEW)
async def record(request: web.Request) -> web.StreamResponse:
    """Record it; or the page again with what was typed."""
    sent = await posted(request)
    case, brand = await facts_to_change(request), await _brand(request)
    form = _new_form(request, case, brand, sent)
    if not form.validate():
        return await _new_page(request, case, brand, form)
    clock = case.clock(request.query.get("clock", ""))
    wanted = pb.RecordCaseEventRequest(
        subject=case.subject.name,
        type=OBLIGATION_MET if clock else form["event"].data,
        on_date=wire_date(form.on.data),
        at_time=timestamp(form.instant) if form.instant else None,
        rule_id=clock.rule_id if clock else "",
        plan="" if clock else form["plan"].data or "",
        request_id=form.request_id.data or "",
    )
    changed = await _changed(request, desk_of(request).cases.RecordCaseEvent, wanted, form)
    if changed is None:
        return await _new_page(request, case, brand, form)
    raise _back(request, case, what_changed("It is recorded", changed))


@ROUTES.get(_FACT + "/correct")
async def ask_for_day(request: web.Request) -> web.StreamResponse:
    """The fact, and the day on which it really was."""
    case, brand = await facts_to_change(request), await _brand(request)
    one = case.fact(request.match_info["fact"])
    at = clock_time(london(one.at_time)) if one.HasField("at_time") else ""
    form = DayForm.about(brand.event_types.get(one.type), desk_of(request).today(), on=civil(one.on_date), at=at)
    return await _fact_page(request, case, one, form, "facts/correct.html")


@ROUTES.post(_FACT + "/correct")
async def correct(request: web.Request) -> web.StreamResponse:
    """Put it right; or the page again with what was typed."""
    sent = await posted(request)
    case, brand = await facts_to_change(request), await _brand(request)
    one = case.fact(request.match_info["fact"])
    form = DayForm.about(brand.event_types.get(one.type), desk_of(request).today(), sent)
    if not form.validate():
        return await _fact_page(request, case, one, form, "facts/correct.html")
    wanted = pb.CorrectCaseEventRequest(
        name=one.name,
        on_date=wire_date(form.on.data),
        at_time=timestamp(form.instant) if form.instant else None,
        request_id=form.request_id.data or "",
    )
    changed = await _changed(request, desk_of(request).cases.CorrectCaseEvent, wanted, form)
    if changed is None:
        return await _fact_page(request, case, one, form, "facts/correct.html")
    raise _back(request, case, what_changed("It is put right", changed))


@ROUTES.get(_FACT + "/withdraw")
async def ask_to_withdraw(request: web.Request) -> web.StreamResponse:
    """The fact, and what withdrawing it does."""
    case = await facts_to_change(request)
    return await _fact_page(request, case, case.fact(request.match_info["fact"]), PageForm(), "facts/withdraw.html")


@ROUTES.post(_FACT + "/withdraw")
async def withdraw(request: web.Request) -> web.StreamResponse:
    """Withdraw it. Sent twice, it is gone the second time: then the page says that it was withdrawn."""
    form = PageForm(await posted(request))
    case = await facts_to_change(request)
    desk = desk_of(request)
    name = desk.name("caseEvents", request.match_info["fact"])
    wanted = pb.WithdrawCaseEventRequest(name=name, request_id=form.request_id.data or "")
    changed = await _changed(request, desk.cases.WithdrawCaseEvent, wanted, form)
    if changed is None:
        one = case.fact(request.match_info["fact"])
        return await _fact_page(request, case, one, form, "facts/withdraw.html")
    raise _back(request, case, what_changed("It is withdrawn", changed))


async def _changed(
    request: web.Request, method: Callable[..., Awaitable[Any]], wanted: Message, form: PageForm
) -> Any | None:
    """The clocks that changed; None where the service refused, which the form then says."""
    try:
        reply = await desk_of(request).ask("cases", method, wanted)
    except Refused as refusal:
        form.take(refusal)
        return None
    return reply.changed_obligations


async def _brand(request: web.Request) -> Brand:
    """With what can be recorded. Away where nobody has it, since nothing could be chosen."""
    brand = await request.app[BRANDS].of(desk_of(request))
    if not brand.event_types:
        raise Away("cases")
    return brand


def _new_form(request: web.Request, case: CaseFacts, brand: Brand, sent: Any = None) -> DayForm:
    today = desk_of(request).today()
    if case.clock(request.query.get("clock", "")):
        return DayForm.about(brand.event_types.get(OBLIGATION_MET), today, sent)
    return RecordForm.among(types_for(case.subject, brand.event_types.values()), brand.plans, today, sent)


async def _new_page(request: web.Request, case: CaseFacts, brand: Brand, form: DayForm) -> web.StreamResponse:
    types = types_for(case.subject, brand.event_types.values())
    context = {
        "form": form,
        "subject": case.subject,
        "here": subject_path(case.subject.name),
        "clock": case.clock(request.query.get("clock", "")),
        "groups": grouped(types, brand),
        "timed": [brand.event_words(one.type) for one in types if one.takes_time],
        "planned": any(one.about_plan for one in types),
        "action": request.path_qs,
    }
    return await page(request, "facts/new.html", context)


async def _fact_page(
    request: web.Request, case: CaseFacts, one: CaseEvent, form: PageForm, template: str
) -> web.StreamResponse:
    brand = await request.app[BRANDS].of(desk_of(request))
    kind = brand.event_types.get(one.type)
    context = {
        "form": form,
        "subject": case.subject,
        "here": subject_path(case.subject.name),
        "row": fact_row(one, case, brand),
        "takes_time": kind is not None and kind.takes_time,
        "action": request.path,
    }
    return await page(request, template, context)


def _back(request: web.Request, case: CaseFacts, words: str) -> web.HTTPSeeOther:
    return tell(session_of(request), subject_path(case.subject.name), words)
