"""SQL of the brakes and of work that waits."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from servicekit import parked, unfinished
from servicekit.ids import new_id
from servicekit.postgres import ScopedTransaction
from services.notifications.domain.brake import GivenUp, SendingStop, Source
from services.notifications.domain.integration_health import FEED, Depth, Failing
from services.notifications.storage.records import upsert

_STOP = "select stopped_at, stopped_by, reason from sending_stop"
_SET_STOP = """
insert into sending_stop (council_id, stopped_at, stopped_by, reason) values ($1, $2, $3, $4) on conflict do nothing
"""
_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('mail ledger'), hashtext($1 || $2))"
_LEFT = "select coalesce(sum(people), 0)::int from mail_ledger where source = $1 and left_at > $2"
_COUNT = "insert into mail_ledger (council_id, id, source, left_at, people) values ($1, $2, $3, $4, $5)"
_UNCOUNT = """
delete from mail_ledger where id = (
    select id from mail_ledger where source = $1 and people = $2 order by left_at desc limit 1 for update skip locked)
"""
_FORGET = "delete from mail_ledger where source = $1 and left_at < $2"
_KEPT = timedelta(days=1)
_GIVEN_UP = "meeting, revision, given_up_at, given_up_by, reason"


class Brakes:
    """`sending_stop`, `mail_ledger` and `given_up`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def stop(self) -> SendingStop | None:
        """The council's stop."""
        row = await self._tx.fetchrow(_STOP)
        return SendingStop(**dict(row)) if row else None

    async def set_stop(self, stop: SendingStop) -> SendingStop:
        """An earlier one is kept."""
        await self._tx.execute(_SET_STOP, self._tx.council_id, stop.stopped_at, stop.stopped_by, stop.reason)
        return await self.stop() or stop

    async def lift_stop(self) -> bool:
        """False where nothing was stopped."""
        return await self._tx.execute("delete from sending_stop") != "DELETE 0"

    async def left_since(self, source: Source, since: datetime, *, lock: bool = False) -> int:
        """Without the lock two that look at once would both go."""
        if lock:
            await self._tx.execute(_ONE_AT_A_TIME, str(self._tx.council_id), source.value)
        found = await self._tx.fetchval(_LEFT, source.value, since)
        return found if isinstance(found, int) else 0

    async def count(self, source: Source, people: int) -> None:
        """A row for each message; those of yesterday go."""
        now = self._tx.now()
        await self._tx.execute(_FORGET, source.value, now - _KEPT)
        await self._tx.execute(_COUNT, self._tx.council_id, new_id(), source.value, now, people)

    async def uncount(self, source: Source, people: int) -> None:
        """The newest of that size that nobody takes out just now: rows of one size are as good as each other."""
        await self._tx.execute(_UNCOUNT, source.value, people)

    async def given_up(self, meeting: str) -> GivenUp | None:
        """One meeting's."""
        row = await self._tx.fetchrow(f"select {_GIVEN_UP} from given_up where meeting = $1", meeting)
        return GivenUp(**dict(row)) if row else None

    async def give_up(self, given_up: GivenUp) -> None:
        """Add or replace."""
        await self._tx.execute(
            upsert("given_up", _GIVEN_UP, ["meeting"]),
            self._tx.council_id,
            given_up.meeting,
            given_up.revision,
            given_up.given_up_at,
            given_up.given_up_by,
            given_up.reason,
        )

    async def take_up(self, meeting: str) -> None:
        """Forget that it was given up."""
        await self._tx.execute("delete from given_up where meeting = $1", meeting)


class Work:
    """Lanes, parked events, the outbox."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def depths(self) -> Sequence[Depth]:
        """By kind."""
        return [Depth(one.kind, one.waiting, one.oldest) for one in await unfinished.depths(self._tx)]

    async def failing(self, most: int) -> Sequence[Failing]:
        """Parked events first: they wait for a person, and lanes may go by themselves."""
        events = [
            Failing(FEED, one.aggregate, one.since, 0, one.error_type, one.producer)
            for one in await parked.parked_in(self._tx)
        ]
        lanes = [
            Failing(one.kind, one.key, one.since, one.attempts, one.failure)
            for one in await unfinished.lanes_that_wait(self._tx, most)
        ]
        return [*events[:most], *lanes]

    async def hurry(self, kind: str = "", item: str = "") -> bool:
        """Lanes alone."""
        return await unfinished.hurry(self._tx, kind, item)

    async def drop(self, kind: str, item: str) -> bool:
        """A lane."""
        return await unfinished.drop_lane(self._tx, kind, item)

    async def retry_feed(self, producer: str, aggregate: str) -> bool:
        """Parked events."""
        return await parked.release_in(self._tx, producer, aggregate) > 0

    async def drop_feed(self, producer: str, aggregate: str) -> bool:
        """Parked events."""
        return await parked.discard(self._tx, producer, aggregate) > 0

    async def mailbox_read_at(self) -> datetime | None:
        """The oldest of the council's mailboxes."""
        found = await self._tx.fetchval("select min(read_at) from reply_cursor")
        return found if isinstance(found, datetime) else None

    async def subscription_end(self) -> datetime | None:
        """The first that runs out."""
        found = await self._tx.fetchval("select min(expires_at) from subscription")
        return found if isinstance(found, datetime) else None
