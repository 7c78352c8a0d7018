"""The tenancy wall: row-level security behind every scoped transaction."""

import asyncpg
import pytest

from servicekit.launcher import ServiceDatabase
from servicekit.postgres import OUTSIDE_TENANCY, Database
from servicekit.tenancy import tables_without_policy

from .conftest import NORTH, SOUTH

_INSERT = "insert into inbox_cursor (producer, council_id, position) values ('p', $1, 1)"


async def test_another_council_sees_and_changes_nothing(database: Database) -> None:
    async with database.transaction(NORTH.council_id) as tx:
        await tx.execute(_INSERT, NORTH.council_id)
    async with database.transaction(SOUTH.council_id) as tx:
        assert await tx.fetch("select * from inbox_cursor") == []
        assert await tx.execute("update inbox_cursor set position = 9") == "UPDATE 0"


async def test_a_row_of_another_council_cannot_be_written(database: Database) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.transaction(SOUTH.council_id) as tx:
            await tx.execute(_INSERT, NORTH.council_id)


async def test_the_scope_ends_with_its_transaction(database: Database) -> None:
    async with database.transaction(NORTH.council_id) as tx:
        await tx.execute(_INSERT, NORTH.council_id)
    for _ in range(database.pool.get_size() + 1):
        async with database.unscoped() as connection:
            assert await connection.fetchval("select count(*) from inbox_cursor") == 0


async def test_the_owner_is_held_by_the_wall_too(kit: ServiceDatabase, database: Database) -> None:
    async with database.transaction(NORTH.council_id) as tx:
        await tx.execute(_INSERT, NORTH.council_id)
    owner = await asyncpg.connect(kit.owner_url)
    try:
        assert await owner.fetchval("select count(*) from inbox_cursor") == 0
    finally:
        await owner.close()


async def test_every_table_has_a_policy_or_is_named(database: Database, kit: ServiceDatabase) -> None:
    async with database.unscoped() as connection:
        assert set(await tables_without_policy(connection)) == OUTSIDE_TENANCY
    owner = await asyncpg.connect(kit.owner_url)
    try:
        await owner.execute("create table forgotten (council_id uuid)")
    finally:
        await owner.close()
    async with database.unscoped() as connection:
        assert "forgotten" in await tables_without_policy(connection)


async def test_the_application_is_neither_owner_nor_superuser(kit: ServiceDatabase, database: Database) -> None:
    async with database.unscoped() as connection:
        row = await connection.fetchrow(
            "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user"
        )
        assert row is not None and not any(row.values())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.unscoped() as connection:
            await connection.execute("create table mine (id int)")
