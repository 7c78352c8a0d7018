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
    return emulator_token(demo["authority"], Path(demo["ca"]), tenants[council], persona)


def emulator_token(authority: str, ca: Path, tenant_id: str, persona: str) -> str:
    """A token straight from the emulator's own door for personas."""
    session = requests.Session()
    session.trust_env = False
    session.verify = str(ca)
    try:
        answer = session.post(
            f"{authority}/_emulator/token", json={"tenant": tenant_id, "persona": persona}, timeout=10
        )
    except requests.ConnectionError as error:
        raise Failure(f"the sign-in emulator at {authority} does not answer: is the demo up?") from error
    if answer.status_code != 200:
        raise Failure(f"the sign-in emulator knows no {persona!r} in this council: {answer.text.strip()}")
    return str(answer.json()["access_token"])


def _councils(path: Path) -> list[dict[str, str]]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return list(content["councils"])
