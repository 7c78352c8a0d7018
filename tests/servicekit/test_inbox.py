"""Consumers: effect exactly once, poison set aside by aggregate, producers that are down."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest

from servicekit import log, parked
from servicekit.backoff import Backoff
from servicekit.caller import current_caller
from servicekit.config import Council
from servicekit.errors import Unavailable
from servicekit.inbox import Consumer, FeedEvent
from servicekit.postgres import Database, ScopedTransaction

from .conftest import NORTH
from .eventually import eventually

QUICK = Backoff(first=0.01, most=0.02)
WHEN = datetime(2026, 3, 16, tzinfo=UTC)


def _events(*aggregates: str) -> list[FeedEvent]:
    return [
        FeedEvent(place, UUID(int=place), "ThingMade", aggregate, WHEN, place)
        for place, aggregate in enumerate(aggregates, 1)
    ]


class Producer:
    """A feed in memory: the far side of the wire, not ours."""

    def __init__(self, events: Sequence[FeedEvent]) -> None:
        self.events = list(events)
        self.down = False
        self.asked = asyncio.Event()

    async def pull(self, _: Council, after: int) -> Sequence[FeedEvent]:
        self.asked.set()
        if self.down:
            raise Unavailable
        return [event for event in self.events if event.position > after]


class Effects:
    """Writes each event into a real table, in the consumer's transaction."""

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.crash_after: int | None = None

    async def apply(self, tx: ScopedTransaction, event: FeedEvent) -> None:
        assert current_caller().council_id == tx.council_id
        sql = "insert into outbox (event_id, council_id, aggregate, type, payload, recorded_at)"
        await tx.execute(sql + " values ($1, $2, $3, $4, '{}', $5)",
                         event.event_id, tx.council_id, event.aggregate, event.type, tx.now())  # fmt: skip
        if event.aggregate in self.broken:
            raise ValueError("poison")
        if event.position == self.crash_after:
            raise asyncio.CancelledError


async def _applied(database: Database) -> list[int]:
    async with database.transaction(NORTH.council_id) as tx:
        return [row["event_id"].int for row in await tx.fetch("select event_id from outbox order by ordinal")]


def _consumer(database: Database, producer: Producer, effects: Effects, together: int = 1) -> Consumer:
    return Consumer("maker", producer.pull, effects.apply, database, [NORTH], tries=2, backoff=QUICK, together=together)


async def _run_until(consumer: Consumer, database: Database, expected: list[int]) -> None:
    task = asyncio.create_task(consumer.run())

    async def holds() -> bool:
        return await _applied(database) == expected

    try:
        await eventually(holds)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_effect_is_exactly_once_over_a_crash_in_the_middle(database: Database) -> None:
    producer, effects = Producer(_events("a", "b", "c")), Effects()
    effects.crash_after = 2
    consumer = _consumer(database, producer, effects)
    with pytest.raises(asyncio.CancelledError):
        await consumer._follow(NORTH)
    assert await _applied(database) == [1]
    effects.crash_after = None
    await _run_until(_consumer(database, producer, effects), database, [1, 2, 3])


async def test_two_replicas_apply_each_event_once(database: Database) -> None:
    producer, effects = Producer(_events(*"abcdefghij")), Effects()
    both = [asyncio.create_task(_consumer(database, producer, effects).run()) for _ in range(2)]
    await _run_until(_consumer(database, producer, effects), database, list(range(1, 11)))
    for task in both:
        task.cancel()
    await asyncio.gather(*both, return_exceptions=True)
    assert await _applied(database) == list(range(1, 11))


async def test_poison_parks_its_aggregate_and_others_flow(database: Database) -> None:
    producer, effects = Producer(_events("good", "bad", "bad", "good")), Effects()
    effects.broken.add("bad")
    await _run_until(_consumer(database, producer, effects), database, [1, 4])
    waits = await parked.list_parked(database, NORTH.council_id)
    assert [(one.aggregate, one.position, one.waiting, one.error_type) for one in waits] == [
        ("bad", 2, 2, "ValueError")
    ]
    effects.broken.clear()
    assert await parked.release(database, NORTH.council_id, "maker", "bad") == 2
    await _run_until(_consumer(database, producer, effects), database, [1, 4, 2, 3])
    assert await parked.list_parked(database, NORTH.council_id) == []


async def test_a_backlog_shares_a_transaction(database: Database) -> None:
    producer, effects = Producer(_events(*"abcdefghij")), Effects()
    await _step(_consumer(database, producer, effects, together=4))
    assert await _applied(database) == list(range(1, 11))
    async with database.transaction(NORTH.council_id) as tx:
        assert await tx.fetchval("select count(distinct xmin::text) from outbox") == 3


async def test_events_applied_together_are_poisoned_one_by_one(database: Database) -> None:
    producer, effects = Producer(_events("good", "bad", "bad", "good", "bad", "other")), Effects()
    effects.broken.add("bad")
    await _step(_consumer(database, producer, effects, together=4))
    assert await _applied(database) == [1, 4, 6]
    assert [(one.position, one.waiting) for one in await parked.list_parked(database, NORTH.council_id)] == [(2, 3)]


async def test_two_replicas_apply_together_and_each_event_once(database: Database) -> None:
    producer, effects = Producer(_events(*"abcdefghij")), Effects()
    await asyncio.gather(*(_step(_consumer(database, producer, effects, together=width)) for width in (3, 4, 10)))
    assert await _applied(database) == list(range(1, 11))


async def test_a_crash_among_events_applied_together_leaves_none_of_them(database: Database) -> None:
    producer, effects = Producer(_events(*"abcd")), Effects()
    effects.crash_after = 3
    with pytest.raises(asyncio.CancelledError):
        await _step(_consumer(database, producer, effects, together=4))
    assert await _applied(database) == []
    effects.crash_after = None
    await _step(_consumer(database, producer, effects, together=4))
    assert await _applied(database) == [1, 2, 3, 4]


async def test_a_neighbour_that_is_back_is_followed_again_within_two_seconds(database: Database) -> None:
    producer, effects = Producer(_events("a")), Effects()
    producer.down = True
    slow = Backoff(first=60.0, most=60.0)
    consumer = Consumer("maker", producer.pull, effects.apply, database, [NORTH], backoff=slow)
    task = asyncio.create_task(consumer.run())
    await asyncio.wait_for(producer.asked.wait(), 5)
    producer.down = False

    async def holds() -> bool:
        return await _applied(database) == [1]

    async with asyncio.timeout(2):
        await eventually(holds)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_consumer_that_fails_while_it_is_stopped_stops(database: Database) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def pull(*_: object) -> list[FeedEvent]:
        begun.set()
        try:
            await never.wait()
        finally:
            raise ConnectionError

    consumer = Consumer("maker", pull, Effects().apply, database, [NORTH], backoff=Backoff(first=60.0, most=60.0))
    task = asyncio.create_task(consumer.run())
    await begun.wait()
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=5)
    assert done


async def test_released_poison_that_is_still_poison_is_held_again(database: Database) -> None:
    producer, effects = Producer(_events("bad", "bad")), Effects()
    effects.broken.add("bad")
    consumer = _consumer(database, producer, effects)
    await _step(consumer)
    await parked.release(database, NORTH.council_id, "maker", "bad")
    await _step(consumer)
    waits = await parked.list_parked(database, NORTH.council_id)
    assert [(one.waiting, one.released) for one in waits] == [(2, False)]


async def _step(consumer: Consumer) -> None:
    from servicekit.caller import acting_as, service_caller

    with acting_as(service_caller(NORTH.council_id, NORTH.slug, "kit")):
        await consumer.step(NORTH)


async def test_a_producer_that_is_down_is_said_once(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("kit", "test")  # to what is captured now: a logger keeps the standard output that it finds
    producer, effects = Producer(_events("a")), Effects()
    producer.down = True
    task = asyncio.create_task(_consumer(database, producer, effects).run())
    said: list[str] = []

    async def complained() -> bool:
        said.extend(capsys.readouterr().out.splitlines())
        return any("feed not followed" in line for line in said)

    await eventually(complained)
    producer.down = False

    async def holds() -> bool:
        return await _applied(database) == [1]

    await eventually(holds)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    said.extend(capsys.readouterr().out.splitlines())
    assert sum("feed not followed" in line for line in said) == 1
