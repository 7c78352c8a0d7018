"""The seeded walk in short; `make outlook-walk` walks 200 seeds of 300 steps."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from servicekit.launcher import ServiceDatabase
from servicekit.postgres import connect_database
from tests.notifications.outlook.emulator_inside import emulator_inside
from tests.notifications.outlook.neighbours import MovingClock
from tests.notifications.outlook.walk import Walk


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_nobody_is_invited_twice_and_no_answer_is_lost(
    tables: ServiceDatabase, tmp_path: Path, seed: int
) -> None:
    clock = MovingClock(datetime(2026, 3, 16, 9, tzinfo=UTC))
    database = await connect_database(tables.app_url, clock)
    try:
        async with emulator_inside(tmp_path) as emulator:
            await Walk(database, clock, emulator, seed).run(80)
    finally:
        await database.close()
