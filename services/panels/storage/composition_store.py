"""Members of bodies, attendance and conflicts of interest in PostgreSQL."""

from typing import TYPE_CHECKING

from servicekit.postgres import ScopedTransaction
from services.panels.domain.attendance import AttendanceEntry, Presence
from services.panels.domain.body import BodyUuid
from services.panels.domain.conflict import Conflict, ConflictGround
from services.panels.domain.member import Member, MemberId
from services.panels.domain.sitting import SittingId

if TYPE_CHECKING:
    import asyncpg

_ADD_MEMBER = """
insert into body_member (member_id, council_id, body_id, person, name_for_staff, roles, from_date, until_date,
    experienced_since, evidence, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
_CHANGE_MEMBER = """
update body_member set roles = $2, until_date = $3, experienced_since = $4, evidence = $5, version = $6
where member_id = $1
"""
_ADD_ATTENDANCE = """
insert into attendance_entry (council_id, sitting_id, member_id, presence, at, recorded_at)
values ($1, $2, $3, $4, $5, $6)
"""
_CONFLICTS = """
select c.* from conflict_of_interest c join body_member m using (member_id) where m.body_id = $1 order by c.conflict_id
"""
_PUT_CONFLICT = """
insert into conflict_of_interest
    (conflict_id, council_id, member_id, subjects, ground, words, derived, set_aside, about)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (conflict_id) do update
set subjects = excluded.subjects, words = excluded.words, set_aside = excluded.set_aside
"""


class SqlCompositionStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def members(self, body: BodyUuid) -> list[Member]:
        """By name."""
        rows = await self._tx.fetch(
            "select * from body_member where body_id = $1 order by name_for_staff, member_id", body
        )
        return [_member(row) for row in rows]

    async def lock_list(self, body: BodyUuid) -> list[Member]:
        """A list may be empty, so its body's id is locked and not its rows."""
        await self._tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"body_member {body}")
        return await self.members(body)

    async def member(self, member: MemberId, *, lock: bool = False) -> Member | None:
        """One."""
        sql = "select * from body_member where member_id = $1"
        row = await self._tx.fetchrow(f"{sql} for update" if lock else sql, member)
        return _member(row) if row else None

    async def add_member(self, member: Member) -> None:
        """A new one."""
        await self._tx.execute(
            _ADD_MEMBER,
            member.member_id,
            self._tx.council_id,
            member.body,
            member.person,
            member.name_for_staff,
            sorted(member.roles),
            member.from_date,
            member.until_date,
            member.experienced_since,
            member.evidence,
            member.version,
        )

    async def change_member(self, member: Member) -> None:
        """Roles, last day, experience, version."""
        await self._tx.execute(
            _CHANGE_MEMBER,
            member.member_id,
            sorted(member.roles),
            member.until_date,
            member.experienced_since,
            member.evidence,
            member.version,
        )

    async def attendance(self, sitting: SittingId) -> list[AttendanceEntry]:
        """In the order written."""
        rows = await self._tx.fetch("select * from attendance_entry where sitting_id = $1 order by entry_id", sitting)
        return [
            AttendanceEntry(MemberId(row["member_id"]), Presence(row["presence"]), row["at"], row["recorded_at"])
            for row in rows
        ]

    async def add_attendance(self, sitting: SittingId, entry: AttendanceEntry) -> None:
        """One more."""
        council, presence = self._tx.council_id, entry.presence.value
        await self._tx.execute(_ADD_ATTENDANCE, council, sitting, entry.member, presence, entry.at, entry.recorded_at)

    async def conflicts(self, body: BodyUuid) -> list[Conflict]:
        """The oldest first."""
        return [_conflict(row) for row in await self._tx.fetch(_CONFLICTS, body)]

    async def put_conflict(self, conflict: Conflict) -> None:
        """New, or in place of the one with its id."""
        await self._tx.execute(
            _PUT_CONFLICT,
            conflict.conflict_id,
            self._tx.council_id,
            conflict.member,
            sorted(conflict.subjects),
            conflict.ground.value,
            conflict.words,
            conflict.derived,
            conflict.set_aside,
            conflict.about,
        )


def _member(row: "asyncpg.Record") -> Member:
    return Member(
        member_id=MemberId(row["member_id"]),
        body=BodyUuid(row["body_id"]),
        person=row["person"],
        name_for_staff=row["name_for_staff"],
        roles=frozenset(row["roles"]),
        from_date=row["from_date"],
        until_date=row["until_date"],
        experienced_since=row["experienced_since"],
        evidence=row["evidence"],
        version=row["version"],
    )


def _conflict(row: "asyncpg.Record") -> Conflict:
    return Conflict(
        member=MemberId(row["member_id"]),
        subjects=frozenset(row["subjects"]),
        ground=ConflictGround(row["ground"]),
        words=row["words"],
        conflict_id=row["conflict_id"],
        derived=row["derived"],
        set_aside=row["set_aside"],
        about=row["about"],
    )
