"""Bookings a second through the RPC on a durable PostgreSQL, beside bare inserts into the same constraint.

Eight clients at once each book meetings with a chair and a room of their own, so that nobody waits for anybody; then
all of them book into the same chairs and rooms, where most are refused. The reference has a copy of the table of
reservations, with the same constraint, and puts in what each booking reserves, in one transaction each: no token, no
policy, no locks, no diaries, no meeting, no event, no audit. One JSON line a measure; `ratio` is the bare insert's
median over ours.

    python -m bench.booking [--json] [--short]
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from bench.scheduler_at_work import (
    COUNCIL,
    PARENT,
    SchedulerAtWork,
    keep_capacity,
    person,
    room,
    scheduler_at_work,
)
from bench.slots import p99

CLIENTS, RESOURCES, FOUGHT_OVER = 8, 40, 20
FIRST = datetime(2027, 3, 1, 9, tzinfo=UTC)
REFERENCE = "bare inserts into the same constraint"
_COPY = "create table bare_reservation (like reservation including all)"
_BARE = """
insert into bare_reservation (id, council_id, resource_id, meeting_id, during, state)
select gen_random_uuid(), $1, r, $2, tstzrange($4, $5, '[)'), 'booked' from unnest($3::uuid[]) as r
"""
Place = tuple[int, datetime]
"""Which chair and room, and when."""


def places(count: int) -> list[Place]:
    """Each free: four times a day of each of the chairs and rooms, two hours apart for the time kept after each."""
    turns = ((n % RESOURCES, *divmod(n // RESOURCES, 4)) for n in range(count))
    return [(number, FIRST + timedelta(days=day, hours=2 * hour)) for number, day, hour in turns]


class Booking:
    """Books through the service."""

    def __init__(self, at_work: SchedulerAtWork) -> None:
        self._at_work = at_work

    async def __call__(self, place: Place) -> bool:
        """Whether it was booked; refused where something is taken."""
        number, instant = place
        start = Timestamp()
        start.FromDatetime(instant)
        chair = meeting_pb2.Attendee(person=person(number), role="social-worker", required=True, chair=True)
        plan = wire.MeetingPlan(
            meeting_kind="ppm", attendees=[chair], session_minutes=[60], needs_room=True,
            body=f"{PARENT}/bodies/{UUID(int=5)}",
        )  # fmt: skip
        request = wire.BookMeetingRequest(
            parent=PARENT, plan=plan, start_time=start, room=room(number), request_id=str(uuid4())
        )
        try:
            await self._at_work.stub.BookMeeting(request, metadata=self._at_work.metadata)
        except grpc.aio.AioRpcError as refused:
            if refused.code() is not grpc.StatusCode.ALREADY_EXISTS:
                raise
            return False
        return True


class BareInsert:
    """Puts rows into a copy of the table."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    async def __call__(self, place: Place) -> bool:
        """Whether the constraint let it in. Without locks taken in order it deadlocks; then it is tried again."""
        number, start = place
        both = [UUID(int=number + 1), UUID(int=number + 1000)]
        while True:
            try:
                await self._insert(both, start)
            except asyncpg.DeadlockDetectedError:
                continue
            except asyncpg.ExclusionViolationError:
                return False
            return True

    async def _insert(self, resources: list[UUID], start: datetime) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("select set_config('app.council', $1, true)", str(COUNCIL.council_id))
            await connection.execute(_BARE, COUNCIL.council_id, uuid4(), resources, start, start + timedelta(hours=1))


async def drive(work: Callable[[Place], Awaitable[bool]], wanted: Sequence[Place]) -> tuple[float, list[float], int]:
    """Seconds in all, milliseconds of each, and how many were booked; `CLIENTS` at once."""
    waiting, times, booked = list(reversed(wanted)), [], 0

    async def client() -> None:
        nonlocal booked
        while waiting:
            place, began = waiting.pop(), time.perf_counter()
            got_it = await work(place)
            times.append((time.perf_counter() - began) * 1000)
            booked += got_it

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return time.perf_counter() - began, times, booked


async def main(count: int) -> None:
    """Apart, then all into the same places."""
    async with scheduler_at_work(datetime(2027, 2, 26, 9, tzinfo=UTC)) as at_work:
        await keep_capacity(at_work.database, [()] * RESOURCES, [()] * RESOURCES, FIRST + timedelta(weeks=30))
        owner = await asyncpg.connect(at_work.owner_url)
        await owner.execute(_COPY)
        await owner.close()
        async with asyncpg.create_pool(at_work.owner_url, min_size=CLIENTS, max_size=CLIENTS) as pool:
            apart = places(count)
            # Few: each deadlock of the bare inserts costs a second before the server notices it.
            fought_over = [place for place in places(count + FOUGHT_OVER)[count:] for _ in range(10)]
            for name, wanted, expected in (("apart", apart, count), ("contended", fought_over, len(fought_over) // 10)):
                ours, theirs = await drive(Booking(at_work), wanted), await drive(BareInsert(pool), wanted)
                assert ours[2] == theirs[2] == expected, f"booked {ours[2]} and {theirs[2]} instead of {expected}"
                say(name, ours, theirs)


def say(name: str, ours: tuple[float, list[float], int], theirs: tuple[float, list[float], int]) -> None:
    """Two lines: how long a caller waits, and how many calls a second."""
    waited, bare = statistics.median(ours[1]), statistics.median(theirs[1])
    rate, bare_rate = len(ours[1]) / ours[0], len(theirs[1]) / theirs[0]
    common = {"reference": REFERENCE, "n": len(ours[1]), "booked": ours[2], "clients": CLIENTS}
    print(json.dumps({
        "bench": "booking", "measure": f"{name}_wait", "value": round(waited, 2), "unit": "ms", "better": "lower",
        "reference_value": round(bare, 2), "ratio": round(bare / waited, 3), "p99": round(p99(ours[1]), 2),
        "reference_p99": round(p99(theirs[1]), 2), **common,
    }), flush=True)  # fmt: skip
    print(json.dumps({
        "bench": "booking", "measure": f"{name}_rate", "value": round(rate, 1), "unit": "calls/s", "better": "higher",
        "reference_value": round(bare_rate, 1), "ratio": round(rate / bare_rate, 3), **common,
    }), flush=True)  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Bookings through the RPC beside bare inserts.")
    parser.add_argument("--json", action="store_true", help="JSON lines, as always")
    parser.add_argument("--short", action="store_true", help="fewer bookings")
    asyncio.run(main(200 if parser.parse_args().short else 2000))
