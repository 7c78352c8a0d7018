"""SQL of chasers and their messages."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.notifications.domain.chaser import Chaser, ChaserKind, ChaserMessage, ChaserState
from services.notifications.domain.route import Route
from services.notifications.storage.records import upsert

_COLUMNS = (
    "id, kind, about, clock, role, person, meeting, things, subjects, since, due_at, state, trouble, message_key,"
    " sent_at, receipt_id"
)
_ADD = f"""
insert into chaser (council_id, {_COLUMNS})
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
on conflict (council_id, about, clock, role, since) do nothing returning true
"""
_PUT = upsert("chaser", _COLUMNS, ["id"])
_MESSAGE = "key, route, address, subject_line, body_text, made_at, asked_at"
_PUT_MESSAGE = upsert("chaser_message", _MESSAGE, ["key"])


class Chasers:
    """`chaser` and `chaser_message`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def add(self, chaser: Chaser) -> bool:
        """Once each."""
        return bool(await self._tx.fetchval(_ADD, self._tx.council_id, *_values(chaser)))

    async def put(self, chaser: Chaser) -> None:
        """In place of the one with its id."""
        await self._tx.execute(_PUT, self._tx.council_id, *_values(chaser))

    async def pending(self) -> list[Chaser]:
        """The first to come due at the front."""
        sql = f"select {_COLUMNS} from chaser where state = 'pending' order by due_at, id"
        return [_chaser(row) for row in await self._tx.fetch(sql)]

    async def latest_of(self, things: Sequence[str]) -> list[Chaser]:
        """The latest first."""
        sql = f"select {_COLUMNS} from chaser where things && $1::text[] order by since desc, id"
        return [_chaser(row) for row in await self._tx.fetch(sql, list(things))]

    async def by_receipt(self, receipt_id: UUID) -> list[Chaser]:
        """Those that went in one message."""
        sql = f"select {_COLUMNS} from chaser where receipt_id = $1 order by id for update"
        return [_chaser(row) for row in await self._tx.fetch(sql, receipt_id)]

    async def messages(self) -> list[ChaserMessage]:
        """The oldest first."""
        rows = await self._tx.fetch(f"select {_MESSAGE} from chaser_message order by made_at, key")
        return [
            ChaserMessage(
                row["key"],
                Route(row["route"]),
                row["address"],
                row["subject_line"],
                row["body_text"],
                row["made_at"],
                row["asked_at"],
            )
            for row in rows
        ]

    async def put_message(self, message: ChaserMessage) -> None:
        """Add or replace."""
        told = (message.route.value, message.address, message.subject_line, message.body_text)
        await self._tx.execute(_PUT_MESSAGE, self._tx.council_id, message.key, *told, message.made_at, message.asked_at)

    async def drop_message(self, key: UUID) -> None:
        """Gone here."""
        await self._tx.execute("delete from chaser_message where key = $1", key)


def _values(one: Chaser) -> tuple[object, ...]:
    return (
        one.id,
        one.kind.value,
        one.about,
        one.clock,
        one.role,
        one.person,
        one.meeting,
        list(one.things),
        list(one.subjects),
        one.since,
        one.due_at,
        one.state.value,
        one.trouble,
        one.message_key,
        one.sent_at,
        one.receipt_id,
    )


def _chaser(row: asyncpg.Record) -> Chaser:
    return Chaser(
        id=row["id"],
        kind=ChaserKind(row["kind"]),
        about=row["about"],
        clock=row["clock"],
        role=row["role"],
        person=row["person"],
        meeting=row["meeting"],
        things=tuple(row["things"]),
        subjects=tuple(row["subjects"]),
        since=row["since"],
        due_at=row["due_at"],
        state=ChaserState(row["state"]),
        trouble=row["trouble"],
        message_key=row["message_key"],
        sent_at=row["sent_at"],
        receipt_id=row["receipt_id"],
    )
