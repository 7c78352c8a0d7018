"""Sets the demo's stage: empty databases, emulators, four services, each a process of its own."""

import asyncio
import json
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import grpc
import yaml
from grpc_health.v1 import health_pb2

from cli.demo.outside import Outside
from cli.demo.places import Places, address_of
from cli.demo.processes import Processes
from cli.failure import Failure
from cli.migrate_databases import migrate_all
from servicekit.clock import set_clock
from servicekit.launcher import EmbeddedPostgres, ServiceDatabase

SERVICES = ("cases", "scheduler", "panels", "notifications")
_SECONDS_TO_START = 60.0


class Stage:
    """Everything that runs while the demo plays."""

    def __init__(self, places: Places, outside: Outside, processes: Processes) -> None:
        self.places, self.outside, self.processes = places, outside, processes
        self.postgres = EmbeddedPostgres(places.postgres)
        self.databases: dict[str, ServiceDatabase] = {}

    async def set_up(self, begins: datetime) -> None:
        """Empty databases, then emulators, then services, until every one says that it serves."""
        self._refuse_taken_ports()
        set_clock(self.places.clock, begins)
        await asyncio.to_thread(self.postgres.start)
        for name in SERVICES:
            self.databases[name] = await self.postgres.ensure_service(name)
        await migrate_all({name: database.owner_url for name, database in self.databases.items()})
        await self._start_emulators()
        environ = self._environment()
        for name in SERVICES:
            await self.processes.keep(name, [sys.executable, "-m", "cli", "serve", name], environ)
        await asyncio.gather(*(self._serving(name) for name in SERVICES))
        await self.processes.keep("web", [sys.executable, "-m", "cli", "serve", "web"], environ)
        await self._until(lambda: _listens(_port_of("web")), "web")

    async def tear_down(self) -> None:
        """Stop everything that was started."""
        await self.processes.stop()
        await asyncio.to_thread(self.postgres.stop)

    def set_time(self, instant: datetime) -> None:
        """Move the one clock."""
        set_clock(self.places.clock, instant)

    async def _start_emulators(self) -> None:
        places, outside = self.places, self.outside
        ready = places.root / "microsoft.ready"
        microsoft = [sys.executable, "-m", "emulators.microsoft", "--port", str(outside.microsoft_port)]
        microsoft += ["--authorize-port", str(outside.authorize_port), "--state-dir", str(places.microsoft)]
        microsoft += ["--directory", str(places.directory), "--ready-file", str(ready)]
        mail = [sys.executable, "-m", "emulators.smtp", "--port", str(outside.smtp_port)]
        mail += ["--mail-dir", str(places.mail)]
        notify = [sys.executable, "-m", "emulators.notify", "--port", str(outside.notify_port)]
        # Statuses are final at once: the demo's clock stands still between the acts, and nobody would ask again.
        notify += ["--state-dir", str(places.notify), "--step", "0"]
        environ = {**os.environ, "PERMANENCE_ENV": "demo"}
        await self.processes.keep("microsoft", microsoft, environ)
        await self.processes.keep("mail", mail, environ)
        await self.processes.keep("notify", notify, environ)
        await self._until(ready.is_file, "microsoft")
        await self._until(lambda: _listens(outside.smtp_port), "mail")
        await self._until(lambda: _listens(outside.notify_port), "notify")

    def _environment(self) -> dict[str, str]:
        environ = {key: value for key, value in os.environ.items() if not key.startswith("PERMANENCE_")}
        environ |= self.outside.environment(self.places)
        environ |= {
            "PERMANENCE_ENV": "demo",
            "PERMANENCE_CLOCK": str(self.places.clock),
            "PERMANENCE_COUNCILS": str(self.places.councils),
            "PERMANENCE_PANELS_DELIVERY_DIR": str(self.places.minutes),
            "PERMANENCE_LINK_KEY_FILE": str(self.places.link_key),
        }
        environ["PERMANENCE_WEB_LISTEN"] = address_of("web")
        environ["PERMANENCE_WEB_PUBLIC_URL"] = f"http://{address_of('web')}"
        for name, database in self.databases.items():
            environ[f"PERMANENCE_{name.upper()}_DATABASE_URL"] = database.app_url
            environ[f"PERMANENCE_{name.upper()}_LISTEN"] = address_of(name)
            environ[f"PERMANENCE_{name.upper()}_ADDRESS"] = address_of(name)
        return environ

    async def _serving(self, name: str) -> None:
        deadline = asyncio.get_running_loop().time() + _SECONDS_TO_START
        async with grpc.aio.insecure_channel(address_of(name)) as channel:
            check = channel.unary_unary(
                "/grpc.health.v1.Health/Check",
                request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
                response_deserializer=health_pb2.HealthCheckResponse.FromString,
            )
            while True:
                try:
                    reply = await check(health_pb2.HealthCheckRequest(), timeout=2.0)
                    if reply.status == health_pb2.HealthCheckResponse.SERVING:
                        return
                except grpc.aio.AioRpcError:
                    pass
                self._give_up_after(deadline, name)
                await asyncio.sleep(0.05)

    async def _until(self, ready: Callable[[], bool], name: str) -> None:
        deadline = asyncio.get_running_loop().time() + _SECONDS_TO_START
        while not ready():
            self._give_up_after(deadline, name)
            await asyncio.sleep(0.05)

    def _give_up_after(self, deadline: float, name: str) -> None:
        if self.processes.fallen() or asyncio.get_running_loop().time() > deadline:
            fallen = self.processes.fallen() or name
            raise Failure(f"{fallen} does not start: see {self.places.log / fallen}.log")

    def _refuse_taken_ports(self) -> None:
        outside = self.outside
        ports = [outside.microsoft_port, outside.authorize_port, outside.smtp_port, outside.notify_port]
        ports += [_port_of(name) for name in (*SERVICES, "web")]
        taken = [str(port) for port in ports if _listens(port)]
        if taken:
            raise Failure(
                f"something listens on port {', '.join(taken)} already: stop it (another demo?), "
                "or set PERMANENCE_<SERVICE>_ADDRESS, PERMANENCE_MICROSOFT_PORT, PERMANENCE_SMTP_PORT, "
                "PERMANENCE_NOTIFY_PORT"
            )


def empty_places(root: Path) -> Places:
    """An empty root: what an earlier demo left is removed, its database server stopped first."""
    places = Places(root)
    if places.postgres.exists():
        EmbeddedPostgres(places.postgres).erase()
    if root.exists():
        shutil.rmtree(root)
    for folder in (root, places.mail, places.microsoft, places.minutes, places.extracts):
        folder.mkdir(parents=True)
    places.link_key.write_bytes(secrets.token_bytes(32))
    places.link_key.chmod(0o600)
    return places


def write_card(places: Places, outside: Outside) -> None:
    """How others reach this demo."""
    card = {
        "authority": outside.authority,
        "ca": str(places.microsoft / "ca.pem"),
        "councils": str(places.councils),
        "directory": str(places.directory),
        "services": {name: address_of(name) for name in SERVICES},
        "web": f"http://{address_of('web')}",
    }
    places.card.write_text(json.dumps(card, indent=2), encoding="utf-8")


def write_councils(places: Places, councils: list[Mapping[str, str]]) -> None:
    """The councils, as the services read them."""
    places.councils.write_text(yaml.safe_dump({"councils": [dict(row) for row in councils]}), encoding="utf-8")


def _port_of(name: str) -> int:
    return int(address_of(name).rpartition(":")[2])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
