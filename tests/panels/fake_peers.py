"""Small gRPC servers that stand for the cases service and the scheduler: they answer what a test put into them."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

import grpc
import jwt
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from permanence.cases.v1 import case_events_pb2, cases_service_pb2, council_pb2, obligation_pb2, subject_pb2
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceServicer, add_CasesServiceServicer_to_server
from permanence.feed.v1 import event_feed_pb2
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedServicer, add_EventFeedServicer_to_server
from permanence.scheduler.v1 import meeting_pb2, scheduler_events_pb2, scheduler_service_pb2
from permanence.scheduler.v1.scheduler_service_pb2_grpc import (
    SchedulerServiceServicer,
    add_SchedulerServiceServicer_to_server,
)
from permanence.scheduler.v1.sitting_parts_service_pb2_grpc import add_SittingPartsServiceServicer_to_server

from tests.panels.fake_parts import FakeParts

Context = grpc.aio.ServicerContext[Message, Message]
# As the real feed: whoever has seen everything is kept waiting, and does not ask again and again.
_PATIENCE = 5.0


@dataclass
class FakeFeed(EventFeedServicer):
    """Events in the order in which a test told them, to every council that is named in their aggregate."""

    events: list[event_feed_pb2.Event] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, aggregate: str, fact: Message) -> None:
        packed = AnyMessage()
        packed.Pack(fact)
        event = event_feed_pb2.Event(
            position=len(self.events) + 1, event_id=str(uuid4()), aggregate=aggregate, fact=packed
        )
        self.events.append(event)
        self.more.set()
        self.more = asyncio.Event()

    async def Pull(self, request: event_feed_pb2.PullRequest, context: Context) -> event_feed_pb2.PullResponse:
        while not (found := self._after(request)):
            try:
                await asyncio.wait_for(self.more.wait(), _PATIENCE)
            except TimeoutError:
                break
        return event_feed_pb2.PullResponse(events=found)

    def _after(self, request: event_feed_pb2.PullRequest) -> list[event_feed_pb2.Event]:
        return [
            event
            for event in self.events
            if event.position > request.after_position and event.aggregate.startswith(f"{request.parent}/")
        ]


@dataclass
class FakeCases(CasesServiceServicer):
    """Subjects, and for each the object ids that may not see it. `down` makes every call UNAVAILABLE."""

    subjects: dict[str, subject_pb2.Subject] = field(default_factory=dict)
    hidden_from: dict[str, set[str]] = field(default_factory=dict)
    involvements: list[subject_pb2.Involvement] = field(default_factory=list)
    restrictions: list[subject_pb2.Restriction] = field(default_factory=list)
    feed: FakeFeed = field(default_factory=FakeFeed)
    case_events: list[obligation_pb2.CaseEvent] = field(default_factory=list)
    facts_hidden_from: set[str] = field(default_factory=set)
    nobody_answers_for_people: bool = False
    nobody_answers_for_subjects: bool = False
    filtered: list[list[str]] = field(default_factory=list)
    listed: int = 0
    staff: dict[str, str] = field(default_factory=dict)
    """The person of each object id."""
    no_staff_for: set[str] = field(default_factory=set)
    """Object ids whose roles may not look anybody up."""
    looked_up: list[str] = field(default_factory=list)

    async def LookUpStaff(
        self, request: cases_service_pb2.LookUpStaffRequest, context: Context
    ) -> cases_service_pb2.LookUpStaffResponse:
        if self.nobody_answers_for_people:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
        assert list(request.principal_ids) == [oid_of(context)], "whoever is signed in, with their own token"
        self.looked_up += request.principal_ids
        if self.no_staff_for.intersection(request.principal_ids):
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "not yours")
        known = [
            council_pb2.StaffMember(principal_id=oid, person=self.staff[oid])
            for oid in request.principal_ids
            if oid in self.staff
        ]
        return cases_service_pb2.LookUpStaffResponse(staff=known)

    async def GetSubject(
        self, request: cases_service_pb2.GetSubjectRequest, context: Context
    ) -> cases_service_pb2.GetSubjectResponse:
        found = self.subjects.get(request.name)
        if found is None or oid_of(context) in self.hidden_from.get(request.name, set()):
            await context.abort(grpc.StatusCode.NOT_FOUND, "no such subject")
        assert found is not None
        return cases_service_pb2.GetSubjectResponse(subject=found)

    async def ListSubjects(
        self, request: cases_service_pb2.ListSubjectsRequest, context: Context
    ) -> cases_service_pb2.ListSubjectsResponse:
        """Two to a page, so that whoever reads them has to turn it."""
        self.listed += 1
        oid, first = oid_of(context), int(request.page_token or 0)
        shown = [
            one
            for name, one in sorted(self.subjects.items())
            if one.kind == request.kind and oid not in self.hidden_from.get(name, ())
        ]
        more = str(first + 2) if len(shown) > first + 2 else ""
        return cases_service_pb2.ListSubjectsResponse(subjects=shown[first : first + 2], next_page_token=more)

    async def FilterSubjects(
        self, request: cases_service_pb2.FilterSubjectsRequest, context: Context
    ) -> cases_service_pb2.FilterSubjectsResponse:
        if self.nobody_answers_for_subjects:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
        self.filtered.append(list(request.subjects))
        oid = oid_of(context)
        shown = [one for one in request.subjects if one in self.subjects and oid not in self.hidden_from.get(one, ())]
        return cases_service_pb2.FilterSubjectsResponse(subjects=shown)

    async def ListCaseEvents(
        self, request: cases_service_pb2.ListCaseEventsRequest, context: Context
    ) -> cases_service_pb2.ListCaseEventsResponse:
        """One to a page, so that whoever reads them has to turn it."""
        if oid_of(context) in self.facts_hidden_from:
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "not yours")
        first = int(request.page_token or 0)
        own = [one for one in self.case_events if one.subject == request.subject]
        more = str(first + 1) if len(own) > first + 1 else ""
        return cases_service_pb2.ListCaseEventsResponse(case_events=own[first : first + 1], next_page_token=more)

    async def ListInvolvements(
        self, request: cases_service_pb2.ListInvolvementsRequest, context: Context
    ) -> cases_service_pb2.ListInvolvementsResponse:
        if self.nobody_answers_for_people:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
        found = [one for one in self.involvements if request.include_ended or not one.HasField("until_date")]
        return cases_service_pb2.ListInvolvementsResponse(involvements=found)

    async def ListRestrictions(
        self, request: cases_service_pb2.ListRestrictionsRequest, context: Context
    ) -> cases_service_pb2.ListRestrictionsResponse:
        assert oid_of(context) == "service-oid", "services only"
        return cases_service_pb2.ListRestrictionsResponse(restrictions=self.restrictions)

    def add_child(self, council: str, name: str, reference: str, restricted: bool = False) -> str:
        """A made-up child that the feed tells of too; its resource name."""
        child = f"councils/{council}/children/{uuid4()}"
        kind = subject_pb2.SUBJECT_KIND_CHILD
        self.subjects[child] = subject_pb2.Subject(
            name=child, kind=kind, reference=reference, display_name=name, restricted=restricted
        )
        told = case_events_pb2.SubjectChanged(subject=child, kind=kind, reference=reference, restricted=restricted)
        self.feed.tell(child, told)
        return child

    def hide_person(self, council: str, child: str, name: str) -> None:
        """Somebody around the child of whom the family may not know."""
        person = f"councils/{council}/people/{uuid4()}"
        self.involvements.append(subject_pb2.Involvement(subject=child, person=person, display_name=name))
        self.restrictions.append(
            subject_pb2.Restriction(
                subject=child, kind=subject_pb2.RESTRICTION_KIND_MUST_NOT_KNOW, person=child, other=person
            )
        )

    def add_household(self, council: str, name: str, reference: str) -> str:
        """A made-up carer household that the feed tells of too; its resource name."""
        household = f"councils/{council}/carerHouseholds/{uuid4()}"
        kind = subject_pb2.SUBJECT_KIND_CARER_HOUSEHOLD
        self.subjects[household] = subject_pb2.Subject(
            name=household, kind=kind, reference=reference, display_name=name
        )
        self.feed.tell(household, case_events_pb2.SubjectChanged(subject=household, kind=kind, reference=reference))
        return household

    def add_family(self, council: str, children: list[str]) -> str:
        """A sibling group."""
        group = f"councils/{council}/siblingGroups/{uuid4()}"
        kind = subject_pb2.SUBJECT_KIND_SIBLING_GROUP
        self.subjects[group] = subject_pb2.Subject(name=group, kind=kind, reference="G1", members=children)
        self.feed.tell(group, case_events_pb2.SubjectChanged(subject=group, kind=kind, reference="G1"))
        return group

    def add_clock(self, child: str, due: date, *, is_open: bool = True, obligation: str = "") -> str:
        """An obligation that a tracking panel would meet; its resource name."""
        name = obligation or f"{child.rpartition('/children/')[0]}/obligations/{uuid4()}"
        states = obligation_pb2.OBLIGATION_STATE_OPEN, obligation_pb2.OBLIGATION_STATE_MET
        told = case_events_pb2.ObligationChanged(
            obligation=name,
            subject=child,
            rule_id="BCP-9-04",
            meeting_kind="tracking_panel",
            state=states[0] if is_open else states[1],
            local_due_date=day(due),
        )
        self.feed.tell(child, told)
        return name


@dataclass
class FakeScheduler(SchedulerServiceServicer):
    """Meetings as the scheduler would tell and show them."""

    meetings: dict[str, meeting_pb2.Meeting] = field(default_factory=dict)
    feed: FakeFeed = field(default_factory=FakeFeed)
    parts: FakeParts = field(default_factory=FakeParts)

    async def GetMeeting(
        self, request: scheduler_service_pb2.GetMeetingRequest, context: Context
    ) -> scheduler_service_pb2.GetMeetingResponse:
        if request.name not in self.meetings:
            await context.abort(grpc.StatusCode.NOT_FOUND, "no such meeting")
        return scheduler_service_pb2.GetMeetingResponse(meeting=self.meetings[request.name])

    def book(
        self,
        council: str,
        kind: str,
        start: datetime,
        end: datetime,
        *,
        body: UUID | None = None,
        subjects: tuple[str, ...] = (),
    ) -> str:
        """A booked meeting; its resource name."""
        name = f"councils/{council}/meetings/{uuid4()}"
        body_name = f"councils/{council}/bodies/{body}" if body else ""
        self.meetings[name] = meeting_pb2.Meeting(
            name=name,
            meeting_kind=kind,
            subjects=subjects,
            state=meeting_pb2.MEETING_STATE_BOOKED,
            start_time=instant(start),
            end_time=instant(end),
            body=body_name,
        )
        told = scheduler_events_pb2.MeetingBooked(
            meeting=name,
            meeting_kind=kind,
            subjects=subjects,
            start_time=instant(start),
            end_time=instant(end),
            on_date=day(start.date()),
            body=body_name,
        )
        self.feed.tell(name, told)
        return name

    def move(self, name: str, start: datetime, end: datetime) -> None:
        """Another time."""
        meeting = self.meetings[name]
        meeting.start_time.CopyFrom(instant(start))
        meeting.end_time.CopyFrom(instant(end))
        told = scheduler_events_pb2.MeetingRescheduled(
            meeting=name,
            meeting_kind=meeting.meeting_kind,
            subjects=meeting.subjects,
            start_time=instant(start),
            end_time=instant(end),
            body=meeting.body,
        )
        self.feed.tell(name, told)

    def cancel(self, name: str) -> None:
        """It will not take place."""
        meeting = self.meetings[name]
        meeting.state = meeting_pb2.MEETING_STATE_CANCELLED
        self.feed.tell(
            name,
            scheduler_events_pb2.MeetingCancelled(meeting=name, meeting_kind=meeting.meeting_kind, body=meeting.body),
        )

    def hold(self, name: str, end: datetime, *, tell: bool = True) -> None:
        """It took place and ended then; `tell`: whether the feed has said so yet."""
        meeting = self.meetings[name]
        meeting.state = meeting_pb2.MEETING_STATE_HELD
        meeting.end_time.CopyFrom(instant(end))
        told = scheduler_events_pb2.MeetingHeld(
            meeting=name,
            meeting_kind=meeting.meeting_kind,
            subjects=meeting.subjects,
            end_time=instant(end),
            on_date=day(end.date()),
            body=meeting.body,
        )
        if tell:
            self.feed.tell(name, told)


@dataclass
class FakePeers:
    """Both, served."""

    cases: FakeCases
    scheduler: FakeScheduler
    addresses: dict[str, str]
    servers: list[grpc.aio.Server]

    async def stop(self) -> None:
        for server in self.servers:
            await server.stop(None)


async def serve_peers() -> FakePeers:
    """On free ports."""
    # Only the RPCs that panels calls are there.
    cases, scheduler = FakeCases(), FakeScheduler()  # type: ignore[abstract]
    servers = [grpc.aio.server(), grpc.aio.server()]
    add_CasesServiceServicer_to_server(cases, servers[0])
    add_EventFeedServicer_to_server(cases.feed, servers[0])
    add_SchedulerServiceServicer_to_server(scheduler, servers[1])
    add_SittingPartsServiceServicer_to_server(scheduler.parts, servers[1])
    add_EventFeedServicer_to_server(scheduler.feed, servers[1])
    ports = [server.add_insecure_port("127.0.0.1:0") for server in servers]
    for server in servers:
        await server.start()
    addresses = {"cases": f"127.0.0.1:{ports[0]}", "scheduler": f"127.0.0.1:{ports[1]}"}
    return FakePeers(cases, scheduler, addresses, servers)


def oid_of(context: Context) -> str:
    """Whose token came with a call."""
    metadata = dict(context.invocation_metadata() or ())
    token = str(metadata["authorization"]).removeprefix("Bearer ")
    claims: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return str(claims["oid"])


def instant(value: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(value)
    return stamp


def day(value: date) -> Date:
    return Date(year=value.year, month=value.month, day=value.day)
