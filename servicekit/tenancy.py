"""Which tables stand outside row-level security, and how to find one that was forgotten."""

import asyncpg

from servicekit.connection import Connection

# Outside the tenancy wall, and why: `lane` and `feed_head` are worked across councils by one worker and hold
# no content;
# `schema_migrations` is dbmate's.
OUTSIDE_TENANCY: frozenset[str] = frozenset({"lane", "feed_head", "schema_migrations"})

_WITHOUT = """
select c.relname
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
  and not (c.relrowsecurity and c.relforcerowsecurity
           and exists (select from pg_policy p where p.polrelid = c.oid))
order by c.relname
"""


async def tables_without_policy(connection: Connection) -> list[str]:
    """Tables of this database without forced row-level security and a policy.

    A test holds it against the exceptions.
    """
    rows: list[asyncpg.Record] = await connection.fetch(_WITHOUT)
    return [row["relname"] for row in rows]
