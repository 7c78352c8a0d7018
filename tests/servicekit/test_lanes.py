"""Lanes: one worker at a time per key, in order, whatever the number of workers."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from servicekit import lanes, log, unfinished
from servicekit.backoff import Backoff
from servicekit.clock import FixedClock
from servicekit.errors import Unavailable
from servicekit.lanes import Lane, LaneWorker, _Claimed
from servicekit.launcher import ServiceDatabase
from servicekit.postgres import Database
from servicekit.wakeups import listen

from .conftest import NORTH, SOUTH
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


async def _claimed_by_the_dead(database: Database, key: str, lease_seconds: float, holder: str = "") -> None:
    """What a process leaves that was killed at its work."""
    await _wake(database, key)
    async with database.unscoped() as connection:
        await connection.execute(
            "update lane set lease = gen_random_uuid(), holder = $2, attempts = 1,"
            " leased_until = clock_timestamp() + make_interval(secs => $1)",
            lease_seconds,
            holder,
        )


async def test_a_dead_workers_lease_runs_out(database: Database, clock: FixedClock) -> None:
    await _claimed_by_the_dead(database, "a", 0.3)
    living = LaneWorker(database, clock, "letters", _nothing)
    assert not await living.work_once()

    async def taken_over() -> bool:
        return await living.work_once()

    await eventually(taken_over)


async def test_the_successor_at_the_same_port_need_not_wait_for_the_lease(
    database: Database, clock: FixedClock
) -> None:
    await _claimed_by_the_dead(database, "a", 3600, "boot/net/50051")
    database.holder = "boot/net/50051"
    await _run_until([LaneWorker(database, clock, "letters", _nothing)], lambda: _is_done(database))


async def test_a_process_at_another_port_waits_for_the_lease(database: Database, clock: FixedClock) -> None:
    await _claimed_by_the_dead(database, "a", 3600, "boot/net/50051")
    database.holder = "boot/net/50052"
    worker = LaneWorker(database, clock, "letters", _nothing)
    task = asyncio.create_task(worker.run())
    await _wake(database, "b")
    await eventually(lambda: _has_done(database, "b"))
    assert not await _has_done(database, "a")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_stop_gives_the_lane_back(database: Database, clock: FixedClock) -> None:
    begun = asyncio.Event()

    async def never(_: Lane) -> datetime | None:
        begun.set()
        await asyncio.Event().wait()
        return None

    await _wake(database, "a")
    stopped = asyncio.create_task(LaneWorker(database, clock, "letters", never, lease_seconds=3600).work_once())
    await asyncio.wait_for(begun.wait(), 5)
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)
    assert await LaneWorker(database, clock, "letters", _nothing).work_once()


@pytest.mark.parametrize("steps", range(8))
async def test_a_stop_at_the_very_end_of_the_work_is_a_stop(database: Database, clock: FixedClock, steps: int) -> None:
    loop = asyncio.get_running_loop()

    def stop(left: int) -> None:
        if left:
            loop.call_soon(stop, left - 1)
        else:
            run.cancel()

    async def work(_: Lane) -> datetime | None:
        stop(steps)
        return None

    await _wake(database, "a")
    run = asyncio.create_task(LaneWorker(database, clock, "letters", work, at_once=1).run())
    done, _ = await asyncio.wait({run}, timeout=5)
    assert done, "a stop that one loop of the worker does not hear leaves the process running for ever"


async def test_work_whose_neighbour_is_away_is_tried_again_soon(
    database: Database, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    async def work(lane: Lane) -> datetime | None:
        raise Unavailable(code="UNAVAILABLE") if lane.key == "away" else StillWaitsError

    log.configure("kit", "test")  # to what is captured now: a logger keeps the standard output that it finds
    for key in ("away", "waits"):
        await _wake(database, key)
        async with database.unscoped() as connection:
            await connection.execute("update lane set attempts = 12 where key = $1", key)
        assert await LaneWorker(database, clock, "letters", work).work_once()
    async with database.unscoped() as connection:
        rows = await connection.fetch("select key, not_before - clock_timestamp() as pause from lane order by key")
    assert rows[0]["pause"] <= timedelta(seconds=2)
    assert rows[1]["pause"] > timedelta(seconds=20)
    said = capsys.readouterr().out
    assert said.count('"lane failed"') == 1
    assert '"code": "UNAVAILABLE"' in said
    assert '"lane waits"' in said


async def test_one_loop_that_cannot_ask_the_database_breaks_off_no_work(database: Database, clock: FixedClock) -> None:
    finish, begun, finished = asyncio.Event(), asyncio.Event(), False

    async def work(_: Lane) -> datetime | None:
        nonlocal finished
        begun.set()
        await finish.wait()
        finished = True
        return None

    class Failing(LaneWorker):
        """Its second claim meets a database that does not answer."""

        asked = 0

        async def _claim(self) -> _Claimed | None:
            self.asked += 1
            if self.asked == 2:
                await begun.wait()
                finish.set()
                raise Unavailable
            return await super()._claim()

    await _wake(database, "a")
    worker = Failing(database, clock, "letters", work, at_once=2)
    await _run_until([worker], lambda: _is_done(database))
    assert finished


class StillWaitsError(Unavailable):
    """As a work says that something outside does not take what it is given."""


async def _nothing(_: Lane) -> datetime | None:
    return None


async def _is_done(database: Database) -> bool:
    async with database.unscoped() as connection:
        return bool(await connection.fetchval("select bool_and(due_at is null and lease is null) from lane"))


async def _has_done(database: Database, key: str) -> bool:
    async with database.unscoped() as connection:
        return bool(await connection.fetchval("select due_at is null from lane where key = $1", key))


async def test_a_nudge_is_for_lanes_of_its_kind(kit: ServiceDatabase, database: Database) -> None:
    listening = asyncio.create_task(listen(kit.app_url, database.wakeups))
    with (
        database.wakeups.waiter("lane", "letters") as ours,
        database.wakeups.waiter("lane", "texts") as others,
        database.wakeups.waiter("lane") as every,
    ):
        assert [await one.wait(10) for one in (ours, others, every)] == [True] * 3  # somebody listens from now on
        await _wake(database, "a")
        assert [await one.wait(10) for one in (ours, every)] == [True] * 2
        assert not await others.wait(0)
        async with database.transaction(NORTH.council_id) as tx:
            await unfinished.hurry(tx)
        assert await others.wait(10)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_a_council_whose_lanes_hang_leaves_room_for_the_others(database: Database, clock: FixedClock) -> None:
    begun: list[str] = []
    never = asyncio.Event()

    async def work(lane: Lane) -> datetime | None:
        begun.append(lane.key)
        if lane.key.startswith("slow"):
            await never.wait()
        return None

    for number in range(9):
        await _wake(database, f"slow {number}", clock.now() - timedelta(seconds=1))
    async with database.transaction(SOUTH.council_id) as tx:
        await lanes.wake(tx, "letters", "quick")
    worker = LaneWorker(database, clock, "letters", work, at_once=4, most_per_council=3)

    async def quick_is_done() -> bool:
        return "quick" in begun

    await _run_until([worker], quick_is_done)
    assert len([key for key in begun if key.startswith("slow")]) == 3


async def test_a_stop_while_the_end_is_written_leaves_the_lane_free(database: Database, clock: FixedClock) -> None:
    claimed, go_on = asyncio.Event(), asyncio.Event()
    begun: list[str] = []

    async def fail(_: Lane) -> datetime | None:
        claimed.set()
        await go_on.wait()
        raise ValueError

    async def work(lane: Lane) -> datetime | None:
        begun.append(lane.key)
        return None

    async def is_waiting() -> bool:
        async with database.unscoped() as connection:
            waiting = "wait_event_type = 'Lock' and datname = current_database()"
            return bool(await connection.fetchval(f"select count(*) from pg_stat_activity where {waiting}"))

    async def has_begun() -> bool:
        return bool(begun)

    await _wake(database, "a")
    task = asyncio.create_task(LaneWorker(database, clock, "letters", fail, backoff=QUICK).run())
    await claimed.wait()
    async with database.unscoped() as connection:
        await connection.execute("select 1 from lane for update")
        go_on.set()
        await eventually(is_waiting)
        task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await _run_until([LaneWorker(database, clock, "letters", work)], has_begun)


async def test_what_failed_is_seen_until_it_goes_well(database: Database, clock: FixedClock) -> None:
    faults: list[Exception] = [KeyError("x")]

    async def work(_: Lane) -> datetime | None:
        if faults:
            raise faults.pop()
        return None

    async def seen() -> list[tuple[str, int, str]]:
        async with database.transaction(NORTH.council_id) as tx:
            return [(one.key, one.attempts, one.failure) for one in await unfinished.lanes_that_wait(tx, 10)]

    await _wake(database, "a")
    await _wake(database, "later", clock.now() + timedelta(days=1))
    worker = LaneWorker(database, clock, "letters", work, backoff=Backoff(first=3600.0, most=3600.0))
    assert await worker.work_once() and await seen() == [("a", 1, "KeyError")]
    async with database.transaction(NORTH.council_id) as tx:
        (depth,) = await unfinished.depths(tx)
        assert (depth.kind, depth.waiting, depth.oldest) == ("letters", 1, clock.now())
    assert not await worker.work_once()
    async with database.transaction(NORTH.council_id) as tx:
        assert await unfinished.hurry(tx, "letters", "a") and not await unfinished.hurry(tx, "letters", "b")
    assert await worker.work_once() and await seen() == []


async def test_a_lane_is_given_up_only_while_nobody_is_at_it(database: Database, clock: FixedClock) -> None:
    dropped: list[bool] = []

    async def drop() -> bool:
        async with database.transaction(NORTH.council_id) as tx:
            return await unfinished.drop_lane(tx, "letters", "a")

    async def work(_: Lane) -> datetime | None:
        dropped.append(await drop())
        raise ValueError

    await _wake(database, "a")
    worker = LaneWorker(database, clock, "letters", work, backoff=QUICK)
    assert await worker.work_once() and dropped == [False]
    assert await drop() and not await drop()
    assert not await worker.work_once()
