"""One relay per service gives committed events a gap-free feed position.

A cursor over an identity column loses events: a slow transaction that holds an earlier number commits after
readers have
passed it. Positions are therefore given after the commit, by one writer at a time.
"""

from servicekit.postgres import Database

_POLL_SECONDS = 1.0
_BATCH = 500
_WAITS = "select ordinal from outbox where feed_position is null order by ordinal limit 1"
# Whoever follows another council's feed is not woken.
_TELL = "select pg_notify('feed', council) from unnest($1::text[]) as told(council)"
_POSITION = """
with batch as (
    select event_id, row_number() over (order by ordinal) as place
    from (select event_id, ordinal from outbox where feed_position is null order by ordinal limit $1) waiting
), head as (
    update feed_head set position = position + (select count(*) from batch)
    returning position - (select count(*) from batch) as start
), placed as (
    update outbox set feed_position = head.start + batch.place
    from batch, head where outbox.event_id = batch.event_id
    returning outbox.council_id
)
select council_id::text as council, count(*) as placed from placed group by council_id
"""


class Relay:
    """Worker. Any number of replicas may run it: an advisory lock lets one work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Until cancelled."""
        with self._database.wakeups.waiter("outbox") as waiter:
            while True:
                if await self.relay_once() == 0:
                    await waiter.wait(_POLL_SECONDS)

    async def relay_once(self) -> int:
        """Place what is committed now; how many. 0 also where another relay is at work."""
        async with self._database.unscoped() as connection:
            mine = await connection.fetchval("select pg_try_advisory_xact_lock(hashtext('servicekit relay'))")
            if not mine:
                return 0
            await connection.execute("select set_config('app.relay', 'on', true)")
            # Without this an idle service would write, and wait for the disk, twice a second.
            if await connection.fetchval(_WAITS) is None:
                return 0
            rows = await connection.fetch(_POSITION, _BATCH)
            await connection.execute(_TELL, [row["council"] for row in rows])
            return sum(row["placed"] for row in rows)
