"""The inbox of a mailbox, no more of it than a reader of answers asks for: what came, what is unread, the message.

Nothing comes into it by itself: `POST /_emulator/inbox` puts a message there.
"""

import base64
import re
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from emulators.clock import Clock
from emulators.directory_file import DirectoryFile
from emulators.graph.errors import GraphError, access_denied, invalid, item_not_found
from emulators.graph.faults import FaultKind, Faults
from emulators.graph.gate import Answer, Call, Gate
from emulators.graph.querying import check_options
from emulators.graph.zones import instant, stamp

_TABLE = """
CREATE TABLE IF NOT EXISTS inbox (
    n INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, mailbox TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
    received TEXT NOT NULL, is_read INTEGER NOT NULL, change INTEGER NOT NULL, mime BLOB NOT NULL)
"""
_COLUMNS = "n, id, received, is_read, change, mime"
_FOLDER = "/v1.0/users/{user}/mailFolders/{folder:inbox|Inbox}/messages"
_MESSAGE = "/v1.0/users/{user}/messages/{message}"
_TOKEN = re.compile(r"(\d+)\.(created)?")
_PAGE = 10


@dataclass(frozen=True, slots=True)
class Mail:
    """One message; `change` rises with whatever happens to any of them."""

    n: int
    id: str
    received: str
    is_read: int
    change: int
    mime: bytes

    def shown(self) -> dict[str, object]:
        """As Graph lists it."""
        return {
            "@odata.type": "#microsoft.graph.message",
            "id": self.id,
            "receivedDateTime": self.received,
            "isRead": bool(self.is_read),
        }


class Inbox:
    """Serves Graph's routes of the inbox, and puts messages into it."""

    def __init__(
        self, database: sqlite3.Connection, directory: DirectoryFile, faults: Faults, clock: Clock, public_url: str
    ) -> None:
        self._db, self._directory, self._faults, self._clock = database, directory, faults, clock
        self._public_url = public_url
        self._db.execute(_TABLE)

    def add_routes(self, router: web.UrlDispatcher, gate: Gate) -> None:
        """Register the routes under /v1.0 and /_emulator."""
        router.add_route("GET", f"{_FOLDER}/delta", gate.wrap("delta", self.delta))
        router.add_route("GET", _FOLDER, gate.wrap("list", self.listed))
        router.add_route("GET", f"{_MESSAGE}/$value", gate.wrap("read", self.content))
        router.add_route("PATCH", _MESSAGE, gate.wrap("mark", self.mark))
        router.add_post("/_emulator/inbox", self.put)
        router.add_get("/_emulator/inbox", self.shown)

    def clear(self) -> None:
        """Forget every message; numbers go on."""
        self._db.execute("DELETE FROM inbox")

    def delta(self, call: Call) -> Answer:
        """What came since the token, and without `changeType=created` what was opened too, in pages."""
        _demand_mail(call)
        query = call.request.query
        check_options(query, {"changeType", "$select", "$skiptoken", "$deltatoken"})
        token = query.get("$skiptoken") or query.get("$deltatoken")
        since, created = self._since(token) if token else (0, query.get("changeType") == "created")
        if token and self._faults.take(FaultKind.SYNC_STATE_NOT_FOUND, "delta"):
            raise GraphError(410, "SyncStateNotFound", "The sync state generation is not found.")
        key = "n" if created else "change"
        found = self._mails(call, f"{key} > ? ORDER BY {key}", since)
        page = found[: call.prefer.page_size or _PAGE]
        upto = getattr(page[-1], key) if page else since
        kind, name = ("nextLink", "$skiptoken") if len(found) > len(page) else ("deltaLink", "$deltatoken")
        link = f"{self._public_url}{call.request.rel_url.raw_path}?{name}={upto}.{'created' if created else ''}"
        return Answer(200, {"value": [mail.shown() for mail in page], f"@odata.{kind}": link})

    def listed(self, call: Call) -> Answer:
        """All, or with `$filter=isRead eq false` those that nobody opened; any other filter is refused."""
        _demand_mail(call)
        query = call.request.query
        check_options(query, {"$filter", "$select", "$top", "$skip"})
        if query.get("$filter", "isRead eq false") != "isRead eq false":
            raise invalid("Only the filter isRead eq false is known here.", "ErrorInvalidUrlQueryFilter")
        top, skip = int(query.get("$top", _PAGE)), int(query.get("$skip", 0))
        found = self._mails(call, "is_read = 0 ORDER BY n" if "$filter" in query else "true ORDER BY n")
        payload: dict[str, object] = {"value": [mail.shown() for mail in found[skip : skip + top]]}
        if len(found) > skip + top:
            url = call.request.rel_url.update_query({"$skip": str(skip + top)})
            payload["@odata.nextLink"] = f"{self._public_url}{url}"
        return Answer(200, payload)

    def content(self, call: Call) -> Answer:
        """The message as it came."""
        return Answer(200, raw=self._one(call).mime)

    def mark(self, call: Call) -> Answer:
        """Only whether it was opened can be changed here."""
        body = call.body
        if not isinstance(body, dict) or set(body) != {"isRead"} or not isinstance(body["isRead"], bool):
            raise invalid("Only isRead can be changed here.", "RequestBodyRead")
        one = self._one(call)
        self._db.execute(
            "UPDATE inbox SET is_read = ?, change = (SELECT max(change) + 1 FROM inbox) WHERE n = ?",
            (int(body["isRead"]), one.n),
        )
        return Answer(200, self._one(call).shown())

    async def put(self, request: web.Request) -> web.Response:
        """`{"tenant", "mailbox", "mime": base64, "received"?}` comes in -> `{"id"}`."""
        body = await request.json()
        tenant = self._directory.current.tenant(str(body.get("tenant")))
        mailbox = tenant.mailbox(str(body.get("mailbox"))) if tenant else None
        if tenant is None or mailbox is None:
            return web.json_response({"error": "no such mailbox"}, status=400)
        received = stamp(instant(str(body["received"])) if "received" in body else self._clock.now())
        message_id = base64.urlsafe_b64encode(uuid.uuid4().bytes + uuid.uuid4().bytes).decode().rstrip("=")
        self._db.execute(
            "INSERT INTO inbox (tenant, mailbox, id, received, is_read, change, mime)"
            " VALUES (?, ?, ?, ?, 0, (SELECT coalesce(max(change), 0) + 1 FROM inbox), ?)",
            (tenant.tenant_id, mailbox.oid, message_id, received, base64.b64decode(str(body["mime"]))),
        )
        return web.json_response({"id": message_id})

    async def shown(self, request: web.Request) -> web.Response:
        """All messages, oldest first."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM inbox ORDER BY n")  # noqa: S608 - our own words only
        return web.json_response({"messages": [Mail(*row).shown() for row in rows]})

    def _since(self, token: str) -> tuple[int, bool]:
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise invalid("Badly formed token.", "ErrorInvalidUrlQuery")
        return int(found[1]), bool(found[2])

    def _mails(self, call: Call, where: str, *values: object) -> Sequence[Mail]:
        sql = f"SELECT {_COLUMNS} FROM inbox WHERE tenant = ? AND mailbox = ? AND {where}"  # noqa: S608 - ours only
        rows = self._db.execute(sql, (call.tenant.tenant_id, call.owner.mailbox.oid, *values))
        return [Mail(*row) for row in rows]

    def _one(self, call: Call) -> Mail:
        _demand_mail(call)
        found = self._mails(call, "id = ?", call.request.match_info["message"])
        if not found:
            raise item_not_found()
        return found[0]


def _demand_mail(call: Call) -> None:
    if not call.app.mail:
        raise access_denied()
