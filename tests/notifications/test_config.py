"""Settings: all faults at once, emulators outside production only."""

from pathlib import Path

from servicekit.environment import Environment
from services.notifications.config import settings


def _files(folder: Path) -> dict[str, str]:
    tenants = folder / "tenants.yaml"
    tenants.write_text(
        "tenants:\n  - {council: north, meetings_mailbox: meetings@north.example.org}\n", encoding="utf-8"
    )
    return {"PERMANENCE_TENANTS": str(tenants)}


def test_no_tenant_and_no_mail_server_is_a_whole_configuration() -> None:
    env = Environment({})
    found = settings(env)
    assert env.faults == [] and found.graph is None and found.smtp is None and found.mailboxes == {}


def test_an_emulator_is_named_outside_production_only(tmp_path: Path) -> None:
    given = {
        **_files(tmp_path), "PERMANENCE_GRAPH_URL": "https://127.0.0.1:8443/v1.0",
        "PERMANENCE_GRAPH_AUTHORITY": "https://127.0.0.1:8443", "PERMANENCE_GRAPH_CLIENT_ID": "app",
        "PERMANENCE_GRAPH_CLIENT_SECRET": "secret", "PERMANENCE_SMTP_HOST": "127.0.0.1", "PERMANENCE_SMTP_PORT": "2525",
        "PERMANENCE_SMTP_FROM": "invitations@north.example.org",
    }  # fmt: skip
    demo = Environment({**given, "PERMANENCE_ENV": "demo"})
    found = settings(demo)
    assert demo.faults == [] and found.smtp is not None and found.smtp.security == "none"
    assert found.mailboxes == {"north": "meetings@north.example.org"} and "secret" not in repr(found.graph)
    production = Environment(given)
    settings(production)
    assert sum("production" in fault for fault in production.faults) == 3


def test_every_fault_is_listed(tmp_path: Path) -> None:
    env = Environment(
        {**_files(tmp_path), "PERMANENCE_GRAPH_URL": "http://graph.example", "PERMANENCE_SMTP_HOST": "mail"}
    )
    settings(env)
    text = "\n".join(env.faults)
    for word in ("GRAPH_CLIENT_ID", "GRAPH_CERTIFICATE", "GRAPH_URL", "SMTP_FROM"):
        assert word in text


def test_links_lead_to_the_site_by_https_or_on_this_machine() -> None:
    for url, right in (
        ("https://permanence.north.example.org/", True),
        ("http://127.0.0.1:8080", True),
        ("", True),
        ("http://permanence.north.example.org", False),
        ("permanence.north.example.org", False),
    ):
        env = Environment({"PERMANENCE_WEB_PUBLIC_URL": url})
        assert settings(env).web_url == url.rstrip("/") and bool(env.faults) != right


def test_the_key_of_links_is_long_enough_or_refused(tmp_path: Path) -> None:
    for length, right in ((32, True), (64, True), (31, False), (0, False)):
        path = tmp_path / f"{length}.key"
        path.write_bytes(b"\xff" * length)
        env = Environment({"PERMANENCE_LINK_KEY_FILE": str(path)})
        found = settings(env)
        assert any("PERMANENCE_LINK_KEY_FILE" in fault for fault in env.faults) != right, length
        assert not right or found.link_key == b"\xff" * length
        assert "xff" not in repr(found), "a key stands in no log"
    assert settings(Environment({})).link_key == b""
