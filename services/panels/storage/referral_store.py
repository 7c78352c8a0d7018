"""Referrals in PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from servicekit.postgres import ScopedTransaction
from services.panels.domain.body import BodyUuid
from services.panels.domain.referral import Referral, ReferralState
from services.panels.domain.referral_papers import Announced
from services.panels.domain.sitting import ReferralId, Sitting, SittingId
from services.panels.storage.referral_form_store import papers_follow_of

if TYPE_CHECKING:
    import asyncpg

_ADD = """
insert into referral (referral_id, council_id, body_id, subjects, reason, state, put_off_from, created_at,
    part_heard)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_LIST = """
with placed as (select * from unnest($2::uuid[], $3::uuid[]) as p (referral_id, sitting_id)),
stands as (
    select r.referral_id, p.sitting_id from referral r left join placed p using (referral_id)
    where r.body_id = $1 and r.state in ('waiting', 'listed'))
update referral r
set sitting_id = s.sitting_id, state = case when s.sitting_id is null then 'waiting' else 'listed' end
from stands s where s.referral_id = r.referral_id and r.sitting_id is distinct from s.sitting_id
"""
_HEAR = """
update referral r set state = 'heard'
where r.body_id = $1 and r.sitting_id = $2 and r.state = 'listed' and not exists (
    select from unnest(r.subjects) as wanted (subject) where not exists (
        select from outcome o join agenda_item i using (item_id)
        where i.sitting_id = r.sitting_id and o.subject = wanted.subject))
"""

_TO_FOLLOW = """
select f.subjects, f.papers_follow, f.papers_follow_because from referral_form f
where f.body_id = $1 and f.state = 'submitted' and f.papers_follow <> '{}' and f.subjects && $2 and not exists (
    select from outcome o join agenda_item i using (item_id) join sitting s using (sitting_id)
    where o.subject = any(f.subjects) and s.body_id = $1 and s.starts_at < $3 and o.recorded_at > f.submitted_at
      and o.kind in ('decided', 'recommended', 'endorsed', 'challenged'))
order by f.submitted_at, f.form_id
"""


class SqlReferralStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def add(self, referral: Referral) -> None:
        """A new one."""
        await self._tx.execute(
            _ADD,
            referral.referral_id,
            self._tx.council_id,
            referral.body,
            list(referral.subjects),
            referral.reason,
            referral.state.value,
            referral.put_off_from,
            referral.created_at,
            referral.part_heard,
        )

    async def load(self, referral: UUID) -> Referral | None:
        """One."""
        row = await self._tx.fetchrow("select * from referral where referral_id = $1", referral)
        return _referral(row) if row else None

    async def withdraw(self, referral: UUID) -> bool:
        """Leaves its sitting too."""
        tag = await self._tx.execute(
            "update referral set state = 'withdrawn', sitting_id = null"
            " where referral_id = $1 and state in ('waiting', 'listed')",
            referral,
        )
        return tag != "UPDATE 0"

    async def waiting_for(self, body: BodyUuid, subjects: Sequence[str]) -> Referral | None:
        """The oldest that has not been heard and holds any of them."""
        row = await self._tx.fetchrow(
            "select * from referral where body_id = $1 and state in ('waiting', 'listed') and subjects && $2"
            " order by created_at limit 1",
            body,
            list(subjects),
        )
        return _referral(row) if row else None

    async def papers_to_follow(self, sitting: Sitting) -> list[Announced]:
        """The oldest referral first."""
        subjects = [subject for item in sitting.items for subject in item.subjects]
        rows = await self._tx.fetch(_TO_FOLLOW, sitting.body, subjects, sitting.start)
        return [
            Announced(tuple(row["subjects"]), follow) for row in rows if (follow := papers_follow_of(row)) is not None
        ]

    async def list_on(self, body: BodyUuid, placed: Mapping[UUID, SittingId]) -> None:
        """Note where each stands."""
        await self._tx.execute(_LIST, body, list(placed), list(placed.values()))

    async def hear(self, body: BodyUuid, sitting: SittingId) -> None:
        """Those whose subjects all have an outcome there."""
        await self._tx.execute(_HEAR, body, sitting)


def _referral(row: "asyncpg.Record") -> Referral:
    return Referral(
        referral_id=ReferralId(row["referral_id"]),
        body=BodyUuid(row["body_id"]),
        subjects=tuple(row["subjects"]),
        reason=row["reason"],
        state=ReferralState(row["state"]),
        created_at=row["created_at"],
        put_off_from=row["put_off_from"],
        part_heard=row["part_heard"],
        sitting=SittingId(row["sitting_id"]) if row["sitting_id"] else None,
    )
