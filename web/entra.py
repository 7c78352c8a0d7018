"""Signing in with Entra ID: authorisation code with PKCE through msal, and tokens for the services kept fresh.

msal's calls block, and so run in threads. Its texts may quote what was sent; only its error codes are handed on.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, cast

import msal
import requests

from servicekit.config import Council, IdentityConfig
from web.session import Session

# A token is renewed so long before it ends that no call of a page can outlive it.
FRESH_SECONDS = 120.0
# Entra's own words for "ask again" (its list of token errors).
_PASSING = ("temporarily_unavailable", "server_error")


class SignInRefused(Exception):
    """Entra said no; `code` is its error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SignInAway(Exception):
    """Entra does not answer."""


class Entra:
    """The site's registration in the councils' tenants."""

    def __init__(self, identity: IdentityConfig, redirect_uri: str) -> None:
        self._identity, self._redirect_uri = identity, redirect_uri
        self._scopes = [f"{identity.audiences[0]}/access_as_user"]

    async def begin(self, council: Council, *, choose_account: bool = False) -> dict[str, Any]:
        """A new sign-in; its `auth_uri` is where the browser goes. SignInAway.

        `choose_account`: on a desk that people share, whoever has just left is not signed in again unasked.
        """

        def ask() -> dict[str, Any]:
            app = self._app(council.tenant_id, msal.SerializableTokenCache())
            prompt = "select_account" if choose_account else None
            flow = app.initiate_auth_code_flow(self._scopes, redirect_uri=self._redirect_uri, prompt=prompt)
            return cast("dict[str, Any]", flow)

        begun: dict[str, Any] = await _in_thread(ask)
        return begun

    async def finish(
        self, council: Council, flow: dict[str, Any], answer: Mapping[str, str]
    ) -> tuple[dict[str, Any], msal.SerializableTokenCache, Mapping[str, object]]:
        """The id token's claims, the tokens, the account. SignInRefused, SignInAway."""
        tokens = msal.SerializableTokenCache()

        def ask() -> tuple[dict[str, Any], Mapping[str, object]]:
            app = self._app(council.tenant_id, tokens)
            try:
                result = app.acquire_token_by_auth_code_flow(flow, dict(answer))
            except ValueError as error:  # msal's word for a state or nonce that is not this flow's
                raise SignInRefused("state_mismatch") from error
            _raise_if_passing(result)
            if "error" in result or "id_token_claims" not in result:
                raise SignInRefused(str(result.get("error", "no_identity")))
            accounts = app.get_accounts()
            if not accounts:
                raise SignInRefused("no_account")
            return result["id_token_claims"], accounts[0]

        claims, account = await _in_thread(ask)
        return claims, tokens, account

    async def token(self, council: Council, session: Session) -> str | None:
        """A bearer token for the services; None where Entra will not give one any more: the session is over.

        A token that is still good is used while Entra is away.
        """
        left = session.access_token_ends - time.monotonic()
        if session.access_token and left > FRESH_SECONDS:
            return session.access_token

        def ask() -> dict[str, Any] | None:
            app = self._app(council.tenant_id, session.tokens)
            result = app.acquire_token_silent_with_error(self._scopes, account=session.account)
            _raise_if_passing(result or {})
            return cast("dict[str, Any] | None", result)

        try:
            result = await _in_thread(ask)
        except SignInAway:
            if session.access_token and left > 0:
                return session.access_token
            raise
        if not result or "access_token" not in result:
            return None
        session.access_token = str(result["access_token"])
        session.access_token_ends = time.monotonic() + float(result.get("expires_in", 0))
        return session.access_token

    def _app(self, tenant_id: str, tokens: msal.SerializableTokenCache) -> msal.ConfidentialClientApplication:
        session = requests.Session()
        # The environment's CA bundle and proxies would otherwise win over `verify`.
        session.trust_env = False
        session.verify = str(self._identity.ca_file) if self._identity.ca_file else True
        return msal.ConfidentialClientApplication(
            self._identity.client_id,
            client_credential=self._identity.client_secret,
            authority=f"{self._identity.authority}/{tenant_id}",
            instance_discovery=False,
            http_client=session,
            token_cache=tokens,
            timeout=5,
        )


def _raise_if_passing(result: Mapping[str, Any]) -> None:
    """SignInAway where Entra is only too busy: that ends nobody's session."""
    if result.get("error") in _PASSING:
        raise SignInAway


async def _in_thread(ask: Any) -> Any:
    try:
        return await asyncio.to_thread(ask)
    except requests.RequestException as error:
        raise SignInAway from error
