"""Walks many seeds, one after the other, on an embedded PostgreSQL; one line a seed that failed and one for all.

python -m tests.notifications.outlook.walk_seeds [--seeds 200] [--steps 300] [--first 0]
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

from servicekit import log
from servicekit.launcher import EmbeddedPostgres
from servicekit.migrate import migrate
from servicekit.postgres import connect_database
from services.notifications.storage.unit_of_work import MIGRATIONS
from tests.notifications.outlook.emulator_inside import emulator_inside
from tests.notifications.outlook.neighbours import MovingClock
from tests.notifications.outlook.walk import Walk

BEGIN = datetime(2026, 3, 16, 9, tzinfo=UTC)


async def walk(url: str, seed: int, steps: int, folder: Path) -> Walk:
    """One seed on a clock and an emulator of its own. AssertionError says which seed and step."""
    clock = MovingClock(BEGIN)
    database = await connect_database(url, clock)
    try:
        async with emulator_inside(folder) as emulator:
            one = Walk(database, clock, emulator, seed)
            await one.run(steps)
            return one
    finally:
        await database.close()


async def walk_all(seeds: range, steps: int) -> int:
    """How many seeds failed."""
    log.configure("notifications", "test")
    failed, began, mails = 0, time.monotonic(), 0
    with tempfile.TemporaryDirectory(prefix="permanence-walk-") as root:
        os.chmod(root, 0o755)  # noqa: PTH101 - the server's unprivileged user must reach its data
        server = EmbeddedPostgres(Path(root) / "postgres")
        server.start()
        try:
            made = await server.ensure_service("notifications")
            await migrate(made.owner_url, [MIGRATIONS])
            for seed in seeds:
                with tempfile.TemporaryDirectory(dir=root) as folder:
                    try:
                        mails += (await walk(made.app_url, seed, steps, Path(folder))).mails_sent
                    except AssertionError as problem:
                        failed += 1
                        sys.stdout.write(f"{problem}\n")
                    except Exception as problem:  # what breaks a lane is told with its seed, and the others go on
                        failed += 1
                        last = traceback.extract_tb(problem.__traceback__)[-4:]
                        where = ", ".join(f"{Path(one.filename).name}:{one.lineno}" for one in last)
                        sys.stdout.write(f"seed {seed}: {type(problem).__name__}: {problem} ({where})\n")
        finally:
            server.stop()
    told = f"{len(seeds)} seeds of {steps} steps, {mails} mails, {failed} failed, {time.monotonic() - began:.0f} s\n"
    sys.stdout.write(told)
    return failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The seeded walk through Outlook.")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    wanted = parser.parse_args()
    sys.exit(bool(asyncio.run(walk_all(range(wanted.first, wanted.first + wanted.seeds), wanted.steps))))
