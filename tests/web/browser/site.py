"""The staff site of a played demo, and what a test may do around it: move the clock, still a service, start a site."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import grpc
import requests
from grpc_health.v1 import health_pb2

from servicekit.clock import FileClock, set_clock
from tests.checks.free_ports import free_ports

ROOT = Path(__file__).parents[3]
PATIENCE = 30.0
# The site and the services try a lost connection again after a second at most (servicekit/client.py), give or take.
_SECONDS_BETWEEN_TRIES = 1.3


def until(what: str, look: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """The first thing seen that is not nothing. AssertionError, naming what was waited for."""
    give_up = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < give_up, f"after {seconds:.0f} s still not: {what}"
        time.sleep(0.05)
    return seen


class SiteClock:
    """The demo's one clock. It stands still until a test moves it; only ever on, since what happened has happened."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """This instant."""
        return FileClock(self._path).now()

    def move_on(self, **span: float) -> datetime:
        """By so many days, hours, minutes; the new instant."""
        return self.move_to(self.now() + timedelta(**span))

    def move_to(self, instant: datetime) -> datetime:
        """To an instant, unless it is past already; what the clock says then."""
        if instant > self.now():
            set_clock(self._path, instant)
        return self.now()


class Site:
    """`url` is where browsers go. Services of the demo beneath may be stopped: nobody else should need it meanwhile."""

    def __init__(self, root: Path, url: str = "") -> None:
        self.root = root
        self.card: dict[str, Any] = json.loads((root / "demo.json").read_text(encoding="utf-8"))
        self.url: str = url or self.card["web"]
        self.clock = SiteClock(root / "clock")

    # Services

    def pid(self, name: str) -> int:
        """Of the process that serves it now."""
        return int((self.root / "run" / f"{name}.pid").read_text(encoding="ascii"))

    @contextmanager
    def without(self, *names: str) -> Iterator[None]:
        """While these services are stopped: connections to them are refused."""
        for name in names:
            (self.root / "run" / f"{name}.rest").touch()
            _end(self.pid(name))
        try:
            yield
        finally:
            for name in names:
                (self.root / "run" / f"{name}.rest").unlink()
            for name in names:
                until(f"{name} serves again", partial(self._serves, name))
            time.sleep(_SECONDS_BETWEEN_TRIES)

    @contextmanager
    def stalled(self, name: str) -> Iterator[None]:
        """While this service stands still: connections hang, and only the caller's patience ends them."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def kill(self, name: str) -> None:
        """Without warning; the demo starts it again at once."""
        os.kill(self.pid(name), signal.SIGKILL)

    def channel(self, name: str) -> grpc.Channel:
        """Straight to a service, past the site: for looking at what came of it."""
        return grpc.insecure_channel(self.card["services"][name])

    def _serves(self, name: str) -> bool:
        with self.channel(name) as channel:
            check = channel.unary_unary(
                "/grpc.health.v1.Health/Check",
                request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
                response_deserializer=health_pb2.HealthCheckResponse.FromString,
            )
            try:
                answer = check(health_pb2.HealthCheckRequest(), timeout=2.0, wait_for_ready=False)
            except grpc.RpcError:
                return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    # People

    def tenant(self, council: str) -> dict[str, Any]:
        """The council's part of the emulated directory."""
        number = 0 if council == "demo" else 1
        tenants = json.loads(Path(self.card["directory"]).read_text(encoding="utf-8"))["tenants"]
        found: dict[str, Any] = tenants[number]
        return found

    def metadata(self, persona: str, council: str = "demo") -> tuple[tuple[str, str], ...]:
        """For calls through `channel` as that person."""
        return (("authorization", f"Bearer {self._token(persona, council)}"),)

    def _token(self, persona: str, council: str) -> str:
        with _requests(self.card["ca"]) as session:
            asked = {"tenant": self.tenant(council)["tenant_id"], "persona": persona}
            answer = session.post(f"{self.card['authority']}/_emulator/token", json=asked, timeout=30)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def client(self, persona: str = "", council: str = "demo") -> "Client":
        """Somebody signed in without a browser, for what no browser would send; nobody where no persona is named."""
        client = Client(self.url)
        if persona:
            client.sign_in(persona, council)
        return client


class Client:
    """Plain HTTP, cookies kept, redirects shown and not followed."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False

    def sign_in(self, persona: str, council: str = "demo", going: str = "/") -> requests.Response:
        """By the emulated Entra ID; the answer that sets the session's cookie and leads on."""
        away = self.get(f"/sign-in/{council}?{urlencode({'next': going})}").headers["Location"]
        back = self.session.get(f"{away}&persona={persona}", allow_redirects=False, timeout=PATIENCE)
        return self.session.get(back.headers["Location"], allow_redirects=False, timeout=PATIENCE)

    def get(self, path: str) -> requests.Response:
        """A page."""
        return self.send("GET", path)

    def post(self, path: str, fields: dict[str, str], token: str | None = "of this session") -> requests.Response:
        """A form; with the session's own token unless another, or none, is given."""
        given = self.form_token() if token == "of this session" else token
        return self.send("POST", path, data={**fields, **({"form_token": given} if given is not None else {})})

    def form_token(self) -> str:
        """As any page of the session holds it."""
        page = self.get("/find").text
        return page.partition('name="form_token" value="')[2].partition('"')[0]

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """Anything."""
        return self.session.request(method, self.base + path, allow_redirects=False, timeout=PATIENCE, **options)


class OwnSite:
    """Another process of the site over the same services, with settings of the test's own."""

    def __init__(self, site: Site, settings: dict[str, str]) -> None:
        (port,) = free_ports(1)
        self.site = Site(site.root, f"http://127.0.0.1:{port}")
        self._log = tempfile.TemporaryFile("a+b")  # noqa: SIM115 - as long as the process
        self._environ = _environment(site, port) | settings
        self._start()

    def restart(self) -> None:
        """As after a crash: all sessions have ended."""
        self.stop()
        self._start()

    def said(self) -> str:
        """Its log."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(20)

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "web"], cwd=ROOT, env=self._environ, stdout=self._log, stderr=self._log
        )
        until("the site answers", self._answers)

    def _answers(self) -> bool:
        assert self._process.poll() is None, f"the site ended: {self.said()[-3000:]}"
        try:
            return self.site.client().get("/health").status_code == 200
        except requests.ConnectionError:
            return False


def _environment(site: Site, port: int) -> dict[str, str]:
    apps = {app["key"]: app for app in site.tenant("demo")["apps"]}
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PERMANENCE_")}
    services = {f"PERMANENCE_{name.upper()}_ADDRESS": address for name, address in site.card["services"].items()}
    return {
        **environ,
        **services,
        "PERMANENCE_ENV": "demo",
        "PERMANENCE_CLOCK": str(site.root / "clock"),
        "PERMANENCE_COUNCILS": str(site.card["councils"]),
        "PERMANENCE_IDENTITY_AUTHORITY": str(site.card["authority"]),
        "PERMANENCE_CA_FILE": str(site.card["ca"]),
        "PERMANENCE_WEB_CLIENT_ID": str(apps["web"]["client_id"]),
        "PERMANENCE_WEB_CLIENT_SECRET": str(apps["web"]["secret"]),
        "PERMANENCE_WEB_LISTEN": f"127.0.0.1:{port}",
    }


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)

    def gone() -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    until(f"process {pid} has ended", gone)


def _requests(ca: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.verify = ca
    return session
