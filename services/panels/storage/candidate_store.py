"""Clocks that ask for a sitting, and what cases told of subjects."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from servicekit.postgres import ScopedTransaction
from services.panels.app.ports import KnownSubject
from services.panels.domain.agenda import Wish
from services.panels.domain.body import BodyUuid
from services.panels.domain.sitting import AgendaSource, ReferralId, SittingId

if TYPE_CHECKING:
    import asyncpg

_PUT = """
insert into agenda_candidate as c (council_id, obligation, body_id, subject, due_on, is_open, first_seen_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (council_id, obligation) do update
set body_id = excluded.body_id, subject = excluded.subject, due_on = excluded.due_on, is_open = excluded.is_open,
    heard_at_sitting = case when c.is_open then c.heard_at_sitting end
"""
_HEAR = """
update agenda_candidate set heard_at_sitting = $3
where body_id = $1 and subject = $2 and is_open and heard_at_sitting is null
"""
_CLOCKS = """
select subject, due_on, first_seen_at from agenda_candidate
where body_id = $1 and is_open and heard_at_sitting is null and due_on is not null
order by due_on, subject
"""
_REFERRALS = """
select referral_id, subjects, created_at, put_off_from, part_heard from referral
where body_id = $1 and state in ('waiting', 'listed') order by created_at, referral_id
"""
# Since the body last settled something for them: how often they were put off, and from which sitting at the latest.
_PUT_OFF = """
with settled as (
    select o.subject, max(o.recorded_at) as at
    from outcome o join agenda_item i using (item_id) join sitting s using (sitting_id)
    where s.body_id = $1 and o.kind in ('decided', 'recommended', 'endorsed', 'challenged') group by o.subject
), put_off as (
    select d.subject, d.deferred_at as at, s.starts_at as moved_on_from
    from item_deferral d join sitting s using (sitting_id) where s.body_id = $1
    union all
    select o.subject, o.recorded_at, null
    from outcome o join agenda_item i using (item_id) join sitting s using (sitting_id)
    where s.body_id = $1 and o.kind = 'deferred'
)
select p.subject, count(*) as times, max(p.moved_on_from) as moved_on_from
from put_off p left join settled e using (subject) where e.at is null or p.at > e.at group by p.subject
"""
_PUT_SUBJECT = """
insert into known_subject as k (council_id, subject, reference, restricted, is_family, members, members_read_at)
values ($1, $2, $3, $4, $5, $6, case when $7 then $8::timestamptz end)
on conflict (council_id, subject) do update
set reference = excluded.reference, restricted = excluded.restricted or (k.restricted and not $9),
    is_family = excluded.is_family,
    members = case when $7 then excluded.members else k.members end, members_read_at = excluded.members_read_at
"""


class SqlCandidateStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def put(self, obligation: str, body: BodyUuid, subject: str, due: date | None, is_open: bool) -> None:
        """As told last."""
        now = self._tx.now()
        await self._tx.execute(_PUT, self._tx.council_id, obligation, body, subject, due, is_open, now)

    async def hear(self, body: BodyUuid, subject: str, sitting: SittingId) -> None:
        """The subject's open clocks ask no more; cases will say that they are met."""
        await self._tx.execute(_HEAR, body, subject, sitting)

    async def wishes(self, body: BodyUuid) -> list[Wish]:
        """Clocks and referrals."""
        clocks = await self._tx.fetch(_CLOCKS, body)
        referrals = await self._tx.fetch(_REFERRALS, body)
        due = [Wish((r["subject"],), AgendaSource.OBLIGATION, r["first_seen_at"], r["due_on"]) for r in clocks]
        put_off = {row["subject"]: row for row in await self._tx.fetch(_PUT_OFF, body)}
        return [_put_off(wish, put_off) for wish in (*due, *map(_referred, referrals))]

    async def put_subject(self, subject: KnownSubject, *, members_known: bool, told: bool = False) -> None:
        """As told last."""
        await self._tx.execute(
            _PUT_SUBJECT,
            self._tx.council_id,
            subject.subject,
            subject.reference,
            subject.restricted,
            subject.is_family,
            list(subject.members),
            members_known,
            self._tx.now(),
            told,
        )

    async def subjects(self, names: Sequence[str]) -> dict[str, KnownSubject]:
        """Those that are known."""
        rows = await self._tx.fetch("select * from known_subject where subject = any($1)", list(names))
        return {row["subject"]: _known(row) for row in rows}

    async def families(self) -> list[frozenset[str]]:
        """Every sibling group with its members."""
        rows = await self._tx.fetch("select subject, members from known_subject where is_family and members <> '{}'")
        return [frozenset({row["subject"], *row["members"]}) for row in rows]

    async def families_to_read(self, before: datetime) -> list[str]:
        """Sibling groups not read since."""
        rows = await self._tx.fetch(
            "select subject from known_subject where is_family"
            " and coalesce(members_read_at, '-infinity') < $1 order by subject",
            before,
        )
        return [row["subject"] for row in rows]


def _referred(row: "asyncpg.Record") -> Wish:
    source = AgendaSource.DEFERRED if row["put_off_from"] else AgendaSource.REFERRAL
    return Wish(
        subjects=tuple(row["subjects"]),
        source=source,
        since=row["created_at"],
        referral=ReferralId(row["referral_id"]),
        put_off_from=row["put_off_from"],
        part_heard=row["part_heard"],
    )


def _put_off(wish: Wish, put_off: "Mapping[str, asyncpg.Record]") -> Wish:
    rows = [put_off[subject] for subject in wish.subjects if subject in put_off]
    if not rows:
        return wish
    moved_on = max((row["moved_on_from"] for row in rows if row["moved_on_from"]), default=None)
    return replace(wish, times_put_off=max(row["times"] for row in rows), moved_on_from=moved_on)


def _known(row: "asyncpg.Record") -> KnownSubject:
    return KnownSubject(row["subject"], row["reference"], row["restricted"], row["is_family"], tuple(row["members"]))
