"""Subjects, read and kept."""

from collections.abc import Sequence
from datetime import date, timedelta

from rulebook.facts import SubjectKind
from servicekit.postgres import ScopedTransaction
from services.cases.app.case_data import ListingRow, MemberRow, SubjectKey, SubjectRow
from services.cases.app.ports import SubjectFilter
from services.cases.app.sight import Sight
from services.cases.domain.names import COLLECTIONS, SubjectId
from services.cases.domain.subject import Member, Subject
from services.cases.storage import put_subjects
from services.cases.storage.columns import columns
from services.cases.storage.seen import seen, seen_sql
from services.cases.storage.siblings import with_siblings
from services.cases.storage.subject_rows import COLUMNS, subject_of

_FIND = f"select {COLUMNS} from subject s where s.id = any($1) and {seen_sql('s', 2)} order by s.id"
_KINDS = f"select s.id, s.kind from subject s where s.id = any($1) and {seen_sql('s', 2)}"
_PAGE = f"""
select {COLUMNS} from subject s
where (cardinality($1::text[]) = 0 or s.kind = any($1)) and ($2 = '' or s.reference = $2)
  and ($3 = '' or s.source_id = $3)
  and ($4::text is null or (s.reference, s.id) > ($4, $5::uuid)) and {seen_sql("s", 7)}
order by s.reference, s.id limit $6
"""
_MEMBERS = f"""
select m.group_id, m.member_id, s.kind from subject_member m join subject s on s.id = m.member_id
where m.group_id = any($1) and m.from_date <= $7 and (m.until_date is null or m.until_date >= $7) and {seen_sql("s", 2)}
order by m.group_id, s.reference
"""
_IN_GROUPS_WITH = """
select distinct m.member_id from subject_member m join subject g on g.id = m.group_id and g.kind = 'sibling_group'
where m.group_id = any($1)
   or m.group_id in (select mine.group_id from subject_member mine where mine.member_id = any($1))
"""
# The first of the days too: a fact of that day may have been recorded while it began. The last day of a membership is
# the one before it counts no more.
_TOUCHED = """
select id from subject where extract(month from born_on) * 100 + extract(day from born_on) = any($3::int[])
union select subject_id from case_event where not withdrawn and on_date between $1 and $2
union select mine.member_id from subject_member mine join subject_member m using (group_id)
  where m.from_date between $1 and $2 or m.until_date between $1::date - 1 and $2
order by 1
"""
_LOCK = f"select {COLUMNS} from subject s where s.id = any($1) order by s.id for update"
_CARE = """
update subject s set looked_after_since = n.since, looked_after_since_inferred = n.inferred, version = version + 1
from unnest($1::uuid[], $2::date[], $3::boolean[]) as n(id, since, inferred) where s.id = n.id
"""
# A case is restricted while a restriction says so of the subject, of its sibling group, or of a brother or sister.
_REFRESH = f"""
with closed as (
    select distinct r.subject_id as id from restriction r
    where r.kind = 'restricted_case' and r.from_date <= $1 and (r.until_date is null or r.until_date >= $1)
), groups as (
    select g.id from subject g where g.kind = 'sibling_group' and (
        g.id in (select id from closed)
        or exists (select from subject_member m where m.group_id = g.id and m.member_id in (select id from closed)
                   and m.from_date <= $1 and (m.until_date is null or m.until_date >= $1)))
), wanted as (
    select id from closed union select id from groups
    union select m.member_id from subject_member m where m.group_id in (select id from groups)
      and m.from_date <= $1 and (m.until_date is null or m.until_date >= $1)
)
update subject s set restricted = not s.restricted, version = s.version + 1
where s.restricted <> (s.id in (select id from wanted))
returning {COLUMNS}
"""
_ESTABLISH = """
insert into subject (id, council_id, kind, source_id, reference, display_name) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing returning true
"""


class SubjectStore:
    """Implements `app.ports.Subjects`."""

    def __init__(self, tx: ScopedTransaction, today: date) -> None:
        self._tx = tx
        self._today = today

    async def find(self, subject: SubjectId, kind: SubjectKind | None, sight: Sight) -> Subject | None:
        """The subject if it exists under that kind's collection and the caller may know of it."""
        found = await self.find_all([subject], sight)
        if not found or (kind is not None and COLLECTIONS[found[0].kind] != COLLECTIONS[kind]):
            return None
        return found[0]

    async def find_all(self, subjects: Sequence[SubjectId], sight: Sight) -> list[Subject]:
        """Those the caller may know of."""
        rows = await self._tx.fetch(_FIND, list(subjects), *seen(sight, self._today))
        return await with_siblings(self._tx, [subject_of(row) for row in rows], self._today)

    async def kinds(self, subjects: Sequence[SubjectId], sight: Sight) -> dict[SubjectId, SubjectKind]:
        """Of those the caller may know of, what they are."""
        rows = await self._tx.fetch(_KINDS, list(subjects), *seen(sight, self._today))
        return {SubjectId(row["id"]): SubjectKind(row["kind"]) for row in rows}

    async def page(self, wanted: SubjectFilter, sight: Sight, limit: int) -> list[Subject]:
        """In the order of their references."""
        reference, last = wanted.after or (None, None)
        kinds = [kind.value for kind in wanted.kinds]
        filters = (kinds, wanted.reference, wanted.source_id, reference, last, limit)
        rows = await self._tx.fetch(_PAGE, *filters, *seen(sight, self._today))
        return await with_siblings(self._tx, [subject_of(row) for row in rows], self._today)

    async def members(self, subjects: Sequence[SubjectId], sight: Sight) -> list[Member]:
        """Today's members of groups and households that the caller may know of."""
        rows = await self._tx.fetch(_MEMBERS, list(subjects), *seen(sight, self._today))
        return [
            Member(SubjectId(row["group_id"]), SubjectId(row["member_id"]), SubjectKind(row["kind"])) for row in rows
        ]

    async def lock(self, subjects: Sequence[SubjectId]) -> list[Subject]:
        """Locks in the order of ids, so that two who lock the same do not wait for each other."""
        rows = await self._tx.fetch(_LOCK, list(subjects))
        return await with_siblings(self._tx, [subject_of(row) for row in rows], self._today)

    async def all_ids(self) -> list[SubjectId]:
        """Every subject of the council."""
        return [SubjectId(row["id"]) for row in await self._tx.fetch("select id from subject order by id")]

    async def touched_ids(self, since: date, until: date) -> list[SubjectId]:
        """Those with a fact, a birthday, or a sibling who came or went, on one of these days."""
        rows = await self._tx.fetch(_TOUCHED, since, until, birthdays(since, until))
        return [SubjectId(row["id"]) for row in rows]

    async def keep_care(self, since: Sequence[tuple[SubjectId, date | None, bool]]) -> None:
        """The day the present time in care began, worked out from the facts."""
        if since:
            await self._tx.execute(_CARE, *columns(since))

    async def put(self, rows: Sequence[SubjectRow], prefix: str) -> tuple[dict[SubjectKey, SubjectId], list[Subject]]:
        """Ids of all given, and those that are new or have changed."""
        return await put_subjects.put(self._tx, rows, prefix)

    async def put_members(self, rows: Sequence[MemberRow]) -> set[SubjectId]:
        """The groups and children whose belonging has changed."""
        return await put_subjects.put_members(self._tx, rows)

    async def in_groups_with(self, subjects: Sequence[SubjectId]) -> set[SubjectId]:
        """Everybody who was ever a member of a sibling group that one of them is, or is a member of."""
        rows = await self._tx.fetch(_IN_GROUPS_WITH, list(subjects)) if subjects else []
        return {SubjectId(row["member_id"]) for row in rows}

    async def put_listings(self, rows: Sequence[ListingRow]) -> set[SubjectId]:
        """The subjects with somebody newly listed."""
        return await put_subjects.put_listings(self._tx, rows)

    async def refresh_restricted(self, on: date) -> list[Subject]:
        """Brings every subject's flag in step with the restrictions of that day; those that changed."""
        return [subject_of(row) for row in await self._tx.fetch(_REFRESH, on)]

    async def establish(self, subject: Subject) -> bool:
        """Makes it known; False where it is already."""
        fields = (subject.kind.value, subject.source_id, subject.reference, subject.display_name)
        return await self._tx.fetchval(_ESTABLISH, subject.id, self._tx.council_id, *fields) is True


def birthdays(since: date, until: date) -> list[int]:
    """Month and day, as 1231, of everybody born on one of these days of some year.

    Born on 29 February: on the day before and the day after it, whichever of them the council's pack chose.
    """
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    found = {day.month * 100 + day.day for day in days}
    return sorted(found | ({229} if found & {228, 301} else set()))
