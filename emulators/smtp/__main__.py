"""`python -m emulators.smtp`: a mail server on this machine that keeps every message as a file."""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from pathlib import Path

from emulators.atomic import write_atomically
from emulators.production import refuse_in_production
from emulators.smtp.message_files import MessageFiles
from emulators.smtp.sink import Faults, Sink, new_conversation

HOST = "127.0.0.1"


def _arguments(argv: list[str]) -> argparse.Namespace:
    env = os.environ.get
    parser = argparse.ArgumentParser(prog="emulators.smtp", description=__doc__)
    parser.add_argument("--port", type=int, default=int(env("SMTP_EMULATOR_PORT", "8025")))
    parser.add_argument("--mail-dir", type=Path, default=Path(env("SMTP_EMULATOR_MAIL_DIR", "var/demo/mail")))
    parser.add_argument("--ready-file", type=Path)
    return parser.parse_args(argv)


async def _serve(wanted: argparse.Namespace) -> None:
    sink = Sink(MessageFiles(wanted.mail_dir), Faults(wanted.mail_dir / ".faults.json"))
    server = await asyncio.get_running_loop().create_server(lambda: new_conversation(sink), HOST, wanted.port)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    url = f"smtp://{HOST}:{server.sockets[0].getsockname()[1]}"
    if wanted.ready_file:
        write_atomically(wanted.ready_file, json.dumps({"url": url}).encode())
    sys.stdout.write(f"ready {url}\n")
    sys.stdout.flush()
    await stop.wait()
    server.close()


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM; 1 where the port or the folder cannot be used, 2 in production."""
    refuse_in_production("emulators.smtp")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd's own log holds addresses
    wanted = _arguments(sys.argv[1:] if argv is None else argv)
    try:
        wanted.mail_dir.mkdir(parents=True, exist_ok=True)
        asyncio.run(_serve(wanted))
    except OSError as error:
        sys.stderr.write(f"emulators.smtp: cannot start: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
