"""Who comes for which item of an agenda, in PostgreSQL."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from servicekit.postgres import ScopedTransaction
from services.panels.domain.body import BodyUuid
from services.panels.domain.item_people import Comer, ItemPeople, ItemTime
from services.panels.domain.sitting import ItemId, SittingId

if TYPE_CHECKING:
    import asyncpg

_LATEST = """
select * from item_people where body_id = $1 and subjects && $2 and item_id <> $3 order by set_at desc limit 1
"""
_SITTINGS = """
select distinct p.sitting_id from item_people p join sitting s using (sitting_id)
where p.body_id = $1 and s.state = 'planned' and s.starts_at > $2
"""
_PUT = """
insert into item_people (item_id, council_id, sitting_id, body_id, subjects, people, roles, version, set_by, set_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (item_id) do update set subjects = excluded.subjects, people = excluded.people, roles = excluded.roles,
    version = excluded.version, set_by = excluded.set_by, set_at = excluded.set_at
"""
_TOLD = """
update item_people set told_subjects = $2, told_people = $3, told_roles = $4, told_start = $5, told_end = $6,
    meeting = $7, trouble = $8
where item_id = $1
"""


class SqlItemPeopleStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def load(self, item: ItemId, *, lock: bool = False) -> ItemPeople | None:
        """What was said of one item."""
        sql = "select * from item_people where item_id = $1" + (" for update" if lock else "")
        rows = await self._tx.fetch(sql, item)
        return _kept(rows[0]) if rows else None

    async def of_sitting(self, sitting: SittingId) -> list[ItemPeople]:
        """In the order of their ids, so that a repeat does the same."""
        rows = await self._tx.fetch("select * from item_people where sitting_id = $1 order by item_id", sitting)
        return [_kept(row) for row in rows]

    async def latest(self, body: BodyUuid, subjects: Sequence[str], but: ItemId) -> ItemPeople | None:
        """By when it was said."""
        rows = await self._tx.fetch(_LATEST, body, list(subjects), but)
        return _kept(rows[0]) if rows else None

    async def sittings(self, body: BodyUuid) -> list[SittingId]:
        """Those that have not begun."""
        rows = await self._tx.fetch(_SITTINGS, body, self._tx.now())
        return [SittingId(row["sitting_id"]) for row in rows]

    async def put(self, kept: ItemPeople) -> None:
        """What they were told stays."""
        await self._tx.execute(
            _PUT,
            kept.item,
            self._tx.council_id,
            kept.sitting,
            kept.body,
            list(kept.subjects),
            [one.person for one in kept.people],
            [one.role for one in kept.people],
            kept.version,
            kept.set_by,
            self._tx.now(),
        )

    async def keep_told(self, item: ItemId, told: ItemTime | None, meeting: str, trouble: str) -> None:
        """Nothing of a time where nobody is expected."""
        people = told.people if told else ()
        await self._tx.execute(
            _TOLD,
            item,
            list(told.subjects) if told else [],
            [one.person for one in people],
            [one.role for one in people],
            told.start if told else None,
            told.end if told else None,
            meeting,
            trouble,
        )


def _kept(row: "asyncpg.Record") -> ItemPeople:
    told = None
    if row["told_start"] is not None:
        people = _comers(row["told_people"], row["told_roles"])
        told = ItemTime(tuple(row["told_subjects"]), people, row["told_start"], row["told_end"])
    return ItemPeople(
        item=ItemId(row["item_id"]),
        sitting=SittingId(row["sitting_id"]),
        body=BodyUuid(row["body_id"]),
        subjects=tuple(row["subjects"]),
        people=_comers(row["people"], row["roles"]),
        version=row["version"],
        set_by=row["set_by"],
        told=told,
        meeting=row["meeting"],
        trouble=row["trouble"],
    )


def _comers(people: Sequence[str], roles: Sequence[str]) -> tuple[Comer, ...]:
    return tuple(Comer(person, role) for person, role in zip(people, roles, strict=True))
