"""Sittings and the clocks of those whom they hear, as rows."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from servicekit.postgres import ScopedTransaction
from services.scheduler.app.sitting_ports import SittingBreach
from services.scheduler.domain.clocks import ClockToKeep
from services.scheduler.domain.meeting import AcceptedBreach
from services.scheduler.storage.clock_rows import FIND, clock_of

_COMING = """
select start_at from meeting where body = $1 and state = 'booked' and start_at > $2 and id <> $3 order by start_at
"""
_BETWEEN = """
where o.open and o.meeting_kind = $1 and (
    (o.statutory_due >= $2 and ($3::date is null or o.statutory_due < $3))
    or (o.local_due >= $2 and ($3::date is null or o.local_due < $3)))
"""
_KEEP = """
insert into sitting_breach (council_id, meeting_id, obligation, subject, due_date, approved_by, reason)
values ($1, $2, $3, $4, $5, $6, $7)
"""


class SittingRows:
    """The sittings of one council."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def coming(self, body: str, since: datetime, *, but: UUID) -> Sequence[datetime]:
        """Starts of the body's other booked sittings after that, in order."""
        return [row["start_at"] for row in await self._tx.fetch(_COMING, body, since, but)]

    async def clocks_between(self, meeting_kind: str, first: date, until: date | None) -> Sequence[ClockToKeep]:
        """Open clocks of the kind with a date in [first, until), or from `first` on."""
        return [clock_of(row) for row in await self._tx.fetch(FIND + _BETWEEN, meeting_kind, first, until)]

    async def keep_breaches(self, meeting_id: UUID, breaches: Sequence[SittingBreach]) -> None:
        """These and no others."""
        await self._tx.execute("delete from sitting_breach where meeting_id = $1", meeting_id)
        council = self._tx.council_id
        await self._tx.executemany(_KEEP, [(council, meeting_id, *_row(one)) for one in breaches])

    async def breaches(self, meeting_id: UUID) -> Sequence[SittingBreach]:
        """What was accepted with the sitting's last move, by obligation."""
        rows = await self._tx.fetch(
            "select * from sitting_breach where meeting_id = $1 order by obligation", meeting_id
        )
        return [
            SittingBreach(
                row["subject"],
                AcceptedBreach(row["obligation"], row["due_date"], row["approved_by"], row["reason"]),
            )
            for row in rows
        ]


def _row(one: SittingBreach) -> tuple[object, ...]:
    breach = one.breach
    return breach.obligation, one.subject, breach.due_date, breach.approved_by, breach.reason
