"""Events that could not be applied, with the rest of their aggregate waiting behind them in order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from servicekit.postgres import Database, ScopedTransaction

__all__ = ["Parked", "discard", "list_parked", "parked_in", "release", "release_in"]

_LIST = """
select producer, aggregate, min(position) as position, count(*) as waiting, min(parked_at) as since,
       (array_agg(error_type order by position))[1] as error_type, bool_or(released) as released
from inbox_parked group by producer, aggregate order by producer, aggregate
"""


@dataclass(frozen=True)
class Parked:
    """One aggregate that waits.

    Its first event's position, how many wait, since when, and the class of the error.
    """

    producer: str
    aggregate: str
    position: int
    waiting: int
    since: datetime
    error_type: str
    released: bool


async def list_parked(database: Database, council_id: UUID) -> list[Parked]:
    """Every aggregate of this council that waits."""
    async with database.transaction(council_id) as tx:
        return await parked_in(tx)


async def parked_in(tx: ScopedTransaction) -> list[Parked]:
    """The same within a transaction of the council."""
    return [Parked(**dict(row)) for row in await tx.fetch(_LIST)]


async def release(database: Database, council_id: UUID, producer: str, aggregate: str) -> int:
    """Have an aggregate's events tried again, in order; how many wait."""
    async with database.transaction(council_id) as tx:
        return await release_in(tx, producer, aggregate)


async def release_in(tx: ScopedTransaction, producer: str, aggregate: str) -> int:
    """The same within a transaction of the council."""
    return await _change(tx, "update inbox_parked set released = true", producer, aggregate)


async def discard(tx: ScopedTransaction, producer: str, aggregate: str) -> int:
    """Never apply an aggregate's parked events; how many. What comes of it later is applied again."""
    return await _change(tx, "delete from inbox_parked", producer, aggregate)


async def _change(tx: ScopedTransaction, change: str, *names: str) -> int:
    tag = await tx.execute(f"{change} where producer = $1 and aggregate = $2", *names)
    return int(tag.rpartition(" ")[2])
