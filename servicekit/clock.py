"""What time it is for the product.

Leases, back-off and token expiry do not ask here: they use the machine's clock.
"""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = "Europe/London"


class Clock(Protocol):
    """Instants are aware and in UTC; `today` is the civil date in a zone."""

    def now(self) -> datetime:
        """This instant, aware, UTC."""
        ...

    def today(self, zone: str = LONDON) -> date:
        """The civil date that people in `zone` call today."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This instant, aware, UTC."""
        return datetime.now(UTC)

    def today(self, zone: str = LONDON) -> date:
        """The civil date in `zone`."""
        return self.now().astimezone(ZoneInfo(zone)).date()


class FixedClock(SystemClock):
    """Stands still until `instant` is assigned."""

    def __init__(self, instant: datetime) -> None:
        self.instant = _in_utc(instant, "the clock's instant")

    def now(self) -> datetime:
        """The instant it was given."""
        return self.instant


class FileClock(SystemClock):
    """A clock that several processes share through a file holding one ISO 8601 instant with its offset.

    It stands still between writes. The file is read again whenever it was replaced.
    ValueError where the file holds something else; FileNotFoundError where it is missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] = (0, 0, 0)
        self._instant = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The instant in the file."""
        stat = self._path.stat()
        seen = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if seen != self._seen:
            self._instant = _read_instant(self._path)
            self._seen = seen
        return self._instant


def set_clock(path: Path, instant: datetime) -> None:
    """Replace the file in one step, so that a reader sees the old instant or the new one and never half of one."""
    text = _in_utc(instant, "the instant to set").isoformat()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text + "\n", encoding="ascii")
    fresh.replace(path)


def _read_instant(path: Path) -> datetime:
    text = path.read_text(encoding="ascii").strip()
    try:
        return _in_utc(datetime.fromisoformat(text), f"clock file {path}")
    except ValueError as error:
        raise ValueError(f"clock file {path} must hold one ISO instant with its offset, not {text!r}") from error


def _in_utc(instant: datetime, what: str) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{what} needs an offset, e.g. 2026-03-16T09:00:00+00:00")
    return instant.astimezone(UTC)
