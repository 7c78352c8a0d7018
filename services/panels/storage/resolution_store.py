"""Written resolutions in PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from servicekit.postgres import ScopedTransaction
from services.panels.domain.body import OutcomeKind
from services.panels.domain.member import MemberId
from services.panels.domain.sitting import ItemId, SittingId
from services.panels.domain.written_resolution import Answer, ResolutionId, WrittenAnswer, WrittenResolution

if TYPE_CHECKING:
    from asyncpg import Record

_ADD = """
insert into written_resolution (resolution_id, council_id, item_id, subject, kind, recommendation, reasons, opened_at,
    opened_by, closes_on)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_OF_SITTING = """
select w.* from written_resolution w join agenda_item i using (item_id)
where i.sitting_id = $1 order by i.number, w.subject
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
        found = await self._whole(await self._tx.fetch(sql, resolution))
        return found[0] if found else None

    async def of_item(self, item: ItemId) -> list[WrittenResolution]:
        """About any of its subjects."""
        rows = await self._tx.fetch("select * from written_resolution where item_id = $1 order by subject", item)
        return await self._whole(rows)

    async def of_sitting(self, sitting: SittingId) -> list[WrittenResolution]:
        """In two statements, however many."""
        return await self._whole(await self._tx.fetch(_OF_SITTING, sitting))

    async def answer(self, resolution: ResolutionId, answer: WrittenAnswer, by: str) -> None:
        """The last one stands."""
        council, said = self._tx.council_id, answer.answer.value
        await self._tx.execute(_ANSWER, resolution, council, answer.member, said, answer.words, answer.answered_at, by)

    async def settle(self, resolution: ResolutionId, outcome: UUID) -> None:
        """Once."""
        await self._tx.execute(
            "update written_resolution set outcome_id = $2 where resolution_id = $1", resolution, outcome
        )

    async def _whole(self, rows: "Sequence[Record]") -> list[WrittenResolution]:
        sql = "select * from written_answer where resolution_id = any($1) order by answered_at, member_id"
        answers: dict[UUID, list[WrittenAnswer]] = defaultdict(list)
        for one in await self._tx.fetch(sql, [row["resolution_id"] for row in rows]):
            given = WrittenAnswer(MemberId(one["member_id"]), Answer(one["answer"]), one["words"], one["answered_at"])
            answers[one["resolution_id"]].append(given)
        return [_resolution(row, answers[row["resolution_id"]]) for row in rows]


def _resolution(row: "Record", answers: Sequence[WrittenAnswer]) -> WrittenResolution:
    return WrittenResolution(
        resolution_id=ResolutionId(row["resolution_id"]),
        item=ItemId(row["item_id"]),
        subject=row["subject"],
        kind=OutcomeKind(row["kind"]),
        recommendation=row["recommendation"],
        reasons=row["reasons"],
        opened_at=row["opened_at"],
        closes=row["closes_on"],
        answers=tuple(answers),
        settled=row["outcome_id"],
    )
