"""The public keys that tokens are checked with.

Fetched from each tenant's JWKS, kept by key id, fetched again on rotation.
"""

import asyncio
import ssl
import time
from pathlib import Path

import aiohttp
import jwt

from servicekit.errors import Unauthenticated, UnauthenticatedWhy, Unavailable

_AGAIN_AFTER_SECONDS = 5.0
_AGAIN_AFTER_FAILURE = 1.0
_FRESH_SECONDS = 24 * 3600.0
# A key that the authority has withdrawn is believed no longer than this while it cannot be asked.
_STALE_SECONDS = 48 * 3600.0


class SigningKeys:
    """One cache per process.

    A flood of tokens with made-up key ids causes at most one fetch per tenant in five seconds, whether or not the
    authority answers. Keys that are known go on being used while it does not.
    """

    def __init__(self, authority: str, ca_file: Path | None) -> None:
        self._authority = authority
        self._ca_file = ca_file
        self._keys: dict[tuple[str, str], jwt.PyJWK] = {}
        self._fetched_at: dict[str, float] = {}
        self._asked_at: dict[str, float] = {}
        self._lock = asyncio.Lock()

    async def find(self, tenant_id: str, key_id: str) -> jwt.PyJWK:
        """The key.

        Unauthenticated where the tenant has none of this id; Unavailable where it cannot be asked.
        """
        found = self._keys.get((tenant_id, key_id))
        if found is not None and _age(self._fetched_at, tenant_id) < _FRESH_SECONDS:
            return found
        known = found is not None and _age(self._fetched_at, tenant_id) < _STALE_SECONDS
        async with self._lock:
            await self._ask_again(tenant_id, known)
        found = self._keys.get((tenant_id, key_id))
        if found is None:
            raise Unauthenticated(UnauthenticatedWhy.UNKNOWN_KEY)
        return found

    async def _ask_again(self, tenant_id: str, known: bool) -> None:
        """Unless it was asked a moment ago. Unavailable where it does not answer and the key is not known."""
        never = float("-inf")
        failed = self._asked_at.get(tenant_id, never) > self._fetched_at.get(tenant_id, never)
        if _age(self._asked_at, tenant_id) < (_AGAIN_AFTER_FAILURE if failed else _AGAIN_AFTER_SECONDS):
            if failed and not known:
                raise Unavailable(_AGAIN_AFTER_FAILURE)
            return
        self._asked_at[tenant_id] = time.monotonic()
        try:
            await self._fetch(tenant_id)
        except Unavailable:
            if not known:
                raise

    async def _fetch(self, tenant_id: str) -> None:
        url = f"{self._authority}/{tenant_id}/discovery/v2.0/keys"
        timeout = aiohttp.ClientTimeout(total=5)
        context = ssl.create_default_context(cafile=str(self._ca_file) if self._ca_file else None)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, trust_env=False) as session,
                session.get(url, ssl=context) as answer,
            ):
                answer.raise_for_status()
                listed = jwt.PyJWKSet.from_dict(await answer.json(content_type=None))
        except (aiohttp.ClientError, TimeoutError, jwt.PyJWTError, ValueError) as error:
            raise Unavailable(2.0) from error
        for known in [known for known in self._keys if known[0] == tenant_id]:
            del self._keys[known]
        self._keys.update({(tenant_id, key.key_id or ""): key for key in listed.keys})
        self._fetched_at[tenant_id] = self._asked_at[tenant_id] = time.monotonic()


def _age(times: dict[str, float], tenant_id: str) -> float:
    return time.monotonic() - times.get(tenant_id, float("-inf"))
