"""A database of the service's tables, a clock that stands still, a made-up world."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from servicekit import log
from servicekit.clock import FixedClock
from servicekit.launcher import ServiceDatabase
from servicekit.postgres import Database, connect_database
from services.notifications.storage.unit_of_work import MIGRATIONS
from tests.notifications.world import World


@pytest.fixture(autouse=True)
def _logging() -> None:
    log.configure("notifications", "test")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 16, 9, tzinfo=UTC))


@pytest.fixture
async def tables(fresh_database: Callable[[str, Sequence[Path]], Awaitable[ServiceDatabase]]) -> ServiceDatabase:
    return await fresh_database("notifications", [MIGRATIONS])


@pytest.fixture
async def database(tables: ServiceDatabase, clock: FixedClock) -> AsyncIterator[Database]:
    opened = await connect_database(tables.app_url, clock)
    yield opened
    await opened.close()


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    return World(database, uuid4(), clock)
