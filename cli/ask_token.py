"""Gets a bearer token of a demo persona or application from the Entra emulator.

Real tokens come from the council's own tenant.
"""

import argparse
import json
import os
from pathlib import Path

import requests
import yaml

from cli.failure import Failure

DEMO_ROOT = Path(os.environ.get("PERMANENCE_DEMO_ROOT", "var/demo"))


def run(wanted: argparse.Namespace) -> int:
    """Print the token."""
    print(demo_token(DEMO_ROOT, wanted.council, wanted.persona))
    return 0


def demo_token(root: Path, council: str, persona: str) -> str:
    """A token for `persona` in the tenant of `council`. Failure where the demo is not up or knows neither."""
    place = root / "demo.json"
    if not place.is_file():
        raise Failure("the demo is not up: start it with 'make demo'")
    demo = json.loads(place.read_text(encoding="utf-8"))
    tenants = {row["slug"]: row["tenant_id"] for row in _councils(Path(demo["councils"]))}
    if council not in tenants:
        raise Failure(f"there is no council {council!r} here; there are: {', '.join(sorted(tenants))}")
    authority, ca, tenant_id = demo["authority"], Path(demo["ca"]), tenants[council]
    app = _application(Path(demo["directory"]), tenant_id, persona)
    if app is not None:
        return _application_token(authority, ca, tenant_id, app)
    return emulator_token(authority, ca, tenant_id, persona)


def emulator_token(authority: str, ca: Path, tenant_id: str, persona: str) -> str:
    """A token straight from the emulator's own door for personas."""
    answer = _post(ca, f"{authority}/_emulator/token", json={"tenant": tenant_id, "persona": persona})
    if answer.status_code != 200:
        raise Failure(f"the sign-in emulator knows no {persona!r} in this council: {answer.text.strip()}")
    return str(answer.json()["access_token"])


def _application_token(authority: str, ca: Path, tenant_id: str, app: dict[str, str]) -> str:
    """As another council system gets it: OAuth 2.0 client credentials."""
    form = {
        "grant_type": "client_credentials",
        "client_id": app["client_id"],
        "client_secret": app["secret"],
        "scope": "api://permanence/.default",
    }
    answer = _post(ca, f"{authority}/{tenant_id}/oauth2/v2.0/token", data=form)
    if answer.status_code != 200:
        raise Failure(f"the sign-in emulator refused the application: {answer.json().get('error')}")
    return str(answer.json()["access_token"])


def _application(directory: Path, tenant_id: str, key: str) -> dict[str, str] | None:
    content = json.loads(directory.read_text(encoding="utf-8"))
    tenant = next(row for row in content["tenants"] if row["tenant_id"] == tenant_id)
    return next((app for app in tenant["apps"] if app["key"] == key), None)


def _post(ca: Path, url: str, **body: object) -> requests.Response:
    session = requests.Session()
    session.trust_env = False
    session.verify = str(ca)
    try:
        return session.post(url, timeout=10, **body)  # type: ignore[arg-type]
    except requests.ConnectionError as error:
        raise Failure("the sign-in emulator does not answer: is the demo up?") from error


def _councils(path: Path) -> list[dict[str, str]]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return list(content["councils"])
