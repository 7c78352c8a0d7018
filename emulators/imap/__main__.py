"""`python -m emulators.imap`: the mailbox of one address, out of what `emulators.smtp` kept for it."""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
import tempfile
from pathlib import Path

from emulators.atomic import write_atomically
from emulators.imap.delivery import Delivery
from emulators.imap.server import INBOX, serve
from emulators.production import refuse_in_production
from emulators.smtp.message_files import folder_name

HOST = "127.0.0.1"
_DELIVERY_SECONDS = 0.1


def _arguments(argv: list[str]) -> argparse.Namespace:
    env = os.environ.get
    parser = argparse.ArgumentParser(prog="emulators.imap", description=__doc__)
    parser.add_argument("--port", type=int, default=int(env("IMAP_EMULATOR_PORT", "8143")))
    parser.add_argument("--mail-dir", type=Path, default=Path(env("SMTP_EMULATOR_MAIL_DIR", "var/demo/mail")))
    parser.add_argument("--state-dir", type=Path, default=Path(env("IMAP_EMULATOR_STATE_DIR", "var/demo/mailbox")))
    parser.add_argument("--address", required=True, help="whose mail; also the name to log in with")
    parser.add_argument("--password", default=env("IMAP_EMULATOR_PASSWORD", "demo"))
    parser.add_argument("--ready-file", type=Path)
    return parser.parse_args(argv)


async def _run(wanted: argparse.Namespace) -> None:
    delivery = Delivery(wanted.mail_dir / folder_name(wanted.address), wanted.state_dir / INBOX)
    delivery.deliver()
    server = await serve(HOST, wanted.port, wanted.state_dir, wanted.address, wanted.password)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    url = f"imap://{HOST}:{server.sockets[0].getsockname()[1]}"
    if wanted.ready_file:
        write_atomically(wanted.ready_file, json.dumps({"url": url}).encode())
    sys.stdout.write(f"ready {url}\n")
    sys.stdout.flush()
    await _deliver_until(stop, delivery)
    server.close()


async def _deliver_until(stop: asyncio.Event, delivery: Delivery) -> None:
    while not stop.is_set():
        delivery.deliver()
        try:
            await asyncio.wait_for(stop.wait(), _DELIVERY_SECONDS)
        except TimeoutError:
            continue


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM; 1 where the port or a folder cannot be used, 2 in production."""
    refuse_in_production("emulators.imap")
    # WARNING: pymap's own lines below that hold what was said on the connection.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    wanted = _arguments(sys.argv[1:] if argv is None else argv)
    try:
        wanted.state_dir.mkdir(parents=True, exist_ok=True)
        # pymap writes a file among the temporary ones and then renames it, which works on one file system alone.
        tempfile.tempdir = str(wanted.state_dir)
        asyncio.run(_run(wanted))
    except OSError as error:
        sys.stderr.write(f"emulators.imap: cannot start: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
