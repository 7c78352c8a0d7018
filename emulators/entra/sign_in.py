"""Sign-in pages and the codes they hand out: authorisation code with PKCE (RFC 6749 4.1, RFC 7636)."""

import base64
import hashlib
import hmac
import html
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from emulators.directory import Persona, Tenant

CODE_SECONDS = 600
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class SignInError(Exception):
    """The sign-in request cannot be answered by a redirect; the text says why."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for."""

    tenant_id: str
    client_id: str
    persona_oid: str
    redirect_uri: str
    challenge: str
    scope: str
    nonce: str | None
    expires: float


class Codes:
    """Codes handed out and not used yet. Each works once."""

    def __init__(self) -> None:
        self._grants: dict[str, Grant] = {}

    def issue(self, tenant: Tenant, persona: Persona, query: Mapping[str, str]) -> str:
        """A new code for that sign-in."""
        code = secrets.token_urlsafe(32)
        self._grants[code] = Grant(
            tenant_id=tenant.tenant_id,
            client_id=query["client_id"],
            persona_oid=persona.oid,
            redirect_uri=query["redirect_uri"],
            challenge=query["code_challenge"],
            scope=query.get("scope", ""),
            nonce=query.get("nonce"),
            expires=time.monotonic() + CODE_SECONDS,
        )
        return code

    def redeem(self, tenant: Tenant, form: Mapping[str, str]) -> Grant | None:
        """The grant of the code in `form`, or None where code, client, redirect or verifier do not fit."""
        grant = self._grants.pop(form.get("code", ""), None)
        if grant is None or grant.expires < time.monotonic() or grant.tenant_id != tenant.tenant_id:
            return None
        same = grant.client_id == form.get("client_id") and grant.redirect_uri == form.get("redirect_uri")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return grant if same and hmac.compare_digest(challenge, grant.challenge) else None


def check_request(tenant: Tenant, query: Mapping[str, str]) -> None:
    """Refuse, all reasons at once, what Entra would show an error page for."""
    faults = []
    if tenant.app(query.get("client_id", "")) is None:
        faults.append("AADSTS700016: client_id is not an application of this tenant")
    redirect = urlsplit(query.get("redirect_uri", ""))
    if redirect.scheme not in {"http", "https"} or redirect.hostname not in LOOPBACK:
        faults.append("AADSTS50011: redirect_uri must be an http(s) address of this machine")
    if query.get("response_type") != "code":
        faults.append("AADSTS900144: response_type must be code")
    if query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
        faults.append("AADSTS9002325: proof key for code exchange (S256) is required")
    if query.get("response_mode", "query") not in {"query", "form_post"}:
        faults.append("AADSTS90014: response_mode must be query or form_post")
    if faults:
        raise SignInError("; ".join(faults))


def persona_page(tenant: Tenant, query: Mapping[str, str]) -> str:
    """A page that lists the tenant's personas; each is a link back to this endpoint with `persona` set."""
    rows = []
    for persona in tenant.personas:
        link = "?" + urlencode({**query, "persona": persona.key})
        roles = ", ".join(role.replace("-", " ") for role in persona.roles)
        words = f"{html.escape(persona.key)}</a><br>{html.escape(persona.mail)}, {html.escape(roles)}"
        rows.append(f'<li><a href="{html.escape(link)}">{words}</li>')
    return _page(f"Sign in to {html.escape(tenant.name)}", "<ul>" + "".join(rows) + "</ul>")


def answer_location(query: Mapping[str, str], code: str) -> str:
    """Where the browser goes back to, with the code and the caller's state."""
    answer = {"code": code, **({"state": query["state"]} if "state" in query else {})}
    joiner = "&" if urlsplit(query["redirect_uri"]).query else "?"
    return query["redirect_uri"] + joiner + urlencode(answer)


def answer_form(query: Mapping[str, str], code: str) -> str:
    """The same answer as a form with a button, for response_mode=form_post."""
    fields = {"code": code, **({"state": query["state"]} if "state" in query else {})}
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in fields.items()
    )
    action = html.escape(query["redirect_uri"])
    return _page("Signed in", f'<form method="post" action="{action}">{inputs}<button>Continue</button></form>')


_STYLE = (
    "body{font:1.2rem/1.5 arial,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c}"
    "li{margin:0 0 1rem}a{display:inline-block;min-height:24px}"
)


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main><h1>{title}</h1>"
        f"<p>Emulated sign-in: made-up people, no password.</p>{content}</main></body></html>"
    )
