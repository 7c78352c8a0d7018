"""Lanes: one worker at a time per key, in order, whatever the number of workers."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from servicekit import lanes
from servicekit.backoff import Backoff
from servicekit.clock import FixedClock
from servicekit.lanes import Lane, LaneWorker
from servicekit.postgres import Database

from .conftest import NORTH
from .eventually import eventually

QUICK = Backoff(first=0.01, most=0.02)


async def _wake(database: Database, key: str, due_at: datetime | None = None) -> None:
    async with database.transaction(NORTH.council_id) as tx:
        await lanes.wake(tx, "letters", key, due_at)


async def _run_until(workers: list[LaneWorker], holds: Callable[[], Awaitable[bool]]) -> None:
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        await eventually(holds)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_two_workers_never_work_one_key_together_and_keep_order(database: Database, clock: FixedClock) -> None:
    todo = {key: list(range(5)) for key in "abc"}
    done: dict[str, list[int]] = {key: [] for key in "abc"}
    inside: set[str] = set()
    overlaps: list[str] = []

    async def work(lane: Lane) -> datetime | None:
        if lane.key in inside:
            overlaps.append(lane.key)
        inside.add(lane.key)
        item = todo[lane.key].pop(0)
        await asyncio.sleep(0)
        done[lane.key].append(item)
        inside.discard(lane.key)
        return clock.now() if todo[lane.key] else None

    for key in "abc":
        await _wake(database, key)

    async def all_done() -> bool:
        return not any(todo.values()) and not inside

    await _run_until([LaneWorker(database, clock, "letters", work) for _ in range(2)], all_done)
    assert (overlaps, done) == ([], {key: [0, 1, 2, 3, 4] for key in "abc"})


async def test_a_failure_backs_off_and_then_the_lane_is_held(database: Database, clock: FixedClock) -> None:
    async def work(_: Lane) -> datetime | None:
        raise ValueError

    await _wake(database, "a")
    worker = LaneWorker(database, clock, "letters", work, tries=3, backoff=QUICK)

    async def is_held() -> bool:
        return [lane.key for lane in await lanes.held(database, "letters")] == ["a"]

    await _run_until([worker], is_held)
    assert await lanes.release(database, "letters", NORTH.council_id, "a")
    assert await worker.work_once()


async def test_due_is_by_the_products_clock(database: Database, clock: FixedClock) -> None:
    seen: list[str] = []

    async def work(lane: Lane) -> datetime | None:
        seen.append(lane.key)
        return None

    await _wake(database, "tomorrow", clock.now() + timedelta(days=1))
    worker = LaneWorker(database, clock, "letters", work)
    assert not await worker.work_once()
    clock.instant += timedelta(days=1)
    assert await worker.work_once()
    assert seen == ["tomorrow"]
    assert not await worker.work_once()


async def test_a_wake_during_the_work_means_another_look(database: Database, clock: FixedClock) -> None:
    looks = 0

    async def work(lane: Lane) -> datetime | None:
        nonlocal looks
        looks += 1
        if looks == 1:
            await _wake(database, lane.key)
        return None

    await _wake(database, "a")
    worker = LaneWorker(database, clock, "letters", work)
    assert await worker.work_once()
    assert await worker.work_once()
    assert not await worker.work_once()


async def test_a_dead_workers_lease_runs_out(database: Database, clock: FixedClock) -> None:
    async def never(_: Lane) -> datetime | None:
        await asyncio.Event().wait()
        return None

    async def work(_: Lane) -> datetime | None:
        return None

    await _wake(database, "a")
    dead = asyncio.create_task(LaneWorker(database, clock, "letters", never, lease_seconds=0.3).work_once())
    living = LaneWorker(database, clock, "letters", work)

    async def leased() -> bool:
        async with database.unscoped() as connection:
            return bool(await connection.fetchval("select lease is not null from lane"))

    await eventually(leased)
    assert not await living.work_once()
    dead.cancel()
    await asyncio.gather(dead, return_exceptions=True)

    async def taken_over() -> bool:
        return await living.work_once()

    await eventually(taken_over)
