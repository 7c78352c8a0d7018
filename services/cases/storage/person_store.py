"""People, their parts and contacts, read and kept."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Final

import asyncpg

from rulebook.facts import SubjectKind
from servicekit.postgres import ScopedTransaction
from services.cases.app.case_data import InvolvementRow, PersonRow
from services.cases.app.ports import PutPeople
from services.cases.domain.names import PersonId, SubjectId
from services.cases.domain.person import Channel, Involvement, Person
from services.cases.domain.unsafe_time import UnsafeTime
from services.cases.storage import put_people

_COLUMNS: Final = (
    "p.id, p.source_id, p.staff, p.principal_id, p.given_names, p.family_name, p.organisation, p.email, p.phone,"
    " p.postal_lines, p.channel, p.unsafe_channels, p.verified_on, p.interpreter_language, p.access_needs,"
    " p.protected_strings, p.unsafe_times"
)
# A part around a child is a part around its sibling group too; it is told of the subject that was asked about.
_AROUND = """
select distinct on (w.asked_id, i.role, i.person_id) i.person_id, w.asked_id, s.kind, i.role, i.from_date, i.until_date,
    p.staff, p.given_names, p.family_name
from with_members($1, $2) w
join subject s on s.id = w.asked_id
join involvement i on i.subject_id = w.subject_id
join person p on p.id = i.person_id
where i.from_date <= $2 and ($3::boolean or i.until_date is null or i.until_date >= $2)
order by w.asked_id, i.role, i.person_id, coalesce(i.until_date, 'infinity') desc, i.from_date
"""
_LEFT = """
select distinct i.person_id from with_members($1, $3) w join involvement i on i.subject_id = w.subject_id
where i.person_id = any($2) and i.until_date < $3
"""
_NEAR = """
select distinct i.person_id, i.role from tied_to($1, $2) t join involvement i on i.subject_id = t.subject_id
where i.from_date <= $2 and (i.until_date is null or i.until_date >= $2)
"""
_WITH_PARTS = """
select distinct t.asked_id, i.role, i.person_id from tied_to($1, $3) t join involvement i on i.subject_id = t.subject_id
where i.role = any($2) and i.from_date <= $3 and (i.until_date is null or i.until_date >= $3)
"""
_STAFF = f"""
select {_COLUMNS} from person p where p.staff and (p.principal_id = any($1) or p.id = any($2) or p.id in (
    select i.person_id from involvement i
    where i.role = any($3) and i.from_date <= $4 and (i.until_date is null or i.until_date >= $4)))
order by p.family_name, p.given_names, p.id
"""


class PersonStore:
    """Implements `app.ports.People`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def by_source(self, source_ids: Sequence[str]) -> list[Person]:
        """Those that are known, in the order of their source ids."""
        sql = f"select {_COLUMNS} from person p where p.source_id = any($1) order by p.source_id"
        return [_person(row) for row in await self._tx.fetch(sql, list(source_ids))]

    async def find_all(self, people: Sequence[PersonId]) -> list[Person]:
        """Those that are known."""
        sql = f"select {_COLUMNS} from person p where p.id = any($1) order by p.id"
        return [_person(row) for row in await self._tx.fetch(sql, list(people))]

    async def staff(
        self, principals: Sequence[str], people: Sequence[PersonId], roles: Sequence[str], on: date
    ) -> list[Person]:
        """Those of them who are staff, by name; with whoever has one of the roles around any subject that day."""
        rows = await self._tx.fetch(_STAFF, list(principals), list(people), list(roles), on)
        return [_person(row) for row in rows]

    async def around(
        self, subjects: Sequence[SubjectId], on: date, *, include_ended: bool = False
    ) -> list[Involvement]:
        """Who has a part on that day, or had one before, by subject, then role; each person's last in a role."""
        return [_involvement(row) for row in await self._tx.fetch(_AROUND, list(subjects), on, include_ended)]

    async def left(self, subjects: Sequence[SubjectId], people: Sequence[PersonId], on: date) -> set[PersonId]:
        """Those of the people who had a part that has ended by that day."""
        return {PersonId(row["person_id"]) for row in await self._tx.fetch(_LEFT, list(subjects), list(people), on)}

    async def near(self, subjects: Sequence[SubjectId], on: date) -> list[tuple[PersonId, str]]:
        """Who has which part around the subjects, their groups or their carer households."""
        rows = await self._tx.fetch(_NEAR, list(subjects), on)
        return [(PersonId(row["person_id"]), row["role"]) for row in rows]

    async def with_parts(
        self, subjects: Sequence[SubjectId], roles: Sequence[str], on: date
    ) -> dict[SubjectId, frozenset[tuple[str, PersonId]]]:
        """Of each subject, who has one of the roles around it, its group or its carer household, as (role, person)."""
        rows = await self._tx.fetch(_WITH_PARTS, list(subjects), list(roles), on)
        found: dict[SubjectId, set[tuple[str, PersonId]]] = {}
        for row in rows:
            found.setdefault(SubjectId(row["asked_id"]), set()).add((row["role"], PersonId(row["person_id"])))
        return {subject: frozenset(parts) for subject, parts in found.items()}

    async def put(self, rows: Sequence[PersonRow]) -> PutPeople:
        """Upserts by source id; tells which subjects have somebody whose data changed around them."""
        return await put_people.put(self._tx, rows)

    async def put_involvements(self, rows: Sequence[InvolvementRow]) -> set[SubjectId]:
        """Upserts by source key; the subjects around which something changed."""
        return await put_people.put_involvements(self._tx, rows)


def _person(row: asyncpg.Record) -> Person:
    return Person(
        id=PersonId(row["id"]),
        source_id=row["source_id"],
        staff=row["staff"],
        principal_id=row["principal_id"],
        given_names=row["given_names"],
        family_name=row["family_name"],
        organisation=row["organisation"],
        email=row["email"],
        phone=row["phone"],
        postal_lines=tuple(row["postal_lines"]),
        channel=Channel(row["channel"]) if row["channel"] else None,
        unsafe_channels=tuple(Channel(name) for name in row["unsafe_channels"]),
        unsafe_times=tuple(UnsafeTime(*one) for one in json.loads(row["unsafe_times"])),
        verified_on=row["verified_on"],
        interpreter_language=row["interpreter_language"],
        access_needs=row["access_needs"],
        protected_strings=tuple(row["protected_strings"]),
    )


def _involvement(row: asyncpg.Record) -> Involvement:
    names = (row["given_names"], row["family_name"])
    return Involvement(
        person=PersonId(row["person_id"]),
        subject=SubjectId(row["asked_id"]),
        subject_kind=SubjectKind(row["kind"]),
        role=row["role"],
        from_date=row["from_date"],
        until_date=row["until_date"],
        staff=row["staff"],
        display_name=" ".join(name for name in names if name),
    )
