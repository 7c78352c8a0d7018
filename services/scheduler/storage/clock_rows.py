"""Obligations that wait for a meeting, and subjects, as cases' feed tells of them."""

from collections.abc import Collection, Sequence
from datetime import date

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.scheduler.app.clock_ports import ObligationChange, SubjectChange
from services.scheduler.domain.clocks import ClockToKeep

FIND = """
select o.obligation, o.subject, o.rule_id, o.meeting_kind, o.statutory_due, o.local_due,
    coalesce(s.reference, '') as reference
from unarranged_obligation o left join subject_ref s on s.subject = o.subject
"""
_OPEN_FOR = """
where o.open and o.subject = any($1) and o.meeting_kind = $2 and not exists (
    select from meeting_obligation mo join meeting m on m.id = mo.meeting_id
    where mo.obligation = o.obligation and m.state = 'booked')
"""
_NAMED = "where o.obligation = any($1)"
_UNARRANGED = """
where o.open and least(o.statutory_due, o.local_due) is not null
  and ($1 = '' or o.meeting_kind = $1) and ($2 = '' or o.subject = $2)
  and not exists (
      select from meeting_obligation mo join meeting m on m.id = mo.meeting_id
      where mo.obligation = o.obligation and m.state in ('booked', 'held'))
  and ($3::date is null or (least(o.statutory_due, o.local_due), o.obligation) > ($3, $4))
order by least(o.statutory_due, o.local_due), o.obligation limit $5
"""
_DUE_BEFORE = """
where o.open and least(o.statutory_due, o.local_due) < $1 and not exists (
    select from meeting_obligation mo join meeting m on m.id = mo.meeting_id
    where mo.obligation = o.obligation and m.state in ('booked', 'held'))
"""
_KEEP = """
insert into unarranged_obligation
    (council_id, obligation, subject, rule_id, meeting_kind, open, statutory_due, local_due)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (council_id, obligation) do update set subject = excluded.subject, rule_id = excluded.rule_id,
    meeting_kind = excluded.meeting_kind, open = excluded.open, statutory_due = excluded.statutory_due,
    local_due = excluded.local_due
"""
_KEEP_SUBJECT = """
insert into subject_ref (council_id, subject, reference, restricted) values ($1, $2, $3, $4)
on conflict (council_id, subject) do update set reference = excluded.reference, restricted = excluded.restricted
"""


class ClockRows:
    """The obligations and subjects of one council."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def open_for(self, subjects: Collection[str], meeting_kind: str) -> Sequence[ClockToKeep]:
        """The open ones of the kind, without those that another booked meeting will meet."""
        rows = await self._tx.fetch(FIND + _OPEN_FOR, list(subjects), meeting_kind)
        return [clock_of(row) for row in rows]

    async def named(self, obligations: Collection[str]) -> Sequence[ClockToKeep]:
        """These, whatever their state."""
        rows = await self._tx.fetch(FIND + _NAMED, list(obligations))
        return [clock_of(row) for row in rows]

    async def unarranged(
        self, meeting_kind: str, subject: str, size: int, after: tuple[str, ...]
    ) -> Sequence[ClockToKeep]:
        """Open ones without a booked or held meeting, the earliest due first."""
        due, last = (date.fromisoformat(after[0]), after[1]) if after else (None, "")
        rows = await self._tx.fetch(FIND + _UNARRANGED, meeting_kind, subject, due, last, size)
        return [clock_of(row) for row in rows]

    async def due_before(self, day: date) -> Sequence[ClockToKeep]:
        """Every open one without a booked or held meeting whose earlier date lies before the day."""
        return [clock_of(row) for row in await self._tx.fetch(FIND + _DUE_BEFORE, day)]

    async def keep_obligation(self, change: ObligationChange) -> None:
        """What the feed says now."""
        await self._tx.execute(
            _KEEP,
            self._tx.council_id,
            change.obligation,
            change.subject,
            change.rule_id,
            change.meeting_kind,
            change.open,
            change.statutory_due,
            change.local_due,
        )

    async def keep_subject(self, change: SubjectChange) -> None:
        """What the feed says now."""
        await self._tx.execute(_KEEP_SUBJECT, self._tx.council_id, change.subject, change.reference, change.restricted)

    async def open_subjects(self, subjects: Collection[str]) -> frozenset[str]:
        """Those known not to be restricted; one never heard of is not among them."""
        rows = await self._tx.fetch(
            "select subject from subject_ref where subject = any($1) and not restricted", list(subjects)
        )
        return frozenset(row["subject"] for row in rows)


def clock_of(row: asyncpg.Record) -> ClockToKeep:
    """A row of `FIND`."""
    return ClockToKeep(
        obligation=row["obligation"],
        subject=row["subject"],
        rule_id=row["rule_id"],
        meeting_kind=row["meeting_kind"],
        statutory_due=row["statutory_due"],
        local_due=row["local_due"],
        subject_reference=row["reference"],
    )
