"""The main of the site's process: configuration, event loop, signals, graceful stop."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence

import uvloop
from aiohttp import web

from servicekit import log
from servicekit.environment import ConfigError
from web.app import make_app
from web.config import WebConfig, load_config

_GRACE_SECONDS = 10.0


def run(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Exits with 2 and every fault where the configuration is wrong."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given not in ([], ["--check-config"]):
        sys.exit("usage: python -m web [--check-config]")
    try:
        config = load_config(os.environ)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    if given:
        sys.stdout.write(json.dumps(config.shown(), indent=2) + "\n")
        return
    log.configure("web", config.environment)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(config))


async def _serve(config: WebConfig) -> None:
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    runner = web.AppRunner(make_app(config), access_log=None, shutdown_timeout=_GRACE_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, config.listen_host, config.listen_port).start()
    log.get_logger().info("serving", address=f"{config.listen_host}:{config.listen_port}")
    await asked.wait()
    await runner.cleanup()
