"""A fostering panel whose list is made up and who are there: what a test needs before a recommendation."""

from collections.abc import Iterable
from datetime import date, datetime

from permanence.panels.v1 import composition_service_pb2 as wire
from permanence.panels.v1 import member_pb2
from permanence.panels.v1.composition_service_pb2_grpc import CompositionServiceStub

from services.panels.domain.body import body_uuid
from tests.panels.conftest import DEMO, Panels, request_id
from tests.panels.fake_peers import day, instant

FOSTERING_ID = body_uuid(DEMO.council_id, "fostering-panel")
FOSTERING = f"councils/demo/bodies/{FOSTERING_ID}"
# Made-up people: name, roles.
LIST = (
    ("Ada Made", ("chair", "independent")),
    ("Bo Made", ("social-worker-three-years",)),
    ("Cy Made", ("carer-experience",)),
    ("Di Made", ("education",)),
    ("Ed Made", ("member",)),
)


async def ask(panels: Panels, rpc: str, request: object, *roles: str, oid: str = "") -> object:
    """CompositionService as a user with these roles."""
    method = getattr(CompositionServiceStub(panels.channel), rpc)
    return await method(request, metadata=panels.metadata(*(roles or ("panel-chair",)), oid=oid), timeout=10)


def new_member(
    name: str, roles: Iterable[str], *, body: str = FOSTERING, person: str = "", since: date | None = date(2020, 1, 1)
) -> wire.AddMemberRequest:
    """Experienced since 2020 unless said otherwise."""
    return wire.AddMemberRequest(
        body=body,
        person=person,
        name_for_staff=name,
        roles=roles,
        from_date=day(date(2026, 1, 5)),
        experienced_since=day(since) if since else None,
        evidence="Entry in the register, seen by the panel adviser" if since else "",
        request_id=request_id(),
    )


async def add_member(panels: Panels, request: wire.AddMemberRequest) -> member_pb2.Member:
    reply = await ask(panels, "AddMember", request)
    assert isinstance(reply, wire.AddMemberResponse)
    return reply.member


async def add_list(panels: Panels) -> list[member_pb2.Member]:
    """Just enough for a quorum, by name."""
    return [await add_member(panels, new_member(name, roles)) for name, roles in LIST]


async def attend(
    panels: Panels, sitting: str, member: member_pb2.Member, presence: str = "ARRIVED", at: datetime | None = None
) -> None:
    """Record where a member stands, since now unless said otherwise."""
    request = wire.RecordAttendanceRequest(
        sitting=sitting,
        member=member.name,
        presence=member_pb2.Presence.Value(f"PRESENCE_{presence}"),
        at_time=instant(at) if at else None,
        request_id=request_id(),
    )
    await ask(panels, "RecordAttendance", request, "business-support")


async def seat_quorum(panels: Panels, sitting: str) -> list[member_pb2.Member]:
    """Five members of the fostering panel who are all there."""
    members = await add_list(panels)
    for one in members:
        await attend(panels, sitting, one)
    return members


async def composition(panels: Panels, sitting: str, *roles: str, oid: str = "") -> member_pb2.Composition:
    """As it is known now."""
    reply = await ask(panels, "GetComposition", wire.GetCompositionRequest(sitting=sitting), *roles, oid=oid)
    assert isinstance(reply, wire.GetCompositionResponse)
    return reply.composition
