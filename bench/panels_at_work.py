"""The panels service on a real, durable PostgreSQL and a real socket, with sittings in its database: for benches."""

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import grpc
from permanence.panels.v1.panels_service_pb2_grpc import PanelsServiceStub

from servicekit import log
from servicekit.clock import set_clock
from servicekit.config import Council, IdentityConfig, ServiceConfig
from servicekit.ids import new_id
from servicekit.launcher import EmbeddedPostgres
from servicekit.migrate import migrate
from servicekit.postgres import Database
from servicekit.server import start
from services.panels.app.ports import KnownSubject
from services.panels.bind import bind
from services.panels.config import PanelsSettings
from services.panels.domain.body import body_uuid
from services.panels.domain.sitting import AgendaItem, AgendaSource, ItemId, Sitting, SittingId, SittingState, timed
from services.panels.storage.unit_of_work import PanelsUnit
from tests.panels.fake_peers import FakeCases, serve_peers
from tests.servicekit.authority import AUDIENCE, Authority

COUNCIL = Council(UUID(int=1), "demo", "Demo Council", "11111111-0000-0000-0000-000000000001", "bcp")
BODY = body_uuid(COUNCIL.council_id, "tracking-panel")
BEGAN = datetime(2027, 3, 1, 9, tzinfo=UTC)
_MIGRATIONS = Path(__file__).parents[1] / "services" / "panels" / "storage" / "migrations"


@dataclass(frozen=True)
class PanelsAtWork:
    """A running panels service: its channel, who may call it, what it stores in, and its neighbour."""

    channel: grpc.aio.Channel
    metadata: list[tuple[str, str]]
    database: Database
    owner_url: str
    cases: FakeCases

    @property
    def stub(self) -> PanelsServiceStub:
        """Of PanelsService."""
        return PanelsServiceStub(self.channel)


@asynccontextmanager
async def panels_at_work() -> AsyncIterator[PanelsAtWork]:
    """Served until the block ends, half an hour after `BEGAN`."""
    log.configure("panels", "test")
    with tempfile.TemporaryDirectory(prefix="permanence-bench-") as folder:
        root, clock_file = Path(folder), Path(folder) / "clock"
        os.chmod(folder, 0o755)  # noqa: PTH101 - the server's unprivileged user must reach its data
        set_clock(clock_file, BEGAN + timedelta(minutes=30))
        server, peers = EmbeddedPostgres(root / "postgres"), await serve_peers()
        server.start()
        try:
            made = await server.ensure_service("panels")
            await migrate(made.owner_url, [_MIGRATIONS])
            async with Authority(root) as authority:
                config = ServiceConfig(
                    service="panels", environment="test", listen_host="127.0.0.1", listen_port=0,
                    database_url=made.app_url, migrate_url="", councils=(COUNCIL,), clock_file=clock_file,
                    peers=peers.addresses, tls=None, settings=PanelsSettings(root / "delivery", 1.0),
                    identity=IdentityConfig(authority.url, (AUDIENCE,), authority.ca_file, "panels", "secret"),
                )  # fmt: skip
                running = await start(config, bind)
                metadata = [("authorization", f"Bearer {authority.token(COUNCIL, roles=['panel-chair'])}")]
                async with grpc.aio.insecure_channel(running.address) as channel:
                    yield PanelsAtWork(channel, metadata, running.params.database, made.owner_url, peers.cases)
                await running.stop(grace=0.2)
        finally:
            await peers.stop()
            server.stop()


async def keep_sitting(at_work: PanelsAtWork, items: int) -> tuple[Sitting, list[tuple[str, str]]]:
    """A sitting that has begun, with one made-up child an item, and the names of the items and of the children."""
    children = [at_work.cases.add_child(COUNCIL.slug, f"Child {n} Example", f"C-{n}") for n in range(items)]
    agenda = [
        AgendaItem(ItemId(new_id()), 0, (child,), (f"C-{n}",), AgendaSource.OBLIGATION, "Due.", BEGAN, BEGAN)
        for n, child in enumerate(children)
    ]
    length = 15
    sitting = Sitting(
        SittingId(new_id()),
        BODY,
        f"councils/{COUNCIL.slug}/meetings/{uuid4()}",
        BEGAN,
        BEGAN + timedelta(minutes=items * length),
        SittingState.PLANNED,
        version=1,
        built=True,
        items=timed(BEGAN, agenda, length),
    )
    async with at_work.database.transaction(COUNCIL.council_id) as tx:
        unit = PanelsUnit(tx)
        for n, child in enumerate(children):
            await unit.candidates.put_subject(KnownSubject(child, f"C-{n}", restricted=False), members_known=False)
        await unit.sittings.add(sitting)
        await unit.sittings.put_items(sitting.sitting_id, sitting.items)
    return sitting, [
        (f"councils/{COUNCIL.slug}/agendaItems/{item.item_id}", item.subjects[0]) for item in sitting.items
    ]


async def end_sitting(at_work: PanelsAtWork, sitting: Sitting) -> None:
    """It has taken place."""
    async with at_work.database.transaction(COUNCIL.council_id) as tx:
        unit = PanelsUnit(tx)
        now = await unit.sittings.load(sitting.sitting_id)
        assert now is not None
        await unit.sittings.change(replace(now, state=SittingState.HELD, version=now.version + 1))
