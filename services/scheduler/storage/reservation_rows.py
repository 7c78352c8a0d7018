"""What is taken. The constraint `nothing_taken_twice` decides; the ordered locks only keep it from deadlocking.

Sixty bookings of six resources at once, with the constraint alone, gave dozens of deadlocks and took half a minute;
with the resources locked in the order of their ids first there are none, and it takes a fraction of a second.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from servicekit.ids import new_id
from servicekit.postgres import ScopedTransaction
from services.scheduler.app.ports import Claim, ResourceKind
from services.scheduler.domain.errors import TimeTaken
from services.scheduler.domain.meeting import ApprovedOverlap
from services.scheduler.storage.resource_ids import resource_id

_MAKE_KNOWN = """
insert into resource (id, council_id, kind, name)
select want.id, $1, want.kind, want.name from unnest($2::uuid[], $3::text[], $4::text[]) as want (id, kind, name)
where not exists (select from resource r where r.id = want.id)
order by want.id
on conflict do nothing
"""
_LOCK = """
select id from resource
where id = any($1) or id in (select resource_id from reservation where meeting_id = any($2))
order by id for update
"""
_GIVE_BACK = """
with lapsed as (
    update reservation set state = 'released'
    where resource_id = any($1) and state = 'held' and expires_at <= $2
    returning meeting_id
)
update meeting set state = 'lapsed', version = version + 1
where id in (select meeting_id from lapsed) and state = 'held_slot' and expires_at <= $2
"""
_TAKE = """
insert into reservation (id, council_id, resource_id, meeting_id, during, state, expires_at, overlap_approved_by)
values ($1, $2, $3, $4, tstzrange($5, $6, '[)'), $7, $8, $9)
"""
# Overlaps that somebody approved are taken too, though the constraint leaves them out.
_WHAT_IS_TAKEN = """
select place from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) with ordinality as w (id, first, last, place)
where exists (
    select from reservation r
    where r.resource_id = w.id and r.meeting_id is distinct from $5
      and (r.state = 'booked' or (r.state = 'held' and r.expires_at > $4))
      and r.during && tstzrange(w.first, w.last, '[)'))
order by place
"""
_BOOK = """
update reservation set state = 'booked', expires_at = null
where meeting_id = $1 and state = 'held' and expires_at > $2
"""
_EXTEND = """
update reservation set expires_at = $3 where meeting_id = $1 and state = 'held' and expires_at > $2
"""
_NOT_EXTENDED = """
select count(*) from reservation where meeting_id = $1 and (state <> 'held' or expires_at <> $2)
"""


class ReservationRows:
    """The reservations of one council."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def lock(self, claims: Sequence[Claim], *meetings: UUID) -> None:
        """Lock what is claimed and what the meetings have, in the order of ids; then give back lapsed holds."""
        wanted = sorted({self._id(claim): claim for claim in claims}.items())
        ids = [found for found, _ in wanted]
        if ids:
            kinds, names = [claim.kind.value for _, claim in wanted], [claim.resource for _, claim in wanted]
            await self._tx.execute(_MAKE_KNOWN, self._tx.council_id, ids, kinds, names)
        locked = [row["id"] for row in await self._tx.fetch(_LOCK, ids, list(meetings))]
        await self._tx.execute(_GIVE_BACK, locked, self._tx.now())

    async def take(
        self,
        meeting_id: UUID,
        claims: Sequence[Claim],
        *,
        booked: bool,
        expires_at: datetime | None,
        overlap: ApprovedOverlap | None = None,
    ) -> ApprovedOverlap | None:
        """Take all or raise TimeTaken. Needs `lock` before. A person is taken twice only where that was approved.

        Returns the approval where it was needed: nobody has accepted what did not come about.
        """
        state, council_id = "booked" if booked else "held", self._tx.council_id
        taken = await self.taken(claims, moving=meeting_id)
        # Never a room or an interpreter: two meetings in one room could bring those together who must not meet.
        refused = [place for place in taken if not overlap or claims[place].kind is not ResourceKind.PERSON]
        if refused:
            raise TimeTaken(*(claims[place].taken for place in sorted(refused)))
        rows = []
        for place, one in enumerate(claims):
            approved_by = overlap.by if overlap and place in taken else None
            rows.append(
                (new_id(), council_id, self._id(one), meeting_id, one.start, one.end, state, expires_at, approved_by)
            )
        # Nobody comes between the question and this, for the resources are locked. If they were not, the constraint
        # would refuse.
        try:
            await self._tx.executemany(_TAKE, rows)
        except asyncpg.ExclusionViolationError:
            raise TimeTaken("time") from None
        return overlap if taken else None

    async def taken(self, claims: Sequence[Claim], *, moving: UUID | None = None) -> frozenset[int]:
        """The places of the claims of which something is taken now, save by `moving`; a lapsed hold takes nothing."""
        columns = [self._id(one) for one in claims], [one.start for one in claims], [one.end for one in claims]
        rows = await self._tx.fetch(_WHAT_IS_TAKEN, *columns, self._tx.now(), moving)
        return frozenset(row["place"] - 1 for row in rows)

    async def book_held(self, meeting_id: UUID) -> bool:
        """Turn a hold into a booking; False where any of it has been given back."""
        await self._tx.execute(_BOOK, meeting_id, self._tx.now())
        lost = await self._tx.fetchval(
            "select count(*) from reservation where meeting_id = $1 and state <> 'booked'", meeting_id
        )
        return lost == 0

    async def extend(self, meeting_id: UUID, until: datetime) -> bool:
        """Keep a hold until then; False where any of it has been given back or has run out."""
        await self._tx.execute(_EXTEND, meeting_id, self._tx.now(), until)
        return await self._tx.fetchval(_NOT_EXTENDED, meeting_id, until) == 0

    async def release(self, meeting_id: UUID) -> None:
        """Give back all that the meeting took."""
        await self._tx.execute(
            "update reservation set state = 'released' where meeting_id = $1 and state <> 'released'", meeting_id
        )

    async def release_held(self, meetings: Collection[UUID]) -> None:
        """Give back the new times that these booked meetings were to have; what they have stays theirs."""
        await self._tx.execute(
            "update reservation set state = 'released' where meeting_id = any($1) and state = 'held'", list(meetings)
        )

    def _id(self, claim: Claim) -> UUID:
        return resource_id(self._tx.council_id, claim.resource)
