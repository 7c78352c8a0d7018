"""Absences as rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from servicekit.ids import new_id
from servicekit.postgres import ScopedTransaction
from services.scheduler.domain.absence import Absence, Away, away_of
from services.scheduler.domain.grains import span
from services.scheduler.storage.capacity_rows import FILE
from services.scheduler.storage.resource_ids import keep_person, resource_id

_FIND = """
select a.id, a.kind, a.start_minute, a.end_minute, a.recorded_by, a.recorded_at, a.withdrawn_at, r.name
from absence a join resource r on r.id = a.resource_id
"""
_OF = """
where a.resource_id = $1 and a.withdrawn_at is null and a.end_minute > $2 and a.start_minute < $3
order by a.start_minute, a.id
"""
_KEEP = """
insert into absence (id, council_id, resource_id, kind, start_minute, end_minute, source, recorded_by, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (resource_id, kind, start_minute, end_minute, source) where source <> '' do nothing
"""
_FORGET = """
delete from absence a where a.source = $1 and a.resource_id = any($2) and not exists (
    select from unnest($3::uuid[], $4::text[], $5::int[], $6::int[]) as n (id, kind, first, last)
    where n.id = a.resource_id and n.kind = a.kind and n.first = a.start_minute and n.last = a.end_minute)
"""


class AbsenceRows:
    """The absences of one council's people."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def insert(self, absence: Absence) -> None:
        """Keep a new one."""
        owner = await keep_person(self._tx, absence.person)
        await self._tx.execute(
            _KEEP, absence.id, self._tx.council_id, owner, absence.away.kind.value, *absence.away.span, "",
            absence.recorded_by, absence.recorded_at,
        )  # fmt: skip

    async def load(self, absence_id: UUID, *, lock: bool = False) -> Absence | None:
        """One, withdrawn or not."""
        row = await self._tx.fetchrow(_FIND + "where a.id = $1" + (" for update of a" if lock else ""), absence_id)
        return _absence(row) if row else None

    async def of(self, person: str, begin: datetime, end: datetime) -> Sequence[Absence]:
        """Theirs that lie in that time, if only in part, by start; without those withdrawn."""
        owner = resource_id(self._tx.council_id, person)
        return [_absence(row) for row in await self._tx.fetch(_FIND + _OF, owner, *span(begin, end))]

    async def withdraw(self, absence_id: UUID, by: str, at: datetime) -> None:
        """It does not count any more, and no later file brings it back."""
        await self._tx.execute(
            "update absence set withdrawn_by = $2, withdrawn_at = $3 where id = $1", absence_id, by, at
        )

    async def keep_file(self, absences: Mapping[str, Collection[Away]], at: datetime) -> None:
        """What a file says of these people replaces what an earlier one did. What somebody recorded stays."""
        council_id = self._tx.council_id
        owners = {name: resource_id(council_id, name) for name in absences}
        rows = [(owners[name], one.kind.value, *one.span) for name, theirs in absences.items() for one in theirs]
        columns = [[row[place] for row in rows] for place in range(4)]
        await self._tx.execute(_FORGET, FILE, list(owners.values()), *columns)
        await self._tx.executemany(_KEEP, [(new_id(), council_id, *row, FILE, "", at) for row in rows])


def _absence(row: asyncpg.Record) -> Absence:
    away = away_of(row["kind"], row["start_minute"], row["end_minute"])
    return Absence(row["id"], row["name"], away, row["recorded_by"], row["recorded_at"], row["withdrawn_at"])
