"""`/children/{key}/facts` and its like: what happened, the latest at the top."""

from aiohttp import web

from web.desk import desk_of
from web.guard import session_of
from web.journeys.facts.case_facts import facts_of
from web.journeys.facts.presenters import fact_rows
from web.page import BRANDS, page
from web.roles import RECORDERS, may
from web.subjects import SUBJECT, subject_path

ROUTES = web.RouteTableDef()


@ROUTES.get(SUBJECT + "/facts")
async def facts(request: web.Request) -> web.StreamResponse:
    """Every fact, and why one is not used."""
    case = await facts_of(request)
    brand = await request.app[BRANDS].of(desk_of(request))
    context = {
        "subject": case.subject,
        "here": subject_path(case.subject.name),
        "rows": fact_rows(case, brand),
        "may_record": may(session_of(request).caller, RECORDERS),
    }
    return await page(request, "facts/facts.html", context)
