"""`python -m emulators.notify`: GOV.UK Notify on this machine, for the demo and the tests."""

import argparse
import asyncio
import json
import logging
import os
import signal
import socket
import sys
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from emulators.atomic import write_atomically
from emulators.clock import Clock
from emulators.notify.account import API_KEY
from emulators.notify.control import Control
from emulators.notify.faults import Faults
from emulators.notify.messages import Messages
from emulators.notify.routes import Notify
from emulators.production import refuse_in_production

HOST = "127.0.0.1"


def _arguments(argv: list[str]) -> argparse.Namespace:
    env = os.environ.get
    parser = argparse.ArgumentParser(prog="emulators.notify", description=__doc__)
    parser.add_argument("--port", type=int, default=int(env("NOTIFY_EMULATOR_PORT", "8026")))
    parser.add_argument("--state-dir", type=Path, default=Path(env("NOTIFY_EMULATOR_STATE_DIR", "var/demo/notify")))
    parser.add_argument("--api-key", default=env("NOTIFY_EMULATOR_API_KEY", API_KEY))
    parser.add_argument("--step", type=float, default=0.5, help="seconds until a message's status is the next one")
    parser.add_argument("--ready-file", type=Path)
    return parser.parse_args(argv)


async def _serve(wanted: argparse.Namespace) -> None:
    messages, faults, clock = Messages(wanted.state_dir), Faults(), Clock()
    notify = Notify(messages, faults, clock, wanted.api_key, timedelta(seconds=wanted.step))
    app = web.Application()
    notify.add_routes(app.router)
    Control(messages, faults, clock, notify).add_routes(app.router)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((HOST, wanted.port))
    await web.SockSite(runner, bound).start()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    url = f"http://{HOST}:{bound.getsockname()[1]}"
    if wanted.ready_file:
        write_atomically(wanted.ready_file, json.dumps({"url": url}).encode())
    sys.stdout.write(f"ready {url}\n")
    sys.stdout.flush()
    await stop.wait()
    await runner.cleanup()
    messages.close()


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM; 1 where the port or the folder cannot be used, 2 in production."""
    refuse_in_production("emulators.notify")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    wanted = _arguments(sys.argv[1:] if argv is None else argv)
    try:
        asyncio.run(_serve(wanted))
    except OSError as error:
        sys.stderr.write(f"emulators.notify: cannot start: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
