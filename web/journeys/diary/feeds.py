"""`/diary/feeds`: private addresses of one's own meetings; and `/diary/feed/…`, where a calendar program reads them."""

import re
from collections.abc import Sequence
from typing import Any

from aiohttp import web
from permanence.scheduler.v1 import diary_service_pb2 as pb
from permanence.scheduler.v1.diary_service_pb2_grpc import DiaryServiceStub

from servicekit.config import Council
from servicekit.errors import RemoteRefusal, TransactionConflict, Unavailable
from web.desk import Absent, Away, Desk, Refused, desk_of
from web.done import tell
from web.feed_peer import FEED_GATE, FEED_PEER
from web.form import PageForm, posted
from web.guard import CLOCK, CONFIG, session_of
from web.headers import PRIVATE
from web.journeys.diary.calendar_file import calendar_file
from web.journeys.diary.presenters import feed_rows
from web.keys import KEY
from web.page import page
from web.people import people_of
from web.roles import FEED_ENDERS, may

ROUTES = web.RouteTableDef()
_PATH = "/diary/feeds"
# The council stands before the secret, so that only its own rows are looked at.
_TOKEN = re.compile(r"(?P<council>[a-z0-9][a-z0-9-]{0,62})\.(?P<secret>[A-Za-z0-9_-]{43})")
_SECONDS_TO_WAIT = "60"


@ROUTES.get(_PATH)
async def feeds(request: web.Request) -> web.StreamResponse:
    """Those in use. A new one's address is shown here once, to whoever made it."""
    return await _page(request, PageForm())


@ROUTES.post(_PATH)
async def make(request: web.Request) -> web.StreamResponse:
    """A new address, for oneself."""
    desk, session, form = desk_of(request), session_of(request), PageForm(await posted(request))
    wanted = pb.CreateDiaryFeedRequest(parent=desk.parent, request_id=form.request_id.data or "")
    try:
        reply = await desk.ask("scheduler", desk.diary.CreateDiaryFeed, wanted)
    except Refused as refusal:
        form.take(refusal)
        return await _page(request, form)
    if reply.token:  # sent twice: the first answer's is kept, whichever of the two is shown
        url = request.app[CONFIG].public_url
        session.shown_once = f"{url}/diary/feed/{session.caller.council}.{reply.token}.ics"
    raise tell(session, _PATH, "Your private address is made")


@ROUTES.post(f"{_PATH}/{{key:{KEY}}}/end")
async def end(request: web.Request) -> web.StreamResponse:
    """An address that opens nothing any more."""
    desk, fields = desk_of(request), await posted(request)
    form, person = PageForm(fields), _person(str(fields.get("person", "")))
    wanted = pb.RevokeDiaryFeedRequest(
        name=desk.name("diaryFeeds", request.match_info["key"]), request_id=form.request_id.data or ""
    )
    await desk.ask("scheduler", desk.diary.RevokeDiaryFeed, wanted)
    query = f"?person={person}" if person else ""
    raise tell(session_of(request), _PATH, "That address has ended: it shows nothing any more", query)


@ROUTES.get("/diary/feed/{token}.ics")
async def read(request: web.Request) -> web.StreamResponse:
    """Without signing in: whoever has the address reads it. One answer for every address that opens nothing."""
    asked = _TOKEN.fullmatch(request.match_info["token"])
    council = request.app[CONFIG].council(asked["council"]) if asked else None
    if asked is None or council is None:
        raise Absent
    gate = request.app[FEED_GATE]
    if gate.locked():
        return web.Response(status=429, text="Too many at once", headers={"Retry-After": _SECONDS_TO_WAIT})
    async with gate:
        reply = await _entries(request, council, asked["secret"])
    request[PRIVATE] = True
    content = calendar_file(reply.entries, request.app[CLOCK].now())
    # A name of its own: what is saved from a browser must not be called by the secret.
    named = {"Content-Disposition": 'inline; filename="meetings.ics"'}
    return web.Response(body=content, content_type="text/calendar", charset="utf-8", headers=named)


async def _entries(request: web.Request, council: Council, secret: str) -> pb.ReadDiaryFeedResponse:
    peer = request.app[FEED_PEER]
    wanted = pb.ReadDiaryFeedRequest(parent=f"councils/{council.slug}", token=secret)
    try:
        return await peer.call(DiaryServiceStub(peer.channel).ReadDiaryFeed, wanted, council=council)
    except (Unavailable, TransactionConflict) as error:
        raise Away("scheduler") from error
    except RemoteRefusal as refusal:
        if refusal.code in ("NOT_FOUND", "PERMISSION_DENIED"):
            raise Absent from refusal
        raise


async def _page(request: web.Request, form: PageForm) -> web.StreamResponse:
    desk, session = desk_of(request), session_of(request)
    key = _person(request.query.get("person", ""))
    wanted = pb.ListDiaryFeedsRequest(parent=desk.parent, person=desk.name("people", key) if key else "")
    try:
        reply = await desk.ask("scheduler", desk.diary.ListDiaryFeeds, wanted)
    except Refused as refusal:
        if refusal.reason != "NOT_ON_STAFF_LIST":
            raise
        return await page(request, "diary/nobody.html")
    left = await _of_leavers(desk) if not key and may(desk.caller, FEED_ENDERS) else ()
    address, session.shown_once = ("", session.shown_once) if key else (session.shown_once, "")
    people = await people_of(desk, people=[wanted.person]) if key else None
    context: dict[str, Any] = {
        "form": form,
        "address": address,
        "rows": feed_rows(reply.diary_feeds),
        "left": feed_rows(left),
        "person": key,
        "whose": people.name(wanted.person, "a colleague") if people else "",
    }
    return await page(request, "diary/feeds.html", context)


async def _of_leavers(desk: Desk) -> Sequence[pb.DiaryFeed]:
    """Addresses that still open the diary of somebody who is not on the list of staff any more."""
    wanted = pb.ListDiaryFeedsRequest(parent=desk.parent, of_leavers=True)
    return list((await desk.ask("scheduler", desk.diary.ListDiaryFeeds, wanted)).diary_feeds)


def _person(text: str) -> str:
    return text if re.fullmatch(KEY, text) else ""
