"""Entra's endpoints on the wire."""

import base64
import json
from collections.abc import Callable

import jwt
from aiohttp import web

from emulators.directory import Persona, Tenant
from emulators.directory_file import DirectoryFile
from emulators.entra.client_proof import ProofError, prove_client
from emulators.entra.sign_in import (
    Codes,
    SignInError,
    answer_form,
    answer_location,
    check_request,
    persona_page,
)
from emulators.entra.tokens import LIFETIME_SECONDS, PERMANENCE, Issuer, audience_of

DEMO_CLIENT = "00000000-0000-4000-8000-00000000c11e"


class OAuthError(Exception):
    """An RFC 6749 5.2 error answer."""

    def __init__(self, code: str, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.code = code
        self.status = status


class Entra:
    """The sign-in service of every tenant in the directory."""

    def __init__(
        self, directory: DirectoryFile, issuer: Issuer, authorize_url: str, is_down: Callable[[], bool]
    ) -> None:
        self._directory = directory
        self._issuer = issuer
        self._authorize_url = authorize_url
        self._codes = Codes()
        self._is_down = is_down

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Everything that is served over TLS."""
        self.add_sign_in(router)
        for prefix in ("/{tid}/v2.0", "/{tid}"):
            router.add_get(prefix + "/.well-known/openid-configuration", self.discovery)
        router.add_get("/{tid}/discovery/v2.0/keys", self.keys)
        router.add_post("/{tid}/oauth2/v2.0/token", self.token)
        router.add_post("/_emulator/token", self.demo_token)

    def add_sign_in(self, router: web.UrlDispatcher) -> None:
        """The page a browser opens; on plain http too, so that no browser meets an unknown certificate."""
        router.add_get("/{tid}/oauth2/v2.0/authorize", self.authorize)

    def _tenant(self, request: web.Request) -> Tenant:
        tenant = self._directory.current.tenant(request.match_info["tid"])
        if tenant is None:
            raise OAuthError("invalid_tenant", "AADSTS90002: tenant not found.")
        return tenant

    async def discovery(self, request: web.Request) -> web.Response:
        """OpenID Connect Discovery 1.0."""
        try:
            tid = self._tenant(request).tenant_id
        except OAuthError as error:
            return _refusal(error)
        base = f"{self._issuer.public_url}/{tid}"
        return web.json_response(
            {
                "issuer": self._issuer.name(tid),
                "authorization_endpoint": f"{self._authorize_url}/{tid}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query", "form_post"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "profile", "offline_access"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def keys(self, request: web.Request) -> web.Response:
        """The tenant's signing keys (RFC 7517)."""
        try:
            self._tenant(request)
        except OAuthError as error:
            return _refusal(error)
        return web.json_response({"keys": [self._issuer.key.jwk]})

    async def authorize(self, request: web.Request) -> web.Response:
        """Choose a persona, then go back to the caller with a code."""
        query = dict(request.query)
        try:
            tenant = self._tenant(request)
            check_request(tenant, query)
        except (OAuthError, SignInError) as error:
            return web.Response(status=400, text=str(error))
        persona = tenant.persona(query.pop("persona", ""))
        if persona is None:
            return web.Response(text=persona_page(tenant, query), content_type="text/html")
        code = self._codes.issue(tenant, persona, query)
        if query.get("response_mode") == "form_post":
            return web.Response(text=answer_form(query, code), content_type="text/html")
        return web.Response(status=302, headers={"Location": answer_location(query, code)})

    async def token(self, request: web.Request) -> web.Response:
        """RFC 6749 4.1.3, 4.4 and 6."""
        if self._is_down():
            return web.json_response({"error": "temporarily_unavailable"}, status=503)
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            return web.json_response(self._grant(self._tenant(request), form))
        except ProofError as error:
            return _refusal(OAuthError(error.code, str(error), 401))
        except OAuthError as error:
            return _refusal(error)

    def _grant(self, tenant: Tenant, form: dict[str, str]) -> dict[str, object]:
        issuer = self._issuer.name(tenant.tenant_id)
        endpoint = f"{self._issuer.public_url}/{tenant.tenant_id}/oauth2/v2.0/token"
        app = prove_client(tenant, form, {endpoint, issuer})
        match form.get("grant_type"):
            case "client_credentials":
                scope = form.get("scope", "")
                audience = audience_of(scope)
                if audience is None or not scope.endswith("/.default"):
                    raise OAuthError("invalid_scope", "AADSTS1002012: scope must be a known resource's /.default.")
                return _bearer(self._issuer.for_app(tenant.tenant_id, app, audience))
            case "authorization_code":
                grant = self._codes.redeem(tenant, form)
                persona = tenant.persona(grant.persona_oid) if grant else None
                if grant is None or persona is None:
                    raise OAuthError("invalid_grant", "AADSTS70008: code is unknown, used, expired or not for this.")
                return self._signed_in(tenant, persona, app.client_id, form.get("scope") or grant.scope, grant.nonce)
            case "refresh_token":
                persona = self._refreshed(tenant, form)
                return self._signed_in(tenant, persona, app.client_id, form.get("scope", ""), None)
            case other:
                raise OAuthError("unsupported_grant_type", f"AADSTS70003: grant type {other!r} is not supported.")

    def _refreshed(self, tenant: Tenant, form: dict[str, str]) -> Persona:
        try:
            claims = self._issuer.verify(form.get("refresh_token", ""), tenant.tenant_id, "refresh")
        except jwt.InvalidTokenError:
            claims = {}
        persona = tenant.persona(str(claims.get("oid", "")))
        if persona is None or claims.get("azp") != form.get("client_id"):
            raise OAuthError("invalid_grant", "AADSTS70000: refresh token is not valid here.")
        return persona

    def _signed_in(
        self, tenant: Tenant, persona: Persona, client_id: str, scope: str, nonce: str | None
    ) -> dict[str, object]:
        audience = audience_of(scope) or PERMANENCE
        tid = tenant.tenant_id
        info = json.dumps({"uid": persona.oid, "utid": tid}).encode()
        return {
            **_bearer(self._issuer.for_user(tid, persona, client_id, audience)),
            "scope": scope,
            "id_token": self._issuer.identity(tid, persona, client_id, nonce),
            "refresh_token": self._issuer.refresh(tid, persona, client_id),
            "client_info": base64.urlsafe_b64encode(info).rstrip(b"=").decode(),
        }

    async def demo_token(self, request: web.Request) -> web.Response:
        """POST {tenant, persona}: a user's token for Permanence without a browser."""
        try:
            wanted = await request.json()
            tenant = self._directory.current.tenant(str(wanted["tenant"]))
            key = str(wanted["persona"])
        except (ValueError, KeyError, TypeError):
            return web.json_response({"error": 'send {"tenant": ID, "persona": KEY}'}, status=400)
        if tenant is None:
            return web.json_response({"error": "no such tenant in the directory"}, status=404)
        persona = tenant.persona(key)
        if persona is None:
            known = [p.key for p in tenant.personas]
            return web.json_response({"error": f"no persona {key!r}; known are {known}"}, status=404)
        token = self._issuer.for_user(tenant.tenant_id, persona, DEMO_CLIENT, PERMANENCE)
        return web.json_response(_bearer(token))


def _bearer(token: str) -> dict[str, object]:
    return {
        "token_type": "Bearer",
        "expires_in": LIFETIME_SECONDS,
        "ext_expires_in": LIFETIME_SECONDS,
        "access_token": token,
    }


def _refusal(error: OAuthError) -> web.Response:
    return web.json_response({"error": error.code, "error_description": str(error)}, status=error.status)
