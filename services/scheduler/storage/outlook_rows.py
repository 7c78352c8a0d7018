"""What is kept of people's Outlook: rows of `busy_time` with a source of their own, and when they were read."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from servicekit.postgres import ScopedTransaction
from services.scheduler.domain.grains import Span
from services.scheduler.domain.outlook import LONGEST_KEPT, OutlookReading, without_own
from services.scheduler.storage.capacity_rows import FORGET_BUSY, KEEP_BUSY, make_ready
from services.scheduler.storage.resource_ids import resource_id

OUTLOOK = "outlook"
_STALE = """
select given.name from unnest($1::uuid[], $2::text[]) as given (id, name) left join resource r on r.id = given.id
where r.outlook_asked_at is null or r.outlook_asked_at < $3 or r.outlook_known_until < $4 order by given.name
"""
_KNOWN = """
insert into resource (id, council_id, kind, name)
select id, $3, 'person', name from unnest($1::uuid[], $2::text[]) as given (id, name) order by id on conflict do nothing
"""
_LOCK = "select id from resource where id = any($1) order by id for update"
# As the invitation has it: the whole meeting, or from the first to the last part that is theirs; and each part.
_OWN = """
select a.person, (extract(epoch from t.first) / 60)::int as first, (extract(epoch from t.last) / 60)::int as last
from meeting_attendee a join meeting m on m.id = a.meeting_id
cross join lateral (
    select m.start_at as first, m.end_at as last
    union select s.start_at, s.end_at from meeting_session s where s.meeting_id = m.id
    union select min(s.start_at), max(s.end_at) from meeting_session s where s.meeting_id = m.id
        and (a.throughout or cardinality(a.sessions) = 0 or s.number = any(a.sessions))
) t
where a.person = any($1) and m.state in ('booked', 'held') and m.end_at > $2
"""
_READ = """
update resource set outlook_asked_at = $2, outlook_read_at = $2, outlook_known_until = $3 where id = any($1)
"""
_NOT_READ = "update resource set outlook_asked_at = $2 where id = any($1)"
_UNREADY = "select i from unnest($1::uuid[]) i where not exists (select from diary_bits b where b.resource_id = i)"
_OLDEST = """
select min(outlook_read_at) from resource where id = any($1) and outlook_read_at > $2
"""


class OutlookRows:
    """The Outlook times of one council's people."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def stale(self, people: Collection[str], asked_before: datetime, until: datetime) -> Sequence[str]:
        """Those who were last asked for before that, or whose Outlook was not read so far."""
        ids = self._ids(people)
        return [row["name"] for row in await self._tx.fetch(_STALE, list(ids.values()), list(ids), asked_before, until)]

    async def oldest_reading(self, people: Collection[str]) -> datetime | None:
        """When the one was read that was read the longest ago, of those that still say something."""
        since = self._tx.now() - LONGEST_KEPT
        found = await self._tx.fetchval(_OLDEST, list(self._ids(people).values()), since)
        return found if isinstance(found, datetime) else None

    async def keep(self, readings: Sequence[OutlookReading], until: datetime) -> None:
        """Put what was read in the place of what was read before; who could not be read keeps that, with its age."""
        ids, now = self._ids([one.person for one in readings]), self._tx.now()
        await self._tx.execute(_KNOWN, list(ids.values()), list(ids), self._tx.council_id)
        await self._tx.fetch(_LOCK, list(ids.values()))
        own = await self._own(ids, now)
        read = [one for one in readings if one.busy is not None]
        spells = [
            (ids[one.person], *spell)
            for one in read
            for spell in without_own(one.busy or (), own.get(one.person, frozenset()))
        ]
        columns = [[spell[place] for spell in spells] for place in range(3)]
        found = [ids[one.person] for one in read]
        await self._tx.execute(FORGET_BUSY, *columns, OUTLOOK, found)
        await self._tx.execute(KEEP_BUSY, *columns, OUTLOOK, self._tx.council_id)
        # Where nothing changed the bits are still there.
        await make_ready(self._tx, [row["i"] for row in await self._tx.fetch(_UNREADY, found)])
        await self._tx.execute(_READ, found, now, until)
        await self._tx.execute(_NOT_READ, [ids[one.person] for one in readings if one.busy is None], now)

    async def _own(self, people: Collection[str], after: datetime) -> dict[str, frozenset[Span]]:
        found: dict[str, set[Span]] = {}
        for row in await self._tx.fetch(_OWN, list(people), after):
            found.setdefault(row["person"], set()).add((row["first"], row["last"]))
        return {person: frozenset(spells) for person, spells in found.items()}

    def _ids(self, people: Collection[str]) -> dict[str, UUID]:
        return {name: resource_id(self._tx.council_id, name) for name in people}
