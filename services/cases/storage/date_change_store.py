"""Due dates that rules or bank holidays moved, read and kept."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from servicekit.postgres import ScopedTransaction
from services.cases.app.sight import Sight
from services.cases.domain.date_change import DateChange
from services.cases.domain.names import DateChangeId, SubjectId
from services.cases.storage.columns import columns
from services.cases.storage.date_change_rows import COLUMNS, date_change_of
from services.cases.storage.seen import seen, seen_sql

# A date that moves again before anybody confirmed it is one change, from where it stood when somebody last knew.
# Rows are locked in the order of their obligations, here and where they are confirmed.
# It gets another id: who looks at the list as it was before cannot confirm a date that nobody has seen.
_KEEP: Final = """
insert into date_change as c (id, council_id, obligation_id, subject_id, due_before, due_after, cause, moved_at)
select n.id, $1, n.obligation_id, n.subject_id, n.due_before, n.due_after, n.cause, n.moved_at
from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::date[], $6::date[], $7::text[], $8::timestamptz[])
    as n(id, obligation_id, subject_id, due_before, due_after, cause, moved_at)
order by n.obligation_id
on conflict (obligation_id) where confirmed_at is null do update set id = excluded.id,
    due_after = excluded.due_after,
    cause = case when c.cause = excluded.cause then c.cause else 'rules_and_bank_holidays' end,
    moved_at = excluded.moved_at
"""
_FORGET: Final = """
delete from date_change c where c.obligation_id = any($1) and c.confirmed_at is null
  and c.due_before is not distinct from c.due_after
"""
_PAGE: Final = f"""
select {COLUMNS} from date_change c join subject s on s.id = c.subject_id
where c.council_id = $1 and c.confirmed_at is null and ($2::uuid is null or c.subject_id = $2)
  and ($3::timestamptz is null or (c.moved_at, c.id) > ($3, $4::uuid)) and {seen_sql("s", 6)}
order by c.moved_at, c.id limit $5
"""
_FIND: Final = f"""
select {COLUMNS} from date_change c join subject s on s.id = c.subject_id
where c.id = any($1) and {seen_sql("s", 2)} order by c.obligation_id, c.id for update of c
"""
_CONFIRM: Final = """
update date_change set confirmed_by = $2, confirmed_at = $3 where id = any($1) and confirmed_at is null
"""


class DateChangeStore:
    """Implements `app.ports.DateChanges`."""

    def __init__(self, tx: ScopedTransaction, today: date) -> None:
        self._tx = tx
        self._today = today

    async def keep(self, moved: Sequence[DateChange]) -> None:
        """Adds them, each to what is still unconfirmed of its obligation; what moved back is forgotten."""
        if moved:
            values = [
                (
                    one.id,
                    one.obligation,
                    one.subject,
                    one.due_before,
                    one.due_after,
                    one.cause.value,
                    one.moved_at,
                )
                for one in moved
            ]
            await self._tx.execute(_KEEP, self._tx.council_id, *columns(values))
            await self._tx.execute(_FORGET, [one.obligation for one in moved])

    async def page(
        self, subject: SubjectId | None, after: tuple[datetime, UUID] | None, sight: Sight, limit: int
    ) -> list[DateChange]:
        """Unconfirmed ones of subjects the caller may know of, the longest standing first."""
        moved_at, last = after or (None, None)
        rows = await self._tx.fetch(
            _PAGE, self._tx.council_id, subject, moved_at, last, limit, *seen(sight, self._today)
        )
        return [date_change_of(row) for row in rows]

    async def find_all(self, changes: Sequence[DateChangeId], sight: Sight) -> list[DateChange]:
        """Those of subjects the caller may know of, locked."""
        rows = await self._tx.fetch(_FIND, list(changes), *seen(sight, self._today))
        return [date_change_of(row) for row in rows]

    async def confirm(self, changes: Sequence[DateChangeId], by: str, at: datetime) -> None:
        """Keeps who has seen them, and when; what was confirmed before stays as it is."""
        await self._tx.execute(_CONFIRM, list(changes), by, at)
