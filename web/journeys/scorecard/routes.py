"""`/scorecard`, its file, and `/scorecard/{measure}` with the cases behind a figure."""

from typing import Any

from aiohttp import web
from permanence.cases.v1 import performance_service_pb2 as pb

from web.desk import COUNT_SECONDS, Absent, Desk, desk_of
from web.file_answer import file_answer
from web.guard import PAGE_FIELD, session_of
from web.journeys.scorecard.presenters import by_set, late_rows, measure_rows
from web.journeys.scorecard.run_chart import run_chart
from web.page import page
from web.period import Period, PeriodForm, days_of, is_sent, last_full_months
from web.roles import COUNTERS, FIGURE_READERS, may
from web.words import civil, wire_date

ROUTES = web.RouteTableDef()
MOST_MONTHS = 36
USUAL_MONTHS = 12
PAGE_SIZE = 50


@ROUTES.get("/scorecard")
async def scorecard(request: web.Request) -> web.StreamResponse:
    """Every measure of a period."""
    return await _with_figures(request, "/scorecard", "scorecard/scorecard.html")


@ROUTES.get("/scorecard/file")
async def scorecard_file(request: web.Request) -> web.StreamResponse:
    """The figures with small numbers suppressed, as a file."""
    desk, (_, period) = desk_of(request), _asked(request)
    if period is None:
        raise web.HTTPSeeOther("/scorecard")
    reply = await desk.ask(
        "cases",
        desk.performance.ExportScorecard,
        pb.ExportScorecardRequest(parent=desk.parent, **_days(period)),
        seconds=COUNT_SECONDS,
    )
    return file_answer(reply.file_name, reply.content)


@ROUTES.get("/scorecard/{measure:[a-z-]{1,80}}")
async def measure(request: web.Request) -> web.StreamResponse:
    """One measure: its months, and the cases that are not as they should be."""
    slug = request.match_info["measure"]
    return await _with_figures(request, f"/scorecard/{slug}", "scorecard/measure.html", slug)


async def _with_figures(request: web.Request, path: str, template: str, slug: str = "") -> web.StreamResponse:
    """The page of a period; the form with what is wrong with it, and no figures, where it is none."""
    desk, (form, period) = desk_of(request), _asked(request)
    caller = session_of(request).caller
    if not may(caller, FIGURE_READERS):
        raise Absent
    if period is not None and is_sent(request.query):
        raise web.HTTPSeeOther(f"{path}?{period.query}")
    context: dict[str, Any] = {
        "form": form,
        "period": period,
        "path": path,
        "may_export": may(caller, COUNTERS),
        "may_see_all": may(caller, COUNTERS),
    }
    if period is not None:
        token = request.query.get(PAGE_FIELD, "")
        context |= await (_of_measure(desk, slug, period, token) if slug else _of_all(desk, period))
    return await page(request, template, context)


async def _of_all(desk: Desk, period: Period) -> dict[str, Any]:
    reply = await _figures(desk, period)
    return {"sets": by_set(measure_rows(reply.measures)), **_basis(reply)}


async def _of_measure(desk: Desk, slug: str, period: Period, token: str) -> dict[str, Any]:
    reply = await _figures(desk, period)
    one = next((row for row in measure_rows(reply.measures) if row.slug == slug), None)
    if one is None:
        raise Absent
    listed = pb.ListLateResponse()
    if one.figure is not None and one.figure.to_look_at:
        listed = await _late(desk, slug, period, token)
    return {
        "measure": one,
        "chart": run_chart(one.months, in_days=one.in_days),
        "cases": late_rows(listed.late_items),
        "next_page": listed.next_page_token,
        "first_page": not token,
        **_basis(reply),
    }


async def _figures(desk: Desk, period: Period) -> pb.GetScorecardResponse:
    request = pb.GetScorecardRequest(parent=desk.parent, **_days(period))
    return await desk.ask("cases", desk.performance.GetScorecard, request, seconds=COUNT_SECONDS)


async def _late(desk: Desk, slug: str, period: Period, token: str) -> pb.ListLateResponse:
    request = pb.ListLateRequest(
        parent=desk.parent,
        measure=slug.replace("-", "_"),
        page_size=PAGE_SIZE,
        page_token=token,
        **_days(period),
    )
    return await desk.ask("cases", desk.performance.ListLate, request, seconds=COUNT_SECONDS)


def _basis(reply: pb.GetScorecardResponse) -> dict[str, Any]:
    return {"children": reply.children, "as_of": civil(reply.as_of_date)}


def _asked(request: web.Request) -> tuple[PeriodForm, Period | None]:
    today = desk_of(request).today()
    usual = last_full_months(today, USUAL_MONTHS)
    sent = is_sent(request.query)
    form = PeriodForm(request.query) if sent else PeriodForm(**days_of(request.query, usual))
    return form, form.period(today, MOST_MONTHS)


def _days(period: Period) -> dict[str, Any]:
    return {"from_date": wire_date(period.first), "until_date": wire_date(period.last)}
