"""Brings the services' databases up to date, as their owners."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from cli.failure import Failure
from servicekit.migrate import MigrationError, migrate

SERVICES_FOLDER = Path(__file__).resolve().parent.parent / "services"


def migrate_named(services: Sequence[str]) -> int:
    """Migrate the databases that PERMANENCE_<SERVICE>_MIGRATE_URL names. Failure lists every one that is missing."""
    urls = {name: os.environ.get(f"PERMANENCE_{name.upper()}_MIGRATE_URL", "") for name in services}
    missing = [f"PERMANENCE_{name.upper()}_MIGRATE_URL" for name, url in urls.items() if not url]
    if missing:
        raise Failure(f"set {', '.join(missing)}: the address of each database, as its owner")
    asyncio.run(migrate_all(urls))
    for name in services:
        print(f"{name}: up to date")
    return 0


async def migrate_all(owner_urls: Mapping[str, str]) -> None:
    """Migrate each service's database. Failure with dbmate's words."""
    try:
        async with asyncio.TaskGroup() as group:
            for name, url in owner_urls.items():
                folder = SERVICES_FOLDER / name / "storage" / "migrations"
                group.create_task(migrate(url, [folder]))
    except* MigrationError as errors:
        raise Failure(str(errors.exceptions[0])) from errors
