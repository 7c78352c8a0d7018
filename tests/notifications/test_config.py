"""Settings: all faults at once, emulators outside production only."""

from pathlib import Path

import pytest
import yaml

from servicekit.config import ConfigError, load_config
from servicekit.environment import Environment
from services.notifications.config import SHAPE, NotificationsSettings, WebhookSettings, settings


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
    "PERMANENCE_IMAP_TRUSTED_AUTHSERV": "none",
}


def test_a_mailbox_is_read_under_tls_unless_it_is_on_this_machine() -> None:
    env = Environment(_IMAP)
    found = settings(env).common.imap
    assert env.faults == [] and found is not None
    assert (found.security, found.port, found.folder, found.trusted_authserv) == ("tls", 993, "INBOX", "")
    assert "secret" not in repr(found) and env.read["PERMANENCE_IMAP_PASSWORD"] is True
    local = Environment({**_IMAP, "PERMANENCE_IMAP_HOST": "127.0.0.1", "PERMANENCE_ENV": "demo"})
    assert settings(local).common.imap is not None and local.faults == []
    for given in ({"PERMANENCE_IMAP_HOST": "127.0.0.1"}, {"PERMANENCE_IMAP_SECURITY": "none"}):
        refused = Environment({**_IMAP, **given})
        settings(refused)
        assert [fault for fault in refused.faults if "production" in fault]


def test_in_production_somebody_vouches_for_senders_or_nobody_does_on_purpose() -> None:
    silent = {name: value for name, value in _IMAP.items() if "AUTHSERV" not in name}
    for given, vouches, right in (
        ({"PERMANENCE_IMAP_TRUSTED_AUTHSERV": "mx.north.example.org"}, "mx.north.example.org", True),
        ({"PERMANENCE_IMAP_TRUSTED_AUTHSERV": "none"}, "", True),
        ({}, "", False),
        ({"PERMANENCE_ENV": "demo"}, "", True),
    ):
        found = settings(env := Environment({**silent, **given})).common.imap
        assert found is not None and found.trusted_authserv == vouches
        assert any("PERMANENCE_IMAP_TRUSTED_AUTHSERV" in fault for fault in env.faults) != right, given


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


WEBHOOK = {"PERMANENCE_WEBHOOK_LISTEN": "0.0.0.0:8060", "PERMANENCE_WEBHOOK_PUBLIC_URL": "https://notices.example.org/"}


def test_changes_are_listened_for_only_where_both_settings_are_there() -> None:
    assert settings(Environment({})).webhook is None
    found = settings(Environment(WEBHOOK)).webhook
    assert found == WebhookSettings("0.0.0.0", 8060, "https://notices.example.org")


@pytest.mark.parametrize(
    "changes",
    [
        {"PERMANENCE_WEBHOOK_LISTEN": ""},
        {"PERMANENCE_WEBHOOK_PUBLIC_URL": ""},
        {"PERMANENCE_WEBHOOK_PUBLIC_URL": "http://notices.example.org"},
    ],
)
def test_half_a_webhook_or_one_in_the_clear_is_refused(changes: dict[str, str]) -> None:
    env = Environment({**WEBHOOK, **changes})
    settings(env)
    (fault,) = env.faults
    assert "PERMANENCE_WEBHOOK_PUBLIC_URL" in fault


def _of_tenant(folder: Path, row: str) -> tuple[NotificationsSettings, list[str]]:
    file = folder / "tenants.yaml"
    file.write_text(f"tenants:\n  - {{council: north, meetings_mailbox: m@north.example.org{row}}}\n", encoding="utf-8")
    given = {"PERMANENCE_TENANTS": str(file), "PERMANENCE_GRAPH_CLIENT_ID": "app"}
    env = Environment({**given, "PERMANENCE_GRAPH_CLIENT_SECRET": "secret"})
    return settings(env), env.faults


@pytest.mark.parametrize(
    ("row", "within", "outside"),
    [
        ("", True, True),
        (", free_busy: tenant", True, True),
        (", free_busy: scope, in_scope: [Chair@north.example.org]", True, False),
        (", free_busy: none", False, False),
    ],
)
def test_whose_busy_times_may_be_read_is_the_tenants_setting(
    tmp_path: Path, row: str, within: bool, outside: bool
) -> None:
    found, faults = _of_tenant(tmp_path, row)
    reach = found.reaches["north"]
    assert faults == [] and reach.holds("chair@north.example.org") is within
    assert reach.holds("other@north.example.org") is outside


@pytest.mark.parametrize("row", [", free_busy: all", ", free_busy: scope", ", free_busy: scope, in_scope: [chair]"])
def test_a_reach_that_cannot_be_says_what_it_needs(tmp_path: Path, row: str) -> None:
    _, faults = _of_tenant(tmp_path, row)
    assert len(faults) == 1 and "tenant 1" in faults[0] and "free_busy" in faults[0]


def test_an_hour_holds_at_least_one_mail() -> None:
    env = Environment({"PERMANENCE_MAILS_PER_HOUR": "0"})
    settings(env)
    assert any("PERMANENCE_MAILS_PER_HOUR" in fault for fault in env.faults)
    assert settings(Environment({})).mails_per_hour == 1000


_NOTIFY_KEY = "demo-44444444-4444-4444-8444-444444444444-55555555-5555-4555-8555-555555555555"


def test_notify_needs_a_whole_key_a_template_and_https() -> None:
    key = _NOTIFY_KEY
    given = {"PERMANENCE_NOTIFY_API_KEY": key, "PERMANENCE_NOTIFY_TEMPLATE_TEXT": "t", "PERMANENCE_ENV": "demo"}
    found = settings(env := Environment(given)).common.notify
    assert env.faults == [] and found is not None and found.url == "https://api.notifications.service.gov.uk"
    assert key not in repr(found)
    local = given | {"PERMANENCE_NOTIFY_URL": "http://127.0.0.1:8026"}
    assert settings(env := Environment(local)).common.notify is not None and env.faults == []
    for wrong in (
        local | {"PERMANENCE_ENV": "production"},
        given | {"PERMANENCE_NOTIFY_URL": "http://notify.example.org"},
        given | {"PERMANENCE_NOTIFY_API_KEY": "short"},
        given | {"PERMANENCE_NOTIFY_TEMPLATE_TEXT": ""},
    ):
        settings(env := Environment(wrong))
        assert len(env.faults) == 1 and "PERMANENCE_NOTIFY" in env.faults[0]
        assert "5555" not in env.faults[0]


@pytest.mark.parametrize(
    ("councils", "environment", "right"), [(2, "production", False), (1, "production", True), (2, "demo", True)]
)
def test_councils_share_no_mailbox_and_no_service_of_notify(
    tmp_path: Path, councils: int, environment: str, right: bool
) -> None:
    file = tmp_path / "councils.yaml"
    rows = [
        f"  - {{council_id: '{one:032}', slug: c{one}, name: C, tenant_id: t{one}, pack: p}}" for one in range(councils)
    ]
    file.write_text("\n".join(["councils:", *rows]), encoding="utf-8")
    given = {
        **_IMAP, "PERMANENCE_BUSINESS_SUPPORT_ADDRESS": "support@example.org",
        "PERMANENCE_ENV": environment, "PERMANENCE_COUNCILS": str(file),
        "PERMANENCE_NOTIFY_API_KEY": _NOTIFY_KEY, "PERMANENCE_NOTIFY_TEMPLATE_TEXT": "t",
        "PERMANENCE_NOTIFICATIONS_DATABASE_URL": "postgresql://n@127.0.0.1/n",
        "PERMANENCE_IDENTITY_AUTHORITY": "https://login.example.org",
    }  # fmt: skip
    try:
        load_config(SHAPE, given)
        faults = []
    except ConfigError as error:
        faults = str(error).splitlines()
    shared = ["NOTIFY_API_KEY", "IMAP_HOST", "BUSINESS_SUPPORT_ADDRESS"]
    told = [name for name in shared if any(f"{name} serves one council" in one for one in faults)]
    assert told == ([] if right else shared) and right == (not faults), faults


def _north_and_south(folder: Path, *settings_of: dict[str, str]) -> dict[str, str]:
    """A council for each, with these settings of its own."""
    slugs = ["north", "south"][: len(settings_of)]
    councils = [
        {"council_id": f"{n:032}", "slug": slug, "name": slug, "tenant_id": f"t-{slug}", "pack": "p"}
        for n, slug in enumerate(slugs)
    ]
    rows = [{"council": slug, "settings": given} for slug, given in zip(slugs, settings_of, strict=True)]
    (folder / "councils.yaml").write_text(yaml.safe_dump({"councils": councils}), encoding="utf-8")
    (folder / "tenants.yaml").write_text(yaml.safe_dump({"tenants": rows}), encoding="utf-8")
    return {
        "PERMANENCE_COUNCILS": str(folder / "councils.yaml"), "PERMANENCE_TENANTS": str(folder / "tenants.yaml"),
        "PERMANENCE_NOTIFICATIONS_DATABASE_URL": "postgresql://n@127.0.0.1/n",
        "PERMANENCE_IDENTITY_AUTHORITY": "https://login.example.org",
        "PERMANENCE_GRAPH_CLIENT_ID": "app", "PERMANENCE_GRAPH_CLIENT_SECRET": "secret",
        "PERMANENCE_SMTP_HOST": "mail.example.org", "PERMANENCE_SMTP_FROM": "permanence@example.org",
    }  # fmt: skip


def _own(folder: Path, slug: str, number: int) -> dict[str, str]:
    key = folder / f"{slug}.key"
    key.write_text(_NOTIFY_KEY[:-1] + str(number), encoding="utf-8")
    return {
        "PERMANENCE_SMTP_FROM": f"invitations@{slug}.example.org",
        "PERMANENCE_BUSINESS_SUPPORT_ADDRESS": f"support@{slug}.example.org",
        "PERMANENCE_REPLY_MAILBOX": f"invitations@{slug}.example.org",
        "PERMANENCE_REPLY_MAILBOX_TRUSTED_AUTHSERV": "none",
        "PERMANENCE_NOTIFY_API_KEY_FILE": str(key),
        "PERMANENCE_NOTIFY_TEMPLATE_TEXT": f"text-{slug}",
    }


def test_production_starts_with_several_councils_that_have_their_own(tmp_path: Path) -> None:
    north, south = _own(tmp_path, "north", 1), _own(tmp_path, "south", 2)
    found = load_config(SHAPE, _north_and_south(tmp_path, north, south)).settings_of(NotificationsSettings)
    for slug in ("north", "south"):
        own = found.of(slug)
        assert own.notify is not None and own.replies is not None and own.imap is None
        assert own.mail_from == own.replies.address == f"invitations@{slug}.example.org"
        assert own.business_support == f"support@{slug}.example.org"
        assert own.notify.text_template == f"text-{slug}" and own.replies.trusted_authserv == ""
    assert found.of("north").notify != found.of("south").notify
    assert found.graph is not None and found.mailboxes == {} and "5555" not in repr(found)


def test_who_has_nothing_of_their_own_has_what_is_for_all(tmp_path: Path) -> None:
    given = _north_and_south(tmp_path, _own(tmp_path, "north", 1), {}) | _IMAP
    found = load_config(SHAPE, given).settings_of(NotificationsSettings)
    assert found.of("north").imap is None and found.of("north").replies is not None
    south = found.of("south")
    assert south.imap is not None and south.replies is None and south.mail_from == "permanence@example.org"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"PERMANENCE_SMTP_FROM": "invitations@north.example.org"}, "PERMANENCE_SMTP_FROM serves one council"),
        ({"PERMANENCE_REPLY_MAILBOX": "Invitations@north.example.org"}, "PERMANENCE_REPLY_MAILBOX serves one council"),
        ({"PERMANENCE_NOTIFY_API_KEY": _NOTIFY_KEY}, "is a secret: give PERMANENCE_NOTIFY_API_KEY_FILE"),
        ({"PERMANENCE_GRAPH_URL": "https://graph.example.org"}, "PERMANENCE_GRAPH_URL is none of a council's own"),
        ({"PERMANENCE_REPLY_MAILBOX_TRUSTED_AUTHSERV": ""}, "must name the mail gateway"),
        (_IMAP, "answers come to one mailbox"),
        ({"PERMANENCE_REPLY_MAILBOX": "invitations"}, "must be one e-mail address"),
    ],
)
def test_what_is_wrong_with_a_councils_own_is_told(tmp_path: Path, changes: dict[str, str], fault: str) -> None:
    south = _own(tmp_path, "south", 2) | changes
    with pytest.raises(ConfigError) as error:
        load_config(SHAPE, _north_and_south(tmp_path, _own(tmp_path, "north", 1), south))
    assert fault in str(error.value) and "5555" not in str(error.value)
    assert "serves one council" in fault or "tenant 2" in str(error.value)


def test_two_councils_with_one_key_share_a_service_of_notify(tmp_path: Path) -> None:
    both = (_own(tmp_path, "north", 1), _own(tmp_path, "south", 1))
    with pytest.raises(ConfigError, match="PERMANENCE_NOTIFY_API_KEY serves one council"):
        load_config(SHAPE, _north_and_south(tmp_path, *both))


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
