"""Taking in many subjects, memberships and listings, a statement each."""

from collections.abc import Iterator, Sequence

from servicekit.ids import new_id
from servicekit.postgres import ScopedTransaction
from services.cases.app.case_data import ListingRow, MemberRow, SubjectKey, SubjectRow
from services.cases.domain.names import SubjectId
from services.cases.domain.subject import Subject
from services.cases.storage.columns import columns
from services.cases.storage.subject_rows import COLUMNS, attributes_json, subject_of

_KNOWN = """
select s.id, s.collection, s.source_id from subject s
join unnest($1::text[], $2::text[]) as n(collection, source_id) using (collection, source_id)
"""
_NUMBERS = """
insert into reference_counter (council_id, last) values ($1, $2)
on conflict (council_id) do update set last = reference_counter.last + excluded.last returning last
"""
_PUT = f"""
insert into subject as s (id, council_id, kind, source_id, reference, display_name, given_names, family_name, born_on,
    expected_on, attributes)
select n.id, $1, n.kind, n.source_id, n.reference, n.display_name, n.given_names, n.family_name, n.born_on,
    n.expected_on, n.attributes::jsonb
from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::date[], $10::date[],
    $11::text[]) as n(id, kind, source_id, reference, display_name, given_names, family_name, born_on, expected_on,
    attributes)
on conflict (council_id, collection, source_id) do update set
    kind = excluded.kind, display_name = excluded.display_name, given_names = excluded.given_names,
    family_name = excluded.family_name, born_on = excluded.born_on, expected_on = excluded.expected_on,
    attributes = excluded.attributes, version = s.version + 1
where (s.kind, s.display_name, s.given_names, s.family_name, s.born_on, s.expected_on, s.attributes) is distinct from
    (excluded.kind, excluded.display_name, excluded.given_names, excluded.family_name, excluded.born_on,
     excluded.expected_on, excluded.attributes)
returning {COLUMNS}
"""
_PUT_MEMBERS = """
insert into subject_member as m (council_id, group_id, member_id, from_date, until_date)
select $1, g.id, c.id, n.from_date, n.until_date
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[])
    as n(group_collection, group_source, member_collection, member_source, from_date, until_date)
join subject g on g.collection = n.group_collection and g.source_id = n.group_source
join subject c on c.collection = n.member_collection and c.source_id = n.member_source
on conflict (group_id, member_id, from_date) do update set until_date = excluded.until_date
where m.until_date is distinct from excluded.until_date
returning group_id, member_id
"""
_PUT_LISTINGS = """
insert into case_listing (council_id, subject_id, principal_id)
select $1, s.id, n.principal_id
from unnest($2::text[], $3::text[], $4::text[]) as n(collection, source_id, principal_id)
join subject s using (collection, source_id)
on conflict do nothing returning subject_id
"""


async def put(
    tx: ScopedTransaction, rows: Sequence[SubjectRow], prefix: str
) -> tuple[dict[SubjectKey, SubjectId], list[Subject]]:
    """Upserts by collection and source id; a reference once given stays. `prefix` begins the references made here."""
    if not rows:
        return {}, []
    known = await _ids(tx, [row.key for row in rows])
    fresh = [row for row in rows if (row.key.collection, row.key.source_id) not in known]
    numbers = await _numbers(tx, sum(row.reference is None for row in fresh))
    values = []
    for row in rows:
        is_new = (row.key.collection, row.key.source_id) not in known
        reference = row.reference or (f"{prefix}-{next(numbers):04d}" if is_new else "")
        values.append(_values(row, reference))
    changed = [subject_of(row) for row in await tx.fetch(_PUT, tx.council_id, *columns(values))]
    known.update({(_collection(one), one.source_id): one.id for one in changed})
    return {row.key: known[row.key.collection, row.key.source_id] for row in rows}, changed


async def put_members(tx: ScopedTransaction, rows: Sequence[MemberRow]) -> set[SubjectId]:
    """Upserts by group, member and first day; rows whose subjects are unknown have no effect."""
    if not rows:
        return set()
    values = [
        (
            row.group.collection,
            row.group.source_id,
            row.member.collection,
            row.member.source_id,
            row.from_date,
            row.until_date,
        )
        for row in rows
    ]
    found = await tx.fetch(_PUT_MEMBERS, tx.council_id, *columns(values))
    return {SubjectId(row[column]) for row in found for column in ("group_id", "member_id")}


async def put_listings(tx: ScopedTransaction, rows: Sequence[ListingRow]) -> set[SubjectId]:
    """Adds; nobody is taken off the list by an import."""
    if not rows:
        return set()
    values = [(row.subject.collection, row.subject.source_id, row.principal_id) for row in rows]
    return {SubjectId(row["subject_id"]) for row in await tx.fetch(_PUT_LISTINGS, tx.council_id, *columns(values))}


async def _ids(tx: ScopedTransaction, keys: Sequence[SubjectKey]) -> dict[tuple[str, str], SubjectId]:
    rows = await tx.fetch(_KNOWN, [key.collection for key in keys], [key.source_id for key in keys])
    return {(row["collection"], row["source_id"]): SubjectId(row["id"]) for row in rows}


async def _numbers(tx: ScopedTransaction, count: int) -> Iterator[int]:
    last = await tx.fetchval(_NUMBERS, tx.council_id, count) if count else 0
    assert isinstance(last, int)
    return iter(range(last - count + 1, last + 1))


def _values(row: SubjectRow, reference: str) -> tuple[object, ...]:
    return (
        new_id(),
        row.key.kind.value,
        row.key.source_id,
        reference,
        row.display_name,
        row.given_names,
        row.family_name,
        row.born_on,
        row.expected_on,
        attributes_json(dict(row.attributes)),
    )


def _collection(subject: Subject) -> str:
    return SubjectKey(subject.kind, subject.source_id).collection
