"""Taking in many people and involvements, a statement each."""

import json
from collections.abc import Sequence

from servicekit.ids import new_id
from servicekit.postgres import ScopedTransaction
from services.cases.app.case_data import InvolvementRow, PersonRow
from services.cases.app.ports import PutPeople
from services.cases.domain.names import PersonId, SubjectId
from services.cases.storage.columns import columns

_FIELDS = (
    "staff, principal_id, given_names, family_name, organisation, email, phone, channel, verified_on,"
    " interpreter_language, access_needs, postal_lines, unsafe_channels, protected_strings,"
    " unsafe_times"
)
_EXCLUDED = ", ".join(f"excluded.{name.strip()}" for name in _FIELDS.split(","))
_MINE = ", ".join(f"p.{name.strip()}" for name in _FIELDS.split(","))
# Lists of different length do not fit unnest: they come as JSON.
_PUT = f"""
insert into person as p (id, council_id, source_id, {_FIELDS})
select n.id, $1, n.source_id, n.staff, n.principal_id, n.given_names, n.family_name, n.organisation, n.email, n.phone,
    n.channel, n.verified_on, n.interpreter_language, n.access_needs,
    array(select jsonb_array_elements_text(n.lists::jsonb -> 0)),
    array(select jsonb_array_elements_text(n.lists::jsonb -> 1)),
    array(select jsonb_array_elements_text(n.lists::jsonb -> 2)),
    n.lists::jsonb -> 3
from unnest($2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::date[], $13::text[], $14::text[], $15::text[]) as n(id, source_id, staff,
    principal_id, given_names, family_name, organisation, email, phone, channel, verified_on, interpreter_language,
    access_needs, lists)
on conflict (council_id, source_id) do update set ({_FIELDS}) = row({_EXCLUDED}), version = p.version + 1
where ({_MINE}) is distinct from ({_EXCLUDED})
returning p.id
"""
_IDS = "select id, source_id from person where source_id = any($1)"
_TOUCHED = "select distinct subject_id from involvement where person_id = any($1)"
_PUT_INVOLVEMENTS = """
insert into involvement as i (council_id, source_key, subject_id, person_id, role, from_date, until_date)
select $1, n.source_key, s.id, p.id, n.role, n.from_date, n.until_date
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::date[], $8::date[])
    as n(source_key, collection, source_id, person_source_id, role, from_date, until_date)
join subject s using (collection, source_id)
join person p on p.source_id = n.person_source_id
on conflict (council_id, source_key) do update set subject_id = excluded.subject_id, person_id = excluded.person_id,
    role = excluded.role, from_date = excluded.from_date, until_date = excluded.until_date
where (i.subject_id, i.person_id, i.role, i.from_date, i.until_date) is distinct from
    (excluded.subject_id, excluded.person_id, excluded.role, excluded.from_date, excluded.until_date)
returning subject_id
"""


async def put(tx: ScopedTransaction, rows: Sequence[PersonRow]) -> PutPeople:
    """Upserts by source id."""
    if not rows:
        return PutPeople({}, frozenset())
    changed = [row["id"] for row in await tx.fetch(_PUT, tx.council_id, *columns([_values(row) for row in rows]))]
    ids = {row["source_id"]: PersonId(row["id"]) for row in await tx.fetch(_IDS, [row.source_id for row in rows])}
    touched = await tx.fetch(_TOUCHED, changed)
    return PutPeople(ids, frozenset(SubjectId(row["subject_id"]) for row in touched))


async def put_involvements(tx: ScopedTransaction, rows: Sequence[InvolvementRow]) -> set[SubjectId]:
    """Upserts by source key; rows whose subject or person is unknown have no effect."""
    if not rows:
        return set()
    values = [
        (
            row.source_key,
            row.subject.collection,
            row.subject.source_id,
            row.person_source_id,
            row.role,
            row.from_date,
            row.until_date,
        )
        for row in rows
    ]
    found = await tx.fetch(_PUT_INVOLVEMENTS, tx.council_id, *columns(values))
    return {SubjectId(row["subject_id"]) for row in found}


def _values(row: PersonRow) -> tuple[object, ...]:
    times = [(one.weekday, one.start, one.end) for one in row.unsafe_times]
    lists = [list(row.postal_lines), [one.value for one in row.unsafe_channels], list(row.protected_strings), times]
    return (
        new_id(),
        row.source_id,
        row.staff,
        row.principal_id,
        row.given_names,
        row.family_name,
        row.organisation,
        row.email,
        row.phone,
        row.channel.value if row.channel else None,
        row.verified_on,
        row.interpreter_language,
        row.access_needs,
        json.dumps(lists),
    )
