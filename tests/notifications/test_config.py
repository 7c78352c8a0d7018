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


_IMAP = {
    "PERMANENCE_IMAP_HOST": "imap.north.example.org",
    "PERMANENCE_IMAP_USER": "invitations@north.example.org",
    "PERMANENCE_IMAP_PASSWORD": "secret",
}


def test_a_mailbox_is_read_under_tls_unless_it_is_on_this_machine() -> None:
    env = Environment(_IMAP)
    found = settings(env).imap
    assert env.faults == [] and found is not None
    assert (found.security, found.port, found.folder, found.trusted_authserv) == ("tls", 993, "INBOX", "")
    assert "secret" not in repr(found) and env.read["PERMANENCE_IMAP_PASSWORD"] is True
    local = Environment({**_IMAP, "PERMANENCE_IMAP_HOST": "127.0.0.1", "PERMANENCE_ENV": "demo"})
    assert settings(local).imap is not None and local.faults == []
    for given in ({"PERMANENCE_IMAP_HOST": "127.0.0.1"}, {"PERMANENCE_IMAP_SECURITY": "none"}):
        refused = Environment({**_IMAP, **given})
        settings(refused)
        assert [fault for fault in refused.faults if "production" in fault]


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
