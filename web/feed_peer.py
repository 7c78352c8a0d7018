"""The site's own way to the scheduler for those whom nobody signs in, and for nothing else.

Every page asks with its reader's own token. A calendar program has none, nor has a parent or a school who was asked
about dates: for them the site asks as itself. What it may do so is three RPCs
(docs/adr/20261126-the-site-reads-feeds-as-itself.md, docs/adr/20261126-dates-are-offered.md).
"""

import asyncio

from aiohttp import web

from servicekit.client import Peer
from servicekit.own_tokens import OwnTokens
from web.config import WebConfig

FEED_PEER: web.AppKey[Peer] = web.AppKey("feed_peer", Peer)

# So many are read at once; programs come again by themselves. A flood takes no more of the services than that.
FEED_GATE: web.AppKey[asyncio.Semaphore] = web.AppKey("feed_gate", asyncio.Semaphore)
MOST_FEEDS_AT_ONCE = 16
# The same for answers about dates, so that calendar programs keep nobody from answering.
ANSWER_GATE: web.AppKey[asyncio.Semaphore] = web.AppKey("answer_gate", asyncio.Semaphore)
MOST_ANSWERS_AT_ONCE = 16


def feed_peer(config: WebConfig) -> Peer:
    """A channel of its own, so that no page can ever ask as the site by mistake."""
    peer = Peer("scheduler", config.peers["scheduler"], config.councils, OwnTokens(config.identity), config.peer_tls)
    peer.retry_safely("permanence.scheduler.v1.DiaryService", ["ReadDiaryFeed"])
    peer.retry_safely("permanence.scheduler.v1.DateOffersService", ["ReadOfferedDates"])
    return peer
