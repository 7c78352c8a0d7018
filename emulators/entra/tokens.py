"""Tokens as Entra's v2 endpoint makes them, without any person's name in them."""

import time
import uuid
from dataclasses import dataclass

import jwt

from emulators.clock import Clock
from emulators.directory import App, Persona, TenantId
from emulators.entra.signing_key import SigningKey

GRAPH = "https://graph.microsoft.com"
PERMANENCE = "api://permanence"
LIFETIME_SECONDS = 3599


@dataclass(frozen=True, slots=True)
class Issuer:
    """Signs and checks tokens of every tenant. `public_url` is what callers see, for instance https://127.0.0.1:8443.

    Graph's tokens live by the emulators' clock. All others are checked by programs that know the machine's time only.
    """

    key: SigningKey
    public_url: str
    clock: Clock

    def name(self, tenant: TenantId) -> str:
        """The `iss` of that tenant's tokens."""
        return f"{self.public_url}/{tenant}/v2.0"

    def for_app(self, tenant: TenantId, app: App, audience: str) -> str:
        """An app-only token. Under Exchange's scoping it carries no Graph roles."""
        roles = list(app.roles) if audience != GRAPH else []
        return self._sign(
            tenant,
            audience,
            {"oid": app.oid, "sub": app.oid, "azp": app.client_id, "roles": roles, "idtyp": "app"},
        )

    def for_user(self, tenant: TenantId, persona: Persona, client_id: str, audience: str) -> str:
        """A token for an app acting for a signed-in persona."""
        claims: dict[str, object] = {
            "oid": persona.oid,
            "sub": persona.oid,
            "azp": client_id,
            "roles": list(persona.roles),
            "scp": "access_as_user",
        }
        return self._sign(tenant, audience, claims)

    def identity(self, tenant: TenantId, persona: Persona, client_id: str, nonce: str | None) -> str:
        """The id token of a sign-in (OpenID Connect Core 2); `name` stays neutral: the persona's key."""
        claims: dict[str, object] = {
            "oid": persona.oid,
            "sub": persona.oid,
            "roles": list(persona.roles),
            "name": persona.key,
            "preferred_username": persona.mail,
        }
        if nonce:
            claims["nonce"] = nonce
        return self._sign(tenant, client_id, claims)

    def refresh(self, tenant: TenantId, persona: Persona, client_id: str) -> str:
        """A refresh token: opaque to callers, signed so that nothing needs to be kept."""
        return self._sign(tenant, "refresh", {"oid": persona.oid, "azp": client_id}, lifetime=86_400)

    def verify(
        self, token: str, tenant: TenantId | None, audience: str, even_expired: bool = False
    ) -> dict[str, object]:
        """The claims of a token of ours; raises jwt.InvalidTokenError for any fault."""
        required = ["exp", "iat", "nbf", "iss", "aud", "tid"]
        by_our_clock = audience == GRAPH
        claims = jwt.decode(
            token,
            self.key.public,
            algorithms=["RS256"],
            audience=audience,
            options={
                "require": required,
                "verify_exp": not by_our_clock,
                "verify_nbf": not by_our_clock,
                "verify_iat": not by_our_clock,
            },
        )
        if by_our_clock and not even_expired and claims["exp"] <= self._now(audience):
            raise jwt.ExpiredSignatureError("Lifetime validation failed, the token is expired.")
        if claims["iss"] != self.name(claims["tid"]) or (tenant is not None and claims["tid"] != tenant):
            raise jwt.InvalidIssuerError("token of another tenant or another emulator")
        return dict(claims)

    def _now(self, audience: str) -> int:
        return int(self.clock.now().timestamp() if audience == GRAPH else time.time())

    def _sign(
        self, tenant: TenantId, audience: str, claims: dict[str, object], lifetime: int = LIFETIME_SECONDS
    ) -> str:
        now = self._now(audience)
        payload = {
            "aud": audience,
            "iss": self.name(tenant),
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "tid": tenant,
            "ver": "2.0",
            "uti": uuid.uuid4().hex,
            **({"appid": claims["azp"]} if "azp" in claims else {}),
            **claims,
        }
        return jwt.encode(payload, self.key.private, algorithm="RS256", headers={"kid": self.key.kid})


def audience_of(scope: str) -> str | None:
    """The resource that a scope names; None where it is neither Graph nor Permanence."""
    for name in scope.split():
        for resource in (GRAPH, PERMANENCE):
            if name.startswith(resource + "/"):
                return resource
    return None
