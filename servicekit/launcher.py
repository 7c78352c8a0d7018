"""The embedded PostgreSQL: started and stopped by its own initdb and pg_ctl; roles and databases are made here.

Never through the package's `get_server()`, which changes the modes of parent folders.
"""

import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from servicekit.postgres_files import LauncherError, as_user, data_folder, give, programs, unprivileged_user

__all__ = ["EmbeddedPostgres", "LauncherError", "ServiceDatabase"]

_SUPERUSER = "launcher"
_HOST = "127.0.0.1"
_START_SECONDS = 5.0
_FAST_AND_LOSE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SETTINGS = (
    "unix_socket_directories=",
    "max_connections=200",
    "shared_buffers=64MB",
    "timezone=UTC",
    "log_timezone=UTC",
)


@dataclass(frozen=True)
class ServiceDatabase:
    """One service's database.

    `app_url` is what the service runs with, `owner_url` what migrations run with.
    """

    name: str
    app_url: str
    owner_url: str


class EmbeddedPostgres:
    """One server with its data under `root`. `durable=False` is for tests only: a power cut loses the data.

    Methods that start and stop block; those that speak SQL are coroutines.
    """

    def __init__(self, root: Path, durable: bool = True, bindir: Path | None = None) -> None:
        self._root = root.absolute()
        self._durable = durable
        self._user = unprivileged_user()
        self._bindir = bindir
        self._root.mkdir(parents=True, exist_ok=True)

    @property
    def data(self) -> Path:
        """The data folder."""
        return data_folder(self._root, self._user)

    def start(self) -> None:
        """Start the server, or find it running.

        LauncherError with the end of its log where it does not start.
        """
        with self._locked():
            self._initialise()
            if not self.running():
                self._forget_stale_pid()
                self._start_within(_START_SECONDS)

    def stop(self) -> None:
        """Stop it in good order, ending what clients have open."""
        with self._locked():
            self._end()

    def erase(self) -> None:
        """Stop it and delete its data and passwords."""
        self.stop()
        with self._locked():
            shutil.rmtree(self.data, ignore_errors=True)
            for name in ("passwords.json", "port", "server.log"):
                (self._root / name).unlink(missing_ok=True)

    def running(self) -> bool:
        """Whether the server of this very data folder lives."""
        pid = self._pid()
        return pid is not None and self._is_ours(pid)

    @property
    def port(self) -> int:
        """The port it listens on. LauncherError before the first start."""
        try:
            return int((self._root / "port").read_text(encoding="ascii"))
        except (OSError, ValueError):
            raise LauncherError(f"the PostgreSQL under {self._root} was never started") from None

    async def ensure_service(self, name: str) -> ServiceDatabase:
        """Roles `<name>_app` and `<name>_owner`, database `<name>`, extension btree_gist.

        Made unless they are there.
        """
        database = self.service(name)
        admin = await self._connect("postgres")
        try:
            await admin.execute("select pg_advisory_lock(hashtext('launcher'))")
            for role in (f"{name}_owner", f"{name}_app"):
                await self._ensure_role(admin, role)
            if not await admin.fetchval("select true from pg_database where datname = $1", name):
                await admin.execute(f'create database "{name}" owner "{name}_owner"')
        finally:
            await admin.close()
        await self._prepare(name, name)
        return database

    async def create_from_template(self, template: str, name: str) -> ServiceDatabase:
        """A copy of a migrated database, with the template's roles.

        Nobody may be connected to the template.
        """
        admin = await self._connect("postgres")
        try:
            await admin.execute(
                f'create database "{name}" template "{template}" owner "{template}_owner" strategy file_copy'
            )
            await _let_in(admin, name, template)
        finally:
            await admin.close()
        return self.service(template, name)

    async def drop(self, name: str) -> None:
        """Drop a database, ending its connections."""
        admin = await self._connect("postgres")
        try:
            await admin.execute(f'drop database if exists "{name}" with (force)')
        finally:
            await admin.close()

    def service(self, role_prefix: str, database: str | None = None) -> ServiceDatabase:
        """The addresses, with passwords; makes nothing."""
        name = database or role_prefix
        return ServiceDatabase(name, self._url(f"{role_prefix}_app", name), self._url(f"{role_prefix}_owner", name))

    def _url(self, role: str, database: str) -> str:
        # Without `sslmode` a client looks for certificates in a home it may not be allowed to enter.
        return f"postgresql://{role}:{self._password(role)}@{_HOST}:{self.port}/{database}?sslmode=disable"

    async def _connect(self, database: str) -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(self._url(_SUPERUSER, database), timeout=10)

    async def _ensure_role(self, admin: "asyncpg.Connection[asyncpg.Record]", role: str) -> None:
        exists = await admin.fetchval("select true from pg_roles where rolname = $1", role)
        verb = "alter" if exists else "create"
        # Hexadecimal, so nothing in it needs quoting.
        await admin.execute(
            f'{verb} role "{role}" login nosuperuser nocreatedb nocreaterole nobypassrls'
            f" password '{self._password(role)}'"
        )

    async def _prepare(self, name: str, role_prefix: str) -> None:
        admin = await self._connect(name)
        try:
            await admin.execute("create extension if not exists btree_gist")
            await _let_in(admin, name, role_prefix)
        finally:
            await admin.close()

    def _password(self, role: str) -> str:
        """Made once and kept in a file that only the launching user can read."""
        path = self._root / "passwords.json"
        with self._locked("passwords.lock"):
            known: dict[str, str] = json.loads(path.read_text(encoding="ascii")) if path.exists() else {}
            if role not in known:
                known[role] = secrets.token_hex(24)
                _write_private(path, json.dumps(known, indent=1))
        return known[role]

    def _initialise(self) -> None:
        if (self.data / "PG_VERSION").exists() and (self._root / "passwords.json").exists():
            return
        # Data may lie outside the root (see data_folder) and outlive it: nobody knows its passwords any more.
        self._end()
        shutil.rmtree(self.data, ignore_errors=True)
        give(self.data, self._user)
        password = self.data.with_name(self.data.name + ".password")
        _write_private(password, self._password(_SUPERUSER))
        if self._user is not None:
            os.chown(password, self._user.uid, self._user.gid)
        try:
            self._run(
                "initdb",
                "-D",
                str(self.data),
                "-U",
                _SUPERUSER,
                "--auth=scram-sha-256",
                f"--pwfile={password}",
                "--encoding=UTF8",
                "--locale=C",
                *(() if self._durable else ("--no-sync",)),
            )
        finally:
            password.unlink()

    def _start_within(self, seconds: float) -> None:
        """After a crash the dead server's children hold on to its memory for a moment, and a start is refused."""
        ends_at = time.monotonic() + seconds
        while True:
            try:
                self._start_once()
                return
            except LauncherError:
                if time.monotonic() > ends_at:
                    raise
                time.sleep(0.2)

    def _start_once(self) -> None:
        port = self._free_port()
        settings = [
            *_SETTINGS,
            f"listen_addresses={_HOST}",
            f"port={port}",
            *(() if self._durable else _FAST_AND_LOSE),
        ]
        options = " ".join(f"-c {setting}" if not setting.endswith("=") else f"-c {setting}''" for setting in settings)
        log = self.data / "server.log"
        try:
            self._run("pg_ctl", "start", "-D", str(self.data), "-w", "-t", "30", "-l", str(log), "-o", options)
        except LauncherError as error:
            tail = log.read_text(errors="replace").splitlines()[-5:] if log.exists() else []
            raise LauncherError("\n".join([str(error), *tail])) from None
        (self._root / "port").write_text(str(port), encoding="ascii")

    def _free_port(self) -> int:
        """The last one if it is free.

        Whoever has the address in a pool finds the server again after a crash.
        """
        file = self._root / "port"
        for port in (int(file.read_text(encoding="ascii")) if file.exists() else 0, 0):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((_HOST, port))
                except OSError:
                    continue
                found: int = probe.getsockname()[1]
                return found
        raise LauncherError("no free port on 127.0.0.1")

    def _pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def _is_ours(self, pid: int) -> bool:
        """A process of this number may be any program since the crash.

        Ours has the data folder as its own.
        """
        try:
            return Path(f"/proc/{pid}/cwd").resolve(strict=True) == self.data.resolve()
        except (FileNotFoundError, ProcessLookupError):
            return not Path("/proc/self").exists() and _alive(pid)
        except PermissionError:
            return False

    def _end(self) -> None:
        if self.running():
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "30")

    def _forget_stale_pid(self) -> None:
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str) -> None:
        folder = self._bindir or programs(self._user)
        command = as_user(self._user, [str(folder / program), *arguments])
        # Where the caller stands may be closed to the user; PostgreSQL's programs want to know where they
        # are.
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(self.data)}
        # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
        with (self._root / "launcher.log").open("w+", encoding="utf-8") as said:
            done = subprocess.run(  # noqa: S603  (our own program, no shell)
                command,
                stdout=said,
                stderr=said,
                stdin=subprocess.DEVNULL,
                cwd="/",
                env=environment,
                check=False,
            )
            if done.returncode != 0:
                said.seek(0)
                raise LauncherError(f"{program} failed: {said.read().strip()}")

    @contextmanager
    def _locked(self, name: str = "lock") -> Iterator[None]:
        with (self._root / name).open("w", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


async def _let_in(admin: "asyncpg.Connection[asyncpg.Record]", name: str, role_prefix: str) -> None:
    """The service's two roles, and nobody else. A copy of a database keeps all but this."""
    await admin.execute(f'revoke all on database "{name}" from public')
    await admin.execute(f'grant connect on database "{name}" to "{role_prefix}_app", "{role_prefix}_owner"')


def _write_private(path: Path, text: str) -> None:
    fresh = path.with_name(path.name + ".fresh")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    fresh.replace(path)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
