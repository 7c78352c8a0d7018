"""Hours, rooms and busy times as rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.scheduler.app.ports import ImportedResource, ResourceKind
from services.scheduler.domain.diary import Capacity, Diary, Room, WorkingHours, wall_spans
from services.scheduler.domain.grains import Span
from services.scheduler.storage.resource_ids import resource_id

FILE = "capacity.csv"
_RESOURCES = """
select id, kind, name, display_name, seats, features, known_until from resource
where id = any($1) or ($2 and kind = 'room' and display_name <> '')
"""
_HOURS = "select * from working_pattern where resource_id = any($1) order by resource_id, weekday, from_minute"
# Aggregated in the database: reading one array of integers per resource costs a tenth of reading rows.
_BUSY = """
select resource_id, array_agg(first) as firsts, array_agg(last) as lasts from (
    select resource_id, start_minute as first, end_minute as last from busy_time
    where resource_id = any($1) and end_minute > $3 and start_minute < $4
    union all
    select resource_id, (extract(epoch from lower(during)) / 60)::int, (extract(epoch from upper(during)) / 60)::int
    from reservation
    where resource_id = any($1) and meeting_id is distinct from $6
      and (state = 'booked' or (state = 'held' and expires_at > $5))
      and during && tstzrange(to_timestamp($3::bigint * 60), to_timestamp($4::bigint * 60))
    union all
    select wanted.id, (extract(epoch from s.start_at) / 60)::int, (extract(epoch from s.end_at) / 60)::int
    from unnest($1::uuid[], $2::text[]) as wanted (id, name)
    join meeting_attendee a on a.person = wanted.name
    join meeting m on m.id = a.meeting_id
    join meeting_session s on s.meeting_id = m.id and (cardinality(a.sessions) = 0 or s.number = any(a.sessions))
    where m.id is distinct from $6 and (m.state in ('booked', 'held') or (m.state = 'held_slot' and m.expires_at > $5))
      and s.end_at > to_timestamp($3::bigint * 60) and s.start_at < to_timestamp($4::bigint * 60)
    union all
    -- The new times of meetings that a bulk move is about to move.
    select wanted.id, (extract(epoch from s.start_at - m.start_at + b.after_start) / 60)::int,
        (extract(epoch from s.end_at - m.start_at + b.after_start) / 60)::int
    from bulk_move_meeting b
    join meeting m on m.id = b.meeting_id
    join meeting_attendee a on a.meeting_id = m.id
    join unnest($1::uuid[], $2::text[]) as wanted (id, name) on wanted.name = a.person
    join meeting_session s on s.meeting_id = m.id and (cardinality(a.sessions) = 0 or s.number = any(a.sessions))
    where b.state = 'held' and b.meeting_id is distinct from $6
      and b.after_start < to_timestamp($4::bigint * 60)
      and b.after_start + (m.end_at - m.start_at) > to_timestamp($3::bigint * 60)
) as taken group by resource_id
"""
_KEEP_RESOURCE = """
insert into resource as r (id, council_id, kind, name, display_name, seats, features, known_until)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (id) do update set kind = excluded.kind, known_until = excluded.known_until,
    display_name = case when excluded.kind = 'room' then excluded.display_name else r.display_name end,
    seats = case when excluded.kind = 'room' then excluded.seats else r.seats end,
    features = case when excluded.kind = 'room' then excluded.features else r.features end
"""
_FORGET_BUSY = """
delete from busy_time b
where b.source = $4 and b.resource_id = any($5) and not exists (
    select from unnest($1::uuid[], $2::int[], $3::int[]) as n (id, first, last)
    where n.id = b.resource_id and n.first = b.start_minute and n.last = b.end_minute)
"""
_KEEP_BUSY = """
insert into busy_time (council_id, resource_id, start_minute, end_minute, source)
select $5, n.id, n.first, n.last, $4 from unnest($1::uuid[], $2::int[], $3::int[]) as n (id, first, last)
on conflict do nothing
"""


class CapacityRows:
    """The diaries and rooms of one council."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def load(
        self, people: Collection[str], first: date, last: date, *, rooms: bool, moving: UUID | None = None
    ) -> Capacity:
        """Diaries of these names and all rooms where asked for. Our own meetings count as busy, save `moving`."""
        names = {resource_id(self._tx.council_id, name): name for name in people}
        found = await self._tx.fetch(_RESOURCES, list(names), rooms)
        names.update({row["id"]: row["name"] for row in found})
        hours = _grouped(await self._tx.fetch(_HOURS, list(names)))
        # A day on each side, so that no change of the clocks loses a minute.
        begin = wall_spans(first - timedelta(days=1), [(0, 0)])[0][0]
        end = wall_spans(last + timedelta(days=2), [(0, 0)])[0][0]
        taken = await self._tx.fetch(_BUSY, list(names), list(names.values()), begin, end, self._tx.now(), moving)
        busy = {row["resource_id"]: tuple(zip(row["firsts"], row["lasts"], strict=True)) for row in taken}
        return _capacity(names, found, hours, busy)

    async def room(self, name: str) -> Room | None:
        """One room without its busy times."""
        row = await self._tx.fetchrow(
            "select * from resource where id = $1 and kind = 'room' and display_name <> ''",
            resource_id(self._tx.council_id, name),
        )
        return _room(row, ()) if row else None

    async def rooms_page(self, size: int, after: tuple[str, ...]) -> Sequence[Room]:
        """Rooms by display name, then name."""
        rows = await self._tx.fetch(
            "select * from resource where kind = 'room' and display_name <> '' and (display_name, name) > ($1, $2)"
            " order by display_name, name limit $3",
            *(after or ("", "")),
            size,
        )
        return [_room(row, ()) for row in rows]

    async def keep(self, resources: Sequence[ImportedResource], known_until: datetime | None) -> None:
        """Replace what an earlier file said of these resources. In the order of ids, as every lock here."""
        council_id = self._tx.council_id
        ids = {one.name: resource_id(council_id, one.name) for one in resources}
        ordered = sorted(resources, key=lambda one: ids[one.name])
        await self._tx.executemany(
            _KEEP_RESOURCE, [(ids[one.name], council_id, *_resource_row(one, known_until)) for one in ordered]
        )
        await self._tx.execute("delete from working_pattern where resource_id = any($1)", list(ids.values()))
        await self._tx.executemany(
            "insert into working_pattern (council_id, resource_id, weekday, from_minute, until_minute)"
            " values ($1, $2, $3, $4, $5)",
            [
                (council_id, ids[one.name], stretch.weekday, stretch.from_minute, stretch.until_minute)
                for one in ordered
                for stretch in one.hours or ()
            ],
        )
        spells = [(ids[one.name], first, last) for one in ordered for first, last in one.busy]
        columns = [[spell[place] for spell in spells] for place in range(3)]
        await self._tx.execute(_FORGET_BUSY, *columns, FILE, list(ids.values()))
        await self._tx.execute(_KEEP_BUSY, *columns, FILE, council_id)


def _grouped(rows: Sequence[asyncpg.Record]) -> Mapping[UUID, tuple[WorkingHours, ...]]:
    found: dict[UUID, tuple[WorkingHours, ...]] = {}
    for row in rows:
        stretch = WorkingHours(row["weekday"], row["from_minute"], row["until_minute"])
        found[row["resource_id"]] = (*found.get(row["resource_id"], ()), stretch)
    return found


def _capacity(
    names: Mapping[UUID, str],
    resources: Sequence[asyncpg.Record],
    hours: Mapping[UUID, tuple[WorkingHours, ...]],
    busy: Mapping[UUID, tuple[Span, ...]],
) -> Capacity:
    known = {row["id"]: row["known_until"] for row in resources}
    rooms = [row for row in resources if row["kind"] == ResourceKind.ROOM]
    room_ids = {row["id"] for row in rooms}
    diaries = {
        name: Diary(hours.get(one), busy.get(one, ()), known.get(one))
        for one, name in names.items()
        if one not in room_ids
    }
    return Capacity(diaries, tuple(_room(row, busy.get(row["id"], ())) for row in rooms))


def _room(row: asyncpg.Record, busy: Sequence[Span]) -> Room:
    return Room(row["name"], row["display_name"], row["seats"], frozenset(row["features"]), busy)


def _resource_row(one: ImportedResource, known_until: datetime | None) -> tuple[object, ...]:
    room = one.room
    shown = (room.display_name, room.seats, list(room.features)) if room else ("", 0, [])
    return one.kind.value, one.name, *shown, known_until
