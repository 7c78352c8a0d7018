"""Who sees a bulk move, starts it and takes it back."""

from uuid import uuid4

import grpc
import pytest
from permanence.scheduler.v1 import bulk_moves_service_pb2 as wire

from .conftest import (
    PARENT,
    World,
    refusal,
)
from .officer_away import (
    HELD,
    UNDONE,
    asked,
    book_reviews,
    child,
    get,
    preview,
    start,
    states,
)


async def test_a_restricted_case_is_not_there(world: World) -> None:
    booked = await book_reviews(world, 3)
    world.cases.tell_subject(child(0), "R-000", restricted=True)
    await world.follow()
    world.cases.hidden.add(("outsider", child(0)))
    all_of_them = await preview(world)
    assert len(all_of_them.meetings) == 3
    theirs = await preview(world, oid="outsider")
    assert booked[0].name not in {one.meeting for one in theirs.meetings} and len(theirs.meetings) == 2
    assert len((await get(world, all_of_them.name, oid="outsider")).meetings) == 2
    started = await start(world, all_of_them)
    take_back = wire.UndoBulkMoveRequest(name=started.name, etag=started.etag, request_id=str(uuid4()))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.bulk_moves.UndoBulkMove(take_back, metadata=world.as_(oid="outsider"))
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED, "what one does not see one does not give back"
    # Of a move whose meetings are all hidden there is nothing to be known, its reason least of all.
    world.cases.hidden |= {("outsider", child(1)), ("outsider", child(2))}
    for number in (1, 2):
        world.cases.tell_subject(child(number), f"R-00{number}", restricted=True)
    await world.follow()
    listing = wire.ListBulkMovesRequest(parent=PARENT)
    for oid, count in (("outsider", 0), ("oid-1", 1)):
        listed = await world.bulk_moves.ListBulkMoves(listing, metadata=world.as_(oid=oid))
        assert len(listed.bulk_moves) == count
    with pytest.raises(grpc.aio.AioRpcError) as unknown:
        await get(world, started.name, oid="outsider")
    assert unknown.value.code() is grpc.StatusCode.NOT_FOUND
    for name in (booked[0].name, f"{PARENT}/meetings/{uuid4()}"):
        request = asked(meetings=[name], person="")
        request.ClearField("from_time")
        request.ClearField("until_time")
        with pytest.raises(grpc.aio.AioRpcError) as hidden:
            await world.bulk_moves.PreviewBulkMove(request, metadata=world.as_(oid="outsider"))
        assert refusal(hidden.value)[::2] == (grpc.StatusCode.NOT_FOUND, {"resource": name})


@pytest.mark.parametrize("role", ["reviewing-officer", "social-worker", "panel-chair", "performance-officer"])
async def test_who_may_not_book_moves_nothing(world: World, role: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await preview(world, role)
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
    made = await preview(world)
    for call, request in (
        (world.bulk_moves.GetBulkMove, wire.GetBulkMoveRequest(name=made.name)),
        (world.bulk_moves.StartBulkMove, wire.StartBulkMoveRequest(name=made.name, etag="1", request_id=str(uuid4()))),
        (world.bulk_moves.UndoBulkMove, wire.UndoBulkMoveRequest(name=made.name, etag="1", request_id=str(uuid4()))),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as hidden:
            await call(request, metadata=world.as_(role))
        assert refusal(hidden.value)[::2] == (grpc.StatusCode.NOT_FOUND, {"resource": made.name})


@pytest.mark.parametrize("role", ["business-support", "business-support-manager", "team-manager", "meetings"])
async def test_who_may_book_moves(world: World, role: str) -> None:
    await book_reviews(world, 1)
    started = await start(world, await preview(world, role), role)
    assert states(started) == {HELD: 1}
    request = wire.UndoBulkMoveRequest(name=started.name, etag=started.etag, request_id=str(uuid4()))
    undone = await world.bulk_moves.UndoBulkMove(request, metadata=world.as_(role))
    assert states(undone.bulk_move) == {UNDONE: 1}
