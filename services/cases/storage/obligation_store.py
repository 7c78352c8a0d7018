"""Obligations, read and kept."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import asyncpg

from rulebook.facts import ObligationKey, RuleId, SubjectKind
from rulebook.rule import Basis, RuleKind
from servicekit.postgres import ScopedTransaction
from services.cases.app.ports import ObligationFilter
from services.cases.app.sight import Sight
from services.cases.domain.date_change import DateChange
from services.cases.domain.names import ObligationId, SubjectId
from services.cases.domain.obligation import Obligation, ObligationState, Waiver
from services.cases.storage.columns import columns
from services.cases.storage.date_change_rows import COLUMNS as CHANGE_COLUMNS
from services.cases.storage.date_change_rows import date_change_of
from services.cases.storage.seen import seen, seen_sql

_COLUMNS: Final = (
    "o.id, o.subject_id, o.key, o.rule_id, o.kind, o.meeting_kind, o.basis, o.state, o.statutory_due, o.local_due,"
    " o.due_at, o.held_on, o.needs, o.inferred, o.original_due, o.booked_on, o.meeting, w.waived_by, w.waived_at,"
    f" w.reason as waived_because, {CHANGE_COLUMNS}"
)
_FROM: Final = (
    "from obligation o left join waiver w on w.obligation_id = o.id"
    " left join date_change c on c.obligation_id = o.id and c.confirmed_at is null"
)
_DUE: Final = "coalesce(o.due_on, date '9999-12-31')"
_OF = f"select {_COLUMNS} {_FROM} where o.subject_id = any($1) order by o.key"
_OF_MEETING = f"select {_COLUMNS} {_FROM} where o.meeting = $1 order by o.id"
_FIND = f"select {_COLUMNS} {_FROM} where o.id = $1"
_PAGE = f"""
select {_COLUMNS}, s.kind as subject_kind {_FROM} join subject s on s.id = o.subject_id
where o.council_id = $1 and o.state = any($2) and ($3::uuid is null or o.subject_id = $3)
  and ($4 = '' or o.meeting_kind = $4) and ($5::date is null or o.due_on <= $5)
  and ($6::date is null or ({_DUE}, o.id) > ($6, $7::uuid)) and {seen_sql("s", 9)}
order by {_DUE}, o.id limit $8
"""
_SAVE = """
insert into obligation as o (id, council_id, subject_id, key, rule_id, kind, meeting_kind, basis, state, statutory_due,
    local_due, due_at, held_on, needs, inferred, original_due, booked_on, meeting)
select n.id, $1, n.subject_id, n.key, n.rule_id, n.kind, n.meeting_kind, n.basis, n.state, n.statutory_due,
    n.local_due, n.due_at, n.held_on, n.needs, n.inferred, n.original_due, n.booked_on, n.meeting
from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::date[],
    $11::date[], $12::timestamptz[], $13::date[], $14::text[], $15::boolean[], $16::date[], $17::date[], $18::text[])
    as n(id, subject_id, key, rule_id, kind, meeting_kind, basis, state, statutory_due, local_due, due_at, held_on,
    needs, inferred, original_due, booked_on, meeting)
on conflict (id) do update set kind = excluded.kind, meeting_kind = excluded.meeting_kind, basis = excluded.basis,
    state = excluded.state, statutory_due = excluded.statutory_due, local_due = excluded.local_due,
    due_at = excluded.due_at, held_on = excluded.held_on, needs = excluded.needs, inferred = excluded.inferred,
    original_due = coalesce(o.original_due, excluded.original_due), booked_on = excluded.booked_on,
    meeting = excluded.meeting, version = o.version + 1
"""
_WAIVE = "insert into waiver (obligation_id, council_id, waived_by, reason, waived_at) values ($1, $2, $3, $4, $5)"
_WAIVED = """
select o.subject_id, o.key from waiver w join obligation o on o.id = w.obligation_id where o.subject_id = any($1)
"""
_BOOK = "update obligation set meeting = $2, booked_on = $3, version = version + 1 where id = any($1)"


class ObligationStore:
    """Implements `app.ports.Obligations`."""

    def __init__(self, tx: ScopedTransaction, today: date) -> None:
        self._tx = tx
        self._today = today

    async def of(self, subjects: Sequence[SubjectId]) -> dict[SubjectId, list[Obligation]]:
        """Each subject's obligations; a list for each asked about."""
        found: dict[SubjectId, list[Obligation]] = {subject: [] for subject in subjects}
        for row in await self._tx.fetch(_OF, list(subjects)):
            found[SubjectId(row["subject_id"])].append(_obligation(row))
        return found

    async def find(self, obligation: ObligationId) -> Obligation | None:
        """The obligation, whoever may know of it."""
        row = await self._tx.fetchrow(_FIND, obligation)
        return _obligation(row) if row else None

    async def waive(self, obligation: ObligationId, waiver: Waiver) -> None:
        """Keeps who waived it, when and why; the state follows when it is worked out next."""
        await self._tx.execute(_WAIVE, obligation, self._tx.council_id, waiver.by, waiver.reason, waiver.at)

    async def restore(self, obligation: ObligationId) -> None:
        """Takes the waiver back."""
        await self._tx.execute("delete from waiver where obligation_id = $1", obligation)

    async def waived(self, subjects: Sequence[SubjectId]) -> dict[SubjectId, set[ObligationKey]]:
        """Which of each subject's were waived; a set for each asked about."""
        found: dict[SubjectId, set[ObligationKey]] = {subject: set() for subject in subjects}
        for row in await self._tx.fetch(_WAIVED, list(subjects)):
            found[SubjectId(row["subject_id"])].add(ObligationKey(row["key"]))
        return found

    async def of_meeting(self, meeting: str) -> list[Obligation]:
        """Those for which this meeting is booked."""
        return [_obligation(row) for row in await self._tx.fetch(_OF_MEETING, meeting)]

    async def page(self, wanted: ObligationFilter, sight: Sight, limit: int) -> list[tuple[SubjectKind, Obligation]]:
        """The earliest due first, what has no date last; only of subjects the caller may know of."""
        due, last = wanted.after or (None, None)
        filters = (list(wanted.states), wanted.subject, wanted.meeting_kind, wanted.due_until, due, last, limit)
        rows = await self._tx.fetch(_PAGE, self._tx.council_id, *filters, *seen(sight, self._today))
        return [(SubjectKind(row["subject_kind"]), _obligation(row)) for row in rows]

    async def save(self, obligations: Sequence[Obligation]) -> None:
        """Upserts; the first due date that was ever kept stays."""
        if obligations:
            values = [_values(one) for one in obligations]
            await self._tx.execute(_SAVE, self._tx.council_id, *columns(values))

    async def book(self, ids: Sequence[ObligationId], meeting: str, on: date | None) -> None:
        """Keeps the booked meeting and its day; empty and None where there is none any more."""
        await self._tx.execute(_BOOK, list(ids), meeting, on)


def _values(one: Obligation) -> tuple[object, ...]:
    return (
        one.id,
        one.subject,
        one.key,
        one.rule_id,
        one.kind.value,
        one.meeting_kind,
        one.basis.value,
        one.state.value,
        one.statutory_due,
        one.local_due,
        one.due_at,
        one.held_on,
        one.needs,
        one.inferred,
        one.original_due,
        one.booked_on,
        one.meeting,
    )


def _obligation(row: asyncpg.Record) -> Obligation:
    return Obligation(
        id=ObligationId(row["id"]),
        subject=SubjectId(row["subject_id"]),
        key=ObligationKey(row["key"]),
        rule_id=RuleId(row["rule_id"]),
        kind=RuleKind(row["kind"]),
        meeting_kind=row["meeting_kind"],
        basis=Basis(row["basis"]),
        state=ObligationState(row["state"]),
        statutory_due=row["statutory_due"],
        local_due=row["local_due"],
        due_at=row["due_at"],
        held_on=row["held_on"],
        needs=row["needs"],
        inferred=row["inferred"],
        original_due=row["original_due"],
        booked_on=row["booked_on"],
        meeting=row["meeting"],
        waiver=_waiver(row),
        unconfirmed=_unconfirmed(row),
    )


def _waiver(row: asyncpg.Record) -> Waiver | None:
    return Waiver(row["waived_by"], row["waived_at"], row["waived_because"]) if row["waived_by"] is not None else None


def _unconfirmed(row: asyncpg.Record) -> DateChange | None:
    return date_change_of(row) if row["change_id"] is not None else None
