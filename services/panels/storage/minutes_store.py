"""Minutes, their clocks and their delivery in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from servicekit import lanes
from servicekit.ids import new_id
from servicekit.page import PageRequest
from servicekit.postgres import ScopedTransaction
from services.panels.app.minutes_ports import Delivered
from services.panels.domain.minutes import Clock, ClockKind, ManagerSignature, Minutes, MinutesId, MinutesState
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
update minutes set state = $2, version = $3, text = $4, text_hash = $5, signed_at = $6, signed_by = $7, filed_at = $8,
    manager_comment = $9, manager_signed_at = $10, manager_signed_by = $11
where minutes_id = $1
"""
_STOP = """
update minutes_clock set stopped_at = $3, late_at = coalesce(late_at, case when due_at < $3 then $3 end)
where minutes_id = $1 and clock = $2 and stopped_at is null returning true
"""
_LATE = """
update minutes_clock set late_at = $2
where minutes_id = $1 and stopped_at is null and late_at is null and due_at <= $2 returning clock
"""
# What asks first: the signature while it is a draft, then the file; minutes in the file come last.
_DUE = "case when state = 'draft' then sign_due_at when state = 'filed' then 'infinity' else file_due_at end"
_LISTED = """
select minutes_id, meeting, meeting_kind, subject, chair_role, state, version, '' as text, text_hash, meeting_ended_at,
    sign_due_at, file_due_at, signed_at, signed_by, filed_at, '' as manager_comment,
    manager_signed_at, manager_signed_by
from minutes m
"""
_WAITING = f"""
{_LISTED}
where exists (select from minutes_clock c where c.minutes_id = m.minutes_id and c.stopped_at is null)
"""
_PAGE = f"""
{_LISTED}
where ($1::text = '' or meeting = $1) and ($2::text = '' or state = $2)
  and ($3::text = '' or ({_DUE}, minutes_id) > (nullif($3::text, '')::timestamptz, $4::uuid))
order by {_DUE}, minutes_id limit $5
"""
_LOAD = "select * from minutes where minutes_id = $1"
_LOAD_LOCKED = "select * from minutes where minutes_id = $1 for update"
_OF_SUBJECT = "select * from minutes where meeting = $1 and subject = $2"
_OF_SUBJECT_LOCKED = "select * from minutes where meeting = $1 and subject = $2 for update"
_ADD_ADDENDUM = """
insert into minutes_addendum (addendum_id, council_id, minutes_id, text, added_at, added_by)
values ($1, $2, $3, $4, $5, $6)
"""
_WRITTEN = """
insert into delivery (minutes_id, council_id, supplement, file_stem, page_hash, written_at)
values ($1, $2, $3, $4, $5, $6) on conflict do nothing
"""
_CLOCKS = """
select minutes_id, clock, due_at, stopped_at from minutes_clock where minutes_id = any($1) order by due_at, clock
"""
_UNACKNOWLEDGED = """
select d.minutes_id, m.meeting, m.subject, d.supplement, d.written_at, d.chased_at, m.file_due_at
from delivery d join minutes m using (minutes_id)
where d.acknowledged_at is null and ($1::uuid is null or d.minutes_id = $1)
order by d.written_at, d.minutes_id, d.supplement limit $2
"""


class SqlMinutesStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def add(self, minutes: Minutes) -> None:
        """New, with its clocks running and a look when the first runs out."""
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
        for clock in minutes.clocks:
            await self._tx.execute(_ADD_CLOCK, self._tx.council_id, minutes.minutes_id, clock.kind.value, clock.due)
        first = min(clock.due for clock in minutes.clocks)
        await lanes.wake(self._tx, CLOCK_LANE, str(minutes.minutes_id), first)

    async def load(self, minutes: MinutesId, *, lock: bool = False) -> Minutes | None:
        """With addenda and clocks."""
        sql = _LOAD_LOCKED if lock else _LOAD
        return await self._whole(await self._tx.fetchrow(sql, minutes))

    async def of_subject(self, meeting: str, subject: str, *, lock: bool = False) -> Minutes | None:
        """Those of one subject of a meeting."""
        sql = _OF_SUBJECT_LOCKED if lock else _OF_SUBJECT
        return await self._whole(await self._tx.fetchrow(sql, meeting, subject))

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
            minutes.manager.comment if minutes.manager else "",
            minutes.manager.at if minutes.manager else None,
            minutes.manager.by if minutes.manager else "",
        )

    async def add_addendum(self, minutes: MinutesId, text: str, by: str) -> None:
        """After those that are there."""
        row = (new_id(), self._tx.council_id, minutes, text, self._tx.now(), by)
        await self._tx.execute(_ADD_ADDENDUM, *row)

    async def stop_clock(self, minutes: MinutesId, clock: ClockKind, at: datetime) -> bool:
        """Late where it had run out already; False where no such clock runs."""
        return bool(await self._tx.fetchval(_STOP, minutes, clock.value, at))

    async def mark_late(self, minutes: MinutesId, now: datetime) -> list[ClockKind]:
        """Once each."""
        return sorted(ClockKind(row["clock"]) for row in await self._tx.fetch(_LATE, minutes, now))

    async def page(self, meeting: str, state: MinutesState | None, page: PageRequest) -> list[Minutes]:
        """Without text and addenda, with clocks."""
        after = page.after or ("", "00000000-0000-0000-0000-000000000000")
        chosen = state.value if state else ""
        rows = await self._tx.fetch(_PAGE, meeting, chosen, after[0], UUID(after[1]), page.size + 1)
        return await self._listed(rows)

    async def _listed(self, rows: "Sequence[asyncpg.Record]") -> list[Minutes]:
        clocks = await self._clocks([row["minutes_id"] for row in rows])
        return [replace(minutes_of_row(row), clocks=clocks[row["minutes_id"]]) for row in rows]

    async def waiting(self) -> list[Minutes]:
        """Without text and addenda, with clocks."""
        return await self._listed(await self._tx.fetch(_WAITING))

    async def note_delivery(self, minutes: MinutesId, supplement: int, stem: str, page_hash: str) -> None:
        """What was written, once."""
        row = (minutes, self._tx.council_id, supplement, stem, page_hash, self._tx.now())
        await self._tx.execute(_WRITTEN, *row)

    async def last_supplement(self, minutes: MinutesId) -> int:
        """The last that was written; -1 where nothing was."""
        rows = await self._tx.fetch("select supplement from delivery where minutes_id = $1", minutes)
        return max((int(row["supplement"]) for row in rows), default=-1)

    async def note_acknowledgement(self, minutes: MinutesId, supplement: int, at: datetime) -> None:
        """The case system has it."""
        sql = "update delivery set acknowledged_at = $3 where minutes_id = $1 and supplement = $2"
        await self._tx.execute(sql, minutes, supplement, at)

    async def note_chase(self, minutes: MinutesId, supplement: int, at: datetime) -> None:
        """The case system was reminded."""
        sql = "update delivery set chased_at = $3 where minutes_id = $1 and supplement = $2"
        await self._tx.execute(sql, minutes, supplement, at)

    async def unacknowledged(self, minutes: MinutesId | None = None, *, most: int = 10_000) -> list[Delivered]:
        """In the order in which they were written; only of some minutes where they are named."""
        rows = await self._tx.fetch(_UNACKNOWLEDGED, minutes, most)
        return [_delivered(row) for row in rows]

    async def _whole(self, row: "asyncpg.Record | None") -> Minutes | None:
        if row is None:
            return None
        sql = "select text from minutes_addendum where minutes_id = $1 order by added_at, addendum_id"
        addenda = await self._tx.fetch(sql, row["minutes_id"])
        clocks = await self._clocks([row["minutes_id"]])
        texts = tuple(one["text"] for one in addenda)
        return replace(minutes_of_row(row), addenda=texts, clocks=clocks[row["minutes_id"]])

    async def _clocks(self, minutes: Sequence[UUID]) -> dict[UUID, tuple[Clock, ...]]:
        """The first to run out at the front."""
        rows = await self._tx.fetch(_CLOCKS, list(minutes))
        found: dict[UUID, tuple[Clock, ...]] = dict.fromkeys(minutes, ())
        for row in rows:
            clock = Clock(ClockKind(row["clock"]), row["due_at"], row["stopped_at"])
            found[row["minutes_id"]] = (*found[row["minutes_id"]], clock)
        return found


def _delivered(row: "asyncpg.Record") -> Delivered:
    return Delivered(
        MinutesId(row["minutes_id"]),
        row["meeting"],
        row["subject"],
        row["supplement"],
        row["written_at"],
        row["chased_at"],
        row["file_due_at"],
    )


def minutes_of_row(row: "asyncpg.Record") -> Minutes:
    """Without addenda and clocks."""
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
        manager=_manager(row),
    )


def _manager(row: "asyncpg.Record") -> ManagerSignature | None:
    if row["manager_signed_at"] is None:
        return None
    return ManagerSignature(row["manager_signed_at"], row["manager_signed_by"], row["manager_comment"])
