"""The database.

One pool, transactions that cannot be opened without a council, driver errors turned into ours.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import asyncpg

from servicekit.clock import Clock, SystemClock
from servicekit.connection import Connection
from servicekit.errors import TransactionConflict, Unavailable
from servicekit.stop import is_stopped
from servicekit.tenancy import OUTSIDE_TENANCY
from servicekit.wakeups import Wakeups

__all__ = ["OUTSIDE_TENANCY", "Connection", "Database", "ScopedTransaction", "connect_database"]

_SETTINGS = {
    "timezone": "UTC",
    "lock_timeout": "4s",
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "60s",
}
_POOL_SECONDS = 5.0
_CONFLICTS = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
_UNREACHABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
)
# asyncpg says both "you used it wrongly" and "it is gone" with InterfaceError; only the second is worth a
# retry.
_GONE = ("closed", "closing", "released", "terminated")


class ScopedTransaction:
    """A transaction that sees one council only. Stores take this and nothing else."""

    def __init__(self, connection: Connection, council_id: UUID, clock: Clock) -> None:
        self.connection = connection
        self.council_id = council_id
        self._clock = clock
        self._put_off: dict[str, list[Sequence[object]]] = {}

    def now(self) -> datetime:
        """The product's clock, aware, UTC."""
        return self._clock.now()

    async def fetch(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """All rows."""
        return await self.connection.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: object) -> asyncpg.Record | None:
        """The first row, or None."""
        return await self.connection.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: object) -> object:
        """The first column of the first row, or None."""
        value: object = await self.connection.fetchval(sql, *args)
        return value

    async def execute(self, sql: str, *args: object) -> str:
        """The command tag, e.g. `UPDATE 1`."""
        return await self.connection.execute(sql, *args)

    async def executemany(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """One statement for many rows."""
        await self.connection.executemany(sql, rows)

    def put_off(self, sql: str, row: Sequence[object]) -> None:
        """Write this row at the end of the transaction, with all others of the same statement in one go.

        `sql` takes each column as an array. Rows keep their order; nothing is written where the block raises.
        """
        self._put_off.setdefault(sql, []).append(row)

    async def settle(self) -> None:
        """Write what was put off."""
        waiting, self._put_off = self._put_off, {}
        for sql, rows in waiting.items():
            await self.connection.execute(sql, *(list(column) for column in zip(*rows, strict=True)))


class Database:
    """A service's database.

    `wakeups` carries nudges; they only come while `servicekit.wakeups.listen` runs.
    `holder` names this process among all that ever were at the same port, or is empty (see `servicekit.holder`).
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", clock: Clock | None = None) -> None:
        self.pool = pool
        self.clock: Clock = clock or SystemClock()
        self.wakeups = Wakeups()
        self.holder = ""

    @asynccontextmanager
    async def transaction(self, council_id: UUID) -> AsyncIterator[ScopedTransaction]:
        """Read committed. Commits at the end of the block, rolls back when it raises.

        TransactionConflict for deadlocks and serialization failures; Unavailable where the database does not
        answer.
        """
        async with self.unscoped() as connection:
            await connection.execute("select set_config('app.council', $1, true)", str(council_id))
            tx = ScopedTransaction(connection, council_id, self.clock)
            yield tx
            await tx.settle()

    @asynccontextmanager
    async def unscoped(self) -> AsyncIterator[Connection]:
        """A transaction without a council.

        Sees no row of a tenant's table, only what OUTSIDE_TENANCY names.
        """
        try:
            async with _heard(), self._acquired() as connection, connection.transaction():
                yield connection
        except _CONFLICTS as error:
            raise TransactionConflict from error
        except _UNREACHABLE as error:
            raise Unavailable from error
        except asyncpg.InterfaceError as error:
            if any(word in str(error) for word in _GONE):
                raise Unavailable from error
            raise
        except (ConnectionError, TimeoutError) as error:
            raise Unavailable from error

    @asynccontextmanager
    async def _acquired(self) -> AsyncIterator[Connection]:
        try:
            connection = await self.pool.acquire(timeout=_POOL_SECONDS)
        except OSError as error:  # also TimeoutError: all are in use, or the server's host does not answer
            raise Unavailable from error
        try:
            yield connection
        finally:
            await self.pool.release(connection)

    async def answers(self) -> bool:
        """Whether the database answers within two seconds."""
        try:
            async with asyncio.timeout(2):
                await self.pool.fetchval("select 1")
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True

    async def close(self) -> None:
        """Close the pool; connections in use get five seconds."""
        try:
            async with asyncio.timeout(5):
                await self.pool.close()
        except TimeoutError:
            self.pool.terminate()


@asynccontextmanager
async def _heard() -> AsyncIterator[None]:
    """A stop is a stop, also where the rollback after it failed."""
    try:
        yield
    except Exception as error:
        if is_stopped():
            raise asyncio.CancelledError from error
        raise


async def connect_database(
    url: str, clock: Clock | None = None, *, application: str = "servicekit", most: int = 10
) -> Database:
    """Open the pool. OSError or asyncpg's own error where the database cannot be reached or refuses."""
    pool = await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=most,
        timeout=10,
        command_timeout=20,
        reset=_keep_as_it_is,
        server_settings={**_SETTINGS, "application_name": application},
    )
    return Database(pool, clock)


async def _keep_as_it_is(_: Connection) -> None:
    """Nothing here outlives its transaction, so a connection needs no clearing: a way to the server less each time."""
