"""Integration health over sockets: what waits is told without a person, moved on by whoever may, and audited."""

from functools import partial
from uuid import uuid4

import grpc
import pytest
from google.protobuf.message import Message
from permanence.notifications.v1 import integration_service_pb2 as rpc
from permanence.notifications.v1 import integration_service_pb2_grpc as rpc_grpc

from services.notifications.app.sync_event import NOT_REACHED
from services.notifications.domain.integration_health import ALL_WELL
from tests.notifications.test_service import SOUTH, Call, Stand
from tests.notifications.test_service import stand as _stand  # noqa: F401 - a fixture
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import refusal

PARENT = "councils/north"


@pytest.fixture(name="stand")
def _served(_stand: Stand) -> Stand:  # noqa: F811 - a fixture is named like its function
    return _stand


def _stub(stand: Stand) -> "rpc_grpc.IntegrationServiceAsyncStub":
    return rpc_grpc.IntegrationServiceStub(stand.channel)


async def _health(stand: Stand, role: str = "business-support-manager") -> rpc.GetIntegrationHealthResponse:
    request = rpc.GetIntegrationHealthRequest(parent=PARENT)
    return await _stub(stand).GetIntegrationHealth(request, metadata=stand.as_(role))


async def _held_back(stand: Stand) -> rpc.WaitingWork:
    """A meeting of which Outlook takes nothing."""
    stand.world.calendar.faults.planned = ["down"] * 10_000
    stand.feed.booked(stand.world)
    found: list[rpc.WaitingWork] = []

    async def waits() -> bool:
        found[:] = (await _health(stand)).waiting
        return bool(found) and NOT_REACHED in found[0].troubles

    await eventually(waits)
    return found[0]


async def test_where_all_is_well_the_page_says_so(stand: Stand) -> None:
    health = await _health(stand)
    assert list(health.advice) == [ALL_WELL] and not health.waiting and not health.HasField("stop")


async def test_what_waits_is_told_by_reference_with_what_to_tell_people(stand: Stand) -> None:
    waiting = await _held_back(stand)
    assert (waiting.kind, waiting.item, waiting.reference) == ("meeting", stand.world.meeting.name, "M-2041")
    health = await _health(stand, "team-manager")
    assert health.advice[0].startswith("Invitations wait because Outlook does not answer since ")
    assert [one.kind for one in health.depths if one.waiting] == ["meeting"]
    text = str(health)
    assert "@" not in text and "Robin" not in text and "people/" not in text


async def test_work_is_given_up_once_and_its_people_are_somebodys_to_tell(stand: Stand) -> None:
    waiting = await _held_back(stand)
    call, manager = _stub(stand).DiscardWork, stand.as_("business-support-manager")
    request = rpc.DiscardWorkRequest(
        parent=PARENT, kind=waiting.kind, item=waiting.item, reason="All were rung.", request_id=str(uuid4())
    )
    replies: list[rpc.DiscardWorkResponse] = []

    async def given_up() -> bool:
        # A lane that is being worked at this moment cannot be given up; a moment later it can.
        try:
            replies.append(await call(request, metadata=manager))
        except grpc.aio.AioRpcError as error:
            assert error.code() is grpc.StatusCode.FAILED_PRECONDITION
        return bool(replies)

    await eventually(given_up)
    assert replies[0].to_be_told == 4 and await call(request, metadata=manager) == replies[0]
    assert not (await _health(stand)).waiting
    delivery = await stand.delivery()
    assert delivery.untold == 4 and list(delivery.troubles) == ["Given up: All were rung. Tell this person yourself."]
    retry = rpc.RetryWorkRequest(parent=PARENT, kind="meeting", item=waiting.item, request_id=str(uuid4()))
    again = await refusal(lambda: _stub(stand).RetryWork(retry, metadata=manager))
    assert (again.code, again.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "NOTHING_WAITS")


async def test_who_may_not_know_of_the_meeting_moves_nothing_on(stand: Stand) -> None:
    waiting = await _held_back(stand)
    manager, common = stand.as_("business-support-manager"), {"parent": PARENT, "kind": "meeting", "item": waiting.item}
    stand.world.hidden_from.add("oid-2")
    retry = rpc.RetryWorkRequest(request_id=str(uuid4()), **common)
    discard = rpc.DiscardWorkRequest(request_id=str(uuid4()), reason="x", **common)
    for call in (
        partial(_stub(stand).RetryWork, retry, metadata=manager),
        partial(_stub(stand).DiscardWork, discard, metadata=manager),
    ):
        assert (await refusal(call)).info.reason == "NOTHING_WAITS"


async def test_a_retry_does_not_wait_for_the_pause(stand: Stand) -> None:
    waiting = await _held_back(stand)
    stand.world.calendar.faults.planned = []
    retry = rpc.RetryWorkRequest(parent=PARENT, kind="meeting", item=waiting.item, request_id=str(uuid4()))
    await _stub(stand).RetryWork(retry, metadata=stand.as_("business-support-manager"))
    await eventually(stand.told)


async def test_a_stop_holds_everything_until_it_is_lifted(stand: Stand) -> None:
    manager, leader = stand.as_("business-support-manager"), stand.as_("team-manager")
    stop = rpc.StopSendingRequest(parent=PARENT, reason="A list went wrong.", request_id=str(uuid4()))
    await _stub(stand).StopSending(stop, metadata=leader)
    stand.feed.booked(stand.world)

    async def held() -> bool:
        return bool((await stand.delivery()).troubles)

    await eventually(held)
    health = await _health(stand)
    assert health.stop.reason == "A list went wrong." and health.advice[0].startswith("Sending is stopped since")
    assert stand.world.calendar.mailed == []
    start = rpc.StartSendingRequest(parent=PARENT, request_id=str(uuid4()))
    low = await refusal(lambda: _stub(stand).StartSending(start, metadata=leader))
    assert low.code is grpc.StatusCode.PERMISSION_DENIED
    await _stub(stand).StartSending(start, metadata=manager)
    await eventually(stand.told)
    assert [(one.source, one.people) for one in (await _health(stand)).hourly_mail] == [("outlook", 4), ("mail", 0)]


async def test_only_work_of_some_kinds_can_be_given_up(stand: Stand) -> None:
    request = rpc.DiscardWorkRequest(
        parent=PARENT, kind="outbox", item="x", reason="It is old.", request_id=str(uuid4())
    )
    no = await refusal(lambda: _stub(stand).DiscardWork(request, metadata=stand.as_("business-support-manager")))
    assert no.info.reason == "CANNOT_BE_GIVEN_UP"


async def test_others_and_other_councils_are_refused_on_every_rpc(stand: Stand) -> None:
    common = {"parent": PARENT, "request_id": str(uuid4())}
    requests: dict[str, Message] = {
        "GetIntegrationHealth": rpc.GetIntegrationHealthRequest(parent=PARENT),
        "RetryWork": rpc.RetryWorkRequest(kind="meeting", item="x", **common),
        "DiscardWork": rpc.DiscardWorkRequest(kind="meeting", item="x", reason="y", **common),
        "StopSending": rpc.StopSendingRequest(reason="y", **common),
        "StartSending": rpc.StartSendingRequest(**common),
    }
    assert {one.name for one in rpc.DESCRIPTOR.services_by_name["IntegrationService"].methods} == set(requests)
    for name, request in requests.items():
        call: Call = getattr(_stub(stand), name)
        for role in ("business-support", "social-worker", "nobody"):
            low = await refusal(partial(call, request, metadata=stand.as_(role)))
            assert low.code is grpc.StatusCode.PERMISSION_DENIED
        other = await refusal(partial(call, request, metadata=stand.as_("business-support-manager", council=SOUTH)))
        assert other.code is grpc.StatusCode.NOT_FOUND
