"""`/answer/{token}`: whoever was asked about dates answers, without an account, a session or a cookie.

Whoever has the address may answer: it is the proof that elsewhere a form's token is. It stands in no log (only the
route's pattern does), and is told to no page that it leads to (`Referrer-Policy: no-referrer`).
"""

import re
from http import HTTPStatus
from typing import Any, TypeVar

from aiohttp import web
from google.protobuf.message import Message
from permanence.scheduler.v1 import date_offers_service_pb2 as pb
from permanence.scheduler.v1.date_offer_pb2 import DATE_OFFER_STATE_OPEN
from permanence.scheduler.v1.date_offers_service_pb2_grpc import DateOffersServiceStub

from servicekit.config import Council
from servicekit.errors import RemoteRefusal, TransactionConflict, Unavailable
from web.desk import Absent, Away
from web.feed_peer import ANSWER_GATE, FEED_PEER
from web.form import posted
from web.guard import CONFIG
from web.journeys.date_offer.forms import AnswersForm
from web.journeys.date_offer.presenters import over_words, sheet_labels
from web.page import BRANDS, page
from web.words import london, moment

ROUTES = web.RouteTableDef()
R = TypeVar("R", bound=Message)
_PATH = "/answer/{token}"
# The council stands before the secret, so that only its own rows are looked at.
_TOKEN = re.compile(r"(?P<council>[a-z0-9][a-z0-9-]{0,62})\.(?P<secret>[A-Za-z0-9_-]{43})")
_SECONDS_TO_WAIT = "60"


@ROUTES.get(_PATH)
async def show(request: web.Request) -> web.StreamResponse:
    """The dates, with what was answered before; or that it is over."""
    council, secret = _asked(request)
    gate = request.app[ANSWER_GATE]
    if gate.locked():
        return await _later(request, council, HTTPStatus.TOO_MANY_REQUESTS)
    async with gate:
        try:
            sheet = await _read(request, council, secret)
        except Away:
            return await _later(request, council, HTTPStatus.SERVICE_UNAVAILABLE)
    form = AnswersForm()
    form.show({one.number: one.answer for one in sheet.dates})
    return await _sheet_page(request, council, sheet, form)


@ROUTES.post(_PATH)
async def answer(request: web.Request) -> web.StreamResponse:
    """Keep the answers; or the page again with what is missing."""
    council, secret = _asked(request)
    form, gate = AnswersForm(await posted(request)), request.app[ANSWER_GATE]
    if gate.locked():
        return await _later(request, council, HTTPStatus.TOO_MANY_REQUESTS, form)
    async with gate:
        try:
            sheet = await _read(request, council, secret)
            answers = form.answers(sheet_labels(sheet))
            if answers:
                await _send(request, council, secret, answers, form)
            if not answers or form.faults:  # something is missing or to be sent again, or it is over
                return await _sheet_page(request, council, sheet, form)
        except Away:
            return await _later(request, council, HTTPStatus.SERVICE_UNAVAILABLE, form)
    raise web.HTTPSeeOther(request.path)


def _asked(request: web.Request) -> tuple[Council, str]:
    """One answer for every address that opens nothing."""
    asked = _TOKEN.fullmatch(request.match_info["token"])
    council = request.app[CONFIG].council(asked["council"]) if asked else None
    if asked is None or council is None:
        raise Absent
    return council, asked["secret"]


async def _read(request: web.Request, council: Council, secret: str) -> pb.AnswerSheet:
    wanted = pb.ReadOfferedDatesRequest(parent=f"councils/{council.slug}", token=secret)
    stub = DateOffersServiceStub(request.app[FEED_PEER].channel)
    reply: pb.ReadOfferedDatesResponse = await _ask(request, council, stub.ReadOfferedDates, wanted)
    return reply.answer_sheet


async def _send(request: web.Request, council: Council, secret: str, answers: Any, form: AnswersForm) -> None:
    """Where it was closed in this very moment, the page that follows says so.

    Whoever goes back and changes their answers sends the same page twice: the form then asks for a second sending.
    """
    wanted = pb.AnswerOfferedDatesRequest(
        parent=f"councils/{council.slug}", token=secret, answers=answers, request_id=form.request_id.data or ""
    )
    stub = DateOffersServiceStub(request.app[FEED_PEER].channel)
    try:
        await _ask(request, council, stub.AnswerOfferedDates, wanted)
    except RemoteRefusal as refusal:
        if refusal.code == "INVALID_ARGUMENT":  # the page's request_id was used before, or is none
            form.send_again()
        elif refusal.remote_reason != "DATE_OFFER_CLOSED":
            raise


async def _ask(request: web.Request, council: Council, method: Any, wanted: Message) -> Any:
    try:
        return await request.app[FEED_PEER].call(method, wanted, council=council)
    except (Unavailable, TransactionConflict) as error:
        raise Away("scheduler") from error
    except RemoteRefusal as refusal:
        if refusal.code in ("NOT_FOUND", "PERMISSION_DENIED"):
            raise Absent from refusal
        raise


async def _sheet_page(
    request: web.Request, council: Council, sheet: pb.AnswerSheet, form: AnswersForm
) -> web.StreamResponse:
    if sheet.state != DATE_OFFER_STATE_OPEN:
        heading, text = over_words(sheet)
        context = {**_around(request, council), "heading": heading, "text": text}
        return await page(request, "date_offer/over.html", context)
    labels = sheet_labels(sheet)
    for number, label in labels.items():
        form.field(number).label.text = label
    context = {
        **_around(request, council),
        "form": form,
        "fields": [form.field(number) for number in labels],
        "remote": sheet.remote,
        "until": moment(london(sheet.expire_time)),
        "answered": moment(london(sheet.answer_time)) if sheet.HasField("answer_time") else "",
    }
    return await page(request, "date_offer/answer.html", context)


async def _later(
    request: web.Request, council: Council, status: int, form: AnswersForm | None = None
) -> web.StreamResponse:
    """Not now; what was chosen is kept in the page, to be sent again."""
    chosen = [(one.name, one.data) for one in form if one.data] if form else []
    response = await page(
        request, "date_offer/later.html", {**_around(request, council), "chosen": chosen}, status=status
    )
    response.headers["Retry-After"] = _SECONDS_TO_WAIT
    return response


def _around(request: web.Request, council: Council) -> dict[str, Any]:
    return {
        "brand": request.app[BRANDS].plain(council.slug),
        "council": council.name,
        "telephone": council.telephone,
        "path": request.path,
    }
