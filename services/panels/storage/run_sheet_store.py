"""Run sheets in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from servicekit.ids import new_id
from servicekit.postgres import ScopedTransaction
from services.panels.domain.run_sheet import Adjournment, Change, FieldKey, ItemTime, Saved, SheetField
from services.panels.domain.sitting import ItemId, SittingId

if TYPE_CHECKING:
    from asyncpg import Record

_NEXT = """
insert into run_sheet (sitting_id, council_id, revision) values ($1, $2, 1)
on conflict (sitting_id) do update set revision = run_sheet.revision + 1
returning revision
"""
_FIELDS = """
select f.* from run_sheet_field f join agenda_item i using (item_id)
where i.sitting_id = $1 and f.revision > $2
order by i.number, f.subject, f.field
"""
_STANDING = """
select f.* from run_sheet_field f
join unnest($1::uuid[], $2::text[], $3::text[]) as wanted (item_id, subject, field) using (item_id, subject, field)
"""
_BASES = """
select v.* from run_sheet_version v
join unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[]) as wanted (item_id, subject, field, version)
    using (item_id, subject, field, version)
"""
_KEEP = """
insert into run_sheet_field (council_id, item_id, subject, field, version, value, other, revision, saved_at, saved_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (item_id, subject, field) do update
set version = excluded.version, value = excluded.value, other = excluded.other, revision = excluded.revision,
    saved_at = excluded.saved_at, saved_by = excluded.saved_by
"""
_KEEP_VERSION = """
insert into run_sheet_version (council_id, item_id, subject, field, version, value) values ($1, $2, $3, $4, $5, $6)
"""
_HOLDS_WORDS = """
select exists (
    select from run_sheet_field where item_id = $1 and subject = $2 and (value <> '' or other <> ''))
"""
_BEGIN = """
insert into item_time (item_id, council_id, began_at) values ($1, $2, $3) on conflict (item_id) do nothing
"""
_END = """
insert into item_time (item_id, council_id, began_at, ended_at) values ($1, $2, $3, $3)
on conflict (item_id) do update set ended_at = excluded.ended_at where item_time.ended_at is null
"""


class SqlRunSheetStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def next_revision(self, sitting: SittingId) -> int:
        """One more."""
        revision = await self._tx.fetchval(_NEXT, sitting, self._tx.council_id)
        assert isinstance(revision, int)
        return revision

    async def revision(self, sitting: SittingId) -> int:
        """The count of saves."""
        found = await self._tx.fetchval("select revision from run_sheet where sitting_id = $1", sitting)
        return found if isinstance(found, int) else 0

    async def fields(self, sitting: SittingId, after: int = 0) -> list[SheetField]:
        """Those saved since."""
        return [_field(row) for row in await self._tx.fetch(_FIELDS, sitting, after)]

    async def standing(self, changes: Sequence[Change]) -> dict[FieldKey, SheetField]:
        """Those that were ever written."""
        found = map(_field, await self._tx.fetch(_STANDING, *_columns(changes)))
        return {field.key: field for field in found}

    async def bases(self, changes: Sequence[Change]) -> dict[tuple[FieldKey, int], str]:
        """By field and version."""
        rows = await self._tx.fetch(_BASES, *_columns(changes), [change.base_version for change in changes])
        return {(_key(row), row["version"]): row["value"] for row in rows}

    async def keep(self, saved: Sequence[Saved]) -> None:
        """In two statements, however many fields."""
        council = self._tx.council_id
        written = [one.field for one in saved if one.steps]
        steps = [step for one in saved for step in one.steps]
        await self._tx.executemany(_KEEP, [(council, *_row(field)) for field in written])
        versions = [(council, s.key.item, s.key.subject, s.key.field, s.version, s.value) for s in steps]
        await self._tx.executemany(_KEEP_VERSION, versions)

    async def last_revision(self, item: ItemId, subject: str) -> int:
        """Of its fields' last."""
        found = await self._tx.fetchval(
            "select max(revision) from run_sheet_field where item_id = $1 and subject = $2", item, subject
        )
        return found if isinstance(found, int) else 0

    async def holds_words(self, item: ItemId, subject: str) -> bool:
        """Or another's choice beside it."""
        return bool(await self._tx.fetchval(_HOLDS_WORDS, item, subject))

    async def clear(self, item: ItemId, subject: str) -> None:
        """With every earlier value."""
        await self._tx.execute("delete from run_sheet_field where item_id = $1 and subject = $2", item, subject)

    async def times(self, sitting: SittingId) -> list[ItemTime]:
        """In the order of the agenda."""
        rows = await self._tx.fetch(
            "select t.* from item_time t join agenda_item i using (item_id) where i.sitting_id = $1 order by i.number",
            sitting,
        )
        return [_time(row) for row in rows]

    async def begin_item(self, item: ItemId, at: datetime) -> None:
        """The first word stays."""
        await self._tx.execute(_BEGIN, item, self._tx.council_id, at)

    async def end_item(self, item: ItemId, at: datetime) -> None:
        """The first word stays."""
        await self._tx.execute(_END, item, self._tx.council_id, at)

    async def adjournment(self, sitting: SittingId) -> Adjournment | None:
        """The one that is not over."""
        row = await self._tx.fetchrow("select * from adjournment where sitting_id = $1 and resumed_at is null", sitting)
        return Adjournment(row["adjourned_at"], row["reason"]) if row else None

    async def adjourn(self, sitting: SittingId, at: datetime, reason: str, by: str) -> None:
        """One more."""
        await self._tx.execute(
            "insert into adjournment (adjournment_id, council_id, sitting_id, adjourned_at, adjourned_by, reason)"
            " values ($1, $2, $3, $4, $5, $6)",
            new_id(),
            self._tx.council_id,
            sitting,
            at,
            by,
            reason,
        )

    async def resume(self, sitting: SittingId, at: datetime) -> None:
        """It is over."""
        await self._tx.execute(
            "update adjournment set resumed_at = $2 where sitting_id = $1 and resumed_at is null", sitting, at
        )

    async def resumptions(self, sitting: SittingId) -> list[datetime]:
        """The earliest first."""
        sql = "select resumed_at from adjournment where sitting_id = $1 and resumed_at is not null order by resumed_at"
        return [row["resumed_at"] for row in await self._tx.fetch(sql, sitting)]

    async def time_of(self, item: ItemId) -> ItemTime | None:
        """Of one item."""
        row = await self._tx.fetchrow("select * from item_time where item_id = $1", item)
        return _time(row) if row else None


def _columns(changes: Sequence[Change]) -> tuple[list[object], list[str], list[str]]:
    keys = [change.key for change in changes]
    return [key.item for key in keys], [key.subject for key in keys], [key.field for key in keys]


def _key(row: "Record") -> FieldKey:
    return FieldKey(ItemId(row["item_id"]), row["subject"], row["field"])


def _field(row: "Record") -> SheetField:
    return SheetField(
        key=_key(row),
        version=row["version"],
        value=row["value"],
        other=row["other"],
        revision=row["revision"],
        saved_at=row["saved_at"],
        saved_by=row["saved_by"],
    )


def _row(field: SheetField) -> tuple[object, ...]:
    key = field.key
    return (
        key.item,
        key.subject,
        key.field,
        field.version,
        field.value,
        field.other,
        field.revision,
        field.saved_at,
        field.saved_by,
    )


def _time(row: "Record") -> ItemTime:
    return ItemTime(ItemId(row["item_id"]), row["began_at"], row["ended_at"])
