"""`python -m emulators.microsoft`: Entra and Graph on this machine, for the demo and the tests."""

import argparse
import asyncio
import json
import logging
import os
import signal
import socket
import sys
from pathlib import Path

from aiohttp import web

from emulators.atomic import write_atomically
from emulators.directory import DirectoryError
from emulators.graph.webhook import Webhook
from emulators.microsoft.assemble import Settings, assemble
from emulators.microsoft.certificate import kept_certificate
from emulators.production import refuse_in_production

HOST = "127.0.0.1"


def _arguments(argv: list[str]) -> argparse.Namespace:
    env = os.environ.get
    parser = argparse.ArgumentParser(prog="emulators.microsoft", description=__doc__)
    parser.add_argument("--port", type=int, default=int(env("MICROSOFT_EMULATOR_PORT", "8443")))
    parser.add_argument("--authorize-port", type=int, default=int(env("MICROSOFT_EMULATOR_AUTHORIZE_PORT", "8081")))
    parser.add_argument(
        "--state-dir", type=Path, default=Path(env("MICROSOFT_EMULATOR_STATE_DIR", "var/demo/microsoft"))
    )
    parser.add_argument("--directory", type=Path, default=env("MICROSOFT_EMULATOR_DIRECTORY"))
    parser.add_argument("--public-url", default=env("MICROSOFT_EMULATOR_PUBLIC_URL"))
    parser.add_argument("--latency", type=float, default=0.005, help="seconds that every Graph call takes at least")
    parser.add_argument("--room-delay", type=float, default=0.5, help="seconds until a room answers")
    patience = "seconds that a subscriber has to "
    parser.add_argument("--handshake-patience", type=float, default=10.0, help=patience + "show that it is there")
    parser.add_argument("--notify-patience", type=float, default=3.0, help=patience + "take notifications")
    parser.add_argument("--ready-file", type=Path)
    return parser.parse_args(argv)


def _listen(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((HOST, port))
    return bound


async def _serve(wanted: argparse.Namespace) -> None:
    secure_socket, plain_socket = _listen(wanted.port), _listen(wanted.authorize_port)
    secure_url = f"https://{HOST}:{secure_socket.getsockname()[1]}"
    authorize_url = f"http://{HOST}:{plain_socket.getsockname()[1]}"
    certificate = kept_certificate(wanted.state_dir)
    microsoft = assemble(
        Settings(
            state_dir=wanted.state_dir,
            directory=Path(wanted.directory) if wanted.directory else None,
            public_url=(wanted.public_url or secure_url).rstrip("/"),
            authorize_url=authorize_url,
            latency=wanted.latency,
            room_delay=wanted.room_delay,
            webhook=Webhook(wanted.handshake_patience, wanted.notify_patience),
        )
    )
    runners = [
        web.AppRunner(app, access_log=None, shutdown_timeout=2.0) for app in (microsoft.secure, microsoft.sign_in)
    ]
    for runner in runners:
        await runner.setup()
    await web.SockSite(runners[0], secure_socket, ssl_context=certificate.context()).start()
    await web.SockSite(runners[1], plain_socket).start()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    _tell_ready(wanted.ready_file, secure_url, authorize_url, certificate.ca)
    await stop.wait()
    for runner in runners:
        await runner.cleanup()
    microsoft.store.close()


def _tell_ready(ready_file: Path | None, secure_url: str, authorize_url: str, ca: Path) -> None:
    if ready_file:
        facts = {"url": secure_url, "authorize_url": authorize_url, "ca": str(ca.resolve())}
        write_atomically(ready_file, json.dumps(facts).encode())
    sys.stdout.write(f"ready {secure_url}\n")
    sys.stdout.flush()


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM; 1 where a port or the directory cannot be used, 2 in production."""
    refuse_in_production("emulators.microsoft")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    wanted = _arguments(sys.argv[1:] if argv is None else argv)
    try:
        wanted.state_dir.mkdir(parents=True, exist_ok=True)
        asyncio.run(_serve(wanted))
    except DirectoryError as error:
        told = "\n  ".join(["emulators.microsoft: the directory is wrong:", *error.violations])
        sys.stderr.write(told + "\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"emulators.microsoft: cannot start: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
