"""Calls the receivers of notifications, which are on this machine only."""

import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from emulators.entra.sign_in import LOOPBACK


def is_local(url: str) -> bool:
    """Whether the emulator may call it. Graph itself takes https only, and from anywhere."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and parts.hostname in LOOPBACK


@dataclass(frozen=True, slots=True)
class Webhook:
    """How long, in seconds, a receiver may take: to show that it is there, and to take notices."""

    handshake_seconds: float = 10.0
    delivery_seconds: float = 3.0

    async def shows_itself(self, url: str, any_answer: bool) -> bool:
        """Whether the receiver gives the token back, decoded, as plain text; `any_answer`: a 200 is enough."""
        token = f"Validation: Testing client application reachability for subscription Request-Id: {uuid.uuid4()}"
        target = URL(url).update_query(validationToken=token)
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        try:
            async with _session(self.handshake_seconds) as session, session.post(target, headers=headers) as answer:
                text = await answer.text()
                exact = answer.content_type == "text/plain" and text == token
                return answer.status == 200 and (any_answer or exact)
        except (TimeoutError, aiohttp.ClientError, ValueError):
            return False

    async def takes(self, url: str, value: list[dict[str, object]]) -> bool:
        """Whether the receiver answers a POST of these notices with a 2xx in time."""
        try:
            async with _session(self.delivery_seconds) as session, session.post(url, json={"value": value}) as answer:
                return 200 <= answer.status < 300
        except (TimeoutError, aiohttp.ClientError):
            return False


def _session(seconds: float) -> aiohttp.ClientSession:
    # A receiver on this machine shows a certificate of its own making, if any.
    connector = aiohttp.TCPConnector(ssl=False)
    return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=seconds), trust_env=False)
