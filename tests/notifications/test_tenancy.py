"""Every table of this service is walled by council."""

from servicekit.postgres import OUTSIDE_TENANCY, Database
from servicekit.tenancy import tables_without_policy


async def test_every_table_has_a_policy(database: Database) -> None:
    async with database.unscoped() as connection:
        assert set(await tables_without_policy(connection)) <= set(OUTSIDE_TENANCY)
