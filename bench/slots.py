"""The search for a time: in process, from stored rows, and the whole SuggestSlots RPC.

Beside an interval sweep over the same diaries and, from stored rows, PostgreSQL's own multiranges, each in the same
run. All give the same answers, which is checked; every case has answers to find, for an early end would flatter the
empty case. One JSON line a measure; `ratio` above 1 where the bit sets are better.

    python -m bench.slots [--people 12] [--weeks 8] [--rooms 15] [--json] [--short]
"""

import argparse
import asyncio
import json
import statistics
import time
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from itertools import product
from operator import or_
from random import Random
from uuid import UUID

from google.type.date_pb2 import Date
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from bench.scheduler_at_work import (
    CALENDAR,
    COUNCIL,
    HOURS,
    PARENT,
    SchedulerAtWork,
    keep_capacity,
    make_busy,
    person,
    room,
    scheduler_at_work,
    working_windows,
)
from services.scheduler.domain.diary import Busy, Capacity, Diary, Room
from services.scheduler.domain.grains import Span, positions, ready_bits
from services.scheduler.domain.meeting import Attendee, Choice, Plan
from services.scheduler.domain.slot_search import Search, prepare_search
from services.scheduler.storage.resource_ids import resource_id
from services.scheduler.storage.unit_of_work import SchedulerUnit

FIRST = date(2027, 3, 1)  # the clocks change on 28 March
MINUTES = 90
LONG_WEEKS = 12
SWEEP, MULTIRANGES = "interval sweep", "PostgreSQL multiranges"
Answer = list[tuple[int, str]]
"""(minute of the start, the room's name)."""


@dataclass(frozen=True)
class Case:
    """One question: everybody's busy times, and the days' windows for the references."""

    weeks: int
    plan: Plan
    people: tuple[tuple[Span, ...], ...]
    rooms: tuple[tuple[Span, ...], ...]
    windows: tuple[Span, ...]

    @property
    def window(self) -> tuple[date, date]:
        """First and last day."""
        return FIRST, FIRST + timedelta(weeks=self.weeks, days=-1)

    @property
    def capacity(self) -> Capacity:
        """In memory, as the store gives it: bits that were made ready."""
        diaries = {person(n): Diary(HOURS, Busy((), ready_bits(busy))) for n, busy in enumerate(self.people)}
        rooms = (
            Room(room(n), f"Room {n:02d}", 20, frozenset(), Busy((), ready_bits(busy)))
            for n, busy in enumerate(self.rooms)
        )
        return Capacity(diaries, tuple(rooms))


def make_case(people: int, weeks: int, rooms: int) -> Case:
    """The fewer the people, the busier each: so that few, some and many answers are left, and about a thousand rows."""
    rng, share = Random(20260316 + people), {12: 0.07, 6: 0.09}.get(people, min(0.12, 0.84 / people))
    windows = working_windows(FIRST, weeks)
    attendees = tuple(Attendee(person(n), "social-worker", True, n == 0) for n in range(people))
    plan = Plan("ppm", attendees=attendees, session_minutes=(MINUTES,), needs_room=True)
    busy = [make_busy(windows, share, rng) for _ in range(people + rooms)]
    return Case(weeks, plan, tuple(busy[:people]), tuple(busy[people:]), windows)


def by_bits(case: Case, capacity: Capacity) -> Answer:
    """From diaries to answers."""
    return answers(prepare_search(case.plan, capacity, case.window, CALENDAR))


def answers(search: Search) -> Answer:
    """From bit sets to answers."""
    found = []
    for grain in positions(search.starts):
        free = search.room_at(grain)
        assert free is not None
        found.append((search.grid.origin + grain * 5, free.name))
    return found


def by_sweep(case: Case, people: Sequence[Sequence[Span]], rooms: Sequence[tuple[str, Sequence[Span]]]) -> Answer:
    """The same by intervals: merge everybody's busy times, walk the gaps, look each start up in each room."""
    busy = sorted(spell for spells in people for spell in spells)
    starts_of = [(name, [first for first, _ in spells], spells) for name, spells in rooms]
    found = []
    for start, end in _gaps(busy, case.windows):
        for at in range(-(-start // 30) * 30, end - MINUTES + 1, 30):
            free = next((name for name, firsts, spells in starts_of if _is_free(firsts, spells, at)), None)
            if free is not None:
                found.append((at, free))
    return found


def _gaps(busy: Sequence[Span], windows: Sequence[Span]) -> Iterator[Span]:
    place = 0
    for first, last in windows:
        at = first
        while place < len(busy) and busy[place][0] < last:
            begin, end = busy[place]
            if begin - at >= MINUTES:
                yield at, begin
            at = max(at, end)
            place += 1
        if last - at >= MINUTES:
            yield at, last


def _is_free(firsts: Sequence[int], spells: Sequence[Span], at: int) -> bool:
    before = bisect_right(firsts, at) - 1
    if before >= 0 and spells[before][1] > at:
        return False
    return before + 1 == len(spells) or spells[before + 1][0] >= at + MINUTES


_ROWS = """
select resource_id, start_minute, end_minute from busy_time
where resource_id = any($1) and end_minute > $2 and start_minute < $3 order by resource_id, start_minute
"""
_MULTIRANGES = """
with open as (
    select range_agg(int4range(w.first, w.last)) as free from unnest($3::int[], $4::int[]) as w (first, last)
), busy as (
    select range_agg(int4range(start_minute, end_minute)) as taken from busy_time where resource_id = any($1)
), gap as (
    select unnest(open.free - coalesce(busy.taken, '{}')) as during from open, busy
), start as (
    select generate_series((lower(during) + 29) / 30 * 30, upper(during) - $5, 30) as at from gap
), room as (
    select r.id, r.name, r.display_name, coalesce(range_agg(int4range(b.start_minute, b.end_minute)), '{}') as taken
    from resource r left join busy_time b on b.resource_id = r.id where r.id = any($2) group by r.id
)
select at, (
    select name from room where not room.taken && int4range(at, at + $5) order by display_name limit 1
) as name from start order by at
"""


class FromRows:
    """The same question answered out of the service's own database in three ways."""

    def __init__(self, case: Case, at_work: SchedulerAtWork) -> None:
        self._case, self._database = case, at_work.database
        self._people = {resource_id(COUNCIL.council_id, person(n)): person(n) for n in range(len(case.people))}
        self._rooms = {resource_id(COUNCIL.council_id, room(n)): room(n) for n in range(len(case.rooms))}

    async def by_bits(self) -> Answer:
        """As SuggestSlots does it."""
        async with self._database.transaction(COUNCIL.council_id) as tx:
            capacity = await SchedulerUnit(tx).capacity.load(self._case.plan.people, *self._case.window, rooms=True)
        return by_bits(self._case, capacity)

    async def by_sweep(self) -> Answer:
        """Reading the rows of everybody and every room, as integers."""
        ids = [*self._people, *self._rooms]
        first, last = self._case.windows[0][0], self._case.windows[-1][1]
        async with self._database.transaction(COUNCIL.council_id) as tx:
            rows = await tx.fetch(_ROWS, ids, first, last)
        spells: dict[object, list[Span]] = {one: [] for one in ids}
        for row in rows:
            spells[row["resource_id"]].append((row["start_minute"], row["end_minute"]))
        rooms = [(name, spells[one]) for one, name in self._rooms.items()]
        return by_sweep(self._case, [spells[one] for one in self._people], rooms)

    async def by_multiranges(self) -> Answer:
        """In the database alone."""
        firsts, lasts = zip(*self._case.windows, strict=True)
        async with self._database.transaction(COUNCIL.council_id) as tx:
            rows = await tx.fetch(_MULTIRANGES, list(self._people), list(self._rooms), firsts, lasts, MINUTES)
        return [(row["at"], row["name"]) for row in rows if row["name"] is not None]


def timed(work: Callable[[], object], runs: int) -> list[float]:
    """Microseconds of each run, the first left out."""
    work()
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1e6)
    return found


async def timed_in_turns(works: Sequence[Callable[[], Awaitable[object]]], runs: int) -> list[list[float]]:
    """Microseconds of each run of each, in turns: whatever else the machine does meets all alike."""
    for work in works:
        await work()
    found: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for times, work in zip(found, works, strict=True):
            began = time.perf_counter()
            await work()
            times.append((time.perf_counter() - began) * 1e6)
    return found


def say(measure: str, ours: list[float], reference: str, theirs: list[float]) -> None:
    """One line: the median beside the reference's, and both 99th percentiles."""
    value, other = statistics.median(ours), statistics.median(theirs)
    line = {
        "bench": "slots", "measure": measure, "value": round(value, 1), "unit": "us", "better": "lower",
        "reference": reference, "reference_value": round(other, 1), "ratio": round(other / value, 2), "n": len(ours),
        "p99": round(p99(ours), 1), "reference_p99": round(p99(theirs), 1),
    }  # fmt: skip
    print(json.dumps(line), flush=True)


def p99(values: list[float]) -> float:
    """The value that 99 of 100 stay within."""
    return sorted(values)[max(0, -(-len(values) * 99 // 100) - 1)]


def measure_in_process(people: int, rooms: int, runs: int) -> None:
    """A query over twelve weeks, diaries in memory."""
    case = make_case(people, LONG_WEEKS, rooms)
    capacity = case.capacity
    listed = [(room(n), busy) for n, busy in enumerate(case.rooms)]
    expected = by_sweep(case, case.people, listed)
    assert expected and by_bits(case, capacity) == expected, "an answer differs, or there is none"
    sweep = timed(lambda: by_sweep(case, case.people, listed), runs)
    name = f"in_process_{people}_people_{LONG_WEEKS}_weeks_{rooms}_rooms_{len(expected)}_answers"
    say(name, timed(lambda: by_bits(case, capacity), runs), SWEEP, sweep)


def measure_open_seats(rooms: int, runs: int) -> None:
    """One question about 500 panels: nine who must come, and three seats for one of five, ten and ten people."""
    case = make_case(12, LONG_WEEKS, rooms)
    fixed, rng = case.plan.attendees[:9], Random(500)
    open_seats, diaries = [], dict(case.capacity.diaries)
    for seat, count in enumerate((5, 10, 10)):
        names = [f"{person(seat)}-seat-{n}" for n in range(count)]
        diaries |= {name: Diary(HOURS, Busy((), ready_bits(make_busy(case.windows, 0.3, rng)))) for name in names}
        open_seats.append(Choice(tuple(Attendee(name, "health", True) for name in names)))
    capacity = Capacity(diaries, case.capacity.rooms)
    plan = replace(case.plan, attendees=fixed, choices=tuple(open_seats))
    panels = [
        replace(plan, attendees=(*fixed, *seats), choices=())
        for seats in product(*(one.candidates for one in open_seats))
    ]

    def one_by_one() -> int:
        return reduce(or_, (prepare_search(one, capacity, case.window, CALENDAR).starts for one in panels))

    def at_once() -> int:
        return prepare_search(plan, capacity, case.window, CALENDAR).starts

    assert one_by_one() == at_once() and at_once(), "an answer differs, or there is none"
    name = f"open_seats_{len(panels)}_panels_{LONG_WEEKS}_weeks_{rooms}_rooms_{at_once().bit_count()}_answers"
    say(name, timed(at_once, runs), "a search for each panel", timed(one_by_one, max(3, runs // 100)))


async def measure_stored(people: int, weeks: int, rooms: int, runs: int) -> None:
    """From stored rows, and through the RPC."""
    case = make_case(people, weeks, rooms)
    until = datetime.combine(FIRST + timedelta(weeks=weeks + 10), datetime.min.time(), UTC)
    async with scheduler_at_work(datetime(2027, 2, 26, 9, tzinfo=UTC)) as at_work:
        await keep_capacity(at_work.database, case.people, case.rooms, until)
        stored = FromRows(case, at_work)
        expected = await stored.by_bits()
        assert expected == await stored.by_sweep() == await stored.by_multiranges() and expected, "an answer differs"
        name = f"{people}_people_{weeks}_weeks_{rooms}_rooms_{len(expected)}_answers"
        ours, sweep, multiranges, rpc = await timed_in_turns(
            [stored.by_bits, stored.by_sweep, stored.by_multiranges, lambda: suggest(case, at_work)], runs
        )
        say(f"search_from_rows_{name}", ours, SWEEP, sweep)
        say(f"search_from_rows_{name}", ours, MULTIRANGES, multiranges)
        say(f"suggest_slots_rpc_{name}", rpc, SWEEP, sweep)


async def suggest(case: Case, at_work: SchedulerAtWork) -> None:
    """The whole way: token, policy, database, search, ranking, reasons and why not on other days."""
    first, last = (Date(year=day.year, month=day.month, day=day.day) for day in case.window)
    attendees = [
        meeting_pb2.Attendee(person=one.person, role=one.role, required=True, chair=one.chair)
        for one in case.plan.attendees
    ]
    plan = wire.MeetingPlan(
        meeting_kind="ppm",
        attendees=attendees,
        session_minutes=[MINUTES],
        needs_room=True,
        body=f"{PARENT}/bodies/{UUID(int=5)}",
    )
    request = wire.SuggestSlotsRequest(parent=PARENT, plan=plan, from_date=first, until_date=last)
    reply = await at_work.stub.SuggestSlots(request, metadata=at_work.metadata)
    assert reply.slots, "an RPC without answers measures nothing"


def main() -> None:
    """As many people as asked for, and six and three: few answers, some and many."""
    parser = argparse.ArgumentParser(description="The search for a time, beside other ways to search.")
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--rooms", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="JSON lines, as always")
    parser.add_argument("--short", action="store_true", help="fewer runs")
    asked = parser.parse_args()
    runs = 40 if asked.short else 400
    for people in dict.fromkeys((asked.people, 6, 3)):
        measure_in_process(people, asked.rooms, runs)
        asyncio.run(measure_stored(people, asked.weeks, asked.rooms, runs))
    measure_open_seats(asked.rooms, runs)


if __name__ == "__main__":
    main()
