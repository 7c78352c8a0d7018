"""Outbox, relay and feed on a real database."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from uuid import UUID

import pytest
from google.protobuf import json_format, timestamp_pb2
from google.type import date_pb2

from servicekit import feed, outbox
from servicekit.event_json import event_payload
from servicekit.launcher import ServiceDatabase
from servicekit.postgres import Database
from servicekit.relay import Relay
from servicekit.wakeups import listen

from .conftest import NORTH, SOUTH


@dataclass(frozen=True)
class ThingMade:
    number: int


class Colour(Enum):
    RED = "COLOUR_RED"


@dataclass(frozen=True)
class Part:
    id: UUID
    when: datetime


@dataclass(frozen=True)
class Rich:
    due: date
    part: Part
    colours: tuple[Colour, ...]
    absent: str | None = None


async def _append(database: Database, number: int, council: UUID = NORTH.council_id) -> None:
    async with database.transaction(council) as tx:
        await outbox.append(tx, "things/1", ThingMade(number))


async def test_slow_transaction_with_an_earlier_number_is_never_lost(database: Database) -> None:
    relay = Relay(database)
    async with database.transaction(NORTH.council_id) as slow:
        await outbox.append(slow, "things/slow", ThingMade(1))
        await slow.settle()  # the row is written, and has its number, long before the commit
        await _append(database, 2)
        assert await relay.relay_once() == 1
        first = await feed.read(database, NORTH.council_id, 0)
        assert [row.payload["number"] for row in first] == [2]
    assert await relay.relay_once() == 1
    rest = await feed.read(database, NORTH.council_id, first[-1].position)
    assert [(row.position, row.payload["number"]) for row in rest] == [(2, 1)]


async def test_positions_have_no_gaps_under_two_relays(database: Database) -> None:
    await asyncio.gather(*(_append(database, number) for number in range(30)))
    one, two = Relay(database), Relay(database)
    while sum(await asyncio.gather(one.relay_once(), two.relay_once())):
        pass
    rows = await feed.read(database, NORTH.council_id, 0)
    assert [row.position for row in rows] == list(range(1, 31))
    assert rows[0].type == "ThingMade"
    assert rows[0].recorded_at == datetime(2026, 3, 16, 9, tzinfo=UTC)


async def test_long_poll_is_woken_and_holds_no_connection(kit: ServiceDatabase, database: Database) -> None:
    workers = [asyncio.create_task(listen(kit.app_url, database.wakeups)), asyncio.create_task(Relay(database).run())]
    waiting = asyncio.create_task(feed.read(database, NORTH.council_id, 0, wait_seconds=20))
    try:
        await _append(database, 7)
        assert [row.payload["number"] for row in await asyncio.wait_for(waiting, 5)] == [7]
    finally:
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def test_an_event_wakes_whoever_follows_its_council(kit: ServiceDatabase, database: Database) -> None:
    listening = asyncio.create_task(listen(kit.app_url, database.wakeups))
    north, south = (database.wakeups.waiter("feed", str(one.council_id)) for one in (NORTH, SOUTH))
    with north, south:
        assert await north.wait(10) and await south.wait(10)  # somebody listens from now on
        await _append(database, 1)
        assert await Relay(database).relay_once() == 1
        assert await north.wait(10)
        assert not await south.wait(0)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_feed_shows_one_council_and_the_asked_types(database: Database) -> None:
    await _append(database, 1)
    await _append(database, 2, SOUTH.council_id)
    assert await Relay(database).relay_once() == 2
    assert [row.payload["number"] for row in await feed.read(database, SOUTH.council_id, 0)] == [2]
    assert await feed.read(database, SOUTH.council_id, 0, types=frozenset({"Other"})) == []
    assert await feed.head(database, SOUTH.council_id) == 2


def test_payload_is_protobuf_json() -> None:
    moment = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
    payload = event_payload(Rich(date(2026, 4, 15), Part(UUID(int=5), moment), (Colour.RED,)))
    assert set(payload) == {"due", "part", "colours"}
    due, part = payload["due"], payload["part"]
    assert isinstance(due, dict) and isinstance(part, dict)
    assert json_format.ParseDict(due, date_pb2.Date()) == date_pb2.Date(year=2026, month=4, day=15)
    stamp = json_format.Parse(json.dumps(part["when"]), timestamp_pb2.Timestamp())
    assert stamp.ToDatetime(tzinfo=UTC) == moment
    assert (part["id"], payload["colours"]) == (str(UUID(int=5)), ["COLOUR_RED"])


def test_naive_datetime_has_no_place_in_an_event() -> None:
    with pytest.raises(TypeError, match="naive"):
        event_payload(Part(UUID(int=5), datetime(2026, 3, 16)))  # noqa: DTZ001
