"""`permanence demo` as a process of its own, with its own root and ports, and what can be asked of it from outside."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from servicekit.launcher import EmbeddedPostgres, ServiceDatabase
from tests.checks.every_rpc import SERVICES
from tests.checks.free_ports import free_ports
from tests.new_folder import new_folder

LAST_LINE = re.compile(
    r"main job ok: children=(\d+) obligations=(\d+) meetings=(\d+) invitations=(\d+) decisions=(\d+)"
)
COUNTED = ("children", "obligations", "meetings", "invitations", "decisions")
_OTHERS = (
    "PERMANENCE_MICROSOFT_PORT",
    "PERMANENCE_AUTHORIZE_PORT",
    "PERMANENCE_SMTP_PORT",
    "PERMANENCE_IMAP_PORT",
    "PERMANENCE_NOTIFY_PORT",
)
_LISTENER = Callable[[str], None]


@dataclass(frozen=True)
class Ending:
    """How the process ended."""

    status: int
    seconds: float


class DemoProcess:
    """A running demo in a folder of its own. `lines` is what it has said; `on_line` hears every further one."""

    def __init__(self, name: str, *options: str, on_line: _LISTENER | None = None) -> None:
        self._folder, self.lines = new_folder(name), list[str]()
        self.root = self._folder / "demo"
        self._heard = threading.Condition()
        self._on_line = on_line
        web, *ports = free_ports(1 + len(SERVICES) + len(_OTHERS))
        self.addresses = {name: f"127.0.0.1:{port}" for name, port in zip(SERVICES, ports, strict=False)}
        self.web = f"http://127.0.0.1:{web}"
        others = dict(zip(_OTHERS, map(str, ports[len(SERVICES) :]), strict=True))
        self.authority = f"https://127.0.0.1:{others['PERMANENCE_MICROSOFT_PORT']}"
        self.notify = f"http://127.0.0.1:{others['PERMANENCE_NOTIFY_PORT']}"
        environ = {key: value for key, value in os.environ.items() if not key.startswith("PERMANENCE_")}
        environ |= {f"PERMANENCE_{name.upper()}_ADDRESS": address for name, address in self.addresses.items()}
        environ["PERMANENCE_WEB_ADDRESS"] = f"127.0.0.1:{web}"
        environ |= {**others, "PERMANENCE_DEMO_ROOT": str(self.root), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli", "demo", *options],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._heard:
                self.lines.append(line.rstrip("\n"))
                self._heard.notify_all()
            if self._on_line:
                self._on_line(line.rstrip("\n"))
        with self._heard:
            self._heard.notify_all()

    def wait_for(self, wanted: re.Pattern[str], seconds: float) -> re.Match[str]:
        """The first line that matches. AssertionError, with the tails of all logs, where none comes."""
        give_up = time.monotonic() + seconds
        with self._heard:
            while True:
                found = next((match for line in self.lines if (match := wanted.search(line))), None)
                if found:
                    return found
                left = give_up - time.monotonic()
                if left <= 0 or not self._reader.is_alive():
                    raise AssertionError(f"the demo did not say {wanted.pattern!r}\n{self.tails()}")
                self._heard.wait(min(left, 0.5))

    def stop(self, seconds: float = 60.0) -> Ending:
        """Ask it to end, as Ctrl-C would. AssertionError where it does not."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the demo does not end when asked\n{self.tails()}") from None
        self._reader.join(10)
        return Ending(status, time.monotonic() - began)

    def clear_away(self) -> None:
        """Whatever happened, leave no process, no database and no file behind."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        if (self.root / "postgres").exists():
            EmbeddedPostgres(self.root / "postgres").erase()
        shutil.rmtree(self._folder, ignore_errors=True)

    def tails(self) -> str:
        """The ends of what it said and of every log."""
        parts = ["--- said", *self.lines[-30:]]
        for log in sorted((self.root / "log").glob("*.log")):
            parts += [f"--- {log.name}", *log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]]
        return "\n".join(parts)

    def pid(self, service: str) -> int:
        """Of the process that serves it now."""
        return int((self.root / "run" / f"{service}.pid").read_text(encoding="ascii"))

    def databases(self) -> dict[str, ServiceDatabase]:
        """Where each service keeps its state."""
        server = EmbeddedPostgres(self.root / "postgres")
        return {name: server.service(name) for name in SERVICES}

    def control(self, path: str, **query: str) -> Any:
        """The emulator's own account of what reached it."""
        with self._session() as session:
            answer = session.get(f"{self.authority}/_emulator/{path}", params=query, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def notify_messages(self) -> Any:
        """What GOV.UK Notify's emulator was given to carry."""
        with self._session() as session:
            answer = session.get(f"{self.notify}/_emulator/messages", timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]

    def token(self, tenant: str, persona: str) -> str:
        """Somebody's bearer token."""
        with self._session() as session:
            asked = {"tenant": tenant, "persona": persona}
            answer = session.post(f"{self.authority}/_emulator/token", json=asked, timeout=30)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def _session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.root / "microsoft" / "ca.pem")
        return session


def counts_of(line: re.Match[str]) -> dict[str, int]:
    """The last line's numbers."""
    return dict(zip(COUNTED, map(int, line.groups()), strict=True))


def read_json(path: Path) -> Any:
    """A file's content."""
    return json.loads(path.read_text(encoding="utf-8"))
