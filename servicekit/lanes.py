"""Work that must happen in order per key.

A leased row, one worker at a time, whatever the number of processes.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID, uuid4

from servicekit.backoff import Backoff
from servicekit.clock import Clock
from servicekit.errors import Unavailable, told_of
from servicekit.inbox import is_transient
from servicekit.log import get_logger
from servicekit.postgres import Database, ScopedTransaction
from servicekit.wakeups import Waiter

__all__ = ["Lane", "LaneWorker", "held", "release", "wake"]

# For lanes whose time has come, of which no nudge tells.
_POLL_SECONDS = 1.0
_NO_LIMIT = 1 << 40
_BACKOFF = Backoff(first=0.5, most=60.0)
# A neighbour or a database that is away comes back by itself, and then nobody should wait for long.
_AWAY = Backoff(first=0.25, most=2.0)
# At the end of the transaction and in the order of the keys: whoever wakes the same lanes meets in the same order.
_WAKE = """
with woken as (
    insert into lane (kind, council_id, key, due_at)
    select n.kind, n.council_id, n.key, min(n.due_at)
    from unnest($1::text[], $2::uuid[], $3::text[], $4::timestamptz[]) as n(kind, council_id, key, due_at)
    group by n.kind, n.council_id, n.key order by n.kind, n.council_id, n.key
    on conflict (kind, council_id, key) do update
    set wakes = lane.wakes + 1, due_at = least(lane.due_at, excluded.due_at)
    returning kind
)
select pg_notify('lane', kind) from (select distinct kind from woken) as kinds
"""
# Due by the product's clock; leases and back-off by the database's, which a story that plays weeks does not
# move.
_CLAIM = """
with full_councils as materialized (
    select council_id from lane where kind = $1 and lease is not null and leased_until > clock_timestamp()
    group by council_id having count(*) >= $6)
update lane set lease = $2, holder = $5, attempts = attempts + 1,
    leased_until = clock_timestamp() + make_interval(secs => $3)
where (kind, council_id, key) = (
    select kind, council_id, key from lane
    where kind = $1 and state = 'ready' and due_at <= $4
      and (leased_until is null or leased_until < clock_timestamp())
      and (not_before is null or not_before <= clock_timestamp())
      and council_id not in (select council_id from full_councils)
    order by due_at, key for update skip locked limit 1)
returning key, council_id, attempts, wakes
"""
_RENEW = "update lane set leased_until = clock_timestamp() + make_interval(secs => $2) where lease = $1"
_DONE = """
update lane set lease = null, leased_until = null, not_before = null, attempts = 0, failure = '',
    due_at = case when wakes <> $2 then least(due_at, coalesce($3, due_at)) else $3 end
where lease = $1
"""
_FREE_MINE = "update lane set lease = null, leased_until = null where kind = $1 and holder = $2 and lease is not null"
_FREE = "update lane set lease = null, leased_until = null, attempts = attempts - 1 where lease = $1"
_FAILED = """
update lane set lease = null, leased_until = null, state = $3, failure = $4,
    not_before = clock_timestamp() + make_interval(secs => $2)
where lease = $1
"""


@dataclass(frozen=True)
class Lane:
    """A claimed key; `attempts` counts from 1 since the last success."""

    kind: str
    key: str
    council_id: UUID
    attempts: int


@dataclass(frozen=True)
class _Claimed:
    """`wakes`: how often the lane had been woken by then."""

    lane: Lane
    wakes: int
    lease: UUID


Work: TypeAlias = Callable[[Lane], Awaitable[datetime | None]]


async def wake(tx: ScopedTransaction, kind: str, key: str, due_at: datetime | None = None) -> None:
    """Have the lane looked at when `due_at` comes (product's clock), now by default.

    Takes effect with the commit.
    """
    tx.put_off(_WAKE, (kind, tx.council_id, key, due_at or tx.now()))


async def held(database: Database, kind: str) -> list[Lane]:
    """Lanes that were given up after too many failures and wait for a person."""
    async with database.unscoped() as connection:
        rows = await connection.fetch(
            "select key, council_id, attempts from lane where kind = $1 and state = 'held' order by key", kind
        )
    return [Lane(kind, row["key"], row["council_id"], row["attempts"]) for row in rows]


async def release(database: Database, kind: str, council_id: UUID, key: str) -> bool:
    """Let a held lane be tried again; False where it is not held."""
    async with database.unscoped() as connection:
        tag = await connection.execute(
            "update lane set state = 'ready', attempts = 0, not_before = null"
            " where kind = $1 and council_id = $2 and key = $3 and state = 'held'",
            kind,
            council_id,
            key,
        )
    return tag != "UPDATE 0"


class LaneWorker:
    """Worker: claims due lanes of one kind, one claim per key at a time, `at_once` keys in parallel.

    `work` looks at the present state and does what is due; it returns when to look again, or None.
    A raised error backs off, shortly where a neighbour or the database is away; after `tries` failures in a row the
    lane is held for a person. What the worker's own predecessor was at when it was killed is free at once.
    No council has more than `most_per_council` lanes at work, so that one whose neighbours are slow leaves room for the
    others; no limit where it is left out. Several processes that claim at one instant may pass it, each by one.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        kind: str,
        work: Work,
        *,
        lease_seconds: float = 30.0,
        at_once: int = 4,
        most_per_council: int | None = None,
        tries: int = 50,
        backoff: Backoff = _BACKOFF,
    ) -> None:
        self._database = database
        self._clock = clock
        self._kind = kind
        self._work = work
        self._lease_seconds = lease_seconds
        self._at_once = at_once
        self._most_per_council = most_per_council or _NO_LIMIT
        self._tries = tries
        self._backoff = backoff
        self._looking = asyncio.Lock()

    async def run(self) -> None:
        """Until cancelled. One of its loops looks for what is due, and goes to work on it; then the next one looks."""
        await self._free_what_a_killed_process_held()
        with self._database.wakeups.waiter("lane", self._kind) as waiter:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._at_once):
                    group.create_task(self._loop(waiter))

    async def _free_what_a_killed_process_held(self) -> None:
        if self._database.holder:
            async with self._database.unscoped() as connection:
                await connection.execute(_FREE_MINE, self._kind, self._database.holder)

    async def _loop(self, waiter: Waiter) -> None:
        while True:
            try:
                async with self._looking:
                    claimed = await self._next(waiter)
                await self._work_claimed(claimed)
            except Exception as error:
                # The others are at work and must not be broken off because one could not ask the database.
                if not is_transient(error):
                    raise
                await asyncio.sleep(_AWAY.seconds(1))
            # It may have been woken while it was worked, or its council have had no place for another until now.
            waiter.nudge()

    async def _next(self, waiter: Waiter) -> _Claimed:
        failures = 0
        while True:
            try:
                claimed = await self._claim()
            except Exception as error:
                if not is_transient(error):
                    raise
                failures += 1
                await asyncio.sleep(_AWAY.seconds(failures))
                continue
            if claimed is not None:
                return claimed
            failures = 0
            await waiter.wait(_POLL_SECONDS)

    async def work_once(self) -> bool:
        """Claim and work one lane; False where none is due."""
        async with self._looking:
            claimed = await self._claim()
        if claimed is None:
            return False
        await self._work_claimed(claimed)
        return True

    async def _claim(self) -> _Claimed | None:
        """One claim at a time, so that each of this worker's loops sees what the others hold: together they would take
        more for one council than it may have.
        """
        lease = uuid4()
        async with self._freed_at_a_stop(lease), self._database.unscoped() as connection:
            row = await connection.fetchrow(
                _CLAIM,
                self._kind,
                lease,
                self._lease_seconds,
                self._clock.now(),
                self._database.holder,
                self._most_per_council,
            )
        if row is None:
            return None
        return _Claimed(Lane(self._kind, row["key"], row["council_id"], row["attempts"]), row["wakes"], lease)

    @contextlib.asynccontextmanager
    async def _freed_at_a_stop(self, lease: UUID) -> AsyncIterator[None]:
        """Wherever the stop comes, also while the end of the work is written: the next process need not wait until the
        lease has run out.
        """
        try:
            yield
        except asyncio.CancelledError:
            await asyncio.shield(self._free(lease))
            raise

    async def _work_claimed(self, claimed: _Claimed) -> None:
        async with self._freed_at_a_stop(claimed.lease):
            try:
                again_at = await self._work_under_lease(claimed.lane, claimed.lease)
            except Exception as error:
                await self._failed(claimed.lane, claimed.lease, error)
                return
            async with self._database.unscoped() as connection:
                await connection.execute(_DONE, claimed.lease, claimed.wakes, again_at)

    async def _work_under_lease(self, lane: Lane, lease: UUID) -> datetime | None:
        work = asyncio.ensure_future(self._work(lane))
        renewal = asyncio.create_task(self._renew(lease))
        try:
            await asyncio.wait({work, renewal}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise LeaseLostError
            return work.result()
        finally:
            for task in (work, renewal):
                task.cancel()
            await asyncio.wait({work, renewal})

    async def _renew(self, lease: UUID) -> None:
        """Ends when the lease is lost or the database cannot be asked: then somebody else may be at work."""
        while True:
            await asyncio.sleep(self._lease_seconds / 3)
            async with self._database.unscoped() as connection:
                if await connection.execute(_RENEW, lease, self._lease_seconds) == "UPDATE 0":
                    return

    async def _free(self, lease: UUID) -> None:
        with contextlib.suppress(Unavailable):
            async with self._database.unscoped() as connection:
                await connection.execute(_FREE, lease)

    async def _failed(self, lane: Lane, lease: UUID, error: Exception) -> None:
        state = "held" if lane.attempts >= self._tries else "ready"
        seconds = (_AWAY if _is_away(error) else self._backoff).seconds(lane.attempts)
        async with self._database.unscoped() as connection:
            await connection.execute(_FAILED, lease, seconds, state, type(error).__name__)
        # Work that waits for its time, as it says by an error of its own, has not failed.
        waits = isinstance(error, Unavailable) and not _is_away(error)
        say, what = (get_logger().info, "lane waits") if waits else (get_logger().warning, "lane failed")
        say(what, kind=lane.kind, key=lane.key, attempts=lane.attempts, state=state, **told_of(error))


def _is_away(error: Exception) -> bool:
    """Nobody answers just now; a work's own kind of Unavailable means something that may last."""
    return is_transient(error) and (type(error) is Unavailable or not isinstance(error, Unavailable))


class LeaseLostError(RuntimeError):
    """The lease ran out while the work was under way; the work was cancelled."""
