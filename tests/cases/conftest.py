"""A running cases service: real PostgreSQL, real gRPC, neighbours that serve their feeds, a clock that can be set."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import grpc
import pytest
from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import obligation_pb2
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub
from permanence.cases.v1.obligations_service_pb2_grpc import ObligationsServiceStub
from permanence.feed.v1.event_feed_pb2_grpc import EventFeedStub

from rulebook.pack import load_pack
from servicekit import log
from servicekit.caller import service_caller
from servicekit.clock import FileClock, set_clock
from servicekit.config import Council, IdentityConfig, ServiceConfig
from servicekit.launcher import ServiceDatabase
from servicekit.postgres import Database, connect_database
from servicekit.server import Running, start
from services.cases.app.case_data import CaseData
from services.cases.app.take_in_case_data import TakenIn, take_in
from services.cases.bind import bind
from services.cases.storage.unit_of_work import Units
from tests.cases.fake_feed import FakeFeed, serve
from tests.servicekit.authority import AUDIENCE, Authority
from tests.servicekit.serving import Refused, refusal

MIGRATIONS = Path(__file__).parents[2] / "services" / "cases" / "storage" / "migrations"
DEMO = Council(UUID(int=21), "demo", "Demo Council", "11111111-0000-0000-0000-00000000000c", "bcp")
SECOND = Council(UUID(int=22), "second", "Second Council", "22222222-0000-0000-0000-00000000000d", "bcp")
MONDAY = datetime(2026, 3, 16, 9, tzinfo=UTC)
FreshDatabase = Callable[[str, Sequence[Path]], Awaitable[ServiceDatabase]]


@dataclass
class Cases:
    """The service under test and all around it."""

    running: Running
    channel: grpc.aio.Channel
    stub: CasesServiceStub
    obligations: ObligationsServiceStub
    feed: EventFeedStub
    authority: Authority
    scheduler: FakeFeed
    panels: FakeFeed
    database: Database
    clock_file: Path

    def set_time(self, at: datetime) -> None:
        set_clock(self.clock_file, at)

    def metadata(
        self, *roles: str, council: Council = DEMO, oid: str = "", app: bool = False
    ) -> tuple[tuple[str, str]]:
        """A token with these roles; of an application where `app`."""
        kind = {"scp": None, "idtyp": "app"} if app else {}
        token = self.authority.token(council, roles=list(roles), oid=oid or f"oid-{roles[0]}", **kind)
        return (("authorization", f"Bearer {token}"),)

    async def ask(self, rpc: str, request: object, *roles: str, council: Council = DEMO, oid: str = "") -> object:
        """The answer to somebody with these roles; services and API clients by the name of their role."""
        app = bool(roles) and (roles[0].startswith("service-") or roles[0] == "case-system")
        metadata = self.metadata(*(roles or ("business-support",)), council=council, oid=oid, app=app)
        stub = self.stub if hasattr(self.stub, rpc) else self.obligations
        return await getattr(stub, rpc)(request, metadata=metadata, timeout=10)

    async def refused(self, rpc: str, request: object, *roles: str, council: Council = DEMO, oid: str = "") -> Refused:
        """The refusal of the same."""
        return await refusal(lambda: self.ask(rpc, request, *roles, council=council, oid=oid))

    async def record(
        self, subject: str, event: str, on: date, *roles: str, **fields: object
    ) -> pb.RecordCaseEventResponse:
        """Records a fact with a fresh request id, unless one is given."""
        request = pb.RecordCaseEventRequest(
            subject=subject, type=event, on_date=wire(on), **{"request_id": str(uuid4()), **fields}
        )
        reply = await self.ask("RecordCaseEvent", request, *roles)
        assert isinstance(reply, pb.RecordCaseEventResponse)
        return reply

    async def clocks(self, subject: str, *roles: str) -> dict[str, obligation_pb2.Obligation]:
        """The timetable by rule; of a rule's clocks the one that is listed first."""
        reply = await self.ask("GetTimetable", pb.GetTimetableRequest(subject=subject), *roles)
        assert isinstance(reply, pb.GetTimetableResponse)
        return {one.rule_id: one for one in reversed(reply.obligations)}

    async def take_in(self, data: CaseData, council: Council = DEMO) -> TakenIn:
        """As the import does."""
        packs = {one.council_id: load_pack(one.pack) for one in (DEMO, SECOND)}
        units = Units(self.database, FileClock(self.clock_file), packs)
        async with units.begin(service_caller(council.council_id, council.slug, "cases")) as unit:
            return await take_in(unit, data)

    async def count(self, sql: str, council: Council = DEMO) -> object:
        """One value of the council's rows."""
        async with self.database.transaction(council.council_id) as tx:
            return await tx.fetchval(sql)


def wire(day: date) -> Date:
    """A civil date of the contract."""
    return Date(year=day.year, month=day.month, day=day.day)


def civil(day: Date) -> date:
    """A civil date of ours."""
    return date(day.year, day.month, day.day)


@pytest.fixture(autouse=True)
def _logging() -> None:
    log.configure("cases", "test")


@pytest.fixture
async def cases(fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Cases]:
    """Monday 16 March 2026, nine o'clock; empty but for the bodies of the pack."""
    async with serving(fresh_database, tmp_path) as (found, _):
        yield found


@asynccontextmanager
async def serving(
    fresh_database: FreshDatabase, folder: Path, addresses: ServiceDatabase | None = None
) -> AsyncIterator[tuple[Cases, ServiceDatabase]]:
    """The service on a fresh database, or on that of `addresses`, which it served before."""
    clock_file = folder / "clock"
    set_clock(clock_file, MONDAY)
    addresses = addresses or await fresh_database("cases", [MIGRATIONS])
    scheduler, panels = FakeFeed("demo"), FakeFeed("demo")
    (one, scheduler_at), (other, panels_at) = await serve(scheduler), await serve(panels)
    async with Authority(folder) as authority:
        identity = IdentityConfig(authority.url, (AUDIENCE,), authority.ca_file, "cases", "secret")
        peers = {"scheduler": scheduler_at, "panels": panels_at}
        config = ServiceConfig(
            "cases", "test", "127.0.0.1", 0, addresses.app_url, "", (DEMO, SECOND), identity, clock_file, peers, None
        )
        running = await start(config, bind)
        database = await connect_database(addresses.app_url, FileClock(clock_file))
        async with grpc.aio.insecure_channel(running.address) as channel:
            stub, feed = CasesServiceStub(channel), EventFeedStub(channel)
            obligations = ObligationsServiceStub(channel)
            found = Cases(running, channel, stub, obligations, feed, authority, scheduler, panels, database, clock_file)
            yield found, addresses
        await database.close()
        await running.stop(0.2)
    await one.stop(0)
    await other.stop(0)
