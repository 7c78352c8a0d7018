"""Children's own weeks as rows."""

from collections.abc import Sequence
from datetime import date

from servicekit.postgres import ScopedTransaction
from services.scheduler.domain.childs_time import ChildsTime, ChildTime, ChildTimeKind
from services.scheduler.storage.working_time_rows import day_of, day_or_none

_KINDS = tuple(ChildTimeKind)
# As in `working_time_rows`: an array holds one type, so that kinds and days are numbers in it.
CHILD_TIMES = """
select child, array_agg(array[array_position(array['school', 'contact', 'would_like', 'rather_not'], what) - 1, weekday,
    from_minute, until_minute, first_day - date '1970-01-01', last_day - date '1970-01-01']) as times
from child_time where child = any($2) group by child
"""
_LOAD = """
select what, weekday, from_minute, until_minute, first_day, last_day from child_time where child = $1
order by what, first_day nulls first, weekday, from_minute
"""
_LOCK = """
insert into child_time_version as v (council_id, child, version) values ($1, $2, 0)
on conflict (council_id, child) do update set version = v.version returning version
"""


def childs_time_of(rows: Sequence[Sequence[int | None]], terms: Sequence[Sequence[int]] | None) -> ChildsTime:
    """What `CHILD_TIMES` gave, with the council's terms."""
    times = tuple(_time(*row) for row in rows)
    return ChildsTime(times, tuple((day_of(first), day_of(last)) for first, last in terms or ()))


def _time(
    what: int | None,
    weekday: int | None,
    first: int | None,
    last: int | None,
    first_day: int | None,
    last_day: int | None,
) -> ChildTime:
    assert what is not None and weekday is not None and first is not None and last is not None
    return ChildTime(_KINDS[what], weekday, first, last, day_or_none(first_day), day_or_none(last_day))


class ChildTimeRows:
    """The weeks of one council's children."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def load(self, child: str, *, lock: bool = False) -> ChildsTime:
        """An empty one where nothing is on record. `lock`: nobody else changes it before the end of the transaction."""
        if lock:
            version = await self._tx.fetchval(_LOCK, self._tx.council_id, child)
        else:
            version = await self._tx.fetchval("select version from child_time_version where child = $1", child)
        rows = await self._tx.fetch(_LOAD, child)
        terms: list[tuple[date, date]] = [
            (row["first_day"], row["last_day"])
            for row in await self._tx.fetch("select first_day, last_day from term order by first_day")
        ]
        times = tuple(ChildTime(ChildTimeKind(row["what"]), *tuple(row)[1:]) for row in rows)
        assert version is None or isinstance(version, int)
        return ChildsTime(times, tuple(terms), version or 0)

    async def save(self, child: str, found: ChildsTime) -> None:
        """Replace what is on record; needs `load` with a lock before."""
        await self._tx.execute("update child_time_version set version = $2 where child = $1", child, found.version)
        await self._tx.execute("delete from child_time where child = $1", child)
        await self._tx.executemany(
            "insert into child_time"
            " (council_id, child, what, weekday, from_minute, until_minute, first_day, last_day)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                (
                    self._tx.council_id,
                    child,
                    one.what.value,
                    one.weekday,
                    one.from_minute,
                    one.until_minute,
                    one.first_day,
                    one.last_day,
                )
                for one in found.times
            ],
        )
