"""Many at once want the same: exactly the possible bookings succeed, and nothing deadlocks."""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

import grpc
import pytest
from permanence.scheduler.v1 import meeting_pb2

from .conftest import DEMO, World, at, chair, days_from_monday, named, refusal, sitting

# Each round alone would show a lost lock: without them one has forty deadlocks and more.
ROUNDS = int(os.environ.get("PERMANENCE_BOOKING_ROUNDS", "4"))
DAY = days_from_monday(7, 9)
_OVERLAPS = """
select count(*) from reservation a join reservation b
on a.resource_id = b.resource_id and a.id < b.id and a.during && b.during
where a.state in ('held', 'booked') and b.state in ('held', 'booked')
"""


def interpreter(key: str) -> meeting_pb2.Attendee:
    return meeting_pb2.Attendee(person=named("people", key), role="interpreter", required=True)


async def outcome(world: World, round_: int, people: Sequence[meeting_pb2.Attendee], room: str) -> str:
    """`booked`, or the reason of the refusal."""
    try:
        await world.book(sitting(*people), at(DAY + timedelta(days=round_)), room)
    except grpc.aio.AioRpcError as error:
        code, reason, metadata = refusal(error)
        assert (code, reason) == (grpc.StatusCode.ALREADY_EXISTS, "TIME_TAKEN"), (code, reason, error.details())
        assert {*metadata["taken"].split(", ")} <= {"chair", "room", "interpreter"} and metadata["alternatives"]
        return f"{metadata['taken']} taken"
    return "booked"


async def deadlocks(world: World) -> int:
    async with world.database.unscoped() as connection:
        found = await connection.fetchval("select deadlocks from pg_stat_database where datname = current_database()")
    return int(str(found))


async def overlaps(world: World) -> int:
    async with world.database.transaction(DEMO.council_id) as tx:
        return int(str(await tx.fetchval(_OVERLAPS)))


@pytest.mark.timeout(300)
async def test_one_room_and_time_is_booked_once_by_a_hundred(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    began = time.perf_counter()
    for round_ in range(ROUNDS):
        people = [chair(named("people", f"chair-{n}")) for n in range(100)]
        found = await asyncio.gather(*(outcome(world, round_, [one], room) for one in people))
        assert sorted(found).count("booked") == 1
        assert found.count("room taken") == 99
    assert await overlaps(world) == 0
    assert await deadlocks(world) == 0
    _say(record_property, "100 bookings of one room", began)


@pytest.mark.timeout(300)
async def test_overlapping_sets_of_six_are_all_or_nothing(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    """Sets of a chair, a room and four interpreters out of a small pool, asked for in any order."""
    await world.import_capacity()
    rooms, dice = sorted((await world.rooms()).values()), Random(20260316)
    began = time.perf_counter()
    for round_ in range(ROUNDS):
        sets = []
        for _ in range(60):
            keys = dice.sample(range(14), 5)
            people = [chair(named("people", f"r-{keys[0]}")), *(interpreter(f"r-{key}") for key in keys[1:])]
            sets.append((people, dice.choice(rooms)))
        found = await asyncio.gather(*(outcome(world, round_, people, room) for people, room in sets))
        _judge(sets, found)
    assert await overlaps(world) == 0
    assert await deadlocks(world) == 0
    _say(record_property, "60 bookings of six resources", began)


def _judge(sets: Sequence[tuple[list[meeting_pb2.Attendee], str]], found: Sequence[str]) -> None:
    """No two booked sets share a resource; every refused one shares one with a booked set: none was refused in vain."""
    wanted = [{room, *(one.person for one in people)} for people, room in sets]
    booked = [wants for wants, result in zip(wanted, found, strict=True) if result == "booked"]
    assert booked and sum(map(len, booked)) == len(set().union(*booked))
    for wants, result in zip(wanted, found, strict=True):
        assert result == "booked" or wants & set().union(*booked)


def _say(record: Callable[[str, object], None], what: str, began: float) -> None:
    seconds = time.perf_counter() - began
    record(what, f"{ROUNDS} rounds in {seconds:.1f} s with 0 deadlocks")
