"""Requests to Microsoft Graph: token, headers, a turn at its few requests at once, and what a broken one means."""

import json
import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Protocol, TypeAlias

import aiohttp
from yarl import URL

from services.notifications.adapters.graph_error import GraphAnswer, seconds_of
from services.notifications.adapters.graph_turns import Turns
from services.notifications.domain.delivery_fault import OutcomeUnknown, Unreachable

MOST_AT_ONCE = 4
"""Graph's limit on concurrent requests of one app; more are answered by 429."""
_HEADERS = {
    # Ids that stay when an event is moved between folders; times that are never ambiguous when clocks go back.
    "Prefer": 'IdType="ImmutableId", outlook.timezone="UTC"',
    "Accept": "application/json",
}
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_MAILBOX = re.compile(r".*?/users/[^/?]+")
Json: TypeAlias = Mapping[str, object]


class TokenSource(Protocol):
    """Where bearer tokens come from."""

    async def token(self, instead_of: str = "") -> str:
        """A token, other than `instead_of`. Raises Unreachable or Refused."""
        ...


@dataclass(frozen=True)
class GraphRequest:
    """One request; `url` is whole and already percent-encoded. `most_bytes`: the answer is no JSON, and is read so far
    and no further.
    """

    method: str
    url: str
    body: Json | None = None
    if_match: str = ""
    most_bytes: int = 0

    @property
    def mailbox(self) -> str:
        """Whose turn it takes: the mailbox's own URL; empty for what is about no mailbox, which shares one."""
        found = _MAILBOX.match(self.url)
        return found[0].casefold() if found else ""


class GraphSession:
    """The connections and turns that all councils of one process share. Make it inside the running loop."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        at_once: int = MOST_AT_ONCE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._turns = Turns(at_once, monotonic)

    async def ask(self, request: GraphRequest, tokens: TokenSource) -> GraphAnswer:
        """Any status is an answer, 401 after one new token.

        Raises Unreachable where no connection was made or the mailbox rests after a 429, OutcomeUnknown where no answer
        came, what `tokens` raises.
        """
        token = await tokens.token()
        answer = await self._ask_once(request, token)
        if answer.status != 401:
            return answer
        return await self._ask_once(request, await tokens.token(instead_of=token))

    async def close(self) -> None:
        """Close every connection."""
        await self._http.close()

    async def _ask_once(self, request: GraphRequest, token: str) -> GraphAnswer:
        headers = {**_HEADERS, "Authorization": f"Bearer {token}"}
        if request.if_match:
            headers["If-Match"] = request.if_match
        async with self._turns.turn(request.mailbox):
            try:
                answer = await self._exchange(request, headers)
            except _NEVER_SENT:
                raise Unreachable("NO_CONNECTION") from None
            except TimeoutError:
                raise OutcomeUnknown("TIME_OUT") from None
            except (aiohttp.ClientError, ConnectionError):
                raise OutcomeUnknown("CONNECTION_LOST") from None
            if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                self._turns.rest(request.mailbox, answer.retry_after)
            return answer

    async def _exchange(self, request: GraphRequest, headers: dict[str, str]) -> GraphAnswer:
        # A redirect would take the token to another address.
        async with self._http.request(
            request.method,
            URL(request.url, encoded=True),
            json=request.body,
            headers=headers,
            allow_redirects=False,
        ) as response:
            retry_after = seconds_of(response.headers.get("Retry-After"), datetime.now(UTC))
            if request.most_bytes and response.status == HTTPStatus.OK:
                raw = await _bounded(response.content, request.most_bytes)
                return GraphAnswer(response.status, {}, retry_after, raw)
            raw = await response.read()
            return GraphAnswer(response.status, _parsed(raw), retry_after)


def open_graph_session(ca_file: Path | None = None, *, seconds: float = 30.0) -> GraphSession:
    """A session that trusts `ca_file` (else the system's authorities) and no proxy of the environment.

    `seconds` bounds a whole request, waiting for its turn not included; a connection must be made in a third of it.
    """
    context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    http = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=context, limit=0),
        timeout=aiohttp.ClientTimeout(total=seconds, connect=seconds / 3),
        trust_env=False,
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    return GraphSession(http)


async def _bounded(content: aiohttp.StreamReader, most: int) -> bytes:
    found = bytearray()
    while len(found) < most and (more := await content.read(most - len(found))):
        found += more
    return bytes(found)


def _parsed(raw: bytes) -> Json:
    try:
        found = json.loads(raw) if raw else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
