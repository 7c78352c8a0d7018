"""Working patterns and terms as rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from uuid import UUID

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.scheduler.domain.diary import Term, WorkingHours
from services.scheduler.domain.working_time import WorkingPattern, WorkingTime, patterns_of
from services.scheduler.storage.resource_ids import keep_person, resource_id

_EPOCH = date(1970, 1, 1).toordinal()
# Days as numbers since 1970: an array holds one type, and reading an array costs a tenth of reading rows.
HOURS = """
select resource_id, array_agg(array[weekday, from_minute, until_minute, first_day - date '1970-01-01',
    last_day - date '1970-01-01', term_time_only::int] order by weekday, from_minute) as hours
from working_pattern where resource_id = any($1) group by resource_id
"""
TERMS = """
(select array_agg(array[first_day - date '1970-01-01', last_day - date '1970-01-01'] order by first_day) from term)
"""
_KEEP = """
insert into working_pattern
    (council_id, resource_id, weekday, from_minute, until_minute, first_day, last_day, term_time_only)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_LOAD = """
select weekday, from_minute, until_minute, first_day, last_day, term_time_only from working_pattern
where resource_id = $1 order by weekday, from_minute
"""


Stretches = Sequence[Sequence[int | None]]
Terms = Sequence[Sequence[int]] | None


def hours_of(stretches: Stretches | None, terms: Terms) -> tuple[WorkingHours, ...] | None:
    """What `HOURS` and `TERMS` gave; None where nothing is on record."""
    if not stretches:
        return None
    within = tuple(map(tuple, terms or ())) if any(one[-1] for one in stretches) else ()
    return _same_hours(tuple(map(tuple, stretches)), within)


@lru_cache(maxsize=4096)
def _same_hours(
    stretches: tuple[Sequence[int | None], ...], terms: tuple[Sequence[int], ...]
) -> tuple[WorkingHours, ...]:
    """Kept: many people share a pattern."""
    return tuple(_hours(one, terms) for one in stretches)


def _hours(one: Sequence[int | None], terms: Sequence[Sequence[int]]) -> WorkingHours:
    weekday, first, last, first_day, last_day, term_time_only = one
    assert weekday is not None and first is not None and last is not None
    if first_day is None and last_day is None and not term_time_only:
        return WorkingHours(weekday, first, last)
    within = tuple((day_of(begin), day_of(end)) for begin, end in terms) if term_time_only else None
    return WorkingHours(weekday, first, last, day_or_none(first_day), day_or_none(last_day), within)


def day_of(number: int) -> date:
    """The day so many days after the first of 1970."""
    return date.fromordinal(_EPOCH + number)


def day_or_none(number: int | None) -> date | None:
    """The same; None for none."""
    return None if number is None else day_of(number)


async def keep_patterns(tx: ScopedTransaction, patterns: Iterable[tuple[UUID, WorkingPattern]]) -> None:
    """Add these to what is there, by the resource's id."""
    await tx.executemany(
        _KEEP,
        [
            (tx.council_id, owner, *stretch, one.first_day, one.last_day, one.term_time_only)
            for owner, one in patterns
            for stretch in one.stretches
        ],
    )


class WorkingTimeRows:
    """The working time of one council's people."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def load(self, person: str, *, lock: bool = False) -> WorkingTime:
        """An empty one of whoever is not known."""
        owner = await keep_person(self._tx, person) if lock else resource_id(self._tx.council_id, person)
        sql = "select hours_by_hand, most_chaired from resource where id = $1" + (" for update" if lock else "")
        row = await self._tx.fetchrow(sql, owner)
        patterns = patterns_of([_pattern_row(one) for one in await self._tx.fetch(_LOAD, owner)])
        terms = await self._tx.fetch("select first_day, last_day from term order by first_day")
        return WorkingTime(
            patterns,
            by_hand=bool(row and row["hours_by_hand"]),
            most_chaired=row["most_chaired"] if row else None,
            terms=tuple((one["first_day"], one["last_day"]) for one in terms),
        )

    async def save(self, person: str, found: WorkingTime) -> None:
        """Keep it; needs `load` with a lock before."""
        owner = resource_id(self._tx.council_id, person)
        await self._tx.execute(
            "update resource set hours_by_hand = $2, most_chaired = $3 where id = $1",
            owner,
            found.by_hand,
            found.most_chaired,
        )
        await self._tx.execute("delete from working_pattern where resource_id = $1", owner)
        await keep_patterns(self._tx, [(owner, one) for one in found.patterns])

    async def keep_terms(self, terms: Sequence[Term]) -> None:
        """These are the council's terms now."""
        await self._tx.execute("delete from term")
        await self._tx.executemany(
            "insert into term (council_id, first_day, last_day) values ($1, $2, $3)",
            [(self._tx.council_id, *term) for term in terms],
        )


def _pattern_row(row: asyncpg.Record) -> tuple[int, int, int, date | None, date | None, bool]:
    days = row["first_day"], row["last_day"], row["term_time_only"]
    return row["weekday"], row["from_minute"], row["until_minute"], *days
