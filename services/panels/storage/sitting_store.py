"""Sittings and their agendas in PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from servicekit.page import PageRequest
from servicekit.postgres import ScopedTransaction
from services.panels.domain.body import BodyUuid
from services.panels.domain.outcome import Outcome
from services.panels.domain.sitting import (
    AgendaItem,
    AgendaSource,
    ItemId,
    ReferralId,
    Sitting,
    SittingId,
    SittingState,
)
from services.panels.storage.outcome_store import outcomes_of_items

if TYPE_CHECKING:
    import asyncpg

_CHANGE = """
update sitting set starts_at = $2, ends_at = $3, state = $4, version = $5, built = $6 where sitting_id = $1
"""
_PAGE = """
select * from sitting
where ($1::uuid is null or body_id = $1) and ($2::timestamptz is null or starts_at >= $2)
  and ($3::timestamptz is null or (starts_at, sitting_id) > ($3, $4::uuid))
order by starts_at, sitting_id limit $5
"""
_LOAD = "select * from sitting where sitting_id = $1"
_LOAD_LOCKED = "select * from sitting where sitting_id = $1 for update"
_OF_MEETING = "select * from sitting where meeting = $1"
_OF_MEETING_LOCKED = "select * from sitting where meeting = $1 for update"
_OF_ITEM = """
select * from sitting where sitting_id = (select sitting_id from agenda_item where item_id = $1) for update
"""
_ITEMS = """
select i.*, array_agg(s.subject order by s.place) as subjects, array_agg(s.reference order by s.place) as "references",
    exists (select from written_resolution w where w.item_id = i.item_id)
        or exists (select from run_sheet_field f where f.item_id = i.item_id) as kept
from agenda_item i join agenda_item_subject s using (item_id)
where i.sitting_id = any($1) group by i.item_id order by i.sitting_id, i.number
"""
_PUT_ITEM = """
insert into agenda_item
    (item_id, council_id, sitting_id, number, source, reason, starts_at, ends_at, referral_id, due_on, by_hand,
     times_put_off)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (item_id) do update
set number = excluded.number, source = excluded.source, reason = excluded.reason, starts_at = excluded.starts_at,
    ends_at = excluded.ends_at, referral_id = excluded.referral_id, due_on = excluded.due_on,
    by_hand = excluded.by_hand, times_put_off = excluded.times_put_off
"""
_PUT_SUBJECT = """
insert into agenda_item_subject (council_id, item_id, subject, place, reference) values ($1, $2, $3, $4, $5)
"""


class SqlSittingStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def load(self, sitting: SittingId, *, lock: bool = False) -> Sitting | None:
        """With agenda and outcomes."""
        return await self._one(_LOAD_LOCKED if lock else _LOAD, sitting)

    async def of_meeting(self, meeting: str, *, lock: bool = False) -> Sitting | None:
        """The sitting that a meeting is."""
        return await self._one(_OF_MEETING_LOCKED if lock else _OF_MEETING, meeting)

    async def of_item(self, item: ItemId) -> Sitting | None:
        """Locked, with its whole agenda."""
        return await self._one(_OF_ITEM, item)

    async def coming(self, body: BodyUuid, since: datetime) -> list[Sitting]:
        """Locked in order of start."""
        rows = await self._tx.fetch(
            "select * from sitting where body_id = $1 and state = 'planned' and ends_at > $2"
            " order by starts_at, sitting_id for update",
            body,
            since,
        )
        return await self._with_items(rows)

    async def add(self, sitting: Sitting) -> None:
        """A new one, without items."""
        await self._tx.execute(
            "insert into sitting (sitting_id, council_id, body_id, meeting, starts_at, ends_at, state, version, built)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            sitting.sitting_id,
            self._tx.council_id,
            sitting.body,
            sitting.meeting,
            sitting.start,
            sitting.end,
            sitting.state.value,
            sitting.version,
            sitting.built,
        )

    async def change(self, sitting: Sitting) -> None:
        """Times, state, version, built."""
        await self._tx.execute(
            _CHANGE, sitting.sitting_id, sitting.start, sitting.end, sitting.state.value, sitting.version, sitting.built
        )

    async def put_items(self, sitting: SittingId, items: Sequence[AgendaItem]) -> None:
        """Make these the agenda; items that are gone are deleted: none that has an outcome or is kept."""
        kept = [item.item_id for item in items]
        await self._tx.execute("delete from agenda_item where sitting_id = $1 and item_id <> all($2)", sitting, kept)
        await self._tx.execute("delete from agenda_item_subject where item_id = any($1)", kept)
        for item in items:
            await self._put_item(sitting, item)

    async def page(self, body: BodyUuid | None, since: datetime | None, page: PageRequest) -> list[Sitting]:
        """Without agendas."""
        after = (datetime.fromisoformat(page.after[0]), UUID(page.after[1])) if page.after else (None, None)
        rows = await self._tx.fetch(_PAGE, body, since, *after, page.size + 1)
        return [_sitting(row, ()) for row in rows]

    async def _put_item(self, sitting: SittingId, item: AgendaItem) -> None:
        await self._tx.execute(
            _PUT_ITEM,
            item.item_id,
            self._tx.council_id,
            sitting,
            item.number,
            item.source.value,
            item.reason,
            item.start,
            item.end,
            item.referral,
            item.due,
            item.by_hand,
            item.times_put_off,
        )
        pairs = zip(item.subjects, item.references, strict=True)
        rows = [(self._tx.council_id, item.item_id, subject, place, ref) for place, (subject, ref) in enumerate(pairs)]
        await self._tx.executemany(_PUT_SUBJECT, rows)

    async def _one(self, sql: str, key: object) -> Sitting | None:
        rows = await self._tx.fetch(sql, key)
        found = await self._with_items(rows)
        return found[0] if found else None

    async def _with_items(self, rows: "Sequence[asyncpg.Record]") -> list[Sitting]:
        items = await self._tx.fetch(_ITEMS, [row["sitting_id"] for row in rows])
        outcomes = await outcomes_of_items(self._tx, [row["item_id"] for row in items])
        by_sitting: dict[UUID, list[AgendaItem]] = defaultdict(list)
        for row in items:
            by_sitting[row["sitting_id"]].append(_item(row, outcomes.get(row["item_id"], ())))
        return [_sitting(row, tuple(by_sitting[row["sitting_id"]])) for row in rows]


def _sitting(row: "asyncpg.Record", items: tuple[AgendaItem, ...]) -> Sitting:
    return Sitting(
        sitting_id=SittingId(row["sitting_id"]),
        body=BodyUuid(row["body_id"]),
        meeting=row["meeting"],
        start=row["starts_at"],
        end=row["ends_at"],
        state=SittingState(row["state"]),
        version=row["version"],
        built=row["built"],
        items=items,
    )


def _item(row: "asyncpg.Record", outcomes: tuple[Outcome, ...]) -> AgendaItem:
    return AgendaItem(
        item_id=ItemId(row["item_id"]),
        number=row["number"],
        subjects=tuple(row["subjects"]),
        references=tuple(row["references"]),
        source=AgendaSource(row["source"]),
        reason=row["reason"],
        start=row["starts_at"],
        end=row["ends_at"],
        referral=ReferralId(row["referral_id"]) if row["referral_id"] else None,
        due=row["due_on"],
        by_hand=row["by_hand"],
        outcomes=outcomes,
        times_put_off=row["times_put_off"],
        kept=row["kept"],
    )
