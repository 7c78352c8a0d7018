"""Fixtures of the kit's own tests.

A database of its tables only, two made-up councils, a clock that stands still.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from servicekit import log
from servicekit.caller import Caller, CallerKind
from servicekit.clock import FixedClock
from servicekit.config import Council
from servicekit.launcher import ServiceDatabase
from servicekit.postgres import Database, connect_database

NORTH = Council(UUID(int=1), "north", "North Council", "11111111-0000-0000-0000-000000000001", "north")
SOUTH = Council(UUID(int=2), "south", "South Council", "22222222-0000-0000-0000-000000000002", "south")


@pytest.fixture(autouse=True)
def _logging() -> None:
    log.configure("kit", "test")
    log.allow_keys("dropped_keys")


@pytest.fixture
def clock() -> FixedClock:
    """Monday 16 March 2026, nine o'clock."""
    return FixedClock(datetime(2026, 3, 16, 9, tzinfo=UTC))


@pytest.fixture
def caller() -> Caller:
    """A person of the northern council."""
    return Caller(NORTH.council_id, NORTH.slug, "oid-1", CallerKind.USER, frozenset({"business-support"}))


@pytest.fixture
async def kit(fresh_database: Callable[[str, Sequence[Path]], Awaitable[ServiceDatabase]]) -> ServiceDatabase:
    """The addresses of a fresh database with the kit's tables."""
    return await fresh_database("kit", [])


@pytest.fixture
async def database(kit: ServiceDatabase, clock: FixedClock) -> AsyncIterator[Database]:
    """That database, opened as the application's role."""
    opened = await connect_database(kit.app_url, clock)
    yield opened
    await opened.close()
