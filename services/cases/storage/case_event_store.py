"""Dated facts, read and kept."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

import asyncpg

from rulebook.facts import EventType, RuleId
from servicekit.ids import new_id
from servicekit.postgres import ScopedTransaction
from services.cases.app.case_data import EventRow
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.names import CaseEventId, SubjectId
from services.cases.storage.columns import columns

_COLUMNS: Final = (
    "e.id, e.subject_id, e.seq, e.type, e.on_date, e.at_time, e.next_date, e.assumed, e.rule_id, e.meeting,"
    " e.source_key, e.plan"
)
_OF = f"select {_COLUMNS} from case_event e where e.subject_id = any($1) and not e.withdrawn order by e.seq"
_PAGE = f"""
select {_COLUMNS} from case_event e where e.subject_id = $1 and not e.withdrawn
  and ($2::date is null or (e.on_date, e.seq) > ($2, $3::bigint))
order by e.on_date, e.seq limit $4
"""
# A source that says something else than before has corrected itself: the fact counts as recorded anew. What a person
# corrected or withdrew here stands for as long as the source says what it said then.
_ON_CONFLICT = f"""
on conflict (subject_id, source_key) do update set type = excluded.type, on_date = excluded.on_date,
    at_time = excluded.at_time, next_date = excluded.next_date, assumed = excluded.assumed, rule_id = excluded.rule_id,
    meeting = excluded.meeting, plan = excluded.plan, withdrawn = false, source_says = null,
    seq = nextval('case_event_seq'), recorded_at = excluded.recorded_at
where (e.type, e.on_date, e.at_time, e.next_date, e.assumed, e.rule_id, e.meeting, e.plan, e.withdrawn)
    is distinct from (excluded.type, excluded.on_date, excluded.at_time, excluded.next_date, excluded.assumed,
    excluded.rule_id, excluded.meeting, excluded.plan, false)
  and e.source_says is distinct from said_of(excluded.type, excluded.on_date, excluded.at_time, excluded.next_date,
    excluded.assumed, excluded.rule_id, excluded.meeting, excluded.plan)
returning {_COLUMNS}
"""
_ADD = f"""
insert into case_event as e (id, council_id, subject_id, type, on_date, at_time, next_date, assumed, rule_id, meeting,
    source_key, plan, recorded_at)
select n.id, $1, n.subject_id, n.type, n.on_date, n.at_time, n.next_date, n.assumed, n.rule_id, n.meeting,
    n.source_key, n.plan, $2
from unnest($3::uuid[], $4::uuid[], $5::text[], $6::date[], $7::timestamptz[], $8::date[], $9::boolean[], $10::text[],
    $11::text[], $12::text[], $13::text[]) with ordinality as n(id, subject_id, type, on_date, at_time, next_date,
    assumed, rule_id, meeting, source_key, plan, place)
order by n.place
{_ON_CONFLICT}
"""
_PUT = f"""
insert into case_event as e (id, council_id, subject_id, type, on_date, at_time, assumed, rule_id, source_key, plan,
    recorded_at)
select n.id, $1, s.id, n.type, n.on_date, n.at_time, n.assumed, n.rule_id, n.source_key, n.plan, $2
from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::date[], $8::timestamptz[], $9::boolean[], $10::text[],
    $11::text[], $12::text[]) with ordinality as n(id, collection, source_id, type, on_date, at_time, assumed, rule_id,
    source_key, plan, place)
join subject s using (collection, source_id)
order by n.place
{_ON_CONFLICT}
"""
_FIND = f"select {_COLUMNS} from case_event e where e.id = $1 and not e.withdrawn"
# The place in the order of recording stays: a correction is the fact as it should have been given the first time.
_CORRECT = f"""
update case_event e set on_date = $2, at_time = $3, withdrawn = $4, assumed = false,
    source_says = coalesce(e.source_says, said_of(e.type, e.on_date, e.at_time, e.next_date, e.assumed, e.rule_id,
        e.meeting, e.plan))
where e.id = $1 returning {_COLUMNS}
"""
_WITHDRAW = """
update case_event set withdrawn = true
where meeting = $1 and type = any($2) and not withdrawn returning subject_id
"""


class CaseEventStore:
    """Implements `app.ports.CaseEvents`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def of(self, subjects: Sequence[SubjectId]) -> dict[SubjectId, list[RecordedEvent]]:
        """Each subject's facts in the order of recording; a list for each asked about."""
        found: dict[SubjectId, list[RecordedEvent]] = {subject: [] for subject in subjects}
        for row in await self._tx.fetch(_OF, list(subjects)):
            found[SubjectId(row["subject_id"])].append(_event(row))
        return found

    async def page(
        self, subject: SubjectId, after: tuple[date, int] | None, limit: int
    ) -> list[tuple[int, RecordedEvent]]:
        """In the order in which they happened, each with its place in the order of recording."""
        day, seq = after or (None, None)
        return [(row["seq"], _event(row)) for row in await self._tx.fetch(_PAGE, subject, day, seq, limit)]

    async def add(self, facts: Sequence[RecordedEvent], now: datetime) -> list[RecordedEvent]:
        """Those that are new, or that differ from what the same source said before."""
        if not facts:
            return []
        rows = await self._tx.fetch(_ADD, self._tx.council_id, now, *columns([_values(fact) for fact in facts]))
        return [_event(row) for row in rows]

    async def find(self, event: CaseEventId) -> RecordedEvent | None:
        """The fact, unless it was withdrawn."""
        row = await self._tx.fetchrow(_FIND, event)
        return _event(row) if row else None

    async def correct(
        self, event: CaseEventId, on: date, at: datetime | None, *, withdrawn: bool = False
    ) -> RecordedEvent:
        """Puts a person's correction in place of what was said; what the source said is kept beside it."""
        row = await self._tx.fetchrow(_CORRECT, event, on, at, withdrawn)
        assert row is not None
        return _event(row)

    async def withdraw(self, meeting: str, types: Iterable[EventType]) -> set[SubjectId]:
        """A meeting's planned facts count no more; the subjects they were about."""
        rows = await self._tx.fetch(_WITHDRAW, meeting, list(types))
        return {SubjectId(row["subject_id"]) for row in rows}

    async def put(self, rows: Sequence[EventRow], now: datetime) -> list[RecordedEvent]:
        """As `add`, by the case system's ids; rows of unknown subjects have no effect."""
        if not rows:
            return []
        found = await self._tx.fetch(_PUT, self._tx.council_id, now, *columns([_row_values(row) for row in rows]))
        return [_event(row) for row in found]


def _values(fact: RecordedEvent) -> tuple[object, ...]:
    return (
        fact.id,
        fact.subject,
        fact.type,
        fact.on,
        fact.at,
        fact.next_on,
        fact.assumed,
        fact.rule_id or "",
        fact.meeting,
        fact.source_key,
        fact.plan,
    )


def _row_values(row: EventRow) -> tuple[object, ...]:
    return (
        new_id(),
        row.subject.collection,
        row.subject.source_id,
        row.type,
        row.on,
        row.at,
        row.assumed,
        row.rule_id or "",
        row.source_key,
        row.plan,
    )


def _event(row: asyncpg.Record) -> RecordedEvent:
    return RecordedEvent(
        id=CaseEventId(row["id"]),
        subject=SubjectId(row["subject_id"]),
        type=EventType(row["type"]),
        on=row["on_date"],
        source_key=row["source_key"],
        at=row["at_time"],
        next_on=row["next_date"],
        assumed=row["assumed"],
        rule_id=RuleId(row["rule_id"]) if row["rule_id"] else None,
        meeting=row["meeting"],
        plan=row["plan"],
    )
