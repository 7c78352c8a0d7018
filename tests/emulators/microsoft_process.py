"""Starts the emulators as real processes on free ports, with made-up tenants, and talks to them."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msal
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from emulators.graph.model import faults_of_request, hold_answer

TENANT = "11111111-1111-4111-8111-111111111111"
OTHER_TENANT = "22222222-2222-4222-8222-222222222222"
OFFICE = "permanence-meetings@council.example"
CHAIR = "chair@council.example"
WORKER = "social-worker@council.example"
ROOM = "room-1@council.example"
OUTSIDER = "carer-1@example.org"
SECRET_APP = "aaaaaaaa-0000-4000-8000-000000000001"
CERT_APP = "aaaaaaaa-0000-4000-8000-000000000002"
NARROW_APP = "aaaaaaaa-0000-4000-8000-000000000003"
OTHER_APP = "aaaaaaaa-0000-4000-8000-000000000004"


@dataclass(frozen=True)
class Certificate:
    certificate_pem: str
    key_pem: str
    sha1: str


def make_certificate() -> Certificate:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "permanence-notifications")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    return Certificate(pem, private.decode(), certificate.fingerprint(hashes.SHA1()).hex())


def mailbox(address: str, kind: str = "user", **more: object) -> dict[str, object]:
    return {
        "address": address,
        "oid": str(uuid.uuid5(uuid.NAMESPACE_URL, address)),
        "kind": kind,
        "name": address.split("@")[0].replace("-", " "),
        **more,
    }


def make_directory(certificate_pem: str) -> dict[str, Any]:
    every = {"mailboxes": ["*"], "roles": ["service.notifications"]}
    return {
        "tenants": [
            {
                "tenant_id": TENANT,
                "name": "Demo council",
                "personas": [
                    {
                        "key": "business-support",
                        "oid": str(uuid.uuid5(uuid.NAMESPACE_URL, "bs")),
                        "roles": ["business-support"],
                        "mail": "business-support@council.example",
                    },
                    {
                        "key": "chair",
                        "oid": str(uuid.uuid5(uuid.NAMESPACE_URL, "ch")),
                        "roles": ["chair"],
                        "mail": CHAIR,
                    },
                ],
                "apps": [
                    {"key": "notifications", "client_id": SECRET_APP, "secret": "made-up", **every},
                    {"key": "by-cert", "client_id": CERT_APP, "certificate_pem": certificate_pem, **every},
                    {
                        "key": "narrow",
                        "client_id": NARROW_APP,
                        "secret": "made-up",
                        "mailboxes": [OFFICE],
                        "schedules": "scope",
                    },
                ],
                "mailboxes": [
                    mailbox(OFFICE, teams=True),
                    mailbox(CHAIR),
                    mailbox(WORKER),
                    mailbox(ROOM, "room"),
                    mailbox("no-licence@council.example", "shared"),
                ],
            },
            {
                "tenant_id": OTHER_TENANT,
                "name": "Second council",
                "apps": [{"key": "n", "client_id": OTHER_APP, "secret": "other", "mailboxes": ["*"]}],
                "mailboxes": [mailbox("office@second.example")],
            },
        ]
    }


def wait_for(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """The first true value of `condition`; fails after the deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError("condition not met before its deadline")


class Running:
    """An emulator's process."""

    def __init__(self, module: str, folder: Path, *arguments: str) -> None:
        self.module, self.folder, self.arguments = module, folder, arguments
        folder.mkdir(parents=True, exist_ok=True)
        self.start()

    def start(self) -> None:
        ready = self.folder / "ready.json"
        ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", self.module, *self.arguments, "--ready-file", str(ready)]
        environment = {**os.environ, "PERMANENCE_ENV": "test"}
        self.log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env=environment,
            start_new_session=True,
            text=True,
        )
        wait_for(lambda: ready.exists() or self.process.poll() is not None)
        assert self.process.poll() is None, (self.folder / "log").read_text()
        self.ready = json.loads(ready.read_text())
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.close()

    def stop(self) -> int:
        self.process.terminate()
        status = self.process.wait(timeout=20)
        self.close()
        return status

    def close(self) -> None:
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.log.close()


class Microsoft(Running):
    """The Entra and Graph emulator, with clients."""

    def __init__(self, folder: Path, certificate: Certificate, *more: str) -> None:
        self.certificate = certificate
        directory = folder / "given.json"
        folder.mkdir(parents=True, exist_ok=True)
        directory.write_text(json.dumps(make_directory(certificate.certificate_pem)))
        super().__init__(
            "emulators.microsoft",
            folder,
            *("--port", "0", "--authorize-port", "0", "--state-dir", str(folder / "state")),
            *("--directory", str(directory), "--latency", "0.002", "--room-delay", "0.05"),
            *("--handshake-patience", "1", "--notify-patience", "1"),
            *more,
        )
        # Kept from call to call: to shake hands anew costs more than most calls.
        self._http = self.session()
        self._tokens: dict[str, str] = {}

    @property
    def url(self) -> str:
        return str(self.ready["url"])

    def session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.verify = self.ready["ca"]
        return session

    def msal_app(self, client_id: str, credential: object, tenant: str = TENANT) -> Any:
        return msal.ConfidentialClientApplication(
            client_id,
            client_credential=credential,
            authority=f"{self.url}/{tenant}",
            instance_discovery=False,
            http_client=self.session(),
        )

    def token(self, client_id: str = SECRET_APP, tenant: str = TENANT, secret: str = "made-up") -> str:
        if client_id not in self._tokens:
            asked = {
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": secret,
                "scope": "https://graph.microsoft.com/.default",
            }
            answer = self._http.post(f"{self.url}/{tenant}/oauth2/v2.0/token", data=asked, timeout=30)
            self._tokens[client_id] = answer.json()["access_token"]
        return self._tokens[client_id]

    def graph(
        self, method: str, path: str, body: object = None, *, client_id: str = SECRET_APP, **headers: str
    ) -> requests.Response:
        sent = {"Authorization": f"Bearer {self.token(client_id)}", "Prefer": 'IdType="ImmutableId"'}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        answer = self._http.request(method, self.url + "/v1.0" + path, json=body, headers=sent, timeout=30)
        if answer.ok and answer.content:
            hold_answer(unquote(urlsplit(answer.url).path), answer.json())
        return answer

    def control(self, method: str, path: str, body: object = None) -> Any:
        answer = self._http.request(method, f"{self.url}/_emulator/{path}", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def calendar(self, address: str) -> list[dict[str, Any]]:
        found = self.control("GET", f"calendars?tenant={TENANT}&mailbox={address}")
        events: list[dict[str, Any]] = found["tenants"][0]["mailboxes"][0]["events"]
        return events

    def mail(self, after: int = 0) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.control("GET", f"mail?after={after}")["mail"]
        return rows

    def add_mailbox(self, row: dict[str, object]) -> None:
        self.control("POST", "mailboxes", {"tenant_id": TENANT, "mailboxes": [row]})

    def faults_asked(self) -> list[str]:
        """What in the requests since the last reset is not of Microsoft's model."""
        rows = self.control("GET", "requests")["requests"]
        return [fault for row in rows for fault in faults_of_request(row["path"], row["body"])]

    def drill(self, name: str, on: bool = True) -> None:
        self.control("POST", "drills", {name: on})

    def clock(self, **order: object) -> None:
        """Set or advance the emulator's time; the next request asks for a token of that time."""
        self.control("POST", "clock", order)
        self.forget_tokens()

    def forget_tokens(self) -> None:
        self._tokens.clear()

    def fault(self, **fault: object) -> None:
        self.control("POST", "faults", {"arm": [fault]})


def meeting(*addresses: str, **more: object) -> dict[str, Any]:
    """A create body."""
    return {
        "subject": "Permanence planning meeting R-104",
        "body": {"contentType": "html", "content": "<p>Please come.</p>"},
        "start": {"dateTime": "2026-06-10T10:00:00", "timeZone": "Europe/London"},
        "end": {"dateTime": "2026-06-10T11:30:00", "timeZone": "Europe/London"},
        "attendees": [attendee(address) for address in addresses],
        "sensitivity": "private",
        "transactionId": str(uuid.uuid4()),
        **more,
    }


def attendee(address: str, kind: str = "required") -> dict[str, object]:
    return {"type": kind, "emailAddress": {"address": address, "name": address.split("@")[0]}}
