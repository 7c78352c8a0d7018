"""Hours, rooms and busy times as rows."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.scheduler.app.ports import ImportedResource, ResourceKind
from services.scheduler.domain.diary import NOTHING, Busy, Capacity, Diary, Room, wall_spans
from services.scheduler.domain.grains import ReadyBits, Span, ready_bits, ready_bytes
from services.scheduler.storage.child_time_rows import CHILD_TIMES, childs_time_of
from services.scheduler.storage.resource_ids import resource_id
from services.scheduler.storage.working_time_rows import HOURS, TERMS, hours_of, keep_patterns

FILE = "capacity.csv"
# One question for all of it, for each costs a search more than all of its arithmetic. $1, $2: ids and names of people;
# $3: rooms too; $4, $5: days; $6, $7: their minutes since the epoch; $8: now; $9: the meeting to be moved; $10: without
# bits.
_DIARIES = f"""
with wanted as materialized (
    -- Hidden from the planner, who would else plan anew for every number of people, which takes longer than the answer.
    select id, name from unnest((select $1::uuid[]), (select $2::text[])) as given (id, name)
    union
    select id, name from resource where $3 and kind = 'room' and display_name <> ''
), own as (
    -- Aggregated in the database: reading one array of integers per resource costs a tenth of reading rows.
    select id, array_agg(first) as firsts, array_agg(last) as lasts, array_agg(place) as places,
        array_agg(chaired) filter (where chaired > 0) as chaired
    from (
        select resource_id as id, '' as place, 0 as chaired, (extract(epoch from lower(during)) / 60)::int as first,
            (extract(epoch from upper(during)) / 60)::int as last
        from reservation
        where resource_id in (select id from wanted) and meeting_id is distinct from $9
          and state <> 'released' and (state = 'booked' or expires_at > $8)
          and during && tstzrange(to_timestamp($6::bigint * 60), to_timestamp($7::bigint * 60))
        union all
        -- Of a meeting in several parts the first one that the chair comes to counts.
        select w.id, m.room, case when a.chair and s.number = coalesce(a.sessions[1], 1)
            then (extract(epoch from m.start_at) / 60)::int else 0 end,
            (extract(epoch from s.start_at) / 60)::int, (extract(epoch from s.end_at) / 60)::int
        from wanted w
        join meeting_attendee a on a.person = w.name
        join meeting m on m.id = a.meeting_id
        join meeting_session s on s.meeting_id = m.id
          and (a.throughout or cardinality(a.sessions) = 0 or s.number = any(a.sessions))
        where m.id is distinct from $9
          and (m.state in ('booked', 'held') or (m.state = 'held_slot' and m.expires_at > $8))
          and s.end_at > to_timestamp($6::bigint * 60) and s.start_at < to_timestamp($7::bigint * 60)
          -- No meeting lasts longer than a day: without this bound everybody's whole past is read.
          and m.start_at >= to_timestamp(($6::bigint - 1440) * 60) and m.start_at < to_timestamp($7::bigint * 60)
        union all
        -- The new times of meetings that a bulk move is about to move.
        select w.id, b.after_room, case when a.chair and s.number = coalesce(a.sessions[1], 1)
            then (extract(epoch from b.after_start) / 60)::int else 0 end,
            (extract(epoch from s.start_at - m.start_at + b.after_start) / 60)::int,
            (extract(epoch from s.end_at - m.start_at + b.after_start) / 60)::int
        from bulk_move_meeting b
        join meeting m on m.id = b.meeting_id
        join meeting_attendee a on a.meeting_id = m.id
        join wanted w on w.name = a.person
        join meeting_session s on s.meeting_id = m.id
          and (a.throughout or cardinality(a.sessions) = 0 or s.number = any(a.sessions))
        where b.state = 'held' and b.meeting_id is distinct from $9
          and b.after_start < to_timestamp($7::bigint * 60)
          and b.after_start + (m.end_at - m.start_at) > to_timestamp($6::bigint * 60)
    ) as taken group by id
), pattern as ({HOURS}), week as ({CHILD_TIMES}), absent as (
    select resource_id, array_agg(array[start_minute, end_minute]) as away from absence
    where resource_id = any($1) and withdrawn_at is null and end_minute > $6 and start_minute < $7 group by resource_id
)
select w.id, w.name, r.kind, r.display_name, r.seats, r.features, r.most_chaired, r.venue, r.mailbox,
    -- Outlook says nothing any more a day after it was read.
    greatest(r.known_until, case when r.outlook_read_at > $8 - interval '1 day' then r.outlook_known_until end)
        as known_until,
    own.firsts, own.lasts, own.places, own.chaired,
    -- Whole days out of the middle: 36 bytes each.
    greatest(b.first_day, $4) as first_day,
    substring(b.bits from greatest($4 - b.first_day, 0) * 36 + 1
              for greatest($5 - greatest(b.first_day, $4), 0) * 36) as bits,
    pattern.hours, absent.away, week.times as child_times, {TERMS} as terms
from wanted w
left join pattern on pattern.resource_id = w.id
left join absent on absent.resource_id = w.id
left join week on week.child = w.name
left join resource r on r.id = w.id
left join diary_bits b on b.resource_id = w.id and not $10
left join own on own.id = w.id
"""
# Only of whom no bits are ready.
_BUSY = """
select resource_id, array_agg(start_minute) as firsts, array_agg(end_minute) as lasts from busy_time
where resource_id = any($1) and end_minute > $2 and start_minute < $3 group by resource_id
"""
_NO_ROOM: tuple[object, ...] = ("", 0, [], "", "")
_KEEP_RESOURCE = """
insert into resource as r (id, council_id, kind, name, display_name, seats, features, venue, mailbox, known_until)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (id) do update set kind = excluded.kind, known_until = excluded.known_until,
    display_name = case when excluded.kind = 'room' then excluded.display_name else r.display_name end,
    seats = case when excluded.kind = 'room' then excluded.seats else r.seats end,
    features = case when excluded.kind = 'room' then excluded.features else r.features end,
    venue = case when excluded.kind = 'room' then excluded.venue else r.venue end,
    mailbox = case when excluded.kind = 'room' then excluded.mailbox else r.mailbox end
"""
# After the rows are locked: who sets hours on the site is either seen here or waits until the file is kept.
_BY_HAND = "select name from resource where id = any($1) and hours_by_hand"
FORGET_BUSY = """
delete from busy_time b
where b.source = $4 and b.resource_id = any($5) and not exists (
    select from unnest($1::uuid[], $2::int[], $3::int[]) as n (id, first, last)
    where n.id = b.resource_id and n.first = b.start_minute and n.last = b.end_minute)
"""
KEEP_BUSY = """
insert into busy_time (council_id, resource_id, start_minute, end_minute, source)
select $5, n.id, n.first, n.last, $4 from unnest($1::uuid[], $2::int[], $3::int[]) as n (id, first, last)
on conflict do nothing
"""


_ALL_BUSY = """
select resource_id, array_agg(start_minute) as firsts, array_agg(end_minute) as lasts
from busy_time where resource_id = any($1) group by resource_id order by resource_id
"""
_KEEP_BITS = """
insert into diary_bits (council_id, resource_id, first_day, bits) values ($1, $2, $3, $4)
on conflict (resource_id) do update set first_day = excluded.first_day, bits = excluded.bits
"""


class CapacityRows:
    """The diaries and rooms of one council."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def load(
        self,
        people: Collection[str],
        first: date,
        last: date,
        *,
        rooms: bool,
        moving: UUID | None = None,
        to_the_minute: bool = False,
    ) -> Capacity:
        """Diaries of these names and all rooms where asked for. Our own meetings count as busy, save `moving`.

        Names may be children's too, of whose own weeks it is told what is on record.

        What stands in `busy_time` comes as ready bits where there are any, unless it is wanted `to_the_minute`.
        """
        names = {resource_id(self._tx.council_id, name): name for name in people}
        # A day on each side, so that no change of the clocks loses a minute.
        days = (first - timedelta(days=1), last + timedelta(days=2))
        minutes = [wall_spans(day, [(0, 0)])[0][0] for day in days]
        found = await self._tx.fetch(
            _DIARIES, list(names), list(names.values()), rooms, *days, *minutes, self._tx.now(), moving, to_the_minute
        )
        unready = [row["id"] for row in found if row["kind"] and row["bits"] is None]
        others = await self._tx.fetch(_BUSY, unready, *minutes) if unready else ()
        busy = {row["id"]: _busy(row) for row in found}
        for row in others:
            busy[row["resource_id"]] = Busy((*busy[row["resource_id"]].spells, *_spells(row)))
        rooms_found = tuple(_room(row, busy[row["id"]]) for row in found if row["kind"] == ResourceKind.ROOM)
        people_found = (row for row in found if row["kind"] != ResourceKind.ROOM)
        diaries = {row["name"]: _diary(row, busy[row["id"]]) for row in people_found}
        weeks = {row["name"]: childs_time_of(row["child_times"], row["terms"]) for row in found if row["child_times"]}
        return Capacity(diaries, rooms_found, weeks)

    async def room(self, name: str) -> Room | None:
        """One room without its busy times."""
        row = await self._tx.fetchrow(
            "select * from resource where id = $1 and kind = 'room' and display_name <> ''",
            resource_id(self._tx.council_id, name),
        )
        return _room(row, NOTHING) if row else None

    async def rooms_page(self, size: int, after: tuple[str, ...]) -> Sequence[Room]:
        """Rooms by display name, then name."""
        rows = await self._tx.fetch(
            "select * from resource where kind = 'room' and display_name <> '' and (display_name, name) > ($1, $2)"
            " order by display_name, name limit $3",
            *(after or ("", "")),
            size,
        )
        return [_room(row, NOTHING) for row in rows]

    async def keep(self, resources: Sequence[ImportedResource], known_until: datetime | None) -> frozenset[str]:
        """Replace what an earlier file said of these resources. In the order of ids, as every lock here.

        Hours that were set by hand stay as they are; the names of those whose they are.
        """
        council_id = self._tx.council_id
        ids = {one.name: resource_id(council_id, one.name) for one in resources}
        ordered = sorted(resources, key=lambda one: ids[one.name])
        await self._tx.executemany(
            _KEEP_RESOURCE, [(ids[one.name], council_id, *_resource_row(one, known_until)) for one in ordered]
        )
        by_hand = frozenset(row["name"] for row in await self._tx.fetch(_BY_HAND, list(ids.values())))
        theirs = [one for one in ordered if one.name not in by_hand]
        await self._tx.execute(
            "delete from working_pattern where resource_id = any($1)", [ids[one.name] for one in theirs]
        )
        await keep_patterns(self._tx, [(ids[one.name], pattern) for one in theirs for pattern in one.patterns])
        spells = [(ids[one.name], first, last) for one in ordered for first, last in one.busy]
        columns = [[spell[place] for spell in spells] for place in range(3)]
        await self._tx.execute(FORGET_BUSY, *columns, FILE, list(ids.values()))
        await self._tx.execute(KEEP_BUSY, *columns, FILE, council_id)
        await make_ready(self._tx, list(ids.values()))
        return by_hand


async def make_ready(tx: ScopedTransaction, ids: Sequence[UUID]) -> None:
    """The bits of all that stands in these diaries, from whatever source."""
    rows = []
    for row in await tx.fetch(_ALL_BUSY, ids):
        made = ready_bits(list(zip(row["firsts"], row["lasts"], strict=True)))
        rows.append((tx.council_id, row["resource_id"], made.first_day, ready_bytes(made)))
    await tx.executemany(_KEEP_BITS, rows)


def _diary(row: asyncpg.Record, busy: Busy) -> Diary:
    return Diary(
        hours_of(row["hours"], row["terms"]),
        busy,
        row["known_until"],
        tuple((first, last) for first, last in row["away"] or ()),
        tuple(row["chaired"] or ()),
        _places(row),
        row["most_chaired"],
    )


def _busy(row: asyncpg.Record) -> Busy:
    bits = row["bits"]
    return Busy(_spells(row), None if bits is None else ReadyBits(row["first_day"], int.from_bytes(bits, "little")))


def _spells(row: asyncpg.Record) -> tuple[Span, ...]:
    return tuple(zip(row["firsts"] or (), row["lasts"] or (), strict=True))


def _places(row: asyncpg.Record) -> tuple[tuple[int, int, str], ...]:
    stays = zip(row["firsts"] or (), row["lasts"] or (), row["places"] or (), strict=True)
    return tuple((first, last, room) for first, last, room in stays if room)


def _room(row: asyncpg.Record, busy: Busy) -> Room:
    features = frozenset(row["features"])
    return Room(row["name"], row["display_name"], row["seats"], features, busy, row["venue"], row["mailbox"])


def _resource_row(one: ImportedResource, known_until: datetime | None) -> tuple[object, ...]:
    room = one.room
    shown = (room.display_name, room.seats, list(room.features), room.venue, room.mailbox) if room else _NO_ROOM
    return one.kind.value, one.name, *shown, known_until
