"""Configuration: read once, every fault at once, no secret shown."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from servicekit.clock import FileClock, FixedClock, set_clock
from servicekit.config import ConfigError, ServiceShape, load_config
from servicekit.environment import Environment
from servicekit.run import run
from servicekit.server import Bindings, Params

from .conftest import NORTH


@dataclass(frozen=True)
class OwnSettings:
    batch: int
    folder: Path


def _settings(env: Environment) -> OwnSettings:
    return OwnSettings(env.integer("PERMANENCE_KIT_BATCH", 5), env.path("PERMANENCE_KIT_FOLDER", Path("var")))


SHAPE = ServiceShape("kit", "127.0.0.1:50051", {"other": "127.0.0.1:50052"}, _settings)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    row = {"council_id": str(NORTH.council_id), "slug": "north", "name": "North", "tenant_id": "t1", "pack": "north"}
    (tmp_path / "councils.yaml").write_text(yaml.safe_dump({"councils": [row]}))
    return {
        "PERMANENCE_ENV": "test",
        "PERMANENCE_COUNCILS": str(tmp_path / "councils.yaml"),
        "PERMANENCE_KIT_DATABASE_URL": "postgresql://kit:hunter2@127.0.0.1/kit",
        "PERMANENCE_KIT_CLIENT_SECRET": "hunter3",
    }


def test_defaults_and_own_settings(environ: dict[str, str]) -> None:
    config = load_config(SHAPE, environ)
    assert (config.listen_host, config.listen_port) == ("127.0.0.1", 50051)
    assert config.peers == {"other": "127.0.0.1:50052"}
    assert config.settings_of(OwnSettings) == OwnSettings(5, Path("var"))
    assert config.council_of(NORTH.council_id) == config.council("north") is not None
    with pytest.raises(TypeError):
        config.settings_of(Path)


def test_every_fault_is_reported_at_once(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("2026-03-16T09:00:00+00:00")
    (tmp_path / "councils.yaml").write_text("councils: [{slug: 'a b'}, {slug: 'a b'}]")
    environ |= {
        "PERMANENCE_ENV": "production",
        "PERMANENCE_CLOCK": str(tmp_path / "clock"),
        "PERMANENCE_KIT_LISTEN": "0.0.0.0:50051",
        "PERMANENCE_OTHER_ADDRESS": "nowhere",
        "PERMANENCE_KIT_BATCH": "many",
        "PERMANENCE_KIT_DATABASE_URL": "",
        "PERMANENCE_TLS_CLIENT_CA": str(tmp_path / "none.pem"),
    }
    with pytest.raises(ConfigError) as caught:
        load_config(SHAPE, environ)
    told = str(caught.value)
    for part in (
        "PERMANENCE_CLOCK: a clock that can be set is refused", "needs TLS",
        "PERMANENCE_OTHER_ADDRESS must be host:port",
        "PERMANENCE_KIT_BATCH must be a whole number", "PERMANENCE_KIT_DATABASE_URL is not set", "there is no file",
        "PERMANENCE_IDENTITY_AUTHORITY is not set", "council 1 lacks council_id", "slug may hold", "slug used twice",
    ):  # fmt: skip
        assert part in told


def test_secrets_are_masked_and_files_are_read(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://kit:hunter4@127.0.0.1/kit\n")
    del environ["PERMANENCE_KIT_DATABASE_URL"]
    environ["PERMANENCE_KIT_DATABASE_URL_FILE"] = str(tmp_path / "url")
    config = load_config(SHAPE, environ)
    assert config.database_url.endswith("hunter4@127.0.0.1/kit")
    assert "hunter" not in json.dumps(config.shown()) + repr(config)


def test_check_config(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def bind(_: Params, __: Bindings) -> None:
        raise AssertionError("nothing is started")

    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    run(SHAPE, bind, ["--check-config"])
    assert json.loads(capsys.readouterr().out)["councils"] == ["north"]
    monkeypatch.delenv("PERMANENCE_COUNCILS")
    with pytest.raises(SystemExit) as stopped:
        run(SHAPE, bind, ["--check-config"])
    assert stopped.value.code == 2
    assert "PERMANENCE_COUNCILS" in capsys.readouterr().err


def test_a_file_clock_follows_its_file(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    set_clock(path, datetime(2026, 3, 28, 23, 30, tzinfo=UTC))
    clock = FileClock(path)
    assert clock.today() == date(2026, 3, 28)
    set_clock(path, datetime(2026, 3, 29, 23, 30, tzinfo=UTC))
    assert (clock.now(), clock.today()) == (datetime(2026, 3, 29, 23, 30, tzinfo=UTC), date(2026, 3, 30))
    path.write_text("tomorrow")
    with pytest.raises(ValueError, match="one ISO instant"):
        clock.now()


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        FixedClock(datetime(2026, 3, 16))  # noqa: DTZ001


@pytest.mark.parametrize(("telephone", "right"), [("01632 960001", True), ("", True), ("ask for Robin", False)])
def test_whom_people_without_an_account_may_ring_is_a_number(
    environ: dict[str, str], tmp_path: Path, telephone: str, right: bool
) -> None:
    path = tmp_path / "councils.yaml"
    row = yaml.safe_load(path.read_text())["councils"][0] | {"telephone": telephone}
    path.write_text(yaml.safe_dump({"councils": [row]}))
    if right:
        assert load_config(SHAPE, environ).councils[0].telephone == telephone
        return
    with pytest.raises(ConfigError, match="telephone may hold digits"):
        load_config(SHAPE, environ)
