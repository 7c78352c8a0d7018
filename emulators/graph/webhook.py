"""Calls the receivers of notifications, which are on this machine only."""

import uuid
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from emulators.entra.sign_in import LOOPBACK


def is_local(url: str) -> bool:
    """Whether the emulator may call it. Graph itself takes https only, and from anywhere."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and parts.hostname in LOOPBACK


class Heard(Enum):
    """How a receiver answered."""

    WELL = auto()
    BADLY = auto()
    TOO_LATE = auto()


@dataclass(frozen=True, slots=True)
class Webhook:
    """How long, in seconds, a receiver may take: to show that it is there, and to take notices."""

    handshake_seconds: float = 10.0
    delivery_seconds: float = 3.0

    async def shake_hands(self, url: str, any_answer: bool) -> Heard:
        """Well: the receiver gives the token back, decoded, as plain text; `any_answer`: a 200 is enough."""
        token = f"Validation: Testing client application reachability for subscription Request-Id: {uuid.uuid4()}"
        target = URL(url).update_query(validationToken=token)
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        try:
            async with _session(self.handshake_seconds) as session, session.post(target, headers=headers) as answer:
                exact = answer.content_type == "text/plain" and await answer.text() == token
                return Heard.WELL if answer.status == 200 and (any_answer or exact) else Heard.BADLY
        except TimeoutError:
            return Heard.TOO_LATE
        except (aiohttp.ClientError, ValueError):
            return Heard.BADLY

    async def tell(self, url: str, value: list[dict[str, object]]) -> Heard:
        """Well: the receiver answers a POST of these notices with a 2xx."""
        try:
            async with _session(self.delivery_seconds) as session, session.post(url, json={"value": value}) as answer:
                return Heard.WELL if 200 <= answer.status < 300 else Heard.BADLY
        except TimeoutError:
            return Heard.TOO_LATE
        except aiohttp.ClientError:
            return Heard.BADLY


def _session(seconds: float) -> aiohttp.ClientSession:
    # A receiver on this machine shows a certificate of its own making, if any.
    connector = aiohttp.TCPConnector(ssl=False)
    return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=seconds), trust_env=False)
