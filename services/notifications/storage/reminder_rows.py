"""SQL of reminders."""

from collections.abc import Iterable
from uuid import UUID

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.notifications.domain.reminder import Reminder, ReminderKind, ReminderState
from services.notifications.storage.records import upsert

_COLUMNS = "id, meeting, person, kind, about, due_at, state, trouble, message_key, asked_at, sent_at, receipt_id"
_PUT = upsert("reminder", _COLUMNS, ["id"])


class Reminders:
    """`reminder`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def of_meetings(self, meetings: Iterable[str]) -> list[Reminder]:
        """In the order in which they come due."""
        sql = f"select {_COLUMNS} from reminder where meeting = any($1) order by due_at, id"
        return [_reminder(row) for row in await self._tx.fetch(sql, list(meetings))]

    async def pending_of(self, person: str) -> list[Reminder]:
        """The first to come due at the front."""
        sql = f"select {_COLUMNS} from reminder where person = $1 and state = 'pending' order by due_at, id"
        return [_reminder(row) for row in await self._tx.fetch(sql, person)]

    async def by_receipt(self, receipt_id: UUID) -> list[Reminder]:
        """Those that went in one message."""
        sql = f"select {_COLUMNS} from reminder where receipt_id = $1 order by id for update"
        return [_reminder(row) for row in await self._tx.fetch(sql, receipt_id)]

    async def put(self, one: Reminder) -> None:
        """Add or replace."""
        await self._tx.execute(
            _PUT,
            self._tx.council_id,
            one.id,
            one.meeting,
            one.person,
            one.kind.value,
            one.about,
            one.due_at,
            one.state.value,
            one.trouble,
            one.message_key,
            one.asked_at,
            one.sent_at,
            one.receipt_id,
        )

    async def drop(self, reminder_id: UUID) -> None:
        """As if it had never been planned."""
        await self._tx.execute("delete from reminder where id = $1", reminder_id)


def _reminder(row: asyncpg.Record) -> Reminder:
    return Reminder(
        id=row["id"],
        meeting=row["meeting"],
        person=row["person"],
        kind=ReminderKind(row["kind"]),
        about=row["about"],
        due_at=row["due_at"],
        state=ReminderState(row["state"]),
        trouble=row["trouble"],
        message_key=row["message_key"],
        asked_at=row["asked_at"],
        sent_at=row["sent_at"],
        receipt_id=row["receipt_id"],
    )
