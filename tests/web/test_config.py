"""The site's configuration: everything wrong is said at once, and no secret is shown."""

import json
from pathlib import Path

import pytest

from servicekit.environment import ConfigError
from web.config import load_config
from web.guard import session_cookie


@pytest.fixture
def right(tmp_path: Path) -> dict[str, str]:
    councils = tmp_path / "councils.yaml"
    row = {
        "council_id": "00000000-0000-4000-8000-000000000001",
        "slug": "demo",
        "name": "Northmoor",
        "tenant_id": "11111111-1111-4111-8111-111111111111",
        "pack": "northmoor",
    }
    councils.write_text(json.dumps({"councils": [row]}), encoding="utf-8")
    return {
        "PERMANENCE_ENV": "demo",
        "PERMANENCE_COUNCILS": str(councils),
        "PERMANENCE_IDENTITY_AUTHORITY": "https://127.0.0.1:8443",
        "PERMANENCE_WEB_CLIENT_ID": "web",
        "PERMANENCE_WEB_CLIENT_SECRET": "the secret",
    }


def test_little_is_needed(right: dict[str, str]) -> None:
    config = load_config(right)
    assert config.public_url == "http://127.0.0.1:8080"
    assert (config.idle_seconds, config.longest_seconds) == (1800, 36000)
    found = config.council("demo")
    assert found and found.name == "Northmoor"
    assert config.council("nowhere") is None


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(ConfigError) as error:
        load_config(
            {
                "PERMANENCE_WEB_LISTEN": "here",
                "PERMANENCE_WEB_PUBLIC_URL": "ftp://permanence.example",
                "PERMANENCE_WEB_IDLE_SECONDS": "soon",
                "PERMANENCE_WEB_LONGEST_SECONDS": "0",
                "PERMANENCE_CASES_ADDRESS": "nowhere",
                "PERMANENCE_TLS_CERT": "/there/is/none.pem",
            }
        )
    for name in (
        "PERMANENCE_WEB_LISTEN",
        "PERMANENCE_WEB_PUBLIC_URL",
        "PERMANENCE_WEB_IDLE_SECONDS must be a whole number",
        "PERMANENCE_WEB_LONGEST_SECONDS must be 1 or more",
        "PERMANENCE_CASES_ADDRESS",
        "PERMANENCE_TLS_CERT: there is no file",
        "PERMANENCE_TLS_CERT and PERMANENCE_TLS_KEY",
        "PERMANENCE_IDENTITY_AUTHORITY",
        "PERMANENCE_WEB_CLIENT_ID",
        "PERMANENCE_COUNCILS",
    ):
        assert name in str(error.value)


@pytest.mark.parametrize(
    ("url", "right_url"),
    [
        ("http://127.0.0.1:8080/", True),
        ("http://localhost:8080", True),
        ("https://permanence.northmoor.example", True),
        ("http://permanence.northmoor.example", False),
        ("permanence.northmoor.example", False),
        ("https://", False),
    ],
)
def test_people_reach_the_site_by_https_unless_it_is_this_machine(
    right: dict[str, str], url: str, right_url: bool
) -> None:
    try:
        load_config({**right, "PERMANENCE_WEB_PUBLIC_URL": url})
    except ConfigError as error:
        assert not right_url and "PERMANENCE_WEB_PUBLIC_URL" in str(error)
    else:
        assert right_url


def test_the_session_cookie_is_bound_to_the_host_on_https(right: dict[str, str]) -> None:
    secure = load_config({**right, "PERMANENCE_WEB_PUBLIC_URL": "https://permanence.northmoor.example"})
    assert secure.secure and session_cookie(secure) == "__Host-session"
    assert session_cookie(load_config(right)) == "session"


def test_what_is_shown_holds_no_secret(right: dict[str, str]) -> None:
    config = load_config(right)
    assert "the secret" not in json.dumps(config.shown()) and "the secret" not in repr(config)
    assert config.shown()["client_secret"] == "***"
