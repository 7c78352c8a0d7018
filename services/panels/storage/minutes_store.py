"""Minutes, their clocks and their delivery in PostgreSQL."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from servicekit import lanes
from servicekit.page import PageRequest
from servicekit.postgres import ScopedTransaction
from services.panels.domain.minutes import ClockKind, Minutes, MinutesId, MinutesState
from services.panels.storage.lane_names import CLOCK_LANE

if TYPE_CHECKING:
    import asyncpg

_ADD = """
insert into minutes (minutes_id, council_id, meeting, meeting_kind, subject, chair_role, state, version, text,
    meeting_ended_at, sign_due_at, file_due_at)
values ($1, $2, $3, $4, $5, $6, 'draft', 0, '', $7, $8, $9)
on conflict (council_id, meeting, subject) do nothing returning minutes_id
"""
_ADD_CLOCK = "insert into minutes_clock (council_id, minutes_id, clock, due_at) values ($1, $2, $3, $4)"
_CHANGE = """
update minutes set state = $2, version = $3, text = $4, text_hash = $5, signed_at = $6, signed_by = $7, filed_at = $8
where minutes_id = $1
"""
_STOP = """
update minutes_clock set stopped_at = $3, late_at = coalesce(late_at, case when due_at < $3 then $3 end)
where minutes_id = $1 and clock = $2 and stopped_at is null
"""
_LATE = """
update minutes_clock set late_at = $2
where minutes_id = $1 and stopped_at is null and late_at is null and due_at <= $2 returning clock
"""
# What asks first: the signature while it is a draft, then the file; minutes in the file come last.
_DUE = "case when state = 'draft' then sign_due_at when state = 'filed' then 'infinity' else file_due_at end"
_PAGE = f"""
select minutes_id, meeting, meeting_kind, subject, chair_role, state, version, '' as text, text_hash, meeting_ended_at,
    sign_due_at, file_due_at, signed_at, signed_by, filed_at
from minutes
where ($1::text = '' or meeting = $1) and ($2::text = '' or state = $2)
  and ($3::text = '' or ({_DUE}, minutes_id) > (nullif($3::text, '')::timestamptz, $4::uuid))
order by {_DUE}, minutes_id limit $5
"""
_LOAD = "select * from minutes where minutes_id = $1"
_LOAD_LOCKED = "select * from minutes where minutes_id = $1 for update"
_OF_SUBJECT = "select * from minutes where meeting = $1 and subject = $2"
_OF_SUBJECT_LOCKED = "select * from minutes where meeting = $1 and subject = $2 for update"


class SqlMinutesStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def add(self, minutes: Minutes) -> None:
        """New, with both clocks running and a look when the first runs out."""
        added = await self._tx.fetchval(
            _ADD,
            minutes.minutes_id,
            self._tx.council_id,
            minutes.meeting,
            minutes.meeting_kind,
            minutes.subject,
            minutes.chair_role,
            minutes.meeting_end,
            minutes.sign_due,
            minutes.file_due,
        )
        if added is None:
            return
        for clock, due in minutes.running_clocks().items():
            await self._tx.execute(_ADD_CLOCK, self._tx.council_id, minutes.minutes_id, clock.value, due)
        await lanes.wake(self._tx, CLOCK_LANE, str(minutes.minutes_id), minutes.sign_due)

    async def load(self, minutes: MinutesId, *, lock: bool = False) -> Minutes | None:
        """With addenda."""
        sql = _LOAD_LOCKED if lock else _LOAD
        return await self._with_addenda(await self._tx.fetchrow(sql, minutes))

    async def of_subject(self, meeting: str, subject: str, *, lock: bool = False) -> Minutes | None:
        """Those of one subject of a meeting."""
        sql = _OF_SUBJECT_LOCKED if lock else _OF_SUBJECT
        return await self._with_addenda(await self._tx.fetchrow(sql, meeting, subject))

    async def change(self, minutes: Minutes) -> None:
        """State, text, signature; the database refuses another text once signed."""
        await self._tx.execute(
            _CHANGE,
            minutes.minutes_id,
            minutes.state.value,
            minutes.version,
            minutes.text,
            minutes.text_hash,
            minutes.signed_at,
            minutes.signed_by,
            minutes.filed_at,
        )

    async def stop_clock(self, minutes: MinutesId, clock: ClockKind, at: datetime) -> None:
        """Late where it had run out already."""
        await self._tx.execute(_STOP, minutes, clock.value, at)

    async def mark_late(self, minutes: MinutesId, now: datetime) -> list[ClockKind]:
        """Once each."""
        return sorted(ClockKind(row["clock"]) for row in await self._tx.fetch(_LATE, minutes, now))

    async def page(self, meeting: str, state: MinutesState | None, page: PageRequest) -> list[Minutes]:
        """Without text and addenda."""
        after = page.after or ("", "00000000-0000-0000-0000-000000000000")
        chosen = state.value if state else ""
        rows = await self._tx.fetch(_PAGE, meeting, chosen, after[0], UUID(after[1]), page.size + 1)
        return [_minutes(row, ()) for row in rows]

    async def note_delivery(self, minutes: MinutesId, stem: str, page_hash: str) -> None:
        """What was written, once."""
        await self._tx.execute(
            "insert into delivery (minutes_id, council_id, file_stem, page_hash, written_at)"
            " values ($1, $2, $3, $4, $5) on conflict do nothing",
            minutes,
            self._tx.council_id,
            stem,
            page_hash,
            self._tx.now(),
        )

    async def note_acknowledgement(self, minutes: MinutesId, at: datetime) -> None:
        """The case system has it."""
        await self._tx.execute("update delivery set acknowledged_at = $2 where minutes_id = $1", minutes, at)

    async def unacknowledged(self) -> list[MinutesId]:
        """In the order in which they were written."""
        rows = await self._tx.fetch("select minutes_id from delivery where acknowledged_at is null order by written_at")
        return [MinutesId(row["minutes_id"]) for row in rows]

    async def _with_addenda(self, row: "asyncpg.Record | None") -> Minutes | None:
        if row is None:
            return None
        sql = "select text from minutes_addendum where minutes_id = $1 order by added_at, addendum_id"
        addenda = await self._tx.fetch(sql, row["minutes_id"])
        return _minutes(row, tuple(one["text"] for one in addenda))


def _minutes(row: "asyncpg.Record", addenda: tuple[str, ...]) -> Minutes:
    return Minutes(
        minutes_id=MinutesId(row["minutes_id"]),
        meeting=row["meeting"],
        meeting_kind=row["meeting_kind"],
        subject=row["subject"],
        chair_role=row["chair_role"],
        state=MinutesState(row["state"]),
        version=row["version"],
        text=row["text"],
        meeting_end=row["meeting_ended_at"],
        sign_due=row["sign_due_at"],
        file_due=row["file_due_at"],
        text_hash=row["text_hash"],
        signed_at=row["signed_at"],
        signed_by=row["signed_by"],
        filed_at=row["filed_at"],
        addenda=addenda,
    )
