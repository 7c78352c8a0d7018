"""Who is calling: the bearer token is verified here, by every service for itself.

No metadata that names a user is trusted.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import jwt

from servicekit.call import current_call
from servicekit.caller import Caller, CallerKind, acting_as
from servicekit.config import Council, IdentityConfig
from servicekit.errors import Unauthenticated, UnauthenticatedWhy
from servicekit.interceptors.request_id import metadata_value
from servicekit.interceptors.wrap import Around, Context, is_open
from servicekit.signing_keys import SigningKeys

_REQUIRED = ["exp", "iat", "nbf", "iss", "aud", "tid", "oid"]
_LEEWAY_SECONDS = 30
SERVICE_ROLE = "service-"


class Identity(Around):
    """Makes the caller out of an Entra v2 token of one of the configured councils' tenants."""

    def __init__(self, config: IdentityConfig, councils: tuple[Council, ...], keys: SigningKeys) -> None:
        self._config = config
        self._councils = {council.tenant_id: council for council in councils}
        self._keys = keys

    @asynccontextmanager
    async def around(self, rpc: str, context: Context) -> AsyncIterator[None]:
        """Run the handler as the caller; Unauthenticated where there is none."""
        if is_open(rpc):
            yield
            return
        token = _bearer(context)
        caller = await self.caller_of(token)
        call = current_call()
        if call:
            call.caller, call.token = caller, token
        with acting_as(caller):
            yield

    async def caller_of(self, token: str) -> Caller:
        """Verify signature, issuer, audience and times; then read who it is."""
        council, key_id = self._addressed_to(token)
        key = await self._keys.find(council.tenant_id, key_id)
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=list(self._config.audiences),
                issuer=f"{self._config.authority}/{council.tenant_id}/v2.0",
                leeway=_LEEWAY_SECONDS,
                options={"require": _REQUIRED},
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated(UnauthenticatedWhy.EXPIRED) from None
        except jwt.PyJWTError:
            raise Unauthenticated(UnauthenticatedWhy.WRONG_CLAIMS) from None
        return _caller(claims, council)

    def _addressed_to(self, token: str) -> tuple[Council, str]:
        """Which council the token claims; nothing of it is believed before the signature is checked."""
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
            key_id = str(jwt.get_unverified_header(token).get("kid", ""))
        except jwt.PyJWTError:
            raise Unauthenticated(UnauthenticatedWhy.MALFORMED) from None
        council = self._councils.get(str(claims.get("tid", "")))
        if council is None:
            raise Unauthenticated(UnauthenticatedWhy.UNKNOWN_COUNCIL)
        return council, key_id


def _bearer(context: Context) -> str:
    scheme, _, token = metadata_value(context, "authorization").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated(UnauthenticatedWhy.MISSING)
    return token.strip()


def _caller(claims: Mapping[str, object], council: Council) -> Caller:
    listed = claims.get("roles")
    roles = frozenset(str(role) for role in listed) if isinstance(listed, list) else frozenset()
    return Caller(council.council_id, council.slug, str(claims["oid"]), _kind(claims, roles), roles)


def _kind(claims: Mapping[str, object], roles: frozenset[str]) -> CallerKind:
    """A user's token has a scope (`scp`).

    An application's has `idtyp` app and only roles an administrator granted.
    """
    if claims.get("idtyp") != "app" and claims.get("scp"):
        return CallerKind.USER
    if any(role.startswith(SERVICE_ROLE) for role in roles):
        return CallerKind.SERVICE
    return CallerKind.CLIENT
