"""The scheduler on a real PostgreSQL and a real socket, with made-up diaries and rooms in its database: for benches."""

import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid5

import grpc
from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceStub

from rulebook.working_days import england_and_wales
from servicekit import log
from servicekit.clock import set_clock
from servicekit.config import Council, IdentityConfig, ServiceConfig
from servicekit.launcher import EmbeddedPostgres
from servicekit.migrate import migrate
from servicekit.postgres import Database
from servicekit.server import start
from services.scheduler.app.ports import ImportedResource, ResourceKind
from services.scheduler.bind import bind
from services.scheduler.domain.capacity_file import RoomRow
from services.scheduler.domain.diary import wall_spans
from services.scheduler.domain.grains import Span
from services.scheduler.domain.working_time import WorkingPattern
from services.scheduler.storage.unit_of_work import SchedulerUnit
from tests.scheduler.fake_cases import FakeCases
from tests.servicekit.authority import AUDIENCE, Authority

COUNCIL = Council(UUID(int=1), "demo", "Demo Council", "11111111-0000-0000-0000-000000000001", "bcp")
PARENT = f"councils/{COUNCIL.slug}"
PATTERN = WorkingPattern(tuple((day, 9 * 60, 17 * 60) for day in range(5)))
HOURS = PATTERN.hours(())
CALENDAR = england_and_wales()
_MIGRATIONS = Path(__file__).parents[1] / "services" / "scheduler" / "storage" / "migrations"


@dataclass(frozen=True)
class SchedulerAtWork:
    """A running scheduler: what it is called through, what it stores in, who may call it, and its database's owner."""

    stub: SchedulerServiceStub
    database: Database
    metadata: list[tuple[str, str]]
    owner_url: str


@asynccontextmanager
async def scheduler_at_work(now: datetime) -> AsyncIterator[SchedulerAtWork]:
    """Served from its own durable database until the block ends. `now` is what its clock says."""
    log.configure("scheduler", "test")
    with tempfile.TemporaryDirectory(prefix="permanence-bench-") as folder:
        root, clock_file = Path(folder), Path(folder) / "clock"
        os.chmod(folder, 0o755)  # noqa: PTH101 - the server's unprivileged user must reach its data
        set_clock(clock_file, now)
        server = EmbeddedPostgres(root / "postgres")
        server.start()
        try:
            made = await server.ensure_service("scheduler")
            await migrate(made.owner_url, [_MIGRATIONS])
            async with Authority(root) as authority:
                cases = FakeCases()
                stop = await cases.start()
                config = ServiceConfig(
                    service="scheduler", environment="test", listen_host="127.0.0.1", listen_port=0,
                    database_url=made.app_url, migrate_url="", councils=(COUNCIL,), clock_file=clock_file,
                    peers=dict.fromkeys(("cases", "panels", "notifications"), cases.address), tls=None,
                    identity=IdentityConfig(authority.url, (AUDIENCE,), authority.ca_file, "scheduler", "secret"),
                )  # fmt: skip
                running = await start(config, bind)
                metadata = [("authorization", f"Bearer {authority.token(COUNCIL)}")]
                async with grpc.aio.insecure_channel(running.address) as channel:
                    stub, database = SchedulerServiceStub(channel), running.params.database
                    yield SchedulerAtWork(stub, database, metadata, made.owner_url)
                await running.stop(grace=0.2)
                await stop()  # type: ignore[misc]
        finally:
            server.stop()


def person(number: int) -> str:
    """Always the same resource name."""
    return f"{PARENT}/people/{uuid5(UUID(int=9), f'person {number}')}"


def room(number: int) -> str:
    """Always the same resource name."""
    return f"{PARENT}/rooms/{uuid5(UUID(int=9), f'room {number}')}"


def working_windows(first: date, weeks: int) -> tuple[Span, ...]:
    """Nine to five of every working day."""
    days = (first + timedelta(days=n) for n in range(7 * weeks))
    return tuple(wall_spans(day, [(9 * 60, 17 * 60)])[0] for day in days if CALENDAR.is_working(day))


def make_busy(windows: Sequence[Span], share: float, rng: Random) -> tuple[Span, ...]:
    """Spells of a quarter to three quarters of an hour that take up about a share of the windows.

    An eighth is about ten entries a week.
    """
    spells = []
    for first, last in windows:
        at = first
        while at < last:
            length = 15 * rng.randint(1, 3)
            if rng.random() < share:
                spells.append((at, min(last, at + length)))
            at += length
    return tuple(spells)


async def keep_capacity(
    database: Database, people: Sequence[tuple[Span, ...]], rooms: Sequence[tuple[Span, ...]], known_until: datetime
) -> None:
    """Put the diaries of `person(0)` … and `room(0)` … where the service keeps them."""
    resources = [
        *(ImportedResource(person(n), ResourceKind.PERSON, None, (PATTERN,), busy) for n, busy in enumerate(people)),
        *(
            ImportedResource(room(n), ResourceKind.ROOM, RoomRow(f"Room {n:02d}", 20, ()), (), busy)
            for n, busy in enumerate(rooms)
        ),
    ]
    async with database.transaction(COUNCIL.council_id) as tx:
        await SchedulerUnit(tx).capacity.keep(resources, known_until)
