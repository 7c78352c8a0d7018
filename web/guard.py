"""What stands around every page, outermost first: headers, errors, session, form token, desk."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import urlencode

from aiohttp import web

from servicekit.call import Call, current_call, running
from servicekit.caller import acting_as
from servicekit.clock import Clock
from servicekit.errors import told_of
from servicekit.ids import new_id
from servicekit.log import get_logger
from web.config import WebConfig
from web.desk import DESK, Absent, Away, Desk, Peers, Refused, SignedOut
from web.entra import Entra, SignInAway
from web.form import FORM_TOKEN, posted, sent_fields
from web.headers import DOCUMENT, NONCE, PRIVATE, new_nonce, security_headers
from web.page import SESSION, absent_page, away_page, broken_page, failed_page, stopped_page
from web.refusals import words_for
from web.session import KeptForm, Session, Sessions
from web.upload import UPLOAD, begin_upload, is_upload

CONFIG: web.AppKey[WebConfig] = web.AppKey("config", WebConfig)
SESSIONS: web.AppKey[Sessions] = web.AppKey("sessions", Sessions)
PEERS: web.AppKey[Peers] = web.AppKey("peers", Peers)
ENTRA: web.AppKey[Entra] = web.AppKey("entra", Entra)
CLOCK: web.AppKey[Clock] = web.AppKey("clock", Clock)

# Where a list's address says which page of it is meant.
PAGE_FIELD = "page"
_ANSWERS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "That is too much at once",
        "What you sent is too large. Nothing was done. Go back, shorten it and send it again.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "That cannot be sent here",
        "This address does not take what was sent. Go back, open the page again and use its own buttons.",
    ),
}
_LONGEST_PATH = 2000
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
_OPEN = ("/sign-in", "/signed-in", "/static", "/health", "/diary/feed", "/answer", "/invitation")
# The address is itself a secret: no page that it leads to is told it.
_SECRET = ("/answer/", "/invitation/")
# For everybody; whoever is signed in stays so.
_OPEN_EITHER_WAY = ("/accessibility",)


def session_cookie(config: WebConfig) -> str:
    """The cookie's name; browsers hold `__Host-` to this host, this path and https."""
    return "__Host-session" if config.secure else "session"


def set_session_cookie(response: web.StreamResponse, config: WebConfig, key: str) -> None:
    """Kept until the browser closes; never read by a script, never sent along from elsewhere's forms."""
    response.set_cookie(session_cookie(config), key, httponly=True, secure=config.secure, samesite="Lax", path="/")


@web.middleware
async def with_nonce(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Each answer's own, for its styles and for the policy that names them."""
    request[NONCE] = new_nonce()
    return await handler(request)


async def put_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Security headers on whatever is answered, just before it leaves: only then is it known if a file is there."""
    kept = request.path.startswith("/static/") and response.status < HTTPStatus.BAD_REQUEST
    secure, document = request.app[CONFIG].secure, request.get(DOCUMENT, "")
    private, secret = request.get(PRIVATE, False), request.path.startswith(_SECRET)
    response.headers.update(
        security_headers(request[NONCE], https=secure, static=kept, document=document, private=private, secret=secret)
    )


@web.middleware
async def with_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure becomes a page with a reference and no detail."""
    call = Call(str(new_id()), _route(request))
    began = time.monotonic()
    with running(call):
        try:
            response = await handler(request)
        except web.HTTPRedirection as answer:
            _log(answer.status, began)
            raise
        except (asyncio.CancelledError, ConnectionResetError):  # whoever asked is gone
            raise
        except Exception as error:
            response = await _answer_to(request, error)
        _log(response.status, began)
    return response


async def _answer_to(request: web.Request, error: Exception) -> web.StreamResponse:
    match error:
        case web.HTTPException():
            return await _http_answer(request, error)
        case Absent():
            return await absent_page(request)
        case Away():
            return await away_page(request, error.service)
        case SignInAway():
            return await _sign_in_away(request)
        case SignedOut():
            return await _sign_in_again(request)
        case Refused():
            return await _refused(request, error)
        case OSError() if _is_open(request):  # no file can have such a name
            return await absent_page(request)
    get_logger().error("page failed", **told_of(error))
    return await broken_page(request)


@web.middleware
async def with_session(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Nobody sees a page without a session; what they sent too late is kept for them."""
    if _is_open(request):
        return await handler(request)
    config, sessions = request.app[CONFIG], request.app[SESSIONS]
    session = sessions.find(request.cookies.get(session_cookie(config), ""))
    if session is None and request.path in _OPEN_EITHER_WAY:
        return await handler(request)
    if session is None:
        return await _sign_in_again(request)
    council = config.council(session.caller.council)
    assert council is not None
    request[SESSION] = session
    token = await request.app[ENTRA].token(council, session)
    if token is None:
        return await _sign_in_again(request)
    call = current_call()
    assert call is not None
    call.caller, call.token = session.caller, token
    with acting_as(session.caller):
        return await handler(request)


@web.middleware
async def with_form_token(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A change is made only by a form that was made for this session."""
    session = request.get(SESSION)
    nowhere = request.match_info.http_exception is not None
    if request.method in ("GET", "HEAD") or session is None or nowhere:
        return await handler(request)
    given = await _form_token(request)
    if (
        not is_upload(request)
        and not session.form_token_fits(given)
        and request.app[SESSIONS].was_made_for(session.caller, given)
    ):
        session.kept_form = KeptForm(safe_path(request.path_qs), await sent_fields(request))
        raise web.HTTPSeeOther("/kept")
    if not session.form_token_fits(given):
        return await failed_page(
            request,
            HTTPStatus.FORBIDDEN,
            "This form cannot be used",
            "It was not made for you, or you have signed in again since. Nothing was done. "
            "Go back, open the page again and send it from there.",
        )
    try:
        return await handler(request)
    except web.HTTPRedirection:
        if session.kept_form and session.kept_form.path == request.path_qs:
            session.kept_form = None  # it is done now
        raise


@web.middleware
async def with_desk(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whoever has a session gets a desk."""
    session = request.get(SESSION)
    if session is not None:
        request[DESK] = Desk(request.app[PEERS], session.caller, request.app[CLOCK])
    return await handler(request)


AROUND = [with_nonce, with_errors, with_session, with_form_token, with_desk]


def safe_path(path: str) -> str:
    """A path of this site, or its front page: nobody is led elsewhere after signing in.

    Browsers read a backslash as a slash, and leave tabs and line ends out before they look for two slashes.
    """
    local = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if local and len(path) <= _LONGEST_PATH else "/"


def _log(status: int, began: float) -> None:
    get_logger().info("page", code=str(status), seconds=round(time.monotonic() - began, 4))


def _is_open(request: web.Request) -> bool:
    return any(request.path == path or request.path.startswith(path + "/") for path in _OPEN)


def _route(request: web.Request) -> str:
    """The route's pattern: what stands in a path belongs in no log."""
    resource = request.match_info.route.resource
    return f"{request.method} {resource.canonical if resource else '-'}"


async def _http_answer(request: web.Request, answer: web.HTTPException) -> web.StreamResponse:
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):  # a folder of static files is nobody's to list
        return await absent_page(request)
    title, text = _ANSWERS.get(
        HTTPStatus(answer.status), ("This could not be read", "Go back and send the page again.")
    )
    response = await failed_page(request, answer.status, title, text)
    if "Allow" in answer.headers:
        response.headers["Allow"] = answer.headers["Allow"]
    return response


async def _refused(request: web.Request, refusal: Refused) -> web.StreamResponse:
    """A page that is no more, such as one of another list or an old bookmark's, leads to the first one."""
    at_fault = {one.field for one in refusal.violations}
    if request.method in ("GET", "HEAD") and at_fault == {"page_token"} and PAGE_FIELD in request.query:
        raise web.HTTPSeeOther(request.rel_url.without_query_params(PAGE_FIELD))
    return await stopped_page(request, HTTPStatus.CONFLICT, "This could not be done", words_for(refusal))


async def _sign_in_away(request: web.Request) -> web.Response:
    text = "The council's sign-in service does not answer just now. Try again in a minute."
    return await failed_page(request, HTTPStatus.SERVICE_UNAVAILABLE, "You cannot sign in just now", text)


async def _sign_in_again(request: web.Request) -> web.StreamResponse:
    """To signing in, saying why; what was sent is kept for whoever sent it, or said to be lost."""
    config, sessions = request.app[CONFIG], request.app[SESSIONS]
    key = request.cookies.get(session_cookie(config), "")
    sessions.end(key)
    going, ended = request.path_qs, "yes" if key else ""
    if request.method == "POST":
        going, ended = await _kept_for_later(request, key)
    raise web.HTTPSeeOther("/sign-in?" + urlencode({"next": going, **({"ended": ended} if ended else {})}))


async def _kept_for_later(request: web.Request, key: str) -> tuple[str, str]:
    """Where to go on after signing in, and what to say before."""
    if request.path == "/sign-out":  # done as it is
        return "/", "yes"
    if is_upload(request):  # a file is kept nowhere but where it belongs
        return "/", "lost"
    form = KeptForm(safe_path(request.path_qs), await sent_fields(request))
    kept = request.app[SESSIONS].keep_form(key, await _form_token(request), form)
    return ("/kept", "kept") if kept else ("/", "lost")


async def _form_token(request: web.Request) -> str:
    if is_upload(request):  # its fields come before its file
        request[UPLOAD] = await begin_upload(request)
        given = request[UPLOAD].fields.get(FORM_TOKEN, "")
        return given if isinstance(given, str) else ""
    given = (await posted(request)).get(FORM_TOKEN, "")
    return given if isinstance(given, str) else ""


def session_of(request: web.Request) -> Session:
    """The session of whoever asked for this page."""
    return request[SESSION]
