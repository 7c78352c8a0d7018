"""Puts the site together: guards around, journeys inside."""

import asyncio
from pathlib import Path

from aiohttp import web

from servicekit.client import Peer
from web.attendee_peer import ATTENDEE_PEER, attendee_peer
from web.brand import Brands
from web.config import WebConfig
from web.desk import Peers
from web.entra import Entra
from web.feed_peer import (
    ANSWER_GATE,
    FEED_GATE,
    FEED_PEER,
    MOST_ANSWERS_AT_ONCE,
    MOST_FEEDS_AT_ONCE,
    feed_peer,
)
from web.guard import AROUND, CLOCK, CONFIG, ENTRA, PEERS, SESSIONS, put_headers
from web.journeys import ALL
from web.journeys.sign_in.flows import FLOWS, Flows
from web.page import BRANDS, set_up_pages
from web.session import Sessions

STATIC = Path(__file__).parent / "static"
# The longest text that a form takes (minutes), each sign as three bytes that travel as nine, and the form around it.
MOST_BYTES = 1280 * 1024


def make_app(config: WebConfig) -> web.Application:
    """The site, ready to be served. Channels to the services open with the first question."""
    app = web.Application(middlewares=AROUND, client_max_size=MOST_BYTES)
    app.on_response_prepare.append(put_headers)
    app[CONFIG] = config
    app[CLOCK] = config.clock()
    app[SESSIONS] = Sessions(config.idle_seconds, config.longest_seconds)
    app[ENTRA] = Entra(config.identity, f"{config.public_url}/signed-in")
    app[BRANDS] = Brands({council.slug: council.name for council in config.councils})
    app[FLOWS] = Flows()
    app[FEED_GATE] = asyncio.Semaphore(MOST_FEEDS_AT_ONCE)
    app[ANSWER_GATE] = asyncio.Semaphore(MOST_ANSWERS_AT_ONCE)
    set_up_pages(app, [journey.__name__.rpartition(".")[2] for journey in ALL])
    for journey in ALL:
        app.add_routes(journey.ROUTES)
    app.router.add_get("/health", _health)
    app.router.add_static("/static", STATIC)
    app.cleanup_ctx.append(_peers)
    return app


async def _peers(app: web.Application):  # type: ignore[no-untyped-def]
    config = app[CONFIG]
    peers = Peers(
        {name: Peer(name, address, config.councils, None, config.peer_tls) for name, address in config.peers.items()}
    )
    app[PEERS] = peers
    app[FEED_PEER] = feed_peer(config)
    app[ATTENDEE_PEER] = attendee_peer(config)
    yield
    await app[ATTENDEE_PEER].close()
    await app[FEED_PEER].close()
    await peers.close()


async def _health(request: web.Request) -> web.Response:
    """That the process answers; what the services do is theirs to say."""
    return web.Response(text="ok")
