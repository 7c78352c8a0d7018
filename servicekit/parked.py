"""Events that could not be applied, with the rest of their aggregate waiting behind them in order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from servicekit.postgres import Database

__all__ = ["Parked", "list_parked", "release"]

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
        rows = await tx.fetch(_LIST)
    return [Parked(**dict(row)) for row in rows]


async def release(database: Database, council_id: UUID, producer: str, aggregate: str) -> int:
    """Have an aggregate's events tried again, in order; how many wait."""
    async with database.transaction(council_id) as tx:
        tag = await tx.execute(
            "update inbox_parked set released = true where producer = $1 and aggregate = $2",
            producer,
            aggregate,
        )
    return int(tag.rpartition(" ")[2])
