"""The Graph emulator in this process: real requests over a real socket, and its clock in the test's hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from emulators.graph.webhook import Webhook
from emulators.microsoft.assemble import Settings, assemble
from services.notifications.adapters.graph_calendar import GraphCalendar
from services.notifications.adapters.graph_session import GraphSession
from tests.emulators.microsoft_process import OFFICE, SECRET_APP, TENANT, mailbox, make_directory

STAFF = ("chair@council.example", "worker@council.example")


class EmulatorInside:
    """`calendar` is the product's client of it; `control` is the test's hand."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url, self._http = url, http
        self.calendar = GraphCalendar(_session(http), _Tokens(url, http), f"{url}/v1.0")

    async def control(self, method: str, path: str, body: object = None) -> Any:
        """A call under /_emulator; AssertionError where it is refused."""
        async with self._http.request(method, f"{self._url}/_emulator/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def at(self, moment: datetime) -> None:
        """From now on it is this time there."""
        await self.control("POST", "clock", {"now": moment.isoformat()})

    async def events(self, address: str = OFFICE) -> list[dict[str, Any]]:
        """What lies in a mailbox, cancelled copies too."""
        found = await self.control("GET", f"calendars?tenant={TENANT}&mailbox={address}")
        rows: list[dict[str, Any]] = found["tenants"][0]["mailboxes"][0]["events"]
        return rows

    async def mail(self) -> list[dict[str, Any]]:
        """Everything that Exchange has sent."""
        rows: list[dict[str, Any]] = (await self.control("GET", "mail?after=0"))["mail"]
        return rows

    async def arm(self, **fault: object) -> None:
        """One more fault."""
        await self.control("POST", "faults", {"arm": [fault]})

    async def disarm(self) -> None:
        """No fault any more."""
        await self.control("POST", "faults", {"clear": True})


def _session(http: aiohttp.ClientSession) -> GraphSession:
    """Each look at its clock is an hour later: a mailbox that was throttled never has to be waited for."""
    return GraphSession(http, monotonic=count(0.0, 3600.0).__next__)


class _Tokens:
    """Client credentials, asked for again when Graph refuses the old one: hours pass between two steps."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url, self._http, self._held = f"{url}/{TENANT}/oauth2/v2.0/token", http, ""

    async def token(self, instead_of: str = "") -> str:
        """A token other than `instead_of`."""
        if not self._held or self._held == instead_of:
            form = {
                "grant_type": "client_credentials",
                "client_id": SECRET_APP,
                "client_secret": "made-up",
                "scope": "https://graph.microsoft.com/.default",
            }
            async with self._http.post(self._url, data=form) as answer:
                self._held = str((await answer.json())["access_token"])
        return self._held


@asynccontextmanager
async def emulator_inside(folder: Path) -> AsyncIterator[EmulatorInside]:
    """Up until the block ends. The meetings mailbox is OFFICE, the council's people are STAFF."""
    url = "https://graph.example.invalid"
    made = assemble(
        Settings(folder, None, public_url=url, authorize_url=url, latency=0.0, room_delay=0.0, webhook=Webhook())
    )
    runner = web.AppRunner(made.secure, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    timeout = aiohttp.ClientTimeout(total=30)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as http:
            inside = EmulatorInside(f"http://{host}:{port}", http)
            directory = make_directory("")
            directory["tenants"][0]["mailboxes"] += [mailbox(one) for one in STAFF if one.startswith("worker")]
            for app in directory["tenants"][0]["apps"]:
                app.pop("certificate_pem", None)
            directory["tenants"][0]["apps"] = [app for app in directory["tenants"][0]["apps"] if app.get("secret")]
            await inside.control("PUT", "directory", directory)
            yield inside
    finally:
        await runner.cleanup()
        made.store.close()
