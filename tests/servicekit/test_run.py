"""A service as a process of its own: starts, serves, ends in good order when told to."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import grpc
import yaml
from grpc_health.v1 import health_pb2

from servicekit.launcher import ServiceDatabase

from .conftest import NORTH
from .eventually import eventually

PROGRAM = """
from servicekit.config import ServiceShape
from servicekit.run import run
async def bind(params, bindings): pass
run(ServiceShape("kit", "127.0.0.1:0"), bind, [])
"""


async def test_a_process_serves_and_ends_on_sigterm(kit: ServiceDatabase, tmp_path: Path) -> None:
    row = {"council_id": str(NORTH.council_id), "slug": "north", "name": "N", "tenant_id": "t1", "pack": "north"}
    (tmp_path / "councils.yaml").write_text(yaml.safe_dump({"councils": [row]}))
    environment = {
        **os.environ,
        "PERMANENCE_ENV": "test",
        "PERMANENCE_COUNCILS": str(tmp_path / "councils.yaml"),
        "PERMANENCE_KIT_DATABASE_URL": kit.app_url,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    started = yaml.safe_load(await asyncio.wait_for(process.stdout.readline(), 20))
    assert started["event"] == "service started"

    async def serving() -> bool:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{started['port']}") as channel:
            check = channel.unary_unary(
                "/grpc.health.v1.Health/Check",
                request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
                response_deserializer=health_pb2.HealthCheckResponse.FromString,
            )
            answer = await check(health_pb2.HealthCheckRequest(), timeout=5)
            return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    await eventually(serving)
    process.send_signal(signal.SIGTERM)
    said, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    assert b"service stopped" in said
