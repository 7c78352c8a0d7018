"""Makes pages: the layout's context, words for templates, and the pages that say why there is no other."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp_jinja2
import jinja2
from aiohttp import web

from servicekit.call import current_request_id
from web import words
from web.brand import Brand, Brands
from web.desk import DESK
from web.done import told
from web.form import sent_fields, typed_of
from web.headers import NONCE
from web.roles import ARRANGERS, CASE_STAFF, doors_for, may
from web.session import Session

HERE = Path(__file__).parent
BRANDS: web.AppKey[Brands] = web.AppKey("brands", Brands)
SESSION: web.RequestKey[Session] = web.RequestKey("session", Session)

# What each service gives the site, for pages that must say what still works without it.
_GIVES = {
    "cases": "children's names, their clocks and the people around them",
    "scheduler": "times, rooms and meetings",
    "panels": "panels' agendas, outcomes and minutes",
    "notifications": "invitations and answers",
}
_WORKS_WITHOUT = {
    "cases": "A booked meeting can still be read by reference where its case is not restricted. Lists and agendas "
    "can be read unless a restricted case stands in them.",
    "scheduler": "Children's clocks, panels' agendas and minutes can still be used.",
    "panels": "Meetings, invitations and children's clocks can still be used.",
    "notifications": "Meetings can still be arranged and moved. Nobody is told until it answers; nothing is lost.",
}


def set_up_pages(app: web.Application, journeys: list[str]) -> None:
    """Templates of the layout and, under its own name, of each journey."""
    loaders: dict[str, jinja2.BaseLoader] = {
        journey: jinja2.FileSystemLoader(HERE / "journeys" / journey / "templates") for journey in journeys
    }
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.ChoiceLoader(
            [
                jinja2.FileSystemLoader(HERE / "templates"),
                jinja2.PrefixLoader(loaders),
                jinja2.PrefixLoader({"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment = aiohttp_jinja2.get_env(app)
    for name in ("long_date", "short_date", "clock_time", "time_span", "moment", "role_words", "days_left_words"):
        environment.filters[name] = getattr(words, name)
    environment.filters |= {"civil": words.civil, "london": words.london, "key": lambda name: name.rpartition("/")[2]}
    environment.globals |= {"count_words": words.count_words, "time_span": words.time_span}


async def page(
    request: web.Request, template: str, context: Mapping[str, Any] | None = None, *, status: int = HTTPStatus.OK
) -> web.Response:
    """A page of a journey. With a `form` that has faults, the title says so and the status is 422."""
    given = dict(context or {})
    form = given.get("form")
    faulty = bool(form is not None and form.faults)
    if faulty and status == HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    layout = await _layout(request)
    response = aiohttp_jinja2.render_template(template, request, {**layout, "faulty": faulty, **given})
    response.set_status(status)
    return response


async def absent_page(request: web.Request) -> web.Response:
    """One answer for what is not there, is another council's, or may not be known of."""
    return await page(request, "absent.html", await _sent(request), status=HTTPStatus.NOT_FOUND)


async def away_page(request: web.Request, service: str) -> web.Response:
    """A service does not answer: what that takes away, what still works, and what was sent, to be sent again."""
    context = {"service": service, "gives": _GIVES[service], "works": _WORKS_WITHOUT[service]}
    context |= await _sent(request)
    return await page(request, "away.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)


async def failed_page(request: web.Request, status: int, title: str, text: str) -> web.Response:
    """Something else: a title, a sentence, and a reference to give to the council's IT."""
    context = {"title": title, "text": text, "reference": current_request_id()}
    return await page(request, "failed.html", context, status=status)


async def stopped_page(request: web.Request, status: int, title: str, text: str) -> web.Response:
    """As `failed_page`, with what was sent, so that nothing typed is lost."""
    context = {"title": title, "text": text, "reference": current_request_id(), **await _sent(request)}
    return await page(request, "failed.html", context, status=status)


async def broken_page(request: web.Request) -> web.Response:
    """Nobody foresaw it: of what was sent, nobody knows whether it was done."""
    text = "Something went wrong on our side. Try again in a minute."
    if request.method == "POST":
        text = (
            "Something went wrong on our side, and it is not known whether what you sent was done. "
            "Send it again: what was done already is not done twice."
        )
    return await stopped_page(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Sorry, there is a problem", text)


async def _sent(request: web.Request) -> dict[str, Any]:
    """What a form sent, to be shown and sent again; nothing for a page that was only asked for."""
    if request.method != "POST" or request.get(SESSION) is None:
        return {}
    try:
        sent = await sent_fields(request)
    except web.HTTPException:  # it was no form
        return {}
    return {"sending": True, "sent": sent, "typed": typed_of(sent), "again": request.path_qs}


def away_words(service: str) -> str:
    """For a form that could not be sent."""
    return (
        f"This was not sent: the part of the system that holds {_GIVES[service]} does not answer just now. "
        "What you typed is kept below. Press the button again in a minute; it cannot happen twice."
    )


async def _layout(request: web.Request) -> dict[str, Any]:
    session, desk, brands = request.get(SESSION), request.get(DESK), request.app[BRANDS]
    brand = await brands.of(desk) if desk else (brands.plain(session.caller.council) if session else _no_brand(brands))
    return {
        "brand": brand,
        "session": session,
        "done": told(session, request.path) if session else "",
        "doors": doors_for(session.caller) if session else (),
        "caller": session.caller if session else None,
        "may_find": bool(session and may(session.caller, CASE_STAFF)),
        "may_move_many": bool(session and may(session.caller, ARRANGERS)),
        "today": desk.today() if desk else None,
        "path": request.path,
        "query": request.query,
        "cspNonce": request[NONCE],
        "form_token": session.form_token if session else "",
        "new_request_id": lambda: str(uuid4()),
    }


def _no_brand(brands: Brands) -> Brand:
    return brands.plain("")
