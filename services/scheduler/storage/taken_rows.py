"""What takes people's and rooms' time, meetings apart from the rest: one statement for all of them and all weeks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.scheduler.domain.capacity_week import Taken
from services.scheduler.domain.diary_day import DiaryMeeting
from services.scheduler.domain.grains import Span
from services.scheduler.domain.meeting import MeetingState
from services.scheduler.storage.resource_ids import resource_id
from services.scheduler.storage.working_time_rows import HOURS, TERMS, hours_of

# The meetings first, and then what belongs to them by one array of their ids: joined row by row under the wall between
# councils, a planner that has no statistics yet (after a large import) asks an index of the whole council for each one.
# No meeting lasts longer than a day, so whatever began earlier is over: without that bound all of the past is read.
_WITHIN = """
within as materialized (
    select m.id, m.start_at, case when m.part_of is null then m.room else '' end as room from meeting m
    where (m.state in ('booked', 'held') or (m.state = 'held_slot' and m.expires_at > $5))
      and m.end_at > to_timestamp($3::bigint * 60) and m.start_at < to_timestamp($4::bigint * 60)
      and m.start_at >= to_timestamp(($3::bigint - 1440) * 60)
), asked as materialized (
    select a.meeting_id, a.person, a.role, a.chair, a.throughout, a.sessions from meeting_attendee a
    where a.meeting_id = any(array(select id from within))
)
"""
# Aggregated in the database: one array of integers for each of them and not thousands of rows.
_TAKEN = f"""
with {_WITHIN}, part as materialized (
    select s.meeting_id, s.number, s.start_at, s.end_at from meeting_session s
    where s.meeting_id = any(array(select id from within))
), wanted as materialized (
    select id, name from unnest($1::uuid[], $2::text[]) as wanted (id, name)
)
select resource_id, what, array_agg(first) as firsts, array_agg(last) as lasts from (
    select resource_id, 'elsewhere' as what, start_minute as first, end_minute as last from busy_time
    where resource_id = any($1) and end_minute > $3 and start_minute < $4
    union all
    select resource_id, 'away', start_minute, end_minute from absence
    where resource_id = any($1) and withdrawn_at is null and end_minute > $3 and start_minute < $4
    union all
    select resource_id, 'meeting',
        (extract(epoch from lower(during)) / 60)::int, (extract(epoch from upper(during)) / 60)::int
    from reservation
    where resource_id = any($1) and (state = 'booked' or (state = 'held' and expires_at > $5))
      and during && tstzrange(to_timestamp($3::bigint * 60), to_timestamp($4::bigint * 60))
    union all
    select wanted.id, 'meeting',
        (extract(epoch from part.start_at) / 60)::int, (extract(epoch from part.end_at) / 60)::int
    from asked join wanted on wanted.name = asked.person join part on part.meeting_id = asked.meeting_id
    where asked.throughout or cardinality(asked.sessions) = 0 or part.number = any(asked.sessions)
    union all
    select wanted.id, 'begin', (extract(epoch from within.start_at) / 60)::int, 0
    from (select meeting_id, person as name from asked union all select id, room from within) as used
    join wanted on wanted.name = used.name join within on within.id = used.meeting_id
    where within.start_at >= to_timestamp($3::bigint * 60)
    union all
    select wanted.id, 'chaired', (extract(epoch from within.start_at) / 60)::int, 0
    from asked join wanted on wanted.name = asked.person join within on within.id = asked.meeting_id
    where asked.chair and within.start_at >= to_timestamp($3::bigint * 60)
) as taken group by resource_id, what
"""
_KNOWN = f"""
with pattern as ({HOURS})
select r.id, r.most_chaired, pattern.hours, {TERMS} as terms,
    greatest(known_until, case when outlook_read_at > $2::timestamptz - interval '1 day' then outlook_known_until end)
        as known_until
from resource r left join pattern on pattern.resource_id = r.id where r.id = any($1)
"""
_CHAIRING = f"""
with {_WITHIN.replace("$3", "$1").replace("$4", "$2").replace("$5", "$3")}
select person, array_agg(distinct role order by role) as roles from asked where chair group by person
"""
# First which meetings, then what belongs to them by an array of their ids: asked row by row, or joined without
# statistics, a diary of some years costs a hundred times what it shows.
_MINE = """
with within as materialized (
    select m.id from meeting m
    where m.state in ('booked', 'held') and m.end_at > $2 and m.start_at < $3
      and m.start_at >= $2::timestamptz - interval '1 day'
)
select a.meeting_id, a.role, a.chair, a.throughout, a.sessions from meeting_attendee a
where a.person = $1 and a.meeting_id = any(array(select id from within))
"""
_MEETINGS = "select id, title, reference, state, room, revision from meeting where id = any($1)"
_THEIR_SESSIONS = """
select meeting_id, number, start_at, end_at from meeting_session where meeting_id = any($1) order by meeting_id, number
"""
_KEPT = """
select meeting_id, max(upper(during)) as until from reservation
where meeting_id = any($1) and resource_id = $2 and state = 'booked' group by meeting_id
"""
_ABOUT = """
select meeting_id, array_agg(subject order by place) as subjects from meeting_subject
where meeting_id = any($1) group by meeting_id
"""


class TakenRows:
    """The time of one council's people and rooms."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def load(self, names: Sequence[str], first: int, last: int) -> Mapping[str, Taken]:
        """Of each of them, from minute to minute. Whoever is in no file has no hours and no diary that was read."""
        ids = {resource_id(self._tx.council_id, name): name for name in names}
        asked = (list(ids), list(ids.values()), first, last, self._tx.now())
        known = await self._tx.fetch(_KNOWN, list(ids), self._tx.now())
        most = {row["id"]: row["most_chaired"] for row in known}
        known_until = {row["id"]: row["known_until"] for row in known}
        hours = {row["id"]: hours_of(row["hours"], row["terms"]) for row in known}
        spans: dict[tuple[UUID, str], list[Span]] = {}
        for row in await self._tx.fetch(_TAKEN, *asked):
            spans[row["resource_id"], row["what"]] = list(zip(row["firsts"], row["lasts"], strict=True))
        return {
            name: Taken(
                hours.get(one),
                known_until.get(one),
                spans.get((one, "elsewhere"), ()),
                spans.get((one, "meeting"), ()),
                [first for first, _ in spans.get((one, "begin"), ())],
                spans.get((one, "away"), ()),
                [first for first, _ in spans.get((one, "chaired"), ())],
                most.get(one),
            )
            for one, name in ids.items()
        }

    async def chairing(self, first: int, last: int) -> Mapping[str, tuple[str, ...]]:
        """Whoever chairs a meeting in that time, with the roles in which they do."""
        rows = await self._tx.fetch(_CHAIRING, first, last, self._tx.now())
        return {row["person"]: tuple(row["roles"]) for row in rows}

    async def in_diary(self, person: str, first: datetime, until: datetime) -> Sequence[DiaryMeeting]:
        """The parts of booked and held meetings to which they come, by start."""
        mine = {row["meeting_id"]: row for row in await self._tx.fetch(_MINE, person, first, until)}
        ids = list(mine)
        meetings = {row["id"]: row for row in await self._tx.fetch(_MEETINGS, ids)}
        kept = await self._tx.fetch(_KEPT, ids, resource_id(self._tx.council_id, person))
        kept_until = {row["meeting_id"]: row["until"] for row in kept}
        about = {row["meeting_id"]: tuple(row["subjects"]) for row in await self._tx.fetch(_ABOUT, ids)}
        sessions: dict[UUID, list[asyncpg.Record]] = {}
        for row in await self._tx.fetch(_THEIR_SESSIONS, ids):
            sessions.setdefault(row["meeting_id"], []).append(row)
        found = [
            _diary_meeting(meetings[one], mine[one], part, len(parts), kept_until.get(one), about.get(one, ()))
            for one, parts in sessions.items()
            for part in parts
            if _comes(mine[one], part["number"]) and part["end_at"] > first and part["start_at"] < until
        ]
        return sorted(found, key=lambda one: (one.start, one.id, one.session))


def _comes(asked: asyncpg.Record, session: int) -> bool:
    return asked["throughout"] or not asked["sessions"] or session in asked["sessions"]


def _diary_meeting(
    row: asyncpg.Record,
    asked: asyncpg.Record,
    part: asyncpg.Record,
    parts: int,
    kept_until: datetime | None,
    subjects: tuple[str, ...],
) -> DiaryMeeting:
    return DiaryMeeting(
        id=row["id"],
        title=row["title"],
        reference=row["reference"],
        start=part["start_at"],
        end=part["end_at"],
        kept_until=max(kept_until or part["end_at"], part["end_at"]),
        room=row["room"],
        role=asked["role"],
        chair=asked["chair"],
        state=MeetingState(row["state"]),
        session=part["number"] if parts > 1 else 0,
        revision=row["revision"],
        subjects=subjects,
    )
