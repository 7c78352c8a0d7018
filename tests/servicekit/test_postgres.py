"""The database's edge: what is put off, a full pool, a server that is not there."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from servicekit import feed, lanes, outbox, postgres
from servicekit.backoff import Backoff
from servicekit.clock import FixedClock
from servicekit.errors import RemoteRefusal, Unavailable, told_of
from servicekit.launcher import ServiceDatabase
from servicekit.postgres import Database, connect_database
from servicekit.relay import Relay
from servicekit.supervise import supervise

from .conftest import NORTH
from .eventually import eventually


@dataclass(frozen=True)
class ThingMade:
    number: int


async def test_many_events_of_one_transaction_are_one_statement_in_their_order(database: Database) -> None:
    async with database.transaction(NORTH.council_id) as tx:
        for number in range(300):
            await outbox.append(tx, f"things/{number % 3}", ThingMade(number))
        assert await tx.fetchval("select count(*) from outbox") == 0
    assert await Relay(database).relay_once() == 300
    rows = await feed.read(database, NORTH.council_id, 0, limit=500)
    assert [row.payload["number"] for row in rows] == list(range(300))


async def test_what_was_put_off_is_gone_with_the_transaction(database: Database) -> None:
    with pytest.raises(ValueError, match="no"):
        async with database.transaction(NORTH.council_id) as tx:
            await outbox.append(tx, "things/1", ThingMade(1))
            raise ValueError("no")
    assert await Relay(database).relay_once() == 0


async def test_a_lane_woken_often_in_one_transaction_is_due_at_the_earliest(
    database: Database, clock: FixedClock
) -> None:
    early = datetime(2026, 3, 1, tzinfo=UTC)
    async with database.transaction(NORTH.council_id) as tx:
        for key in ("b", "a", "b"):
            await lanes.wake(tx, "letters", key)
        await lanes.wake(tx, "letters", "b", early)
    async with database.unscoped() as connection:
        rows = await connection.fetch("select key, due_at from lane order by key")
    assert [(row["key"], row["due_at"]) for row in rows] == [("a", clock.now()), ("b", early)]


async def test_a_full_pool_is_unavailable_and_says_when_to_come_again(
    kit: ServiceDatabase, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_POOL_SECONDS", 0.05)
    small = await connect_database(kit.app_url, clock, most=1)
    try:
        async with small.unscoped():
            with pytest.raises(Unavailable) as refused:
                async with small.unscoped():
                    raise AssertionError("there is no second connection")
        assert refused.value.retry_seconds > 0
        async with small.unscoped() as connection:
            assert await connection.fetchval("select 1") == 1
    finally:
        await small.close()


async def test_an_error_of_the_work_itself_is_not_the_databases(database: Database) -> None:
    with pytest.raises(FileNotFoundError):
        async with database.unscoped():
            raise FileNotFoundError
    async with database.unscoped() as connection:
        assert await connection.fetchval("select 1") == 1


async def test_a_connection_cut_in_the_middle_is_unavailable_and_the_next_one_works(database: Database) -> None:
    with pytest.raises(Unavailable):
        async with database.unscoped() as connection:
            pid = await connection.fetchval("select pg_backend_pid()")
            await database.pool.execute("select pg_terminate_backend($1)", pid)
            await connection.fetchval("select 1")
    async with database.unscoped() as connection:
        assert await connection.fetchval("select 1") == 1


async def test_a_stop_is_heard_though_the_connection_goes_with_it(database: Database) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        async with database.unscoped() as connection:
            pid = await connection.fetchval("select pg_backend_pid()")
            await database.pool.execute("select pg_terminate_backend($1)", pid)
            begun.set()
            await never.wait()

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled(), "a worker that takes this for an absent database goes on for ever"


def test_a_log_may_say_the_reason_and_the_code_of_a_peer() -> None:
    refused = RemoteRefusal("FAILED_PRECONDITION", "SLOT_TAKEN")
    assert told_of(refused) == {
        "error_type": "RemoteRefusal",
        "reason": "SLOT_TAKEN",
        "code": "FAILED_PRECONDITION",
    }
    assert told_of(Unavailable(code="DEADLINE_EXCEEDED"))["code"] == "DEADLINE_EXCEEDED"
    assert told_of(ValueError("a name")) == {"error_type": "ValueError"}


async def test_a_worker_that_was_cancelled_by_nobody_is_started_again() -> None:
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise asyncio.CancelledError  # as a call does whose channel was closed
        await asyncio.Event().wait()

    async def again() -> bool:
        return runs == 2

    task = asyncio.create_task(supervise("work", work, Backoff(first=0.01, most=0.01)))
    await eventually(again)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()


async def test_a_worker_that_fails_while_it_is_stopped_is_not_started_again() -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await never.wait()
        finally:
            raise ConnectionError

    task = asyncio.create_task(supervise("work", work, Backoff(first=60.0, most=60.0)))
    await begun.wait()
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=5)
    assert done and task.cancelled()
