"""A hold is kept ten minutes longer, as often as somebody needs it, while it runs."""

from datetime import timedelta
from uuid import uuid4

import grpc
import pytest
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from .conftest import CHILD, MONDAY, PARENT, World, at, days_from_monday, ppm, refusal

WEDNESDAY = at(days_from_monday(2, 13))


async def test_a_hold_is_extended_as_long_as_it_runs(world: World) -> None:
    await world.import_capacity()
    room = (await world.rooms())["Oak"]
    hold = wire.HoldSlotRequest(parent=PARENT, plan=ppm(), start_time=WEDNESDAY, room=room, request_id=str(uuid4()))
    held = (await world.stub.HoldSlot(hold, metadata=world.as_())).meeting

    async def extend(oid: str = "anna", name: str = held.name) -> wire.ExtendHoldResponse:
        request = wire.ExtendHoldRequest(name=name, request_id=str(uuid4()))
        return await world.stub.ExtendHold(request, metadata=world.as_(oid=oid))

    world.at(MONDAY + timedelta(minutes=9))
    kept = await extend()
    assert kept.expire_time.ToDatetime() == (MONDAY + timedelta(minutes=19)).replace(tzinfo=None)
    assert kept.meeting == held
    world.at(MONDAY + timedelta(minutes=18))
    with pytest.raises(grpc.aio.AioRpcError) as taken:
        await world.book(ppm(), WEDNESDAY, room)
    assert refusal(taken.value)[1] == "TIME_TAKEN"
    world.cases.hidden.add(("outsider", CHILD))
    with pytest.raises(grpc.aio.AioRpcError) as hidden:
        await extend("outsider")
    assert refusal(hidden.value)[::2] == (grpc.StatusCode.NOT_FOUND, {"resource": held.name})
    world.at(MONDAY + timedelta(minutes=19))
    with pytest.raises(grpc.aio.AioRpcError) as lapsed:
        await extend()
    assert refusal(lapsed.value)[:2] == (grpc.StatusCode.FAILED_PRECONDITION, "HOLD_LAPSED")
    booked = await world.book(ppm(), WEDNESDAY, room)
    with pytest.raises(grpc.aio.AioRpcError) as no_hold:
        await extend(name=booked.name)
    assert refusal(no_hold.value)[:2] == (grpc.StatusCode.FAILED_PRECONDITION, "NOT_A_HOLD")
