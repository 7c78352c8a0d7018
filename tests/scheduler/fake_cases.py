"""A stand-in for the cases service: just the RPCs the scheduler calls, over a real socket."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

import grpc
import jwt
from google.protobuf.message import Message
from google.type.date_pb2 import Date
from permanence.cases.v1 import case_events_pb2, obligation_pb2, subject_pb2
from permanence.cases.v1 import cases_service_pb2 as wire
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceServicer, add_CasesServiceServicer_to_server
from permanence.cases.v1.council_pb2 import StaffMember
from permanence.feed.v1 import event_feed_pb2
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedServicer, add_EventFeedServicer_to_server
from permanence.notifications.v1 import free_busy_service_pb2
from permanence.notifications.v1.free_busy_service_pb2_grpc import (
    FreeBusyServiceServicer,
    add_FreeBusyServiceServicer_to_server,
)

from servicekit.ids import new_id

# As the real feed: whoever has seen everything is kept waiting, and does not ask again and again.
_PATIENCE = 5.0


@dataclass
class FakeCases:
    """What it answers. `hidden` holds (principal, subject); `asked` the roles of who asked for what.

    `people` are staff by source id, `accounts` by the directory's.
    """

    involvements: list[subject_pb2.Involvement] = field(default_factory=list)
    restrictions: list[subject_pb2.Restriction] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    hidden: set[tuple[str, str]] = field(default_factory=set)
    events: list[event_feed_pb2.Event] = field(default_factory=list)
    asked: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    address: str = ""
    outlook: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    """The notifications service stands in here too: when people are busy; who is not in it has no Outlook."""
    outlook_is_down: bool = False
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def involve(self, subject: str, **roles: str) -> None:
        """`involve(child, team_manager=person)`."""
        self.involvements += [
            subject_pb2.Involvement(person=person, subject=subject, role=role.replace("_", "-"))
            for role, person in roles.items()
        ]

    def tell(self, aggregate: str, fact: Message) -> None:
        """Put an event on the feed."""
        event = event_feed_pb2.Event(position=len(self.events) + 1, event_id=str(new_id()), aggregate=aggregate)
        event.recorded_time.GetCurrentTime()
        event.fact.Pack(fact)
        self.events.append(event)
        self.more.set()
        self.more = asyncio.Event()

    def tell_subject(self, subject: str, reference: str, *, restricted: bool = False) -> None:
        """A subject became known."""
        self.tell(
            subject,
            case_events_pb2.SubjectChanged(subject=subject, reference=reference, restricted=restricted),
        )

    def tell_obligation(self, name: str, subject: str, due: date, kind: str = "ppm") -> None:
        """An open obligation with a date of the council's own."""
        self.tell(
            subject,
            case_events_pb2.ObligationChanged(
                obligation=name,
                subject=subject,
                rule_id="BCP-8-05",
                meeting_kind=kind,
                state=obligation_pb2.OBLIGATION_STATE_OPEN,
                local_due_date=Date(year=due.year, month=due.month, day=due.day),
            ),
        )

    async def start(self) -> Callable[[], object]:
        """Serve on a free port; returns what stops it."""
        server = grpc.aio.server()
        add_CasesServiceServicer_to_server(_Cases(self), server)
        add_EventFeedServicer_to_server(_Feed(self), server)
        add_FreeBusyServiceServicer_to_server(_FreeBusy(self), server)
        self.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        await server.start()
        return lambda: server.stop(0)


def _claims(context: grpc.aio.ServicerContext) -> dict[str, object]:
    metadata = dict(context.invocation_metadata() or ())
    return dict(jwt.decode(str(metadata["authorization"]).split()[1], options={"verify_signature": False}))


class _FreeBusy(FreeBusyServiceServicer):
    def __init__(self, state: FakeCases) -> None:
        self._state = state

    async def ReadBusyTimes(
        self, request: free_busy_service_pb2.ReadBusyTimesRequest, context: grpc.aio.ServicerContext
    ) -> free_busy_service_pb2.ReadBusyTimesResponse:
        claims = _claims(context)
        self._state.asked.append(("ReadBusyTimes", frozenset(claims["roles"])))  # type: ignore[call-overload]
        if request.until_time.seconds - request.from_time.seconds > 366 * 86400:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "too long, as the real one has it")
        if self._state.outlook_is_down:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
        reply = free_busy_service_pb2.ReadBusyTimesResponse()
        for person in request.people:
            found = reply.people.add(person=person, read=person in self._state.outlook)
            found.reason = "" if found.read else "NO_OUTLOOK"
            for start, end in self._state.outlook.get(person, ()):
                busy = found.busy.add()
                busy.start_time.FromDatetime(start)
                busy.end_time.FromDatetime(end)
        return reply


class _Cases(CasesServiceServicer):
    def __init__(self, state: FakeCases) -> None:
        self._state = state

    async def _enter(self, rpc: str, context: grpc.aio.ServicerContext, subjects: list[str]) -> None:
        claims = _claims(context)
        self._state.asked.append((rpc, frozenset(claims["roles"])))
        for subject in subjects:
            if (str(claims["oid"]), subject) in self._state.hidden:
                await context.abort(grpc.StatusCode.NOT_FOUND, "not found")

    async def FilterSubjects(
        self, request: wire.FilterSubjectsRequest, context: grpc.aio.ServicerContext
    ) -> wire.FilterSubjectsResponse:
        await self._enter("FilterSubjects", context, [])
        oid = str(_claims(context)["oid"])
        shown = [subject for subject in request.subjects if (oid, subject) not in self._state.hidden]
        return wire.FilterSubjectsResponse(subjects=[one for one in shown if self._wanted(request, one)])

    def _wanted(self, request: wire.FilterSubjectsRequest, subject: str) -> bool:
        held = {(one.role, one.person) for one in self._state.involvements if one.subject == subject}
        asked = {("reviewing-officer", request.reviewing_officer), ("team-manager", request.team_manager)}
        nobody = not {role for role, _ in held} & set(request.roles_not_recorded)
        return nobody and {(role, person) for role, person in asked if person} <= held

    async def ListInvolvements(
        self, request: wire.ListInvolvementsRequest, context: grpc.aio.ServicerContext
    ) -> wire.ListInvolvementsResponse:
        await self._enter("ListInvolvements", context, list(request.subjects))
        found = [one for one in self._state.involvements if one.subject in request.subjects]
        return wire.ListInvolvementsResponse(involvements=found)

    async def ListRestrictions(
        self, request: wire.ListRestrictionsRequest, context: grpc.aio.ServicerContext
    ) -> wire.ListRestrictionsResponse:
        await self._enter("ListRestrictions", context, [])
        return wire.ListRestrictionsResponse(restrictions=self._state.restrictions)

    async def ListParts(
        self, request: wire.ListPartsRequest, context: grpc.aio.ServicerContext
    ) -> wire.ListPartsResponse:
        await self._enter("ListParts", context, [])
        found = [
            wire.Part(subject=one.subject, person=one.person, role=one.role)
            for one in self._state.involvements
            if one.subject in request.subjects and one.role in request.roles
        ]
        return wire.ListPartsResponse(parts=found)

    async def LookUpStaff(
        self, request: wire.LookUpStaffRequest, context: grpc.aio.ServicerContext
    ) -> wire.LookUpStaffResponse:
        await self._enter("LookUpStaff", context, [])
        state = self._state
        staff = {*state.people.values(), *state.accounts.values()}
        wanted = {state.accounts[one] for one in request.principal_ids if one in state.accounts}
        wanted |= set(request.people) & staff
        wanted |= {one.person for one in state.involvements if one.role in request.roles}
        return wire.LookUpStaffResponse(
            staff=[StaffMember(person=one, display_name="Not to be kept") for one in sorted(wanted)]
        )

    async def LookUpPeople(
        self, request: wire.LookUpPeopleRequest, context: grpc.aio.ServicerContext
    ) -> wire.LookUpPeopleResponse:
        await self._enter("LookUpPeople", context, [])
        known = self._state.people
        return wire.LookUpPeopleResponse(
            people=[
                wire.FoundPerson(source_id=one, person=known[one], staff=True)
                for one in request.source_ids
                if one in known
            ]
        )


class _Feed(EventFeedServicer):
    def __init__(self, state: FakeCases) -> None:
        self._state = state

    async def Pull(
        self, request: event_feed_pb2.PullRequest, context: grpc.aio.ServicerContext
    ) -> event_feed_pb2.PullResponse:
        mine = str(_claims(context)["tid"]).startswith("1111")
        while not mine or len(self._state.events) <= request.after_position:
            try:
                await asyncio.wait_for(self._state.more.wait(), _PATIENCE)
            except TimeoutError:
                return event_feed_pb2.PullResponse()
        return event_feed_pb2.PullResponse(events=self._state.events[request.after_position :])
