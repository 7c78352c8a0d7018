"""The main of every service's process: configuration, event loop, signals, graceful stop."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence

import uvloop

from servicekit import log
from servicekit.config import ConfigError, ServiceConfig, ServiceShape, load_config
from servicekit.server import Bind, start

_GRACE_SECONDS = 10.0


def run(shape: ServiceShape, bind: Bind, arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Exits with 2 and every fault where the configuration is wrong."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given not in ([], ["--check-config"]):
        sys.exit(f"usage: python -m services.{shape.name} [--check-config]")
    try:
        config = load_config(shape, os.environ)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    if given:
        sys.stdout.write(json.dumps(config.shown(), indent=2) + "\n")
        return
    log.configure(config.service, config.environment)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(config, bind))


async def _serve(config: ServiceConfig, bind: Bind) -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    running = await start(config, bind)
    await asked.wait()
    await running.stop(_GRACE_SECONDS)
