"""A running panels service: real PostgreSQL, real gRPC, fake neighbours, a clock that can be set."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import asyncpg
import grpc
import pytest
from permanence.feed.v1 import event_feed_pb2
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedStub
from permanence.panels.v1 import panel_pb2
from permanence.panels.v1 import panels_service_pb2 as wire
from permanence.panels.v1.panels_service_pb2_grpc import PanelsServiceStub

from servicekit import log
from servicekit.clock import set_clock
from servicekit.config import Council, IdentityConfig, ServiceConfig
from servicekit.launcher import ServiceDatabase
from servicekit.server import Running, start
from services.panels.bind import bind
from services.panels.config import PanelsSettings
from services.panels.domain.body import body_uuid
from tests.panels.fake_peers import FakeCases, FakePeers, FakeScheduler, serve_peers
from tests.servicekit.authority import AUDIENCE, Authority
from tests.servicekit.eventually import eventually

MIGRATIONS = Path(__file__).parents[2] / "services" / "panels" / "storage" / "migrations"
DEMO = Council(UUID(int=11), "demo", "Demo Council", "11111111-0000-0000-0000-00000000000a", "bcp")
OTHER = Council(UUID(int=12), "other", "Other Council", "22222222-0000-0000-0000-00000000000b", "bcp")
BODY_ID = body_uuid(DEMO.council_id, "tracking-panel")
BODY = f"councils/demo/bodies/{BODY_ID}"

if TYPE_CHECKING:
    from permanence.panels.v1.panels_service_pb2_grpc import PanelsServiceAsyncStub


@dataclass
class Panels:
    """The service under test and all around it."""

    running: Running
    stub: "PanelsServiceAsyncStub"
    channel: grpc.aio.Channel
    authority: Authority
    cases: FakeCases
    scheduler: FakeScheduler
    database: ServiceDatabase
    clock_file: Path
    delivery: Path

    async def restart(self, config: ServiceConfig | None = None) -> None:
        """Another process on the same database, set up alike or otherwise."""
        await self.channel.close()
        await self.running.stop(0.0)
        self.running = await start(config or self.running.params.config, bind)
        self.channel = grpc.aio.insecure_channel(f"127.0.0.1:{self.running.port}")
        self.stub = PanelsServiceStub(self.channel)

    def set_time(self, at: datetime) -> None:
        set_clock(self.clock_file, at)

    def metadata(self, *roles: str, council: Council = DEMO, oid: str = "") -> tuple[tuple[str, str], ...]:
        """A user's token with these roles; the object id is made of the first one."""
        token = self.authority.token(council, roles=list(roles), oid=oid or f"oid-{roles[0]}")
        return (("authorization", f"Bearer {token}"),)

    async def call(self, rpc: str, request: object, *roles: str, council: Council = DEMO, oid: str = "") -> object:
        """As a user with these roles."""
        method = getattr(self.stub, rpc)
        return await method(request, metadata=self.metadata(*roles, council=council, oid=oid), timeout=10)

    async def sitting_of(self, meeting: str, *roles: str) -> panel_pb2.Sitting:
        """With its agenda."""
        request = wire.ListSittingsRequest(parent="councils/demo")
        listed = await self.call("ListSittings", request, "business-support")
        assert isinstance(listed, wire.ListSittingsResponse)
        names = [one.name for one in listed.sittings if one.meeting == meeting]
        if not names:
            raise LookupError("no such sitting yet")
        reply = await self.call("GetSitting", wire.GetSittingRequest(name=names[0]), *(roles or ("panel-chair",)))
        assert isinstance(reply, wire.GetSittingResponse)
        return reply.sitting

    async def sitting_with(self, meeting: str, items: int) -> panel_pb2.Sitting:
        """Once its agenda has so many items."""

        async def there() -> bool:
            try:
                return len((await self.sitting_of(meeting)).agenda) == items
            except LookupError:
                return False

        await eventually(there)
        return await self.sitting_of(meeting)

    async def minutes_of(self, meeting: str) -> list[panel_pb2.Minutes]:
        """As business support lists them."""
        request = wire.ListMinutesRequest(parent="councils/demo", meeting=meeting)
        reply = await self.call("ListMinutes", request, "business-support")
        assert isinstance(reply, wire.ListMinutesResponse)
        return list(reply.minutes)

    async def events(self) -> list[event_feed_pb2.Event]:
        """All that the feed has told so far."""
        token = self.authority.token(DEMO, oid="service-oid", scp=None, idtyp="app", roles=["service-cases"])
        request = event_feed_pb2.PullRequest(parent="councils/demo")
        stub = EventFeedStub(self.channel)
        reply = await stub.Pull(request, metadata=(("authorization", f"Bearer {token}"),), timeout=10)
        return list(reply.events)


async def owner_asks(panels: Panels, sql: str, *args: object) -> object:
    """One value, asked as the tables' owner within the council."""
    connection = await asyncpg.connect(panels.database.owner_url)
    try:
        await connection.execute("select set_config('app.council', $1, false)", str(DEMO.council_id))
        return await connection.fetchval(sql, *args)
    finally:
        await connection.close()


def request_id() -> str:
    return str(uuid4())


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """An instant of spring 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _logging() -> None:
    log.configure("panels", "test")


@pytest.fixture
async def peers() -> AsyncIterator[FakePeers]:
    served = await serve_peers()
    yield served
    await served.stop()


@pytest.fixture
async def panels(
    fresh_database: Callable[[str, Sequence[Path]], Awaitable[ServiceDatabase]], peers: FakePeers, tmp_path: Path
) -> AsyncIterator[Panels]:
    """Monday 2 March 2026, nine o'clock."""
    database = await fresh_database("panels", [MIGRATIONS])
    clock_file = tmp_path / "clock"
    set_clock(clock_file, at(2, 9))
    async with Authority(tmp_path) as authority:
        config = ServiceConfig(
            service="panels",
            environment="test",
            listen_host="127.0.0.1",
            listen_port=0,
            database_url=database.app_url,
            migrate_url="",
            councils=(DEMO, OTHER),
            identity=IdentityConfig(authority.url, (AUDIENCE,), authority.ca_file, "panels", "secret"),
            clock_file=clock_file,
            peers=peers.addresses,
            tls=None,
            settings=PanelsSettings(tmp_path / "delivery", 0.05),
        )
        running = await start(config, bind)
        channel = grpc.aio.insecure_channel(f"127.0.0.1:{running.port}")
        stub = PanelsServiceStub(channel)
        made = Panels(
            running,
            stub,
            channel,
            authority,
            peers.cases,
            peers.scheduler,
            database,
            clock_file,
            tmp_path / "delivery",
        )
        yield made
        await made.channel.close()
        await asyncio.wait_for(made.running.stop(0.1), 10)
