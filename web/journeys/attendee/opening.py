"""What stands around every page of a link: reading the address, asking as the site, and the pages of links that end.

Whoever has the address may answer: it is the proof that elsewhere a form's token is. It stands in no log (only the
route's pattern does), and is told to no page that it leads to. Nobody can guess one: it is signed with 128 bits.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import quote
from uuid import uuid4

from aiohttp import web
from google.protobuf.message import Message
from permanence.notifications.v1 import attendee_service_pb2 as pb
from permanence.notifications.v1.attendee_service_pb2_grpc import AttendeeServiceStub

from servicekit.config import Council
from servicekit.errors import RemoteRefusal, TransactionConflict, Unavailable
from web.attendee_peer import ATTENDEE_PEER
from web.desk import Absent, Away
from web.feed_peer import ANSWER_GATE
from web.form import PageForm, posted
from web.guard import CONFIG
from web.journeys.attendee.forms import SESSION
from web.journeys.attendee.messages import ENGLISH
from web.page import BRANDS, page

PATH = "/invitation/{token}"
# The council stands before the secret, so that only its own rows are looked at.
_TOKEN = re.compile(r"(?P<council>[a-z0-9][a-z0-9-]{0,62})\.(?P<secret>[A-Za-z0-9_-]{1,64})")
_SESSION_SECONDS = int(timedelta(minutes=30).total_seconds())
_SECONDS_TO_WAIT = "60"


class Closed(Exception):
    """The link opens nothing, for whatever reason."""


class Changed(Exception):
    """The meeting is off or being changed: the link's own page says which."""


class SentBefore(Exception):
    """The page was sent before, with something else in it."""


class CodeNeeded(Exception):
    """This browser has not shown the code."""


@dataclass(frozen=True)
class Link:
    """A link that somebody came by. `session`: the secret that their browser was given at its first use, or empty."""

    council: Council
    token: str
    session: str
    path: str

    def named(self, **fields: Any) -> dict[str, Any]:
        """The fields of every request about it."""
        return {"parent": f"councils/{self.council.slug}", "link_token": self.token, **fields}


Page: TypeAlias = Callable[[web.Request, Link], Awaitable[web.StreamResponse]]
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


def of_link(shown: Page) -> Handler:
    """A page of a link, few at once, with the pages for when it opens nothing or nobody can look."""

    @wraps(shown)
    async def around(request: web.Request) -> web.StreamResponse:
        link, gate = _link_of(request), request.app[ANSWER_GATE]
        if gate.locked():
            return await _later(request, link, HTTPStatus.TOO_MANY_REQUESTS)
        async with gate:
            try:
                return await shown(request, link)
            except Closed:
                return await link_page(request, link, "closed", form=PageForm(), status=HTTPStatus.NOT_FOUND)
            except (Changed, SentBefore):
                raise web.HTTPSeeOther(link.path) from None
            except Away:
                return await _later(request, link, HTTPStatus.SERVICE_UNAVAILABLE)

    return around


def _link_of(request: web.Request) -> Link:
    """One answer for every address that cannot be a link."""
    asked = _TOKEN.fullmatch(request.match_info["token"])
    council = request.app[CONFIG].council(asked["council"]) if asked else None
    if asked is None or council is None:
        raise Absent
    path = f"/invitation/{quote(asked[0])}"
    session = request.cookies.get(_cookie(request), "")
    return Link(council, asked["secret"], session if SESSION.fullmatch(session) else "", path)


def stub_of(request: web.Request) -> Any:
    """AttendeeService, asked as the site itself."""
    return AttendeeServiceStub(request.app[ATTENDEE_PEER].channel)


async def ask(request: web.Request, link: Link, method: Any, wanted: Message) -> Any:
    """The reply. Closed, Changed, CodeNeeded, SentBefore, Away."""
    try:
        return await request.app[ATTENDEE_PEER].call(method, wanted, council=link.council)
    except (Unavailable, TransactionConflict) as error:
        raise Away("notifications") from error
    except RemoteRefusal as refusal:
        if refusal.code in ("NOT_FOUND", "PERMISSION_DENIED"):
            raise Closed from refusal
        if refusal.code == "INVALID_ARGUMENT":
            raise SentBefore from refusal
        if refusal.remote_reason == "CODE_NEEDED":
            raise CodeNeeded from refusal
        if refusal.code == "ABORTED":
            raise Changed from refusal
        raise


async def send(request: web.Request, link: Link, method: Any, wanted: Any) -> Any:
    """As `ask`, for a form: whoever goes back and sends other words from the same page means the other words."""
    try:
        return await ask(request, link, method, wanted)
    except SentBefore:
        wanted.request_id = str(uuid4())
        return await ask(request, link, method, wanted)


async def open_link(request: web.Request, link: Link) -> pb.LinkSheet:
    """What the link shows. As `ask`."""
    wanted = pb.OpenLinkRequest(**link.named(session=link.session))
    sheet: pb.LinkSheet = (await ask(request, link, stub_of(request).OpenLink, wanted)).link_sheet
    return sheet


def keep_session(request: web.Request, link: Link, session: str, response: web.StreamResponse) -> None:
    """This browser's secret, for this link and half an hour; never read by a script."""
    secure = request.app[CONFIG].secure
    response.set_cookie(
        _cookie(request),
        session,
        path=link.path,
        max_age=_SESSION_SECONDS,
        httponly=True,
        secure=secure,
        samesite="Lax",
    )


def _cookie(request: web.Request) -> str:
    return "__Secure-invitation" if request.app[CONFIG].secure else "invitation"


async def link_page(
    request: web.Request, link: Link, template: str, *, status: int = HTTPStatus.OK, **context: Any
) -> web.Response:
    """A page of the link in its council's colours; nothing on it leads to the staff site."""
    around = {
        "brand": request.app[BRANDS].plain(link.council.slug),
        "council": link.council.name,
        "telephone": link.council.telephone,
        "home": link.path,
        "say": ENGLISH,
        "htmlLang": ENGLISH.language,
    }
    return await page(request, f"attendee/{template}.html", {**around, **context}, status=status)


async def _later(request: web.Request, link: Link, status: int) -> web.StreamResponse:
    """Not now; what was chosen is kept in the page, to be sent again."""
    chosen = list((await posted(request)).items()) if request.method == "POST" else []
    response = await link_page(request, link, "later", chosen=chosen, status=status)
    response.headers["Retry-After"] = _SECONDS_TO_WAIT
    return response
