"""The scheduler served over a real socket on a real database, beside a stand-in for cases."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from permanence.cases.v1 import subject_pb2
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedStub
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire
from permanence.scheduler.v1.bulk_moves_service_pb2_grpc import BulkMovesServiceStub
from permanence.scheduler.v1.capacity_service_pb2_grpc import CapacityServiceStub
from permanence.scheduler.v1.date_offers_service_pb2_grpc import DateOffersServiceStub
from permanence.scheduler.v1.diary_service_pb2_grpc import DiaryServiceStub
from permanence.scheduler.v1.meeting_drafts_service_pb2_grpc import MeetingDraftsServiceStub
from permanence.scheduler.v1.peoples_time_service_pb2_grpc import PeoplesTimeServiceStub
from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceStub
from permanence.scheduler.v1.sitting_parts_service_pb2_grpc import SittingPartsServiceStub

from servicekit import log
from servicekit.clock import set_clock
from servicekit.config import Council, IdentityConfig, ServiceConfig
from servicekit.launcher import ServiceDatabase
from servicekit.postgres import Database
from servicekit.server import Running, start
from services.scheduler.bind import bind
from tests.servicekit.authority import AUDIENCE, Authority
from tests.servicekit.eventually import eventually

from .fake_cases import FakeCases

MIGRATIONS = Path(__file__).parents[2] / "services" / "scheduler" / "storage" / "migrations"
DEMO = Council(UUID(int=1), "demo", "Demo Council", "11111111-0000-0000-0000-000000000001", "bcp")
SECOND = Council(UUID(int=2), "second", "Second Council", "22222222-0000-0000-0000-000000000002", "bcp")
MONDAY = datetime(2026, 3, 16, 9, tzinfo=UTC)
PARENT = "councils/demo"
STUBS = (
    SchedulerServiceStub, MeetingDraftsServiceStub, BulkMovesServiceStub, CapacityServiceStub, DiaryServiceStub,
    PeoplesTimeServiceStub, DateOffersServiceStub, SittingPartsServiceStub, EventFeedStub,
)  # fmt: skip


def named(kind: str, key: str) -> str:
    """`named("people", "tm")`: the same resource name each time."""
    return f"{PARENT}/{kind}/{uuid5(UUID(int=9), kind + key)}"


CHILD, SIBLING = named("children", "a"), named("children", "b")
MANAGER, WORKER, MOTHER, FATHER = (named("people", key) for key in ("tm", "sw", "mother", "father"))
OFFICER, OTHER_MANAGER = named("people", "iro"), named("people", "tm2")
CLOCK = named("obligations", "ppm")

_COLUMNS = "kind,resource_kind,resource_source_id,weekday,from,until,room_name,seats,features,language,email"
CAPACITY = f"""{_COLUMNS},busy_start,busy_end
working_pattern,person,TM1,monday,09:00,17:00,,,,,,,
working_pattern,person,TM1,tuesday,09:00,17:00,,,,,,,
working_pattern,person,TM1,wednesday,09:00,17:00,,,,,,,
working_pattern,person,TM1,friday,09:00,17:00,,,,,,,
working_pattern,person,SW1,monday,09:00,17:00,,,,,,,
working_pattern,person,SW1,tuesday,09:00,17:00,,,,,,,
working_pattern,person,SW1,wednesday,09:00,17:00,,,,,,,
working_pattern,person,SW1,friday,09:00,17:00,,,,,,,
room,room,R1,,,,Oak,12,step-free;video,,oak@example.org,,
room,room,R2,,,,Elm,4,,,elm@example.org,,
interpreter,interpreter,IT1,,,,,,,Polish,interpreter-1@example.org,,
busy,person,TM1,,,,,,,,,2026-03-17T09:00,2026-03-17T16:30
busy,person,SW1,,,,,,,,,2026-05-29T09:00,2026-05-29T10:00
busy,room,R1,,,,,,,,,2026-03-18T09:00,2026-03-18T10:00
busy,person,NOBODY,,,,,,,,,2026-03-18T09:00,2026-03-18T10:00
busy,person,SW1,,,,,,,,,2026-03-18T11:00,2026-03-18T10:00
"""


@pytest.fixture(autouse=True)
def _logging() -> None:
    log.configure("scheduler", "test")


@dataclass
class World:
    """A running scheduler and what stands around it."""

    running: Running
    cases: FakeCases
    authority: Authority
    stub: SchedulerServiceStub
    drafts: MeetingDraftsServiceStub
    bulk_moves: BulkMovesServiceStub
    capacity: CapacityServiceStub
    diary: DiaryServiceStub
    time: PeoplesTimeServiceStub
    offers: DateOffersServiceStub
    parts: SittingPartsServiceStub
    feed: EventFeedStub
    clock_file: Path

    @property
    def database(self) -> Database:
        """The service's own pool."""
        return self.running.params.database

    def at(self, instant: datetime) -> None:
        """Set the product's clock."""
        set_clock(self.clock_file, instant)

    def as_(self, *roles: str, oid: str = "oid-1", council: Council = DEMO, **claims: object) -> list[tuple[str, str]]:
        """Metadata of a caller with these roles; business support where none is given."""
        token = self.authority.token(council, roles=list(roles) or ["business-support"], oid=oid, **claims)
        return [("authorization", f"Bearer {token}")]

    async def import_capacity(self) -> wire.ImportCapacityResponse:
        """The made-up file above."""
        self.cases.people.update({"TM1": MANAGER, "SW1": WORKER})
        request = wire.ImportCapacityRequest(parent=PARENT, content=CAPACITY.encode(), request_id=str(uuid4()))
        return await self.stub.ImportCapacity(request, metadata=self.as_())

    async def suggest(self, **changes: object) -> wire.SuggestSlotsResponse:
        """Slots for a permanence planning meeting of the child."""
        request = wire.SuggestSlotsRequest(parent=PARENT, plan=ppm(), **changes)
        return await self.stub.SuggestSlots(request, metadata=self.as_())

    async def book(self, plan: wire.MeetingPlan, start: Timestamp, room: str = "", **more: str) -> meeting_pb2.Meeting:
        """Book at once, as business support."""
        request = wire.BookMeetingRequest(
            parent=PARENT, plan=plan, start_time=start, room=room, request_id=str(uuid4()), **more
        )
        return (await self.stub.BookMeeting(request, metadata=self.as_())).meeting

    async def rooms(self) -> dict[str, str]:
        """Resource names by display name."""
        reply = await self.stub.ListRooms(wire.ListRoomsRequest(parent=PARENT), metadata=self.as_())
        return {room.display_name: room.name for room in reply.rooms}

    async def follow(self) -> None:
        """Wait until the scheduler has seen all that cases has told."""

        async def seen() -> bool:
            async with self.database.transaction(DEMO.council_id) as tx:
                # Panels' feed stands at the same address here, and is read by itself.
                read = await tx.fetchval("select position from inbox_cursor where producer = 'cases'")
                return read == len(self.cases.events)

        await eventually(seen)


def ppm(*subjects: str, **changes: object) -> wire.MeetingPlan:
    """A permanence planning meeting in a room."""
    return wire.MeetingPlan(meeting_kind="ppm", subjects=subjects or (CHILD,), needs_room=True, **changes)  # type: ignore[arg-type]


def sitting(*attendees: meeting_pb2.Attendee, **changes: object) -> wire.MeetingPlan:
    """A sitting of a body, which needs no subject."""
    body = named("bodies", "panel")
    return wire.MeetingPlan(meeting_kind="tracking_panel", attendees=attendees, body=body, **changes)  # type: ignore[arg-type]


def chair(person: str, role: str = "service-director") -> meeting_pb2.Attendee:
    """An attendee who chairs."""
    return meeting_pb2.Attendee(person=person, role=role, chair=True, required=True)


def at(instant: datetime) -> Timestamp:
    """On the wire."""
    found = Timestamp()
    found.FromDatetime(instant)
    return found


def days_from_monday(days: int, hour: int, minute: int = 0) -> datetime:
    """An instant counted from the tests' Monday, in UTC (London is one hour ahead from 29 March)."""
    return MONDAY.replace(hour=hour, minute=minute) + timedelta(days=days)


def must_not_meet(one: str, other: str, *, court: bool = False) -> subject_pb2.Restriction:
    """The restriction."""
    kind = subject_pb2.RESTRICTION_KIND_MUST_NOT_MEET
    return subject_pb2.Restriction(kind=kind, subject=CHILD, person=one, other=other, court_ordered=court)


def refusal(error: grpc.aio.AioRpcError) -> tuple[grpc.StatusCode, str, dict[str, str]]:
    """Status, reason and metadata."""
    info, status = error_details_pb2.ErrorInfo(), rpc_status.from_call(error)
    for detail in status.details if status else ():
        if detail.Is(info.DESCRIPTOR):
            detail.Unpack(info)
    return error.code(), info.reason, dict(info.metadata)


@pytest.fixture
async def authority(tmp_path: Path) -> AsyncIterator[Authority]:
    """Where tokens come from."""
    async with Authority(tmp_path) as made:
        yield made


@pytest.fixture
async def cases() -> AsyncIterator[FakeCases]:
    """Cases, with a child, a sibling and the people around them."""
    fake = FakeCases()
    fake.involve(CHILD, team_manager=MANAGER, social_worker=WORKER, mother=MOTHER, reviewing_officer=OFFICER)
    stop = await fake.start()
    yield fake
    await stop()  # type: ignore[misc]


@pytest.fixture
async def world(
    fresh_database: Callable[[str, Sequence[Path]], Awaitable[ServiceDatabase]],
    authority: Authority,
    cases: FakeCases,
    tmp_path: Path,
) -> AsyncIterator[World]:
    """It all, running."""
    clock_file = tmp_path / "clock"
    set_clock(clock_file, MONDAY)
    made = await fresh_database("scheduler", [MIGRATIONS])
    config = ServiceConfig(
        service="scheduler", environment="test", listen_host="127.0.0.1", listen_port=0, database_url=made.app_url,
        migrate_url="", councils=(DEMO, SECOND), clock_file=clock_file, tls=None,
        peers=dict.fromkeys(("cases", "panels", "notifications"), cases.address),
        identity=IdentityConfig(authority.url, (AUDIENCE,), authority.ca_file, "scheduler", "secret"),
    )  # fmt: skip
    running = await start(config, bind)
    async with grpc.aio.insecure_channel(running.address) as channel:
        stubs = (make(channel) for make in STUBS)
        yield World(running, cases, authority, *stubs, clock_file)
        await running.stop(grace=0.2)
