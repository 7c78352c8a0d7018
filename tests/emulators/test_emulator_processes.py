"""Start, stop, kill, restart; the directory at run time; what reaches the log."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from microsoft_process import (
    CHAIR,
    OFFICE,
    OUTSIDER,
    TENANT,
    Certificate,
    Microsoft,
    mailbox,
    make_directory,
    meeting,
)

from emulators.directory import DirectoryError, parse_directory


@pytest.fixture
def own(tmp_path: Path, certificate: Certificate) -> Iterator[Microsoft]:
    """A process of this test's own."""
    running = Microsoft(tmp_path, certificate)
    yield running
    if running.process.poll() is None:
        running.stop()


def test_kill_and_restart_keep_everything(own: Microsoft) -> None:
    events = f"/users/{OFFICE}/events"
    first = own.graph("POST", events, meeting(CHAIR, OUTSIDER)).json()
    own.control("POST", "mailboxes", {"tenant_id": TENANT, "mailboxes": [mailbox("new@council.example")]})
    before = own.control("GET", "calendars"), own.mail(), own.control("GET", "requests")
    ca, port = Path(own.ready["ca"]).read_bytes(), own.url.rsplit(":", 1)[1]
    own.kill()
    own.arguments = ("--port", port, *own.arguments[2:])
    own.start()
    assert (own.control("GET", "calendars"), own.mail(), own.control("GET", "requests")) == before
    assert Path(own.ready["ca"]).read_bytes() == ca
    again = own.graph("GET", f"{events}/{first['id']}")
    assert again.status_code == 200, "a token from before the kill still works"
    assert again.json()["@odata.etag"] == first["@odata.etag"]
    assert own.calendar("new@council.example") == []


def test_ready_line_and_sigterm(own: Microsoft) -> None:
    assert own.first_line == f"ready {own.url}"
    assert own.control("GET", "health") == {"status": "ready"}
    assert own.stop() == 0


def test_log_holds_no_address_subject_or_body(own: Microsoft) -> None:
    own.graph("POST", f"/users/{OFFICE}/events", meeting(CHAIR))
    own.graph("GET", "/users/nobody@council.example/events")
    own.stop()
    log = (own.folder / "log").read_text()
    assert "/v1.0/users/{user}/events 201" in log
    assert "@" not in log and "Permanence planning" not in log and "Please come" not in log


@pytest.mark.parametrize("module", ["emulators.microsoft", "emulators.smtp", "emulators.imap"])
def test_refused_in_production(module: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PERMANENCE_ENV": "Production"}
    ended = subprocess.run(
        [sys.executable, "-m", module],
        env=environment,
        cwd=Path.cwd(),
        capture_output=True,
        timeout=60,
        text=True,
    )
    assert ended.returncode == 2
    assert "PERMANENCE_ENV=production" in ended.stderr and ended.stdout == ""


def test_wrong_directory_file_says_everything(tmp_path: Path) -> None:
    wrong: dict[str, Any] = {"tenants": [{"tenant_id": "", "name": "x", "mailboxes": [{"address": "nowhere"}], "z": 1}]}
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(wrong))
    arguments = [
        "--port",
        "0",
        "--authorize-port",
        "0",
        "--state-dir",
        str(tmp_path / "s"),
        "--directory",
        str(path),
    ]
    ended = subprocess.run(
        [sys.executable, "-m", "emulators.microsoft", *arguments],
        capture_output=True,
        timeout=60,
        text=True,
        env={**os.environ, "PERMANENCE_ENV": "test"},
    )
    assert ended.returncode == 1
    for part in ("tenant_id", "tenants[0].z", "mailboxes[0].oid", "needs an @"):
        assert part in ended.stderr


def test_directory_rules(certificate: Certificate) -> None:
    document = make_directory(certificate.certificate_pem)
    parse_directory(document)
    tenant = document["tenants"][0]
    tenant["mailboxes"].append(tenant["mailboxes"][0])
    tenant["apps"][0]["schedules"] = "all"
    tenant["personas"][0]["roles"] = "one"
    with pytest.raises(DirectoryError) as refused:
        parse_directory(document)
    assert len(refused.value.violations) == 4, refused.value.violations


def test_directory_at_run_time(microsoft: Microsoft) -> None:
    document = make_directory(microsoft.certificate.certificate_pem)
    document["tenants"][0]["mailboxes"].append(mailbox(OUTSIDER))
    microsoft.control("PUT", "directory", document)
    microsoft.graph("POST", f"/users/{OFFICE}/events", meeting(OUTSIDER))
    assert len(microsoft.calendar(OUTSIDER)) == 1
    with microsoft.session() as session:
        refused = session.put(f"{microsoft.url}/_emulator/directory", json={"tenants": [{}]})
    assert refused.status_code == 400 and len(refused.json()["violations"]) == 2
    assert len(microsoft.calendar(OUTSIDER)) == 1
