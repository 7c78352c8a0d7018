"""Who may follow this service's feed, and what a caller without a token is told."""

import grpc
from permanence.feed.v1 import event_feed_pb2
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedStub
from permanence.panels.v1 import panels_service_pb2 as wire

from tests.panels.conftest import DEMO, OTHER, Panels
from tests.servicekit.serving import Refused, refusal


async def pull(panels: Panels, token: str, parent: str = "councils/demo") -> Refused:
    request = event_feed_pb2.PullRequest(parent=parent)
    metadata = (("authorization", f"Bearer {token}"),)
    return await refusal(lambda: EventFeedStub(panels.channel).Pull(request, metadata=metadata, timeout=5))


async def test_people_do_not_follow_and_councils_do_not_meet(panels: Panels) -> None:
    person = await pull(panels, panels.authority.token(DEMO, roles=["team-manager"]))
    assert person.code is grpc.StatusCode.PERMISSION_DENIED
    service = panels.authority.token(OTHER, oid="x", scp=None, idtyp="app", roles=["service-cases"])
    assert (await pull(panels, service)).code is grpc.StatusCode.NOT_FOUND
    assert await panels.events() == []


async def test_without_a_token_nothing(panels: Panels) -> None:
    request = wire.ListBodiesRequest(parent="councils/demo")
    assert (await refusal(lambda: panels.stub.ListBodies(request, timeout=5))).code is grpc.StatusCode.UNAUTHENTICATED


async def test_clients_of_the_case_system_do_not_read_minutes(panels: Panels) -> None:
    token = panels.authority.token(DEMO, oid="c", scp=None, idtyp="app", roles=["case-system"])
    request = wire.ListMinutesRequest(parent="councils/demo")
    metadata = (("authorization", f"Bearer {token}"),)
    answer = await refusal(lambda: panels.stub.ListMinutes(request, metadata=metadata, timeout=5))
    assert answer.code is grpc.StatusCode.NOT_FOUND
