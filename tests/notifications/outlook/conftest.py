"""The emulator in this process and a database whose clock stands still."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from servicekit.clock import FixedClock
from servicekit.launcher import ServiceDatabase
from servicekit.postgres import Database, connect_database
from tests.notifications.outlook.emulator_inside import EmulatorInside, emulator_inside
from tests.notifications.outlook.world_on_outlook import NOW


@pytest.fixture
async def emulator(tmp_path: Path) -> AsyncIterator[EmulatorInside]:
    async with emulator_inside(tmp_path) as inside:
        await inside.at(NOW)
        yield inside


@pytest.fixture
async def database(tables: ServiceDatabase) -> AsyncIterator[Database]:
    opened = await connect_database(tables.app_url, FixedClock(NOW))
    yield opened
    await opened.close()
