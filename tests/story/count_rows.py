"""Counts what there is in another way than the demo does: rows are fetched, and counted here."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

import asyncpg

from cli.made_council.cast import MadeCouncil
from servicekit.launcher import ServiceDatabase

# What is counted: the service that keeps it, its table, and the column that tells one from another.
TABLES = {
    "children": ("cases", "subject", "id"),
    "obligations": ("cases", "obligation", "id"),
    "meetings": ("scheduler", "meeting", "id"),
    "invitations": ("notifications", "invitation", "id"),
    "decisions": ("panels", "outcome", "outcome_id"),
}


def count_rows(databases: Mapping[str, ServiceDatabase], made: MadeCouncil) -> dict[str, int]:
    """The five numbers of one council."""
    found = {name: rows_of(databases, name, UUID(made.spec.council_id)) for name in TABLES}
    found["children"] = [row for row in found["children"] if row["kind"] == "child"]
    found["meetings"] = [row for row in found["meetings"] if row["state"] not in ("held_slot", "lapsed")]
    return {name: len({row[key] for row in found[name]}) for name, (_, _, key) in TABLES.items()}


def rows_of(databases: Mapping[str, ServiceDatabase], name: str, council: UUID) -> list[asyncpg.Record]:
    """All rows that row-level security shows to this council."""
    service, table, _ = TABLES[name]
    return asyncio.run(_rows(databases[service], table, council))


async def _rows(database: ServiceDatabase, table: str, council: UUID) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(database.owner_url)
    try:
        async with connection.transaction(readonly=True):
            await connection.execute("select set_config('app.council', $1, true)", str(council))
            found: list[asyncpg.Record] = await connection.fetch(f"select * from {table}")
            return found
    finally:
        await connection.close()
