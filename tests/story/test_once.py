"""The last line says what there is: the same as an independent count finds."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from servicekit.launcher import ServiceDatabase
from tests.story.conftest import Played
from tests.story.demo_process import COUNTED, LAST_LINE

TABLES = {
    "children": ("cases", "subject", "id"),
    "obligations": ("cases", "obligation", "id"),
    "meetings": ("scheduler", "meeting", "id"),
    "invitations": ("notifications", "invitation", "id"),
    "decisions": ("panels", "outcome", "outcome_id"),
}

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.timeout(500)]


def test_the_last_line_is_as_promised_and_nothing_is_missing(played: Played) -> None:
    assert LAST_LINE.fullmatch(played.last_line)
    assert [name for name in COUNTED if played.counts[name] < 1] == []


def test_the_numbers_are_those_of_the_databases(played: Played) -> None:
    assert asyncio.run(_count(played)) == played.counts


def test_every_child_of_the_extract_is_there(played: Played) -> None:
    made = played.councils[0]
    assert played.counts["children"] == len({*made.in_care_ids, *made.left_care_ids})


def test_the_second_council_holds_nothing_of_the_first(played: Played) -> None:
    """Read as the second council: row-level security shows its rows and no others."""
    first, second = (UUID(made.spec.council_id) for made in played.councils)
    databases = played.demo.databases()
    for service, table, key in TABLES.values():
        theirs = asyncio.run(_rows(databases[service], table, second))
        ours = asyncio.run(_rows(databases[service], table, first))
        assert {row["council_id"] for row in theirs} <= {second}
        assert {row[key] for row in theirs}.isdisjoint(row[key] for row in ours)


async def _count(played: Played) -> dict[str, int]:
    """Rows are fetched and counted here, not by the database."""
    databases, council = played.demo.databases(), UUID(played.councils[0].spec.council_id)
    found = {name: await _rows(databases[service], table, council) for name, (service, table, _) in TABLES.items()}
    found["children"] = [row for row in found["children"] if row["kind"] == "child"]
    found["meetings"] = [row for row in found["meetings"] if row["state"] not in ("held_slot", "lapsed")]
    return {name: len({row[TABLES[name][2]] for row in found[name]}) for name in COUNTED}


async def _rows(database: ServiceDatabase, table: str, council: UUID) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(database.owner_url)
    try:
        async with connection.transaction(readonly=True):
            await connection.execute("select set_config('app.council', $1, true)", str(council))
            found: list[asyncpg.Record] = await connection.fetch(f"select * from {table}")
            return found
    finally:
        await connection.close()
