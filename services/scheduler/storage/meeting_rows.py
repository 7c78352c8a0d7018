"""Meetings as rows. Every statement runs inside one council's transaction; row-level security stands behind it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.scheduler.app.ports import BookedFilter, MeetingFilter
from services.scheduler.domain.meeting import (
    TIME_ZONE,
    AcceptedBreach,
    ApprovedOverlap,
    Attendee,
    DateDecision,
    DiaryState,
    Meeting,
    MeetingState,
    Plan,
    Session,
    wall_time,
)
from services.scheduler.domain.series_dates import SittingDay

_NUMBER = """
insert into meeting_number as n (council_id, last) values ($1, 1)
on conflict (council_id) do update set last = n.last + 1 returning last
"""
_INSERT = """
insert into meeting (
    id, council_id, reference, meeting_kind, title, state, start_at, end_at, time_zone, local_start, minutes_between,
    needs_room, room_features, room, body, series_id, revision, version, change_reason, booked_by, expires_at,
    date_decided_by, consented_on, overlap_approved_by, overlap_reason, date_offer_id, held_by_video,
    part_of, part_id
) values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
    $26, $27, $28, $29
)
"""
_LOAD = "select * from meeting where id = $1"
_LOAD_LOCKED = "select * from meeting where id = $1 for update"
_SAVE = """
update meeting set state = $2, start_at = $3, end_at = $4, local_start = $5, room = $6, revision = $7, version = $8,
    change_reason = $9, expires_at = $10, booked_by = $11, date_decided_by = $12, consented_on = $13,
    overlap_approved_by = $14, overlap_reason = $15, minutes_between = $16, held_by_video = $17
where id = $1
"""
_SAVE_ATTENDEE = """
update meeting_attendee set diary = $3, confirmed = $4, sessions = $5, throughout = $6
where meeting_id = $1 and person = $2
"""
_PAGE = """
select m.* from meeting m
where m.state in ('booked', 'held', 'cancelled')
  and ($1 = '' or exists (select from meeting_subject s where s.meeting_id = m.id and s.subject = $1))
  and ($2 = '' or m.meeting_kind = $2) and ($3 = '' or m.body = $3)
  and ($4::timestamptz is null or m.start_at >= $4) and ($5::timestamptz is null or m.start_at < $5)
  and ($6::timestamptz is null or (m.start_at, m.id) > ($6, $7))
order by m.start_at, m.id limit $8
"""
_LOAD_ALL = "select * from meeting where id = any($1) order by start_at, id"
_BOOKED = """
select m.* from meeting m
where m.state = 'booked' and m.part_of is null and m.start_at >= $1 and m.start_at < $2 and ($4 = '' or m.room = $4)
  and ($3 = '' or exists (
      select from meeting_attendee a where a.meeting_id = m.id and a.person = $3 and (a.required or a.chair)))
order by m.start_at, m.id limit $5
"""
_PARTS_OF = "select * from meeting where part_of = $1 and state = 'booked' order by start_at, id for update"
_PARTS = {
    "session": "select * from meeting_session where meeting_id = any($1) order by meeting_id, number",
    "subject": "select meeting_id, subject from meeting_subject where meeting_id = any($1) order by meeting_id, place",
    "attendee": "select * from meeting_attendee where meeting_id = any($1) order by meeting_id, place",
    "obligation": "select * from meeting_obligation where meeting_id = any($1) order by meeting_id, obligation",
}
Rows = Sequence[asyncpg.Record]


_TIMES_MET = """
select a.person, count(distinct m.id) as times
from meeting_subject s join meeting m on m.id = s.meeting_id join meeting_attendee a on a.meeting_id = m.id
where s.subject = any($1) and a.person = any($2) and m.state in ('booked', 'held') group by a.person
"""


class MeetingRows:
    """The meetings of one council."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def insert(self, meeting: Meeting) -> Meeting:
        """Keep a new meeting; returned with its reference. Its number is drawn last, for others wait for it."""
        number = await self._tx.fetchval(_NUMBER, self._tx.council_id)
        meeting = replace(meeting, reference=f"M-{number:06d}")
        await self._tx.execute(_INSERT, *_new_row(self._tx.council_id, meeting))
        await self._insert_sessions(meeting)
        await self._insert_subjects(meeting)
        await self._insert_attendees(meeting)
        await self._insert_obligations(meeting)
        return meeting

    async def load(self, meeting_id: UUID, *, lock: bool = False) -> Meeting | None:
        """One meeting, or None. A hold whose time is over reads as lapsed."""
        found = await self._tx.fetch(_LOAD_LOCKED if lock else _LOAD, meeting_id)
        return (await self._whole(found))[0] if found else None

    async def load_all(self, meetings: Collection[UUID]) -> Sequence[Meeting]:
        """Those of these that are there, by start, then id."""
        return await self._whole(await self._tx.fetch(_LOAD_ALL, list(meetings)))

    async def times_met(self, subjects: Collection[str], people: Collection[str]) -> Mapping[str, int]:
        """At how many booked or held meetings about any of the subjects each of the people is or was."""
        found = await self._tx.fetch(_TIMES_MET, list(subjects), list(people))
        return {row["person"]: row["times"] for row in found}

    async def booked(self, wanted: BookedFilter, most: int) -> Sequence[Meeting]:
        """Up to `most` booked meetings, by start, then id."""
        asked = (wanted.from_time, wanted.until_time, wanted.person, wanted.room)
        return await self._whole(await self._tx.fetch(_BOOKED, *asked, most))

    async def save(self, meeting: Meeting) -> None:
        """Keep what may change of a meeting."""
        await self._tx.execute(
            _SAVE,
            meeting.id,
            meeting.state.value,
            meeting.start,
            meeting.end,
            wall_time(meeting.start),
            meeting.room,
            meeting.revision,
            meeting.version,
            meeting.change_reason,
            meeting.expires_at,
            meeting.booked_by,
            *_decision_row(meeting.decision),
            *_overlap_row(meeting.overlap),
            meeting.plan.minutes_between_sessions,
            meeting.plan.held_by_video,
        )
        await self._tx.execute("delete from meeting_session where meeting_id = $1", meeting.id)
        await self._insert_sessions(meeting)
        await self._tx.execute("delete from meeting_obligation where meeting_id = $1", meeting.id)
        await self._insert_obligations(meeting)
        await self._tx.executemany(
            _SAVE_ATTENDEE,
            [
                (meeting.id, one.person, one.diary.value, one.confirmed, list(one.sessions), one.throughout)
                for one in meeting.plan.attendees
            ],
        )

    async def parts(self, sitting: UUID) -> Sequence[Meeting]:
        """The booked parts of a sitting by start, locked."""
        return await self._whole(await self._tx.fetch(_PARTS_OF, sitting))

    async def save_part(self, part: Meeting) -> None:
        """As `save`, with other subjects and people."""
        for table in ("meeting_subject", "meeting_attendee"):
            await self._tx.execute(f"delete from {table} where meeting_id = $1", part.id)
        await self._insert_subjects(part)
        await self._insert_attendees(part)
        await self.save(part)

    async def page(self, wanted: MeetingFilter, size: int, after: tuple[str, ...]) -> Sequence[Meeting]:
        """Booked, held and cancelled meetings by start, then id."""
        start, last = (datetime.fromisoformat(after[0]), UUID(after[1])) if after else (None, None)
        found = await self._tx.fetch(
            _PAGE,
            wanted.subject,
            wanted.meeting_kind,
            wanted.body,
            wanted.from_time,
            wanted.until_time,
            start,
            last,
            size,
        )
        return await self._whole(found)

    async def insert_series(self, series_id: UUID, body: str, moved: Sequence[SittingDay]) -> None:
        """Keep a series."""
        listed = [
            {"regular": one.regular.isoformat(), "day": one.day.isoformat(), "reason": one.reason} for one in moved
        ]
        await self._tx.execute(
            "insert into series (id, council_id, body, moved) values ($1, $2, $3, $4::jsonb)",
            series_id,
            self._tx.council_id,
            body,
            json.dumps(listed),
        )

    async def _insert_subjects(self, meeting: Meeting) -> None:
        await self._tx.executemany(
            "insert into meeting_subject (council_id, meeting_id, place, subject) values ($1, $2, $3, $4)",
            [(self._tx.council_id, meeting.id, place, one) for place, one in enumerate(meeting.plan.subjects)],
        )

    async def _insert_attendees(self, meeting: Meeting) -> None:
        council = self._tx.council_id
        await self._tx.executemany(
            "insert into meeting_attendee"
            " (council_id, meeting_id, place, person, role, required, chair, sessions, diary, throughout, confirmed)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            [(council, meeting.id, place, *_attendee_row(one)) for place, one in enumerate(meeting.plan.attendees)],
        )

    async def _insert_sessions(self, meeting: Meeting) -> None:
        await self._tx.executemany(
            "insert into meeting_session (council_id, meeting_id, number, start_at, end_at)"
            " values ($1, $2, $3, $4, $5)",
            [(self._tx.council_id, meeting.id, one.number, one.start, one.end) for one in meeting.sessions],
        )

    async def _insert_obligations(self, meeting: Meeting) -> None:
        accepted = {one.obligation: one for one in meeting.accepted_breaches}
        await self._tx.executemany(
            "insert into meeting_obligation"
            " (council_id, meeting_id, obligation, breach_due, breach_approved_by, breach_reason)"
            " values ($1, $2, $3, $4, $5, $6)",
            [
                (self._tx.council_id, meeting.id, name, *_breach_row(accepted.get(name)))
                for name in meeting.plan.obligations
            ],
        )

    async def _whole(self, rows: Rows) -> list[Meeting]:
        ids = [row["id"] for row in rows]
        parts = {name: _by_meeting(await self._tx.fetch(sql, ids)) for name, sql in _PARTS.items()} if ids else {}
        now = self._tx.now()
        return [_meeting(row, {name: found.get(row["id"], []) for name, found in parts.items()}, now) for row in rows]


def _new_row(council_id: UUID, meeting: Meeting) -> tuple[object, ...]:
    plan = meeting.plan
    return (
        meeting.id,
        council_id,
        meeting.reference,
        plan.meeting_kind,
        meeting.title,
        meeting.state.value,
        meeting.start,
        meeting.end,
        TIME_ZONE,
        wall_time(meeting.start),
        plan.minutes_between_sessions,
        plan.needs_room,
        list(plan.room_features),
        meeting.room,
        plan.body,
        meeting.series,
        meeting.revision,
        meeting.version,
        meeting.change_reason,
        meeting.booked_by,
        meeting.expires_at,
        *_decision_row(meeting.decision),
        *_overlap_row(meeting.overlap),
        meeting.offer,
        plan.held_by_video,
        meeting.part_of,
        meeting.part_id,
    )


def _attendee_row(one: Attendee) -> tuple[object, ...]:
    sessions, diary = list(one.sessions), one.diary.value
    return one.person, one.role, one.required, one.chair, sessions, diary, one.throughout, one.confirmed


def _decision_row(decision: DateDecision | None) -> tuple[object, ...]:
    return (decision.by, decision.consented_on) if decision else ("", None)


def _overlap_row(overlap: ApprovedOverlap | None) -> tuple[object, ...]:
    return (overlap.by, overlap.reason) if overlap else ("", "")


def _breach_row(breach: AcceptedBreach | None) -> tuple[object, ...]:
    return (breach.due_date, breach.approved_by, breach.reason) if breach else (None, None, None)


def _by_meeting(rows: Rows) -> dict[UUID, list[asyncpg.Record]]:
    found: dict[UUID, list[asyncpg.Record]] = {}
    for row in rows:
        found.setdefault(row["meeting_id"], []).append(row)
    return found


def _meeting(row: asyncpg.Record, parts: dict[str, list[asyncpg.Record]], now: datetime) -> Meeting:
    sessions = tuple(Session(one["number"], one["start_at"], one["end_at"]) for one in parts["session"])
    state = MeetingState(row["state"])
    if state is MeetingState.HELD_SLOT and row["expires_at"] <= now:
        state = MeetingState.LAPSED
    return Meeting(
        id=row["id"],
        plan=_plan(row, parts, sessions),
        title=row["title"],
        reference=row["reference"],
        state=state,
        sessions=sessions,
        room=row["room"],
        booked_by=row["booked_by"],
        decision=DateDecision(row["date_decided_by"], row["consented_on"]) if row["date_decided_by"] else None,
        overlap=ApprovedOverlap(row["overlap_approved_by"], row["overlap_reason"])
        if row["overlap_approved_by"]
        else None,
        revision=row["revision"],
        version=row["version"],
        series=row["series_id"],
        change_reason=row["change_reason"],
        expires_at=row["expires_at"],
        accepted_breaches=tuple(
            AcceptedBreach(one["obligation"], one["breach_due"], one["breach_approved_by"], one["breach_reason"])
            for one in parts["obligation"]
            if one["breach_due"] is not None
        ),
        offer=row["date_offer_id"],
        part_of=row["part_of"],
        part_id=row["part_id"],
    )


def _plan(row: asyncpg.Record, parts: dict[str, list[asyncpg.Record]], sessions: Sequence[Session]) -> Plan:
    return Plan(
        meeting_kind=row["meeting_kind"],
        subjects=tuple(one["subject"] for one in parts["subject"]),
        attendees=tuple(_attendee(one) for one in parts["attendee"]),
        session_minutes=tuple(int((one.end - one.start).total_seconds()) // 60 for one in sessions),
        minutes_between_sessions=row["minutes_between"],
        needs_room=row["needs_room"],
        room_features=tuple(row["room_features"]),
        obligations=tuple(one["obligation"] for one in parts["obligation"]),
        body=row["body"],
        held_by_video=row["held_by_video"],
    )


def _attendee(row: asyncpg.Record) -> Attendee:
    return Attendee(
        row["person"],
        row["role"],
        row["required"],
        row["chair"],
        tuple(row["sessions"]),
        DiaryState(row["diary"]),
        row["throughout"],
        row["confirmed"],
    )
