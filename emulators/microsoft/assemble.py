"""Puts Entra and Graph behind two web applications: everything over TLS, and sign-in on plain http."""

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from emulators.clock import Clock
from emulators.directory import Tenant
from emulators.directory_file import DirectoryFile
from emulators.entra.routes import Entra
from emulators.entra.signing_key import SigningKey
from emulators.entra.tokens import Issuer
from emulators.graph.batching import Batching
from emulators.graph.calendar import Calendar
from emulators.graph.control import Control
from emulators.graph.courier import Courier
from emulators.graph.delivery import Cause, Delivery
from emulators.graph.delta import DeltaFeed
from emulators.graph.drills import Drills
from emulators.graph.event_store import EventStore
from emulators.graph.faults import FaultKind, Faults
from emulators.graph.free_busy import FreeBusy
from emulators.graph.gate import Gate
from emulators.graph.inbox import Inbox
from emulators.graph.notices import Notices
from emulators.graph.outlook_control import OutlookControl
from emulators.graph.outlook_page import OutlookPage
from emulators.graph.outlook_people import OutlookPeople
from emulators.graph.replies import Replies
from emulators.graph.rooms import Rooms
from emulators.graph.routes import GraphRoutes
from emulators.graph.subscribing import Subscribing
from emulators.graph.subscription_store import SubscriptionStore
from emulators.graph.throttle import Throttle
from emulators.graph.webhook import Webhook

_ACCESS = logging.getLogger("emulators.access")
_LARGEST_BODY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """`public_url` and `authorize_url` are what callers see; times in seconds."""

    state_dir: Path
    directory: Path | None
    public_url: str
    authorize_url: str
    latency: float
    room_delay: float
    webhook: Webhook


@dataclass(frozen=True, slots=True)
class Microsoft:
    """The two applications and what to close after them."""

    secure: web.Application
    sign_in: web.Application
    store: EventStore


@web.middleware
async def _access_log(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Method, route and status: never a path with an address in it, nor a body."""
    began, status = time.monotonic(), 500
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as error:
        status = error.status
        raise
    finally:
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "unknown"
        _ACCESS.info("%s %s %d %dms", request.method, route, status, (time.monotonic() - began) * 1000)


def assemble(settings: Settings) -> Microsoft:
    """Build everything; raises DirectoryError where the directory file is wrong."""
    directory = DirectoryFile(settings.state_dir, settings.directory)
    clock = Clock()
    issuer = Issuer(SigningKey(settings.state_dir), settings.public_url, clock)
    store = EventStore(settings.state_dir / "graph.sqlite3", clock)
    faults, drills = Faults(), Drills()
    throttle = Throttle(drills, clock)
    replies = Replies(store, drills, clock)

    rooms = Rooms(store, replies, drills, clock)

    def settle() -> None:
        tenants: dict[str, Tenant] = {t.tenant_id: t for t in directory.current.tenants}
        with store.transaction():
            replies.settle(tenants)
            rooms.settle(tenants)

    entra = Entra(directory, issuer, settings.authorize_url, lambda: faults.take(FaultKind.ENTRA_DOWN) is not None)
    calendar = Calendar(store, Delivery(store, drills, clock, settings.room_delay), drills, faults, clock)
    graph = GraphRoutes(
        calendar, store, FreeBusy(store, drills), DeltaFeed(store, faults, drills, clock), drills, settings.public_url
    )
    secure = web.Application(middlewares=[_access_log], client_max_size=_LARGEST_BODY)
    inbox = Inbox(store.database, directory, faults, clock, settings.public_url)

    def forget() -> None:
        throttle.clear()
        inbox.clear()

    Control(directory, store, replies, faults, drills, clock, settle, forget).add_routes(secure.router)
    # People in Outlook meet none of the faults that are armed for Graph.
    by_hand = Delivery(store, drills, clock, settings.room_delay, Cause.OUTLOOK)
    people = OutlookPeople(store, Calendar(store, by_hand, drills, Faults(), clock), by_hand, drills)
    OutlookControl(directory, store, people).add_routes(secure.router)
    gate = Gate(directory, issuer, store, faults, drills, clock, throttle, settle, settings.latency)
    graph.add_routes(secure.router, gate)
    inbox.add_routes(secure.router, gate)
    Batching(drills).add_routes(secure.router, gate)
    webhook, subscriptions = settings.webhook, SubscriptionStore(store.database)
    Subscribing(store, subscriptions, webhook, drills, clock, settings.public_url).add_routes(secure.router, gate)
    notices = Notices(store, subscriptions, webhook, faults, drills, clock)
    Courier(notices, subscriptions, faults, settle).add_to(secure)
    entra.add_routes(secure.router)
    sign_in = web.Application(middlewares=[_access_log])
    entra.add_sign_in(sign_in.router)
    # On plain http too, for the same reason: no browser meets an unknown certificate.
    for app in (secure, sign_in):
        OutlookPage(directory, store, settle).add_routes(app.router)
    return Microsoft(secure, sign_in, store)
