"""What waits in one council's lanes, in the feeds that it follows and in its outbox, and how a person moves it on.

Works within a transaction of the council. Keys and aggregates are resource names; errors are classes, never texts.
"""

from dataclasses import dataclass
from datetime import datetime

from servicekit.postgres import ScopedTransaction

__all__ = ["Depth", "WaitingLane", "depths", "drop_lane", "hurry", "lanes_that_wait"]

# `feed`: events of others that could not be applied; `outbox`: own ones that have no place in the feed yet.
# Due by the product's clock, as the worker claims it. The first wake since the last success stays in `due_at`.
_DEPTHS = """
select kind, count(*) as waiting, min(due_at) as oldest from lane
where council_id = $1 and due_at <= $2 group by kind
union all
select 'outbox', count(*), min(recorded_at) from outbox where feed_position is null having count(*) > 0
union all
select 'feed', count(*), min(parked_at) from inbox_parked having count(*) > 0
order by 1
"""
_WAITING = """
select kind, key, due_at as since, attempts, failure from lane
where council_id = $1 and due_at <= $2 and (attempts > 0 or state = 'held') order by due_at, kind, key limit $3
"""
_HURRY = """
update lane set state = 'ready', not_before = null
where council_id = $1 and ($2 = '' or kind = $2) and ($3 = '' or key = $3) and due_at is not null
"""
# Nobody else is at it, and nobody can begin until the transaction ends.
_DROP = """
update lane set state = 'ready', due_at = null, not_before = null, attempts = 0, failure = '', lease = null,
    leased_until = null
where council_id = $1 and kind = $2 and key = $3 and due_at is not null
  and (lease is null or leased_until < clock_timestamp())
"""


@dataclass(frozen=True)
class Depth:
    """How many keys of a kind are due, and since when the oldest."""

    kind: str
    waiting: int
    oldest: datetime


@dataclass(frozen=True)
class WaitingLane:
    """A lane that was tried at least once without success. `failure`: the class of the last error, or empty."""

    kind: str
    key: str
    since: datetime
    attempts: int
    failure: str


async def depths(tx: ScopedTransaction) -> list[Depth]:
    """By kind; a kind of which nothing waits is not in it."""
    return [Depth(**dict(row)) for row in await tx.fetch(_DEPTHS, tx.council_id, tx.now())]


async def lanes_that_wait(tx: ScopedTransaction, most: int) -> list[WaitingLane]:
    """The oldest first, at most so many."""
    return [WaitingLane(**dict(row)) for row in await tx.fetch(_WAITING, tx.council_id, tx.now(), most)]


async def hurry(tx: ScopedTransaction, kind: str = "", key: str = "") -> bool:
    """Have lanes tried again at once instead of after their pause: one, a kind's, or all. False where there is none."""
    tag = await tx.execute(_HURRY, tx.council_id, kind, key)
    await tx.execute("select pg_notify('lane', $1)", kind)
    return tag != "UPDATE 0"


async def drop_lane(tx: ScopedTransaction, kind: str, key: str) -> bool:
    """Have a lane try no more until it is woken again; False where it does not wait, or somebody is at it just now."""
    return await tx.execute(_DROP, tx.council_id, kind, key) != "UPDATE 0"
