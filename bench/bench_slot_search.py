"""Slot search, 12 people by 8 weeks by 15 rooms, beside a plain interval sweep over the same diaries in the same run.

One JSON line per measure; `ratio` above 1 where the bit sets are better. Both give the same answers, which is checked.

    python -m bench.bench_slot_search [--short]
"""

import argparse
import json
import statistics
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from rulebook.working_days import england_and_wales
from services.scheduler.domain.diary import Capacity, Diary, Room, WorkingHours, wall_spans
from services.scheduler.domain.grains import Span, positions
from services.scheduler.domain.meeting import Attendee, Plan
from services.scheduler.domain.slot_search import Search, prepare_search

FIRST = date(2027, 3, 1)  # the clocks change on 28 March
WEEKS, ROOMS, MINUTES = 8, 15, 90
WINDOW = (FIRST, FIRST + timedelta(weeks=WEEKS, days=-1))
HOURS = tuple(WorkingHours(day, 9 * 60, 17 * 60) for day in range(5))
CALENDAR = england_and_wales()
Answer = list[tuple[int, str]]
"""(minute of the start, the room's name)."""


@dataclass(frozen=True)
class Case:
    """One question: diaries as they come from storage, and the days' windows for the sweep."""

    plan: Plan
    capacity: Capacity
    windows: tuple[Span, ...]


def make_case(people: int, share_busy: float, rng: Random) -> Case:
    """Diaries of half-hour to two-hour spells; rooms a little emptier than people."""
    days = [FIRST + timedelta(days=n) for n in range(7 * WEEKS)]
    windows = tuple(wall_spans(day, [(9 * 60, 17 * 60)])[0] for day in days if CALENDAR.is_working(day))
    attendees = tuple(Attendee(f"person-{n}", "social-worker", True, n == 0) for n in range(people))
    diaries = {one.person: Diary(HOURS, _busy(windows, share_busy, rng)) for one in attendees}
    rooms = tuple(
        Room(f"room-{n:02d}", f"Room {n:02d}", 20, frozenset(), _busy(windows, share_busy, rng)) for n in range(ROOMS)
    )
    plan = Plan("ppm", attendees=attendees, session_minutes=(MINUTES,), needs_room=True)
    return Case(plan, Capacity(diaries, rooms), windows)


def _busy(windows: Sequence[Span], share: float, rng: Random) -> tuple[Span, ...]:
    spells = []
    for first, last in windows:
        at = first
        while at < last:
            length = 30 * rng.randint(1, 4)
            if rng.random() < share:
                spells.append((at, min(last, at + length)))
            at += length
    return tuple(spells)


def by_bits(case: Case) -> Answer:
    """From diaries to answers."""
    return answers(prepare_search(case.plan, case.capacity, WINDOW, CALENDAR))


def answers(search: Search) -> Answer:
    """From bit sets to answers."""
    found = []
    for grain in positions(search.starts):
        room = search.room_at(grain)
        assert room is not None
        found.append((search.grid.origin + grain * 5, room.name))
    return found


def by_sweep(case: Case) -> Answer:
    """The same by intervals: merge everybody's busy times, walk the gaps, look each start up in each room."""
    busy = sorted(spell for diary in case.capacity.diaries.values() for spell in diary.busy)
    rooms = [(room.name, [first for first, _ in room.busy], room.busy) for room in case.capacity.rooms]
    found = []
    for start, end in _gaps(busy, case.windows):
        for at in range(-(-start // 30) * 30, end - MINUTES + 1, 30):
            room = next((name for name, firsts, spells in rooms if _is_free(firsts, spells, at)), None)
            if room is not None:
                found.append((at, room))
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


def timed(work: Callable[[], object], runs: int) -> list[float]:
    """Microseconds of each run."""
    work()
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1e6)
    return found


def say(measure: str, ours: list[float], reference: str, theirs: list[float], *, p99: bool = False) -> None:
    """One line: medians, or 99th percentiles."""
    pick: Callable[[list[float]], float] = _p99 if p99 else statistics.median
    value, other = pick(ours), pick(theirs)
    line = {
        "bench": "slot_search", "measure": measure + ("_p99" if p99 else ""), "value": round(value, 1), "unit": "us",
        "better": "lower", "reference": reference, "reference_value": round(other, 1), "ratio": round(other / value, 2),
        "n": len(ours),
    }  # fmt: skip
    print(json.dumps(line))


def _p99(values: list[float]) -> float:
    return sorted(values)[max(0, int(len(values) * 0.99) - 1)]


def main() -> None:
    """Few answers (12 people), some (6) and many (3): an early end would flatter the empty case."""
    parser = argparse.ArgumentParser(description="Slot search beside an interval sweep.")
    parser.add_argument("--short", action="store_true", help="fewer runs")
    runs = 40 if parser.parse_args().short else 400
    for people, share in ((12, 0.12), (6, 0.28), (3, 0.4)):
        measure_case(people, share, runs)


def measure_case(people: int, share: float, runs: int) -> None:
    """Bits built from diaries, and bits that are ready."""
    case = make_case(people, share, Random(20260316 + people))
    expected, ready = by_sweep(case), prepare_search(case.plan, case.capacity, WINDOW, CALENDAR)
    assert expected, "a bench without answers measures nothing"
    assert by_bits(case) == expected == answers(ready)
    sweep = timed(lambda: by_sweep(case), runs)
    name = f"{people}_people_{len(expected)}_answers"
    for p99 in (False, True):
        say(f"from_diaries_{name}", timed(lambda: by_bits(case), runs), "interval sweep", sweep, p99=p99)
        say(f"from_bit_sets_{name}", timed(lambda: answers(ready), runs), "interval sweep", sweep, p99=p99)


if __name__ == "__main__":
    main()
