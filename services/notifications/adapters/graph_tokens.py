"""App tokens for Microsoft Graph: client credentials of one council's tenant, by certificate or by secret."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias, cast

import msal
import requests

from services.notifications.adapters.graph_error import reason_of
from services.notifications.domain.delivery_fault import Refused, Unreachable

SCOPE = "https://graph.microsoft.com/.default"
_SECONDS = 15.0
_FOR_NOW = frozenset({"temporarily_unavailable", "server_error"})


@dataclass(frozen=True)
class AppSecret:
    """A client secret."""

    secret: str = field(repr=False)


@dataclass(frozen=True)
class AppCertificate:
    """A certificate registered with the app, and its private key; both PEM."""

    certificate_pem: str
    private_key_pem: str = field(repr=False)


AppCredential: TypeAlias = AppSecret | AppCertificate


@dataclass(frozen=True)
class TenantApp:
    """The product's app in one tenant. `authority` is Entra's address without the tenant."""

    authority: str
    tenant_id: str
    client_id: str
    credential: AppCredential
    ca_file: Path | None = None


class _MsalApp(Protocol):
    """The part of msal's ConfidentialClientApplication that is used here; msal has no types of its own."""

    def acquire_token_for_client(self, scopes: list[str]) -> dict[str, object] | None:
        """The cached token, or a new one."""
        ...

    def remove_tokens_for_client(self) -> None:
        """Forget what is cached."""
        ...


class GraphTokens:
    """One token cache per tenant app; msal keeps tokens until shortly before their end.

    msal blocks, so it runs in a thread, one call at a time: a second caller finds the first one's token.
    """

    def __init__(self, app: TenantApp) -> None:
        self._tenant_app = app
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.verify = str(app.ca_file) if app.ca_file else True
        self._answers: dict[str, object] = {}
        self._msal: _MsalApp | None = None
        self._alone = asyncio.Lock()

    async def token(self, instead_of: str = "") -> str:
        """A token; `instead_of` is one that Graph has just refused: it is not given again.

        Raises Unreachable where Entra cannot be asked now, Refused where it does not accept the app.
        """
        async with self._alone:
            found = await asyncio.to_thread(self._ask)
            if instead_of and found == instead_of:
                found = await asyncio.to_thread(self._ask_anew)
        return found

    def close(self) -> None:
        """Let go of the connections to Entra."""
        self._http.close()

    def _ask_anew(self) -> str:
        if self._msal is not None:
            self._msal.remove_tokens_for_client()
        return self._ask()

    def _ask(self) -> str:
        # msal repeats a bad answer for a minute by itself; when to ask again is decided by whoever waits here.
        self._answers.clear()
        try:
            self._msal = self._msal or self._new()
            answer = self._msal.acquire_token_for_client([SCOPE]) or {}
        except (requests.RequestException, msal.exceptions.MsalError):
            raise Unreachable("ENTRA_UNREACHABLE") from None
        except (ValueError, RuntimeError):
            # msal's way of saying that it found no usable description of the tenant, or no usable key.
            raise Unreachable("ENTRA_UNUSABLE") from None
        if "access_token" in answer:
            return str(answer["access_token"])
        reason = reason_of(answer.get("error"), "ENTRA_REFUSED")
        raise Unreachable(reason) if answer.get("error") in _FOR_NOW else Refused(reason)

    def _new(self) -> _MsalApp:
        app = self._tenant_app
        made = msal.ConfidentialClientApplication(
            app.client_id,
            client_credential=_for_msal(app.credential),
            authority=f"{app.authority.rstrip('/')}/{app.tenant_id}",
            # The authority is the council's own setting: nobody else has to vouch for it.
            instance_discovery=False,
            http_client=_WithTimeout(self._http),
            http_cache=self._answers,
        )
        return cast("_MsalApp", made)


class _WithTimeout:
    """msal passes no time-out to a session that it did not make."""

    def __init__(self, http: requests.Session) -> None:
        self._http = http

    def post(self, url: str, **options: object) -> requests.Response:
        """Send a form."""
        return self._http.request("POST", url, **{"timeout": _SECONDS, **options})  # type: ignore[arg-type]

    def get(self, url: str, **options: object) -> requests.Response:
        """Read a document."""
        return self._http.request("GET", url, **{"timeout": _SECONDS, **options})  # type: ignore[arg-type]

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()


def _for_msal(credential: AppCredential) -> str | dict[str, str]:
    if isinstance(credential, AppSecret):
        return credential.secret
    return {"private_key": credential.private_key_pem, "public_certificate": credential.certificate_pem}
