"""Recommendations that wait for a decision maker, for tests about what becomes of them."""

from datetime import date, datetime, timedelta
from typing import TypeVar

from google.protobuf.message import Message
from google.type.date_pb2 import Date
from permanence.cases.v1 import subject_pb2
from permanence.panels.v1 import actions_service_pb2, decision_pb2, panel_events_pb2, panel_pb2
from permanence.panels.v1 import decisions_service_pb2 as wire
from permanence.panels.v1 import panels_service_pb2 as panels_wire
from permanence.panels.v1.actions_service_pb2_grpc import ActionsServiceStub
from permanence.panels.v1.composition_service_pb2 import ListMembersRequest, ListMembersResponse
from permanence.panels.v1.decisions_service_pb2_grpc import DecisionsServiceStub

from services.panels.domain.body import body_uuid
from tests.panels.conftest import DEMO, Panels, request_id
from tests.panels.quorate import LIST, add_member, attend, new_member
from tests.panels.quorate import ask as ask_composition
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import Refused, refusal

R = TypeVar("R", bound=Message)
DECISION_MAKER = "agency-decision-maker"


def body_of(key: str) -> str:
    return f"councils/demo/bodies/{body_uuid(DEMO.council_id, key)}"


async def ask(panels: Panels, rpc: str, request: object, *roles: str, oid: str = "") -> object:
    """Of DecisionsService or ActionsService, as a user with these roles."""
    decisions, actions = DecisionsServiceStub(panels.channel), ActionsServiceStub(panels.channel)
    method = getattr(decisions, rpc, None) or getattr(actions, rpc)
    return await method(request, metadata=panels.metadata(*roles, oid=oid), timeout=10)


async def recommend(
    panels: Panels, key: str, subject: str, start: datetime, *actions: panel_pb2.Action
) -> decision_pb2.Decision:
    """A sitting of the body that hears the subject and recommends; the decision that waits."""
    kind = key.replace("-", "_")
    body = body_uuid(DEMO.council_id, key)
    meeting = panels.scheduler.book("demo", kind, start, start + timedelta(hours=3), body=body)
    await panels.sitting_with(meeting, 0)
    refer = panels_wire.ReferSubjectRequest(
        parent="councils/demo", body=body_of(key), subjects=[subject], reason="To be heard.", request_id=request_id()
    )
    await panels.call("ReferSubject", refer, "business-support")
    return await hear(panels, meeting, start, *actions)


async def hear(panels: Panels, meeting: str, start: datetime, *actions: panel_pb2.Action) -> decision_pb2.Decision:
    """The sitting begins and recommends on its only item."""
    sitting = await panels.sitting_with(meeting, 1)
    item = sitting.agenda[0]
    panels.set_time(start + timedelta(minutes=10))
    await seat(panels, sitting)
    record = panels_wire.RecordOutcomeRequest(
        agenda_item=item.name,
        subject=item.subjects[0],
        kind=panel_pb2.OUTCOME_KIND_RECOMMENDED,
        reasons="The panel weighed both sides.",
        actions=actions,
        request_id=request_id(),
    )
    await panels.call("RecordOutcome", record, "panel-chair")
    return (await decisions(panels))[0]


async def seat(panels: Panels, sitting: panel_pb2.Sitting) -> None:
    """Enough of the right members are there, on the list since before."""
    listed = await ask_composition(panels, "ListMembers", ListMembersRequest(body=sitting.body))
    assert isinstance(listed, ListMembersResponse)
    members = list(listed.members) or [
        await add_member(panels, new_member(name, roles, body=sitting.body)) for name, roles in LIST
    ]
    for member in members:
        await attend(panels, sitting.name, member)


async def sign(panels: Panels, meeting: str, subject: str, at: datetime) -> None:
    """The minutes of a meeting for one subject become final."""
    panels.scheduler.hold(meeting, at - timedelta(hours=1))
    panels.set_time(at)
    draft = panels_wire.DraftMinutesRequest(
        meeting=meeting, subject=subject, text="What was said.", request_id=request_id()
    )
    drafted = await panels.call("DraftMinutes", draft, "business-support")
    assert isinstance(drafted, panels_wire.DraftMinutesResponse)
    signing = panels_wire.SignMinutesRequest(
        name=drafted.minutes.name, etag=drafted.minutes.etag, request_id=request_id()
    )
    await panels.call("SignMinutes", signing, "panel-chair")


async def decisions(panels: Panels, include_decided: bool = False) -> list[decision_pb2.Decision]:
    request = wire.ListDecisionsRequest(parent="councils/demo", include_decided=include_decided)
    reply = await ask(panels, "ListDecisions", request, DECISION_MAKER)
    assert isinstance(reply, wire.ListDecisionsResponse)
    return list(reply.decisions)


async def get(panels: Panels, name: str) -> decision_pb2.Decision:
    reply = await ask(panels, "GetDecision", wire.GetDecisionRequest(name=name), DECISION_MAKER)
    assert isinstance(reply, wire.GetDecisionResponse)
    return reply.decision


def deciding(decision: decision_pb2.Decision, **changes: object) -> wire.DecideRequest:
    """Agrees, unless told otherwise."""
    request = wire.DecideRequest(
        name=decision.name, etag=decision.etag, agrees=True, reasons="Sound.", request_id=request_id()
    )
    for field, value in changes.items():
        if isinstance(value, list):
            del getattr(request, field)[:]
            getattr(request, field).extend(value)
        else:
            setattr(request, field, value)
    return request


async def decide(panels: Panels, decision: decision_pb2.Decision, **changes: object) -> decision_pb2.Decision:
    reply = await ask(panels, "Decide", deciding(decision, **changes), DECISION_MAKER)
    assert isinstance(reply, wire.DecideResponse)
    return reply.decision


async def outstanding(
    panels: Panels, *kinds: int, role: str = "business-support"
) -> list[actions_service_pb2.Outstanding]:
    request = actions_service_pb2.ListOutstandingRequest(parent="councils/demo", kinds=kinds)
    reply = await ask(panels, "ListOutstanding", request, role)
    assert isinstance(reply, actions_service_pb2.ListOutstandingResponse)
    return list(reply.outstanding)


async def settled(panels: Panels, count: int) -> list[panel_events_pb2.CaseSettled]:
    """The facts told for cases, once there are so many."""
    return await facts(panels, panel_events_pb2.CaseSettled, count)


async def facts(panels: Panels, kind: type[R], count: int) -> list[R]:
    """What the feed told of a kind, once there is so much of it."""
    found: list[R] = []

    async def there() -> bool:
        found.clear()
        for event in await panels.events():
            fact = kind()
            if event.fact.Is(fact.DESCRIPTOR):
                event.fact.Unpack(fact)
                found.append(fact)
        return len(found) >= count

    await eventually(there)
    return found


def part(subject: str, role: str, person: str, name: str = "") -> subject_pb2.Involvement:
    """Somebody's part around a subject."""
    return subject_pb2.Involvement(
        person=f"councils/demo/people/{person}", subject=subject, role=role, display_name=name
    )


async def refused(panels: Panels, rpc: str, request: object, *roles: str, oid: str = "") -> Refused:
    return await refusal(lambda: ask(panels, rpc, request, *roles, oid=oid))


def on(value: Date) -> date:
    return date(value.year, value.month, value.day)
