"""Applying another service's events.

In order, each with the cursor in one transaction, poison set aside by aggregate.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import grpc

from servicekit.backoff import Backoff
from servicekit.caller import acting_as, service_caller
from servicekit.config import Council
from servicekit.errors import TransactionConflict, Unavailable, told_of
from servicekit.log import get_logger
from servicekit.postgres import Database, ScopedTransaction
from servicekit.stop import is_stopped

_TRANSIENT_CODES = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
_FLOOR_SECONDS = 0.05
_BACKOFF = Backoff()
# Of a neighbour that is away: it is back in a moment, and nothing here is the worse for being asked again.
_AWAY = Backoff(most=1.0)
_BEHIND = "waits behind another"
_PARKED = "select distinct aggregate from inbox_parked where producer = $1"
_CURSOR = """
insert into inbox_cursor as c (producer, council_id, position) values ($1, $2, 0)
on conflict (producer, council_id) do update set position = c.position returning position
"""


@dataclass(frozen=True)
class FeedEvent:
    """One event as it was pulled; `payload` is whatever the service's `pull` made of it."""

    position: int
    event_id: UUID
    type: str
    aggregate: str
    recorded_at: datetime
    payload: object


Pull: TypeAlias = Callable[[Council, int], Awaitable[Sequence[FeedEvent]]]
Apply: TypeAlias = Callable[[ScopedTransaction, FeedEvent], Awaitable[None]]


class Consumer:
    """Worker: one loop per council. Several replicas may run; each event still takes effect once.

    `together` events of a backlog share a transaction, and are applied one by one where that fails. Leave it at 1
    where `apply` locks rows that others lock too, in an order of their own.
    """

    def __init__(
        self,
        producer: str,
        pull: Pull,
        apply: Apply,
        database: Database,
        councils: Sequence[Council],
        *,
        service: str = "",
        tries: int = 5,
        backoff: Backoff = _BACKOFF,
        together: int = 1,
    ) -> None:
        self._producer = producer
        self._pull = pull
        self._apply = apply
        self._database = database
        self._councils = tuple(councils)
        self._service = service or f"{producer}-consumer"
        self._tries = tries
        self._backoff = backoff
        self._together = together

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for council in self._councils:
                group.create_task(self._follow(council))

    async def _follow(self, council: Council) -> None:
        failures = 0
        with acting_as(service_caller(council.council_id, council.slug, self._service)):
            while True:
                try:
                    seen = await self.step(council)
                except Exception as error:
                    if is_stopped():
                        raise asyncio.CancelledError from error
                    self._say_down(council, error, failures)
                    failures += 1
                    pause = _AWAY if is_transient(error) else self._backoff
                    await asyncio.sleep(pause.seconds(failures))
                    continue
                if failures:
                    get_logger().info("feed followed again", producer=self._producer, council=council.slug)
                failures = 0
                if not seen:
                    await asyncio.sleep(_FLOOR_SECONDS)

    async def step(self, council: Council) -> int:
        """Pull once and apply what came; how many events."""
        await self._retry_released(council)
        events = await self._pull(council, await self._cursor(council))
        for at in range(0, len(events), self._together):
            await self._apply_all(council, events[at : at + self._together])
        return len(events)

    async def _apply_all(self, council: Council, events: Sequence[FeedEvent]) -> None:
        if len(events) > 1 and await self._apply_together(council, events):
            return
        for event in events:
            await self._apply_or_park(council, event)

    async def _apply_together(self, council: Council, events: Sequence[FeedEvent]) -> bool:
        """All in one transaction; False where it did not work, and then none of them took effect."""
        try:
            async with self._database.transaction(council.council_id) as tx:
                position = await tx.fetchval(_CURSOR, self._producer, tx.council_id)
                assert isinstance(position, int)
                fresh = [event for event in events if event.position > position]
                if fresh:
                    await self._apply_in(tx, fresh)
        except Unavailable:
            raise
        except Exception:
            return False
        return True

    async def _apply_in(self, tx: ScopedTransaction, events: Sequence[FeedEvent]) -> None:
        await self._advance(tx, events[-1].position)
        parked = {row["aggregate"] for row in await tx.fetch(_PARKED, self._producer)}
        for event in events:
            if event.aggregate in parked:
                await self._insert_parked(tx, event, _BEHIND)
            else:
                await self._apply(tx, event)

    def _say_down(self, council: Council, error: Exception, failures: int) -> None:
        # Said once and not at every try: a peer that is restarted must not fill the log.
        if failures == 0:
            get_logger().warning(
                "feed not followed",
                producer=self._producer,
                council=council.slug,
                **told_of(error),
            )

    async def _cursor(self, council: Council) -> int:
        async with self._database.transaction(council.council_id) as tx:
            found = await tx.fetchval("select position from inbox_cursor where producer = $1", self._producer)
        return found if isinstance(found, int) else 0

    async def _apply_or_park(self, council: Council, event: FeedEvent) -> None:
        for tried in range(1, self._tries + 1):
            try:
                await self._apply_once(council, event)
                return
            except Exception as error:
                if is_transient(error):
                    raise
                if tried == self._tries:
                    await self._park(council, event, error)
                    return
            await asyncio.sleep(self._backoff.seconds(tried))

    async def _apply_once(self, council: Council, event: FeedEvent) -> None:
        async with self._database.transaction(council.council_id) as tx:
            if not await self._advance(tx, event.position):
                return
            if await self._waits_behind(tx, event.aggregate):
                await self._insert_parked(tx, event, _BEHIND)
                return
            await self._apply(tx, event)

    async def _advance(self, tx: ScopedTransaction, position: int) -> bool:
        """Move the cursor; False where another replica has applied this event."""
        moved = await tx.fetchval(
            "insert into inbox_cursor as c (producer, council_id, position) values ($1, $2, $3)"
            " on conflict (producer, council_id) do update set position = excluded.position"
            " where c.position < excluded.position returning position",
            self._producer,
            tx.council_id,
            position,
        )
        return moved is not None

    async def _waits_behind(self, tx: ScopedTransaction, aggregate: str) -> bool:
        found = await tx.fetchval(
            "select true from inbox_parked where producer = $1 and aggregate = $2 limit 1",
            self._producer,
            aggregate,
        )
        return found is not None

    async def _park(self, council: Council, event: FeedEvent, error: Exception) -> None:
        async with self._database.transaction(council.council_id) as tx:
            if not await self._advance(tx, event.position):
                return
            await self._insert_parked(tx, event, type(error).__name__)
        get_logger().error(
            "event parked",
            producer=self._producer,
            aggregate=event.aggregate,
            position=event.position,
            event_id=str(event.event_id),
            **told_of(error),
        )

    async def _insert_parked(self, tx: ScopedTransaction, event: FeedEvent, error_type: str) -> None:
        await tx.execute(
            "insert into inbox_parked"
            " (producer, council_id, position, event_id, aggregate, type, error_type, parked_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
            self._producer,
            tx.council_id,
            event.position,
            event.event_id,
            event.aggregate,
            event.type,
            error_type,
            tx.now(),
        )

    async def _retry_released(self, council: Council) -> None:
        async with self._database.transaction(council.council_id) as tx:
            rows = await tx.fetch(
                "select distinct on (aggregate) aggregate, position from inbox_parked"
                " where producer = $1 and released order by aggregate, position",
                self._producer,
            )
        for row in rows:
            await self._retry_aggregate(council, row["aggregate"])

    async def _retry_aggregate(self, council: Council, aggregate: str) -> None:
        while (position := await self._first_parked(council, aggregate)) is not None:
            # Only its place is kept, never its content: the producer is asked again, and authorises again.
            events = await self._pull(council, position - 1)
            event = next((event for event in events if event.position == position), None)
            if event is None or not await self._retry_one(council, event):
                await self._hold_again(council, aggregate)
                return

    async def _first_parked(self, council: Council, aggregate: str) -> int | None:
        async with self._database.transaction(council.council_id) as tx:
            found = await tx.fetchval(
                "select min(position) from inbox_parked where producer = $1 and aggregate = $2",
                self._producer,
                aggregate,
            )
        return found if isinstance(found, int) else None

    async def _retry_one(self, council: Council, event: FeedEvent) -> bool:
        try:
            async with self._database.transaction(council.council_id) as tx:
                deleted = await tx.execute(
                    "delete from inbox_parked where producer = $1 and position = $2",
                    self._producer,
                    event.position,
                )
                if deleted != "DELETE 0":
                    await self._apply(tx, event)
            return True
        except Exception as error:
            if is_transient(error):
                raise
            return False

    async def _hold_again(self, council: Council, aggregate: str) -> None:
        async with self._database.transaction(council.council_id) as tx:
            await tx.execute(
                "update inbox_parked set released = false where producer = $1 and aggregate = $2",
                self._producer,
                aggregate,
            )


def is_transient(error: BaseException) -> bool:
    """Whether the same work may succeed later although nobody changes anything."""
    if isinstance(error, grpc.aio.AioRpcError):
        return error.code() in _TRANSIENT_CODES
    return isinstance(error, TransactionConflict | Unavailable | ConnectionError | TimeoutError)
