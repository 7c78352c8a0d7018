"""This service's own tokens, one per tenant (OAuth 2.0 client credentials), for what no person's request started."""

import asyncio
from typing import cast

import msal
import requests

from servicekit.config import IdentityConfig
from servicekit.errors import Unavailable


class OwnTokens:
    """msal keeps each token until shortly before it expires; its calls block, and so run in a thread."""

    def __init__(self, config: IdentityConfig) -> None:
        self._config = config
        self._apps: dict[str, msal.ConfidentialClientApplication] = {}
        self._lock = asyncio.Lock()

    async def token(self, tenant_id: str) -> str:
        """A bearer token of this tenant. Unavailable where the authority does not give one."""
        async with self._lock:
            return await asyncio.to_thread(self._acquire, tenant_id)

    def _acquire(self, tenant_id: str) -> str:
        scope = f"{self._config.audiences[0]}/.default"
        try:
            app = self._apps.get(tenant_id) or self._build(tenant_id)
            self._apps[tenant_id] = app
            answer = app.acquire_token_for_client(scopes=[scope])
        except (requests.RequestException, ValueError) as error:
            raise Unavailable(2.0) from error
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not token:
            # The authority's own words may quote what was sent; its error code is enough to find the cause.
            raise Unavailable(10.0, authority_error=str((answer or {}).get("error", "unknown")))
        return str(token)

    def _build(self, tenant_id: str) -> msal.ConfidentialClientApplication:
        session = requests.Session()
        # The environment's CA bundle and proxies would otherwise win over `verify`.
        session.trust_env = False
        session.verify = str(self._config.ca_file) if self._config.ca_file else True
        return msal.ConfidentialClientApplication(
            self._config.client_id,
            client_credential=self._config.client_secret,
            authority=f"{self._config.authority}/{tenant_id}",
            instance_discovery=False,
            http_client=cast("object", session),
            timeout=5,
        )
