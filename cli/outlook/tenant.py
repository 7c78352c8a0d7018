"""One tenant as the checks see it: requests to Graph as the product's application, and events that are cleared away."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

import aiohttp
from yarl import URL

from services.notifications.adapters.graph_tokens import GraphTokens

SUBJECT = "Permanence check"
_IMMUTABLE = 'IdType="ImmutableId"'
Json = Mapping[str, object]


@dataclass(frozen=True)
class Answer:
    """A whole answer. `payload` is empty where the body is no JSON object."""

    status: int
    payload: Json
    headers: Mapping[str, str]
    empty: bool

    @property
    def code(self) -> str:
        """Graph's error code; empty without one."""
        error = self.payload.get("error")
        return str(error.get("code", "")) if isinstance(error, dict) else ""

    @property
    def seen(self) -> str:
        """Status and code: all that may be printed of an answer."""
        return f"{self.status} {self.code}".strip()

    def rows(self) -> list[Json]:
        """The `value` of a collection."""
        value = self.payload.get("value")
        return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


@dataclass(frozen=True)
class People:
    """Whom the checks may invite; empty where nobody was named."""

    colleague: str = ""
    outsider: str = ""
    room: str = ""


@dataclass
class Tenant:
    """`graph_url` ends in `/v1.0`. `day` is the day on which the made events lie, far from anybody's work.

    `replies` is the address of the mailbox of answers, empty where it is not read through Graph.
    """

    http: aiohttp.ClientSession
    tokens: GraphTokens
    graph_url: str
    mailbox: str
    people: People
    day: datetime = field(default_factory=lambda: _midnight() + timedelta(days=730))
    pause: float = 2.0
    made: list[str] = field(default_factory=list)
    replies: str = ""

    async def ask(
        self, method: str, path: str, body: Json | None = None, *, prefer: str = _IMMUTABLE, **headers: str
    ) -> Answer:
        """One request, the token included. `path` begins after the version; a header's `_` stands for `-`."""
        sent = {
            "Authorization": f"Bearer {await self.tokens.token()}",
            **({"Prefer": prefer} if prefer else {}),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        url = path if path.startswith(self.graph_url) else self.graph_url + path
        async with self.http.request(method, URL(url, encoded=True), json=body, headers=sent) as response:
            raw = await response.read()
            return Answer(response.status, _parsed(raw), dict(response.headers), not raw)

    def user(self, mailbox: str = "") -> str:
        """The path of a mailbox; of the meetings mailbox without one."""
        return f"/users/{quote(mailbox or self.mailbox, safe='@')}"

    def event(self, event_id: str) -> str:
        """The path of an event in the meetings mailbox."""
        return f"{self.user()}/events/{quote(event_id, safe='')}"

    async def make(self, *, hour: int = 10, attendees: tuple[Json, ...] = (), **more: object) -> Answer:
        """An event of one hour, cleared away at the end."""
        answer = await self.ask("POST", f"{self.user()}/events", self.body(hour=hour, attendees=attendees, **more))
        if answer.status == 201 and str(answer.payload["id"]) not in self.made:
            self.made.append(str(answer.payload["id"]))
        return answer

    def body(self, *, hour: int = 10, attendees: tuple[Json, ...] = (), **more: object) -> dict[str, object]:
        """What `make` sends."""
        return {
            "subject": f"{SUBJECT} {uuid4().hex[:6]}",
            "body": {"contentType": "text", "content": "Made by a check and cancelled by it."},
            "start": self.at(hour),
            "end": self.at(hour + 1),
            "attendees": list(attendees),
            "sensitivity": "private",
            "transactionId": str(uuid4()),
            **more,
        }

    def at(self, hour: int) -> dict[str, str]:
        """A wall time in London on the day of the checks."""
        return {"dateTime": f"{self.day:%Y-%m-%d}T{hour:02}:00:00", "timeZone": "Europe/London"}

    def window(self, days: int = 1) -> str:
        """The query of a calendar view around the day of the checks."""
        first, last = self.day - timedelta(days=days), self.day + timedelta(days=days + 1)
        return f"startDateTime={first:%Y-%m-%dT%H:%M:%SZ}&endDateTime={last:%Y-%m-%dT%H:%M:%SZ}"

    async def wait(self) -> None:
        """A moment for what Exchange does by itself."""
        await asyncio.sleep(self.pause)

    async def clear_away(self) -> int:
        """Cancel whatever is still there; how many could not be."""
        left = 0
        for event_id in self.made:
            gone = await self.ask("POST", f"{self.event(event_id)}/cancel", {"comment": "A check. Nothing to do."})
            if gone.status == 400:
                gone = await self.ask("DELETE", self.event(event_id))
            left += gone.status not in (202, 204, 404)
        return left


def attendee(address: str, kind: str = "required") -> Json:
    """Graph's attendee."""
    return {"type": kind, "emailAddress": {"address": address}}


def _midnight() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _parsed(raw: bytes) -> Json:
    try:
        found = json.loads(raw) if raw else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
