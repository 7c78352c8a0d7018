"""Written resolutions in PostgreSQL."""

from typing import TYPE_CHECKING
from uuid import UUID

from servicekit.postgres import ScopedTransaction
from services.panels.domain.body import OutcomeKind
from services.panels.domain.member import MemberId
from services.panels.domain.sitting import ItemId
from services.panels.domain.written_resolution import Answer, ResolutionId, WrittenAnswer, WrittenResolution

if TYPE_CHECKING:
    from asyncpg import Record

_ADD = """
insert into written_resolution (resolution_id, council_id, item_id, subject, kind, recommendation, reasons, opened_at,
    opened_by, closes_on)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_ANSWER = """
insert into written_answer (resolution_id, council_id, member_id, answer, words, answered_at, recorded_by)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (resolution_id, member_id) do update
set answer = excluded.answer, words = excluded.words, answered_at = excluded.answered_at,
    recorded_by = excluded.recorded_by
"""


class SqlResolutionStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def add(self, resolution: WrittenResolution, by: str) -> None:
        """A new one."""
        await self._tx.execute(
            _ADD,
            resolution.resolution_id,
            self._tx.council_id,
            resolution.item,
            resolution.subject,
            resolution.kind.value,
            resolution.recommendation,
            resolution.reasons,
            resolution.opened_at,
            by,
            resolution.closes,
        )

    async def load(self, resolution: ResolutionId, *, lock: bool = False) -> WrittenResolution | None:
        """With its answers."""
        sql = f"select * from written_resolution where resolution_id = $1{' for update' if lock else ''}"
        row = await self._tx.fetchrow(sql, resolution)
        return await self._whole(row) if row else None

    async def of_item(self, item: ItemId) -> list[WrittenResolution]:
        """About any of its subjects."""
        rows = await self._tx.fetch("select * from written_resolution where item_id = $1 order by subject", item)
        return [await self._whole(row) for row in rows]

    async def answer(self, resolution: ResolutionId, answer: WrittenAnswer, by: str) -> None:
        """The last one stands."""
        council, said = self._tx.council_id, answer.answer.value
        await self._tx.execute(_ANSWER, resolution, council, answer.member, said, answer.words, answer.answered_at, by)

    async def settle(self, resolution: ResolutionId, outcome: UUID) -> None:
        """Once."""
        await self._tx.execute(
            "update written_resolution set outcome_id = $2 where resolution_id = $1", resolution, outcome
        )

    async def _whole(self, row: "Record") -> WrittenResolution:
        answers = await self._tx.fetch(
            "select * from written_answer where resolution_id = $1 order by answered_at, member_id",
            row["resolution_id"],
        )
        return WrittenResolution(
            resolution_id=ResolutionId(row["resolution_id"]),
            item=ItemId(row["item_id"]),
            subject=row["subject"],
            kind=OutcomeKind(row["kind"]),
            recommendation=row["recommendation"],
            reasons=row["reasons"],
            opened_at=row["opened_at"],
            closes=row["closes_on"],
            answers=tuple(
                WrittenAnswer(MemberId(one["member_id"]), Answer(one["answer"]), one["words"], one["answered_at"])
                for one in answers
            ),
            settled=row["outcome_id"],
        )
