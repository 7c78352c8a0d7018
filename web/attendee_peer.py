"""The site's own way to notifications for people who were sent a link, and for nothing else.

They have no account, so that the site asks as itself; the link is the proof, and what it opens is decided there
(docs/adr/20261127-a-page-without-an-account.md).
"""

from aiohttp import web

from servicekit.client import Peer
from servicekit.own_tokens import OwnTokens
from web.config import WebConfig

ATTENDEE_PEER: web.AppKey[Peer] = web.AppKey("attendee_peer", Peer)


def attendee_peer(config: WebConfig) -> Peer:
    """A channel of its own, so that no page can ever ask as the site by mistake."""
    tokens = OwnTokens(config.identity)
    peer = Peer("notifications", config.peers["notifications"], config.councils, tokens, config.peer_tls)
    peer.retry_safely("permanence.notifications.v1.AttendeeService", ["OpenLink", "GetMore", "GetCalendarFile"])
    return peer
