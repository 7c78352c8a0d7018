"""What people's time needs of the store, beside `ports`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.scheduler.domain.absence import Absence, Away
from services.scheduler.domain.childs_time import ChildsTime
from services.scheduler.domain.diary import Term
from services.scheduler.domain.working_time import WorkingTime


class Absences(Protocol):
    """When people are away."""

    async def insert(self, absence: Absence) -> None:
        """Keep a new one."""
        ...

    async def load(self, absence_id: UUID, *, lock: bool = False) -> Absence | None:
        """One, withdrawn or not."""
        ...

    async def of(self, person: str, begin: datetime, end: datetime) -> Sequence[Absence]:
        """Theirs that lie in that time, if only in part, by start; without those withdrawn."""
        ...

    async def withdraw(self, absence_id: UUID, by: str, at: datetime) -> None:
        """It does not count any more, and no later file brings it back."""
        ...

    async def keep_file(self, absences: Mapping[str, Collection[Away]], at: datetime) -> None:
        """What a file says of these people replaces what an earlier one did. What somebody recorded stays."""
        ...


class WorkingTimes(Protocol):
    """Working patterns and terms."""

    async def load(self, person: str, *, lock: bool = False) -> WorkingTime:
        """An empty one of whoever is not known. `lock`: until the end of the transaction, nobody else changes it."""
        ...

    async def save(self, person: str, found: WorkingTime) -> None:
        """Keep it; needs `load` with a lock before."""
        ...

    async def keep_terms(self, terms: Sequence[Term]) -> None:
        """These are the council's terms now."""
        ...


class ChildTimes(Protocol):
    """Children's own weeks."""

    async def load(self, child: str, *, lock: bool = False) -> ChildsTime:
        """An empty one where nothing is on record. `lock`: until the end of the transaction, nobody else changes it."""
        ...

    async def save(self, child: str, found: ChildsTime) -> None:
        """Replace what is on record; needs `load` with a lock before."""
        ...
