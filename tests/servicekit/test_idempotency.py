"""A request id makes a change happen once, however often and however parallel it is sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import pytest
from google.protobuf.message import Message
from google.protobuf.wrappers_pb2 import StringValue

from servicekit import outbox
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, RequestIdReused
from servicekit.idempotency import once
from servicekit.postgres import Database, ScopedTransaction

from .conftest import NORTH
from .messages import Ask


@dataclass(frozen=True)
class Unit:
    tx: ScopedTransaction


@dataclass(frozen=True)
class Done:
    note: str


class Doer:
    def __init__(self, database: Database, caller: Caller) -> None:
        self.database, self.caller, self.runs = database, caller, 0

    @asynccontextmanager
    async def begin(self, caller: Caller) -> AsyncIterator[Unit]:
        async with self.database.transaction(caller.council_id) as tx:
            yield Unit(tx)

    async def do(self, unit: Unit) -> StringValue:
        self.runs += 1
        await outbox.append(unit.tx, "things/1", Done("x"))
        return StringValue(value=f"run {self.runs}")

    async def send(self, request: Message) -> StringValue:
        return await once(self.begin, self.caller, request, StringValue, self.do)


@pytest.fixture
def doer(database: Database, caller: Caller) -> Doer:
    return Doer(database, caller)


async def test_repeat_gets_the_first_response_byte_for_byte(doer: Doer) -> None:
    request = Ask(request_id=str(uuid4()), note="a")
    first, second = await doer.send(request), await doer.send(request)
    assert first.SerializeToString() == second.SerializeToString()
    assert (doer.runs, first.value) == (1, "run 1")


async def test_concurrent_duplicates_wait_for_the_first(doer: Doer) -> None:
    request = Ask(request_id=str(uuid4()), note="a")
    replies = await asyncio.gather(*(doer.send(request) for _ in range(8)))
    assert ({reply.value for reply in replies}, doer.runs) == ({"run 1"}, 1)
    async with doer.database.transaction(NORTH.council_id) as tx:
        assert await tx.fetchval("select count(*) from outbox") == 1


async def test_same_id_for_another_request_is_refused(doer: Doer) -> None:
    request_id = str(uuid4())
    await doer.send(Ask(request_id=request_id, note="a"))
    with pytest.raises(RequestIdReused):
        await doer.send(Ask(request_id=request_id, note="b"))


async def test_another_principal_may_use_the_same_id(doer: Doer, database: Database) -> None:
    request = Ask(request_id=str(uuid4()))
    await doer.send(request)
    other = Caller(NORTH.council_id, NORTH.slug, "oid-2", doer.caller.kind)
    assert (await Doer(database, other).send(request)).value == "run 1"


async def test_a_refusal_is_not_kept(doer: Doer) -> None:
    request = Ask(request_id=str(uuid4()))

    async def refuse(_: Unit) -> StringValue:
        raise ValueError

    with pytest.raises(ValueError):
        await once(doer.begin, doer.caller, request, StringValue, refuse)
    assert (await doer.send(request)).value == "run 1"


async def test_request_id_must_be_a_uuid(doer: Doer) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await doer.send(Ask(request_id="again"))
    assert [violation.field for violation in caught.value.violations] == ["request_id"]
