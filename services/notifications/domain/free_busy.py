"""When somebody is busy, as their Outlook says. Times only: what stands in a diary is nobody's business here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

Busy: TypeAlias = tuple[datetime, datetime]
"""[start, end), aware, UTC."""


@dataclass(frozen=True)
class Reach:
    """Whose busy times the application may read, as the tenant was set up. `addresses`: None for everybody's."""

    addresses: frozenset[str] | None = None

    def holds(self, address: str) -> bool:
        """Case of letters makes no difference."""
        return self.addresses is None or address.casefold() in self.addresses


EVERYBODY = Reach()


@dataclass(frozen=True)
class FreeBusy:
    """What one Outlook says of a stretch of time. `reason`: why it could not be read, a code; empty where it was."""

    busy: tuple[Busy, ...] = ()
    reason: str = ""

    @property
    def read(self) -> bool:
        """Whether it was read: where not, nothing is known, and nobody is free by that."""
        return not self.reason


def in_order(spells: Iterable[Busy]) -> tuple[Busy, ...]:
    """By start, each once. Not joined: who asks may know some of them, and takes those out one by one."""
    return tuple(sorted(set(spells)))


def stretches(start: datetime, end: datetime, longest: timedelta) -> list[Busy]:
    """The time cut into pieces, none longer than that."""
    found = []
    while start < end:
        found.append((start, min(end, start + longest)))
        start += longest
    return found
