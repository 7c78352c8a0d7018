"""New times for the 65 meetings of an officer who is away, beside as many single searches, in the same run.

One JSON line per measure; `ratio` above 1 where the bulk move is better. Both look into the same diaries of eight
weeks, of twelve rooms and of everybody asked. A single search is what SuggestSlots does for one meeting, ranking and
reasons included, five proposals each; it does not know of the others, so that many proposals are one and the same time.

    python -m bench.bulk_move [--short]
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

from rulebook.working_days import england_and_wales
from services.scheduler.domain.bulk_move import Part, PartState
from services.scheduler.domain.bulk_plan import Closed, Ground, Movable, plan_moves
from services.scheduler.domain.clocks import ClockToKeep, due_dates
from services.scheduler.domain.diary import Busy, Capacity, Diary, Room, WorkingHours, wall_spans
from services.scheduler.domain.grains import ready_bits, span
from services.scheduler.domain.meeting import Attendee, Meeting, MeetingState, Plan, sessions_at
from services.scheduler.domain.suggestion import Question, suggest

NOW = datetime(2027, 2, 22, 9, tzinfo=UTC)
AWAY = (datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 15, tzinfo=UTC))
WINDOW = (date(2027, 3, 15), date(2027, 5, 9))
MEETINGS, ROOMS, MINUTES, SHARE_BUSY = 65, 12, 60, 0.25
HOURS = tuple(WorkingHours(day, 9 * 60, 17 * 60) for day in range(5))
CALENDAR = england_and_wales()
OFFICER = Attendee("officer", "reviewing-officer", required=True, chair=True)
_ALL_DIARIES_END = (WINDOW[1] - WINDOW[0]).days + 28


def _busy(dice: Random) -> Busy:
    days = (WINDOW[0] + timedelta(days=n) for n in range(_ALL_DIARIES_END))
    halves = (half for day in days for half in wall_spans(day, [(540 + 60 * n, 600 + 60 * n) for n in range(8)]))
    # As storage gives them: bits that were made ready when the diary was written.
    return Busy(ready=ready_bits([half for half in halves if dice.random() < SHARE_BUSY]))


def make_ground(dice: Random) -> tuple[list[Movable], Ground]:
    """65 reviews of one officer, each with a child's worker, a carer, a supervising worker and a school of its own."""
    meetings, diaries = [], {"officer": Diary(HOURS, _busy(dice), AWAY[1] + timedelta(weeks=12))}
    for number in range(MEETINGS):
        roles = ("social-worker", "carer", "supervising-social-worker", "school")
        people = tuple(Attendee(f"{role}-{number}", role, required=role == "social-worker") for role in roles)
        diaries.update({one.person: Diary(HOURS, _busy(dice), AWAY[1] + timedelta(weeks=12)) for one in people})
        meetings.append(_meeting(number, (OFFICER, *people), dice))
    rooms = tuple(Room(f"room-{n:02d}", f"Room {n:02d}", 12, frozenset(), _busy(dice)) for n in range(ROOMS))
    closed = Closed(span(*AWAY), person="officer")
    return meetings, Ground(Capacity(diaries, rooms), WINDOW, CALENDAR, NOW, (), closed)


def _meeting(number: int, people: tuple[Attendee, ...], dice: Random) -> Movable:
    subject = f"child-{number}"
    plan = Plan("cic_review", (subject,), people, (MINUTES,), needs_room=True)
    start = AWAY[0] + timedelta(days=number // 7, hours=9 + number % 7)
    meeting = Meeting(
        UUID(int=number),
        plan,
        "Review",
        f"M-{number}",
        MeetingState.BOOKED,
        sessions_at(plan, start),
        "room-00",
        "anna",
    )
    due = WINDOW[0] + timedelta(days=dice.randint(10, 50))
    clock = ClockToKeep(f"clock-{number}", subject, "reg33-2", "cic_review", due, None)
    return Movable(meeting, (clock,), frozenset({"officer"}))


def one_by_one(meetings: Sequence[Movable], ground: Ground) -> None:
    """A search for each, none of which knows of the others."""
    earliest = int(ground.now.timestamp()) // 60 + 1
    for one in meetings:
        suggest(Question(one.meeting.plan, WINDOW, due_dates(one.clocks), earliest, 5), ground.capacity, CALENDAR)


def check(parts: Sequence[Part]) -> int:
    """How many have a new time; AssertionError where two have the officer at once."""
    found = sorted((one.after.start, one.after_end) for one in parts if one.after and one.after_end)
    assert all(end <= start for (_, end), (start, _) in pairwise(found))
    assert len(found) == sum(one.state is PartState.PROPOSED for one in parts)
    return len(found)


def timed(work: Callable[[], object], runs: int) -> list[float]:
    """Milliseconds of each run, the first left out."""
    work()
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1e3)
    return found


def main() -> None:
    """The whole, and its slowest run, for somebody waits."""
    parser = argparse.ArgumentParser(description="65 meetings moved in one go beside 65 single searches.")
    parser.add_argument("--short", action="store_true", help="fewer runs")
    runs = 5 if parser.parse_args().short else 30
    meetings, ground = make_ground(Random(20270301))
    moved = check(plan_moves(meetings, ground))
    ours, theirs = timed(lambda: plan_moves(meetings, ground), runs), timed(lambda: one_by_one(meetings, ground), runs)
    for measure, pick in ((f"propose_{moved}_of_{MEETINGS}", statistics.median), ("slowest_run", max)):
        value, other = pick(ours), pick(theirs)
        line = {
            "bench": "bulk_move", "measure": measure, "value": round(value, 1), "unit": "ms", "better": "lower",
            "reference": f"{MEETINGS} single searches", "reference_value": round(other, 1),
            "ratio": round(other / value, 2), "n": runs,
        }  # fmt: skip
        print(json.dumps(line))


if __name__ == "__main__":
    main()
