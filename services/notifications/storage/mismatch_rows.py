"""SQL of what differs between the mailbox and what is kept."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.notifications.domain.mismatch import Mismatch, MismatchKind

_COLUMNS = "kind, meeting, event_id, remote_id, start_time, since"
_ADD = (
    f"insert into mismatch (council_id, {_COLUMNS}, id) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing"
)
_READ = """
insert into whole_reading (council_id, read_at) values ($1, $2)
on conflict (council_id) do update set read_at = excluded.read_at
"""
_PAGE = f"select {_COLUMNS} from mismatch where (since, id) > ($1, $2) order by since, id limit $3"
_FIRST_KEY = ("0001-01-01T00:00:00+00:00", str(UUID(int=0)))


class Mismatches:
    """`mismatch` and `whole_reading`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def replace(self, found: Sequence[Mismatch]) -> None:
        """One that stands already keeps the time since which it does."""
        await self._tx.execute("delete from mismatch where not id = any($1)", [one.id for one in found])
        for one in found:
            await self._tx.execute(
                _ADD,
                self._tx.council_id,
                one.kind.value,
                one.meeting,
                one.event_id,
                one.remote_id,
                one.start,
                one.since,
                one.id,
            )
        await self._tx.execute(_READ, self._tx.council_id, self._tx.now())

    async def page(self, after: tuple[str, ...], size: int) -> list[Mismatch]:
        """The longest standing first."""
        since, last = after or _FIRST_KEY
        rows = await self._tx.fetch(_PAGE, datetime.fromisoformat(since), UUID(last), size)
        return [_mismatch(row) for row in rows]

    async def last_read(self) -> datetime | None:
        """None: never."""
        found = await self._tx.fetchval("select read_at from whole_reading")
        return found if isinstance(found, datetime) else None


def _mismatch(row: asyncpg.Record) -> Mismatch:
    return Mismatch(
        MismatchKind(row["kind"]),
        row["meeting"],
        row["event_id"],
        row["remote_id"],
        row["start_time"],
        row["since"],
    )
