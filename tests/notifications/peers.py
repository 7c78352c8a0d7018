"""Stand-ins for the scheduler and cases over real sockets, fed from a made-up world."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, timedelta
from typing import TypeAlias

import grpc
import jwt
from google.protobuf.message import Message
from google.type import date_pb2
from permanence.cases.v1 import cases_service_pb2 as cases_rpc
from permanence.cases.v1 import cases_service_pb2_grpc as cases_grpc
from permanence.cases.v1 import subject_pb2
from permanence.feed.v1 import event_feed_pb2, event_feed_pb2_grpc
from permanence.panels.v1 import actions_service_pb2 as actions_rpc
from permanence.panels.v1 import actions_service_pb2_grpc as actions_grpc
from permanence.scheduler.v1 import meeting_pb2, scheduler_events_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_rpc
from permanence.scheduler.v1 import scheduler_service_pb2_grpc as scheduler_grpc

from servicekit.ids import new_id
from services.notifications.domain.meeting import MeetingState
from tests.notifications.world import World

Context: TypeAlias = grpc.aio.ServicerContext[object, object]
ROOM = "councils/north/rooms/00000000-0000-0000-0000-0000000000d4"
_STATES = {
    MeetingState.BOOKED: meeting_pb2.MEETING_STATE_BOOKED,
    MeetingState.CANCELLED: meeting_pb2.MEETING_STATE_CANCELLED,
}


class Scheduler(scheduler_grpc.SchedulerServiceServicer):
    """GetMeeting, ListRooms, and RescheduleMeeting as far as deciding about a time needs it."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def GetMeeting(
        self, request: scheduler_rpc.GetMeetingRequest, context: Context
    ) -> scheduler_rpc.GetMeetingResponse:
        meeting = self._world.meeting
        bearer = str(dict(context.invocation_metadata() or ())["authorization"]).removeprefix("Bearer ")
        asks = jwt.decode(bearer, options={"verify_signature": False}).get("oid")
        if request.name != meeting.name or asks in self._world.hidden_from:
            await context.abort(grpc.StatusCode.NOT_FOUND, "not found")
        found = meeting_pb2.Meeting(
            name=meeting.name, meeting_kind=meeting.kind, title=meeting.title, reference=meeting.reference,
            subjects=meeting.subjects, state=_STATES[meeting.state],
            held_by_video=meeting.held_by_video, time_zone=meeting.time_zone, room=ROOM,
            revision=meeting.revision, booked_by=meeting.booked_by, part_of=meeting.part_of,
        )  # fmt: skip
        found.start_time.FromDatetime(meeting.start)
        found.end_time.FromDatetime(meeting.end)
        for session in meeting.sessions:
            part = found.sessions.add(number=session.number)
            part.start_time.FromDatetime(session.start)
            part.end_time.FromDatetime(session.end)
        for one in meeting.invitees:
            found.attendees.add(person=one.person, role=one.role, required=one.required, sessions=one.sessions)
        return scheduler_rpc.GetMeetingResponse(meeting=found)

    async def RescheduleMeeting(
        self, request: scheduler_rpc.RescheduleMeetingRequest, context: Context
    ) -> scheduler_rpc.RescheduleMeetingResponse:
        if self._world.refuses_moves:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not then")
        shift = request.start_time.ToDatetime(tzinfo=UTC) - self._world.meeting.start
        self._world.move(int(shift / timedelta(hours=1)))
        return scheduler_rpc.RescheduleMeetingResponse()

    async def ListRooms(
        self, request: scheduler_rpc.ListRoomsRequest, context: Context
    ) -> scheduler_rpc.ListRoomsResponse:
        room = meeting_pb2.Room(name=ROOM, display_name=self._world.meeting.room_name)
        return scheduler_rpc.ListRoomsResponse(rooms=[room])


class Cases(cases_grpc.CasesServiceServicer):
    """ResolveRecipients, ListRestrictions and FilterSubjects; `tokens` keeps who asked."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.tokens: list[str] = []

    async def ResolveRecipients(
        self, request: cases_rpc.ResolveRecipientsRequest, context: Context
    ) -> cases_rpc.ResolveRecipientsResponse:
        metadata = dict(context.invocation_metadata() or ())
        self.tokens.append(str(metadata["authorization"]))
        world = self._world
        return cases_rpc.ResolveRecipientsResponse(
            recipients=[
                subject_pb2.Recipient(
                    person=one.person, display_name=one.display_name, staff=one.staff,
                    channel=subject_pb2.Channel.Value(one.channel.value), email=one.email,
                    protected_strings=one.protected, verified_date=_date(one.verified_on),
                    phone=one.phone, postal_lines=one.postal_lines,
                    unsafe_channels=[subject_pb2.Channel.Value(channel.value) for channel in one.unsafe_channels],
                    unsafe_times=[
                        subject_pb2.UnsafeTime(weekday=part.weekday, start_minute=part.start, end_minute=part.end)
                        for part in one.unsafe_times
                    ],
                )
                for one in world.people.values() if one.person in request.people
            ],
            references=["CH-100"],
            restricted=world.restricted,
            subject_protected_strings=world.subject_strings,
        )  # fmt: skip

    async def FilterSubjects(
        self, request: cases_rpc.FilterSubjectsRequest, context: Context
    ) -> cases_rpc.FilterSubjectsResponse:
        bearer = str(dict(context.invocation_metadata() or ())["authorization"]).removeprefix("Bearer ")
        asks = jwt.decode(bearer, options={"verify_signature": False}).get("oid")
        return cases_rpc.FilterSubjectsResponse(subjects=() if asks in self._world.hidden_from else request.subjects)

    async def ListRestrictions(
        self, request: cases_rpc.ListRestrictionsRequest, context: Context
    ) -> cases_rpc.ListRestrictionsResponse:
        return cases_rpc.ListRestrictionsResponse(
            restrictions=[
                subject_pb2.Restriction(
                    kind=subject_pb2.RestrictionKind.Value(one.kind.value), person=one.person, other=one.other
                )
                for one in self._world.restrictions
            ]
        )


def _date(day: date | None) -> date_pb2.Date | None:
    return date_pb2.Date(year=day.year, month=day.month, day=day.day) if day else None


class Panels(actions_grpc.ActionsServiceServicer):
    """CheckWaiting: all that is asked about waits since a day, but what is `done`."""

    def __init__(self) -> None:
        self.done: set[str] = set()

    async def CheckWaiting(
        self, request: actions_rpc.CheckWaitingRequest, context: Context
    ) -> actions_rpc.CheckWaitingResponse:
        due = date_pb2.Date(year=2026, month=3, day=12)
        things = [one for one in request.things if one.name not in self.done]
        return actions_rpc.CheckWaitingResponse(
            things=[actions_rpc.WaitingThing(name=one.name, clock=one.clock, due_date=due) for one in things]
        )


class Feed(event_feed_pb2_grpc.EventFeedServicer):
    """Whatever was put in, from a position on."""

    def __init__(self) -> None:
        self._events: list[event_feed_pb2.Event] = []
        self._more = asyncio.Event()

    def booked(self, world: World) -> None:
        fact = scheduler_events_pb2.MeetingBooked(
            meeting=world.meeting.name, subjects=world.meeting.subjects, revision=world.meeting.revision
        )
        self.tell(world.meeting.name, fact)

    def tell(self, aggregate: str, fact: Message) -> None:
        event = event_feed_pb2.Event(position=len(self._events) + 1, event_id=str(new_id()), aggregate=aggregate)
        event.fact.Pack(fact)
        self._events.append(event)
        self._more.set()

    async def Pull(self, request: event_feed_pb2.PullRequest, context: Context) -> event_feed_pb2.PullResponse:
        mine = request.parent == "councils/north"
        waiting = [event for event in self._events if mine and event.position > request.after_position]
        if not waiting:
            self._more.clear()
            try:
                async with asyncio.timeout(0.2):
                    await self._more.wait()
            except TimeoutError:
                pass
        return event_feed_pb2.PullResponse(events=waiting)


@asynccontextmanager
async def serving(world: World, feed: Feed, cases: Cases, panels: Panels | None = None) -> AsyncIterator[str]:
    """All peers on one port; its address."""
    server = grpc.aio.server()
    scheduler_grpc.add_SchedulerServiceServicer_to_server(Scheduler(world), server)
    cases_grpc.add_CasesServiceServicer_to_server(cases, server)
    actions_grpc.add_ActionsServiceServicer_to_server(panels or Panels(), server)
    event_feed_pb2_grpc.add_EventFeedServicer_to_server(feed, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(None)
