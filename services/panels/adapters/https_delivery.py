"""A case system that takes files over HTTPS: PUT for each, HEAD for its answers, each by its name below one address."""

import asyncio
import ssl
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

import aiohttp

from servicekit.errors import Unavailable

_GOOD: Final = HTTPStatus.OK
_WITHIN: Final = aiohttp.ClientTimeout(total=30)


@dataclass(frozen=True)
class HttpsWay:
    """`token_file` holds the bearer token, read at each call: it can be changed. `ca_file`: another authority."""

    url: str
    token_file: str
    ca_file: str = ""


class HttpsFolder:
    """As the port `CaseSystem` says. A PUT of the same name is the same file: nothing is there twice."""

    def __init__(self, way: HttpsWay) -> None:
        self._way = way
        self._tls = ssl.create_default_context(cafile=way.ca_file or None)

    async def put(self, council: str, name: str, content: bytes) -> None:
        """Unavailable unless the server says that it has it."""
        status = await self._asked("PUT", name, content)
        if not _GOOD <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise Unavailable(service="case-system", code=str(status))

    async def has(self, council: str, name: str) -> bool:
        """Whether it is there; Unavailable where the server says neither."""
        status = await self._asked("HEAD", name)
        if status not in (HTTPStatus.OK, HTTPStatus.NOT_FOUND):
            raise Unavailable(service="case-system", code=str(status))
        return status == HTTPStatus.OK

    async def _asked(self, method: str, name: str, content: bytes | None = None) -> int:
        token = (await asyncio.to_thread(Path(self._way.token_file).read_text, encoding="utf-8")).strip()
        url = f"{self._way.url.rstrip('/')}/{name}"
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with (
                aiohttp.ClientSession(timeout=_WITHIN, headers=headers) as session,
                # A redirect could lead a record elsewhere.
                session.request(method, url, data=content, ssl=self._tls, allow_redirects=False) as answer,
            ):
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable(service="case-system") from error
