"""Reading positioned events. Knows rows, no proto: each service's own feed servicer wraps it."""

import json
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from servicekit.call import remaining_seconds
from servicekit.postgres import Database

# A nudge comes with every event; this is for one that was lost.
_POLL_SECONDS = 5.0
_MOST_ROWS = 500
# Answer this long before the caller's deadline, so that "nothing new" arrives as an answer and not as an
# error.
_ANSWER_MARGIN = 0.5
_COLUMNS = "feed_position, event_id, type, aggregate, recorded_at, request_id, payload"
_READ = f"""
select {_COLUMNS} from outbox
where council_id = $1 and feed_position > $2 and cardinality($3::text[]) = 0
order by feed_position limit $4
"""  # noqa: S608 - constants of the code only
# Each type by its own index: a follower of what is rare must not read past all that is frequent at every look.
_READ_TYPES = f"""
select n.* from unnest($3::text[]) as wanted(type) cross join lateral (
    select {_COLUMNS} from outbox
    where council_id = $1 and type = wanted.type and feed_position > $2 order by feed_position limit $4
) n order by n.feed_position limit $4
"""  # noqa: S608 - constants of the code only


@dataclass(frozen=True)
class FeedRow:
    """One event as it was recorded; `payload` is protobuf-JSON."""

    position: int
    event_id: UUID
    type: str
    aggregate: str
    recorded_at: datetime
    request_id: str
    payload: Mapping[str, object]


async def read(
    database: Database,
    council_id: UUID,
    after: int,
    limit: int = 100,
    wait_seconds: float = 0.0,
    types: AbstractSet[str] = frozenset(),
) -> list[FeedRow]:
    """Events of one council after a position, in order.

    Waits for the first one, holding no connection meanwhile.
    """
    ends_at = time.monotonic() + _patience(wait_seconds)
    with database.wakeups.waiter("feed", str(council_id)) as waiter:
        while True:
            rows = await _read_now(database, council_id, after, limit, types)
            left = ends_at - time.monotonic()
            if rows or left <= 0 or database.wakeups.ending:
                return rows
            await waiter.wait(min(left, _POLL_SECONDS))


async def head(database: Database, council_id: UUID) -> int:
    """The last position given to an event of this council; 0 where there is none."""
    async with database.transaction(council_id) as tx:
        last = await tx.fetchval("select coalesce(max(feed_position), 0) from outbox where council_id = $1", council_id)
    return last if isinstance(last, int) else 0


def _patience(wait_seconds: float) -> float:
    left = remaining_seconds()
    return max(0.0, wait_seconds if left is None else min(wait_seconds, left - _ANSWER_MARGIN))


async def _read_now(
    database: Database, council_id: UUID, after: int, limit: int, types: AbstractSet[str]
) -> list[FeedRow]:
    async with database.transaction(council_id) as tx:
        sql = _READ_TYPES if types else _READ
        rows = await tx.fetch(sql, council_id, after, sorted(types), max(1, min(limit, _MOST_ROWS)))
    return [
        FeedRow(
            position=row["feed_position"],
            event_id=row["event_id"],
            type=row["type"],
            aggregate=row["aggregate"],
            recorded_at=row["recorded_at"],
            request_id=row["request_id"],
            payload=json.loads(row["payload"]),
        )
        for row in rows
    ]
