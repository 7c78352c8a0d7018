"""`/returns`; of each file what is to be looked at, and the file itself: two calls, nothing is kept between them."""

from typing import Any

from aiohttp import web
from permanence.cases.v1 import returns_service_pb2 as pb

from web.desk import COUNT_SECONDS, Absent, Desk, desk_of
from web.file_answer import file_answer
from web.guard import session_of
from web.journeys.returns.forms import FILES, ReturnFile, ReturnForm, return_year
from web.journeys.returns.presenters import file_of, made_of, page_of
from web.page import page
from web.period import Period, days_of, is_sent
from web.roles import COUNTERS, may
from web.words import wire_date

ROUTES = web.RouteTableDef()
_FILE = "/returns/{file:[a-z0-9-]{1,40}}"


@ROUTES.get("/returns")
async def returns(request: web.Request) -> web.StreamResponse:
    """Which file, of which days."""
    if not may(session_of(request).caller, COUNTERS):
        raise Absent
    form, period = _asked(request, "yearly-reviews")
    if period is not None and is_sent(request.query):
        raise web.HTTPSeeOther(f"/returns/{form.file.data}?{period.query}")
    return await page(request, "returns/returns.html", {"form": form, "files": FILES})


@ROUTES.get(_FILE)
async def findings(request: web.Request) -> web.StreamResponse:
    """What is to be looked at before the file is sent."""
    key, file = _file(request)
    period = _asked(request, key)[1]
    if period is None:  # an address that somebody has changed
        raise web.HTTPSeeOther("/returns")
    made = made_of(await _export(desk_of(request), file, period))
    reason = made.reason(request.query.get("reason", ""))
    rows, number, pages = page_of(reason.rows if reason else (), _number(request.query.get("page", "")))
    context: dict[str, Any] = {"key": key, "file": file, "period": period, "made": made, "reason": reason}
    context |= {"rows": rows, "number": number, "pages": pages}
    return await page(request, "returns/findings.html", context)


@ROUTES.get(_FILE + "/file")
async def return_file(request: web.Request) -> web.StreamResponse:
    """The file, whole or not at all."""
    key, file = _file(request)
    period = _asked(request, key)[1]
    if period is None:
        raise web.HTTPSeeOther("/returns")
    return file_answer(*file_of(await _export(desk_of(request), file, period)))


async def _export(desk: Desk, file: ReturnFile, period: Period) -> list[pb.ExportReturnResponse]:
    request = pb.ExportReturnRequest(
        parent=desk.parent,
        form=file.form,
        from_date=wire_date(period.first),
        until_date=wire_date(period.last),
    )
    return await desk.ask_all("cases", desk.returns.ExportReturn, request, seconds=COUNT_SECONDS)


def _file(request: web.Request) -> tuple[str, ReturnFile]:
    key = request.match_info["file"]
    if key not in FILES or not may(session_of(request).caller, COUNTERS):
        raise Absent
    return key, FILES[key]


def _asked(request: web.Request, file: str) -> tuple[ReturnForm, Period | None]:
    today = desk_of(request).today()
    days = days_of(request.query, return_year(today))
    form = ReturnForm(request.query) if is_sent(request.query) else ReturnForm(file=file, **days)
    return form, form.period(today)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
