"""`/sign-in`, `/signed-in`, `/sign-out`, and what was kept for somebody who was signed out while sending."""

from http import HTTPStatus
from typing import Any

from aiohttp import web

from servicekit.caller import Caller, CallerKind
from servicekit.config import Council
from servicekit.log import get_logger
from web.config import WebConfig
from web.entra import SignInRefused
from web.form import posted, typed_of
from web.guard import CONFIG, ENTRA, SESSIONS, safe_path, session_cookie, session_of, set_session_cookie
from web.journeys.sign_in.flows import FLOW_SECONDS, FLOWS
from web.journeys.sign_in.presenters import about, does
from web.page import failed_page, page
from web.roles import EVERYBODY

ROUTES = web.RouteTableDef()
_ENDED = {
    "yes": "You were signed out, because nothing was done for a while or your session had ended.",
    "kept": "You were signed out before what you sent reached us. It was not done. It is kept for you, and shown after "
    "you have signed in.",
    "lost": "You were signed out before what you sent reached us. It was not done, and could not be kept.",
}


@ROUTES.get("/sign-in")
async def choose_council(request: web.Request) -> web.StreamResponse:
    """Which council; a site that serves one goes on at once, unless somebody has just left."""
    councils = request.app[CONFIG].councils
    ended, left = request.query.get("ended", ""), "left" in request.query
    if len(councils) == 1 and not ended and not left:
        return await _begin(request, councils[0])
    context = {
        "councils": councils,
        "ended": _ENDED.get(ended),
        "left": left,
        "going": safe_path(request.query.get("next", "/")),
    }
    return await page(request, "sign_in/choose.html", context)


@ROUTES.get("/sign-in/{council}")
async def begin(request: web.Request) -> web.StreamResponse:
    """Off to the council's Entra ID."""
    council = request.app[CONFIG].council(request.match_info["council"])
    if council is None:
        raise web.HTTPNotFound
    return await _begin(request, council)


@ROUTES.get("/signed-in")
async def finish(request: web.Request) -> web.StreamResponse:
    """Back from Entra ID: a session, and on to where the person wanted to go."""
    config, sessions = request.app[CONFIG], request.app[SESSIONS]
    flow = request.app[FLOWS].finish(request.cookies.get(_flow_cookie(config), ""))
    if flow is None:
        return await _not_signed_in(request, "flow_unknown")
    try:
        claims, tokens, account = await request.app[ENTRA].finish(flow.council, flow.notes, request.query)
        caller = _caller(flow.council, claims)
    except SignInRefused as refused:
        return await _not_signed_in(request, refused.code)
    before = request.cookies.get(session_cookie(config), "")
    key, session = sessions.begin(caller, str(claims.get("name", "")), tokens, account)
    session.kept_form = sessions.take_kept_form(before, caller)
    sessions.end(before)
    response = web.HTTPSeeOther(flow.going)
    set_session_cookie(response, config, key)
    _drop_cookie(response, _flow_cookie(config), config)
    raise response


@ROUTES.get("/kept")
async def kept(request: web.Request) -> web.StreamResponse:
    """What somebody sent after their session had ended: shown, not done, to be sent with one press."""
    form = session_of(request).kept_form
    if form is None:
        raise web.HTTPSeeOther("/")
    context = {"kept": form, "typed": typed_of(form.fields), "does": does(form.path), "about": about(form.path)}
    return await page(request, "sign_in/kept.html", context)


@ROUTES.post("/sign-out")
async def sign_out(request: web.Request) -> web.StreamResponse:
    """End this session, or all of this person's."""
    config, sessions, fields = request.app[CONFIG], request.app[SESSIONS], await posted(request)
    if fields.get("everywhere"):
        sessions.end_all_of(session_of(request).caller)
    sessions.end(request.cookies.get(session_cookie(config), ""))
    response = web.HTTPSeeOther("/sign-in?left=1")
    _drop_cookie(response, session_cookie(config), config)
    raise response


async def _begin(request: web.Request, council: Council) -> web.StreamResponse:
    notes = await request.app[ENTRA].begin(council, choose_account="choose" in request.query)
    key = request.app[FLOWS].begin(council, notes, safe_path(request.query.get("next", "/")))
    response = web.HTTPSeeOther(notes["auth_uri"])
    name, secure = _flow_cookie(request.app[CONFIG]), request.app[CONFIG].secure
    response.set_cookie(name, key, httponly=True, secure=secure, samesite="Lax", max_age=int(FLOW_SECONDS), path="/")
    raise response


def _flow_cookie(config: WebConfig) -> str:
    """Held to this host like the session's: no other host of the council may lead a browser into its own sign-in."""
    return "__Host-signing-in" if config.secure else "signing-in"


def _drop_cookie(response: web.StreamResponse, name: str, config: WebConfig) -> None:
    # With the attributes it was set with: browsers do not take a `__Host-` cookie's end from one that is not secure.
    response.del_cookie(name, path="/", secure=config.secure, httponly=True, samesite="Lax")


def _caller(council: Council, claims: dict[str, Any]) -> Caller:
    """Whoever the id token names. SignInRefused where it is another tenant's, or has no role here."""
    if claims.get("tid") != council.tenant_id:
        raise SignInRefused("other_tenant")
    roles = frozenset(map(str, claims.get("roles", ())))
    if not roles & EVERYBODY:
        raise SignInRefused("no_role")
    return Caller(council.council_id, council.slug, str(claims["oid"]), CallerKind.USER, roles)


async def _not_signed_in(request: web.Request, code: str) -> web.Response:
    get_logger().warning("sign-in refused", reason=code)
    if code == "no_role":
        text = "Your council knows you, and has not given you a part in Permanence. Ask its IT service desk for one."
    else:
        text = "The sign-in was not finished, or took too long. Go back to the first page and sign in again."
    return await failed_page(request, HTTPStatus.FORBIDDEN, "You are not signed in", text)
