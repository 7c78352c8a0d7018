"""One service in one process: server, workers, health, and the order in which they start and stop."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias, TypeVar

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer
from grpc_reflection.v1alpha import reflection

from servicekit.client import MOST_BYTES, Peer, open_peers
from servicekit.clock import Clock
from servicekit.config import Council, ServiceConfig, is_loopback
from servicekit.error_table import ErrorTable, merged
from servicekit.holder import holder_of
from servicekit.interceptors.conflicts import Conflicts
from servicekit.interceptors.deadline import Deadline
from servicekit.interceptors.errors import Errors
from servicekit.interceptors.identity import Identity
from servicekit.interceptors.log import Log
from servicekit.interceptors.request_id import RequestId
from servicekit.log import get_logger
from servicekit.postgres import Database, connect_database
from servicekit.signing_keys import SigningKeys
from servicekit.supervise import supervise
from servicekit.wakeups import listen

_HEALTH_SECONDS = 5.0
_OPTIONS: list[tuple[str, object]] = [
    ("grpc.max_receive_message_length", MOST_BYTES),
    ("grpc.so_reuseport", 0),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
]
S = TypeVar("S")
Worker: TypeAlias = Callable[[], Awaitable[None]]
Closer: TypeAlias = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Params:
    """What a service is given to build itself of."""

    config: ServiceConfig
    clock: Clock
    database: Database
    councils: tuple[Council, ...]
    peers: Mapping[str, Peer]


@dataclass
class Bindings:
    """What a service is made of; filled by its `bind`."""

    services: dict[str, Callable[[grpc.aio.Server], None]] = field(default_factory=dict)
    tables: list[ErrorTable] = field(default_factory=list)
    workers: dict[str, Worker] = field(default_factory=dict)
    closers: list[Closer] = field(default_factory=list)

    def add_servicer(self, add_fn: Callable[[S, grpc.aio.Server], None], servicer: S, service_full_name: str) -> None:
        """A servicer with its generated `add_…_to_server` and its full proto name.

        ValueError if it is there already.
        """
        if service_full_name in self.services:
            raise ValueError(f"{service_full_name} is bound twice")
        self.services[service_full_name] = partial(add_fn, servicer)

    def add_error_table(self, table: ErrorTable) -> None:
        """Add to the kit's own table."""
        self.tables.append(table)

    def add_worker(self, name: str, work: Worker) -> None:
        """Something that runs until cancelled. ValueError for a name used twice."""
        if name in self.workers:
            raise ValueError(f"worker {name} is bound twice")
        self.workers[name] = work

    def add_closer(self, close: Closer) -> None:
        """Called at the stop, last added first."""
        self.closers.append(close)


Bind: TypeAlias = Callable[[Params, Bindings], Awaitable[None]]


@dataclass
class Running:
    """A started service. `port` is the one it listens on."""

    port: int
    address: str
    params: Params
    _server: grpc.aio.Server
    _health: HealthServicer
    _workers: list["asyncio.Task[None]"]
    _closers: list[Closer]
    _stopped: bool = False

    async def stop(self, grace: float = 5.0) -> None:
        """Say NOT_SERVING, let calls under way finish for `grace` seconds, end workers, close everything.

        Once.
        """
        if self._stopped:
            return
        self._stopped = True
        await self._health.enter_graceful_shutdown()
        self.params.database.wakeups.end_waits()
        await self._server.stop(grace)
        for task in self._workers:
            task.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await close_all(self._closers)
        get_logger().info("service stopped", port=self.port)


async def start(config: ServiceConfig, bind: Bind) -> Running:
    """Build the service and have it serve.

    What was opened is closed again where something fails on the way.
    """
    clock = config.clock()
    closers: list[Closer] = []
    try:
        database = await connect_database(config.database_url, clock, application=config.service)
        closers.append(database.close)
        peers = open_peers(config)
        closers.extend(peer.close for peer in peers.values())
        params = Params(config, clock, database, config.councils, peers)
        bindings = Bindings()
        await bind(params, bindings)
        closers.extend(bindings.closers)
        return await _serve(params, bindings, closers)
    except BaseException:
        await close_all(closers)
        raise


async def _serve(params: Params, bindings: Bindings, closers: list[Closer]) -> Running:
    server = grpc.aio.server(interceptors=_interceptors(params.config, bindings), options=_OPTIONS)
    health = HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    for add in bindings.services.values():
        add(server)
    names = [*bindings.services, "grpc.health.v1.Health"]
    reflection.enable_server_reflection([*names, reflection.SERVICE_NAME], server)
    port = _listen(server, params.config)
    params.database.holder = holder_of(port)
    await server.start()
    await _say(health, names, serving=True)
    work: dict[str, Worker] = {
        "kit listener": partial(listen, params.config.database_url, params.database.wakeups),
        "kit health": partial(_watch_database, health, names, params.database),
        **bindings.workers,
    }
    tasks = [asyncio.create_task(supervise(name, fn), name=name) for name, fn in work.items()]
    get_logger().info("service started", port=port, environment=params.config.environment)
    host = params.config.listen_host
    return Running(port, f"{host}:{port}", params, server, health, tasks, closers)


def _interceptors(config: ServiceConfig, bindings: Bindings) -> list[grpc.aio.ServerInterceptor]:
    table = merged(bindings.tables)
    keys = SigningKeys(config.identity.authority, config.identity.ca_file)
    identity = Identity(config.identity, config.councils, keys)
    return [RequestId(), Errors(table), Log(table), identity, Deadline(), Conflicts()]


def _listen(server: grpc.aio.Server, config: ServiceConfig) -> int:
    host = f"[{config.listen_host}]" if ":" in config.listen_host else config.listen_host
    address = f"{host}:{config.listen_port}"
    if config.tls is None:
        if config.environment == "production" and not is_loopback(config.listen_host):
            raise ValueError(f"refusing to listen on {address} without TLS in production")
        return server.add_insecure_port(address)
    authority = config.tls.client_ca.read_bytes() if config.tls.client_ca else None
    pair = (config.tls.key.read_bytes(), config.tls.certificate.read_bytes())
    credentials = grpc.ssl_server_credentials([pair], authority, require_client_auth=authority is not None)
    return server.add_secure_port(address, credentials)


async def _watch_database(health: HealthServicer, names: list[str], database: Database) -> None:
    """Deep health: a service whose database does not answer does not serve."""
    while True:
        await _say(health, names, serving=await database.answers())
        await asyncio.sleep(_HEALTH_SECONDS)


async def _say(health: HealthServicer, names: list[str], *, serving: bool) -> None:
    status = health_pb2.HealthCheckResponse
    for name in ["", *names]:
        await health.set(name, status.SERVING if serving else status.NOT_SERVING)


async def close_all(closers: list[Closer]) -> None:
    """Last first; one that fails does not keep the others from closing."""
    for close in reversed(closers):
        try:
            await close()
        except Exception as error:
            get_logger().warning("closer failed", error_type=type(error).__name__)
