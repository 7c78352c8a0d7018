"""Restrictions, read and kept."""

from collections.abc import Sequence
from datetime import date

import asyncpg

from rulebook.facts import SubjectKind
from servicekit.ids import new_id
from servicekit.postgres import ScopedTransaction
from services.cases.app.case_data import RestrictionRow
from services.cases.domain.names import PersonId, RestrictionId, SubjectId
from services.cases.domain.restriction import Restriction, RestrictionKind
from services.cases.storage.columns import columns

# Also those between two people around the subjects that were recorded on another child's account.
_AROUND = """
with tied as (select distinct t.subject_id from tied_to($1, $2) t),
     nearby as (select distinct i.person_id from tied t join involvement i on i.subject_id = t.subject_id
                where i.from_date <= $2 and (i.until_date is null or i.until_date >= $2))
select r.id, r.kind, r.subject_id, s.kind as subject_kind, r.person_id, r.other_person_id, r.other_subject_id,
    r.court_ordered, r.from_date, r.until_date
from restriction r join subject s on s.id = r.subject_id
where r.from_date <= $2 and (r.until_date is null or r.until_date >= $2)
  and (r.subject_id in (select subject_id from tied)
       or (r.person_id in (select person_id from nearby) and r.other_person_id in (select person_id from nearby)))
order by r.id
"""
_PUT = """
insert into restriction as r (id, council_id, source_id, kind, subject_id, person_id, other_person_id, other_subject_id,
    court_ordered, from_date, until_date)
select n.id, $1, n.restriction, n.kind, s.id, p.id, o.id, h.id, n.court_ordered, n.from_date, n.until_date
from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::boolean[], $12::date[], $13::date[]) as n(id, restriction, kind, collection, source_id, person_source,
    other_person_source, other_collection, other_source, court_ordered, from_date, until_date)
join subject s on s.collection = n.collection and s.source_id = n.source_id
left join person p on p.source_id = n.person_source
left join person o on o.source_id = n.other_person_source
left join subject h on h.collection = n.other_collection and h.source_id = n.other_source
on conflict (council_id, source_id) do update set kind = excluded.kind, subject_id = excluded.subject_id,
    person_id = excluded.person_id, other_person_id = excluded.other_person_id,
    other_subject_id = excluded.other_subject_id, court_ordered = excluded.court_ordered,
    from_date = excluded.from_date, until_date = excluded.until_date
where (r.kind, r.subject_id, r.person_id, r.other_person_id, r.other_subject_id, r.court_ordered, r.from_date,
    r.until_date) is distinct from (excluded.kind, excluded.subject_id, excluded.person_id, excluded.other_person_id,
    excluded.other_subject_id, excluded.court_ordered, excluded.from_date, excluded.until_date)
returning subject_id
"""
_UNKNOWN = """
select (select count(*) from unnest($1::text[]) n where not exists (select from person p where p.source_id = n))
     + (select count(*) from unnest($2::text[], $3::text[]) as k(collection, source_id)
        where not exists (select from subject s where s.collection = k.collection and s.source_id = k.source_id))
"""


class RestrictionStore:
    """Implements `app.ports.Restrictions`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def around(self, subjects: Sequence[SubjectId], on: date) -> list[Restriction]:
        """All that hold that day for the subjects, their groups and households, or between people around them."""
        return [_restriction(row) for row in await self._tx.fetch(_AROUND, list(subjects), on)]

    async def put(self, rows: Sequence[RestrictionRow]) -> set[SubjectId]:
        """Upserts by source id; the subjects whose restrictions changed.

        LookupError where a row names somebody unknown: a restriction must never be kept by halves, or quietly dropped.
        """
        if not rows:
            return set()
        await self._require_known(rows)
        found = await self._tx.fetch(_PUT, self._tx.council_id, *columns([_values(row) for row in rows]))
        return {SubjectId(row["subject_id"]) for row in found}

    async def _require_known(self, rows: Sequence[RestrictionRow]) -> None:
        people = {name for row in rows for name in (row.person_source_id, row.other_person_source_id) if name}
        keys = {key for row in rows for key in (row.subject, row.other_subject) if key}
        unknown = await self._tx.fetchval(
            _UNKNOWN, list(people), [key.collection for key in keys], [key.source_id for key in keys]
        )
        if unknown:
            raise LookupError(f"{unknown} people or subjects that restrictions name are not known; take them in first")


def _values(row: RestrictionRow) -> tuple[object, ...]:
    other = row.other_subject
    return (
        new_id(),
        row.source_id,
        row.kind.value,
        row.subject.collection,
        row.subject.source_id,
        row.person_source_id,
        row.other_person_source_id,
        other.collection if other else None,
        other.source_id if other else None,
        row.court_ordered,
        row.from_date,
        row.until_date,
    )


def _restriction(row: asyncpg.Record) -> Restriction:
    return Restriction(
        id=RestrictionId(row["id"]),
        kind=RestrictionKind(row["kind"]),
        subject=SubjectId(row["subject_id"]),
        subject_kind=SubjectKind(row["subject_kind"]),
        person=PersonId(row["person_id"]) if row["person_id"] else None,
        other_person=PersonId(row["other_person_id"]) if row["other_person_id"] else None,
        other_subject=SubjectId(row["other_subject_id"]) if row["other_subject_id"] else None,
        court_ordered=row["court_ordered"],
        from_date=row["from_date"],
        until_date=row["until_date"],
    )
