"""All four services in one process, as their own `bind` builds them, for two councils."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from uuid import UUID, uuid4

import grpc
import pytest
import pytest_asyncio
from aiohttp import web

from servicekit import log
from servicekit.clock import set_clock
from servicekit.config import Council, ServiceShape, load_config
from servicekit.launcher import EmbeddedPostgres, ServiceDatabase
from servicekit.migrate import migrate
from servicekit.server import Running, start
from tests.checks.every_rpc import SERVICES
from tests.checks.free_ports import free_ports
from tests.checks.sample_request import NOW
from tests.servicekit.authority import Authority

ROOT = Path(__file__).parents[2]
FIRST = Council(UUID(int=0xF1), "first", "First Council", "11111111-0000-0000-0000-0000000000f1", "bcp")
SECOND = Council(UUID(int=0xF2), "second", "Second Council", "22222222-0000-0000-0000-0000000000f2", "bcp")


@dataclass
class Served:
    """The services, and the authority whose tokens they believe."""

    channels: dict[str, grpc.aio.Channel]
    authority: Authority


class ServicesAuthority(Authority):
    """Gives each service a token with the service's own role."""

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        council = Council(UUID(int=0), "", "", request.match_info["tenant"], "")
        name = str(form["client_id"])
        token = self.token(council, oid=f"oid-{name}", scp=None, idtyp="app", roles=[f"service-{name}"])
        return web.json_response({"access_token": token, "token_type": "Bearer", "expires_in": 600})


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def served(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    folder = tmp_path_factory.mktemp("services")
    set_clock(folder / "clock", NOW)
    rows = [{**council.__dict__, "council_id": str(council.council_id)} for council in (FIRST, SECOND)]
    (folder / "councils.yaml").write_text(json.dumps({"councils": rows}), encoding="utf-8")
    async with AsyncExitStack() as stack:
        authority = await stack.enter_async_context(ServicesAuthority(folder))
        channels: dict[str, grpc.aio.Channel] = {}
        ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        for name in SERVICES:
            running = await _start(name, await _database(postgres, name, stack), folder, authority, ports)
            stack.push_async_callback(running.stop, 0.1)
            channels[name] = grpc.aio.insecure_channel(running.address)
            stack.push_async_callback(channels[name].close)
        yield Served(channels, authority)


async def _database(postgres: EmbeddedPostgres, service: str, stack: AsyncExitStack) -> ServiceDatabase:
    # Roles and a database of its own: the run's templates may be in the making in another worker.
    database = await postgres.ensure_service(f"walls_{service}_{uuid4().hex[:8]}")
    stack.push_async_callback(postgres.drop, database.name)
    await migrate(database.owner_url, [ROOT / "services" / service / "storage" / "migrations"])
    return database


async def _start(
    name: str, database: ServiceDatabase, folder: Path, authority: Authority, ports: dict[str, int]
) -> Running:
    shape = import_module(f"services.{name}.config").SHAPE
    assert isinstance(shape, ServiceShape)
    log.configure(name, "test")
    environ = {
        **{f"PERMANENCE_{peer.upper()}_ADDRESS": f"127.0.0.1:{port}" for peer, port in ports.items()},
        "PERMANENCE_ENV": "test",
        "PERMANENCE_COUNCILS": str(folder / "councils.yaml"),
        "PERMANENCE_CLOCK": str(folder / "clock"),
        "PERMANENCE_IDENTITY_AUTHORITY": authority.url,
        "PERMANENCE_CA_FILE": str(authority.ca_file),
        "PERMANENCE_PANELS_DELIVERY_DIR": str(folder / "minutes"),
        f"PERMANENCE_{name.upper()}_LISTEN": f"127.0.0.1:{ports[name]}",
        f"PERMANENCE_{name.upper()}_DATABASE_URL": database.app_url,
        f"PERMANENCE_{name.upper()}_CLIENT_ID": name,
        f"PERMANENCE_{name.upper()}_CLIENT_SECRET": "secret",
    }
    return await start(load_config(shape, environ), import_module(f"services.{name}.bind").bind)
