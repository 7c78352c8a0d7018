"""The control endpoints under /_emulator: calendars, outgoing mail, requests, replies, faults, drills."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from emulators.clock import Clock
from emulators.directory import DirectoryError, Mailbox, Tenant
from emulators.directory_file import DirectoryFile
from emulators.graph.drills import Drills
from emulators.graph.errors import GraphError
from emulators.graph.event_record import EventRecord
from emulators.graph.event_store import EventStore
from emulators.graph.faults import FaultError, Faults
from emulators.graph.html_body import plain
from emulators.graph.replies import ANSWERS, Replies, Reply
from emulators.graph.zones import instant, read, shown, stamp


class Control:
    """Needs no token: it is bound to this machine only."""

    def __init__(
        self,
        directory: DirectoryFile,
        store: EventStore,
        replies: Replies,
        faults: Faults,
        drills: Drills,
        clock: Clock,
        settle: Callable[[], None],
        forget: Callable[[], None],
    ) -> None:
        self._directory = directory
        self._store = store
        self._replies = replies
        self._faults = faults
        self._drills = drills
        self._clock = clock
        self._settle = settle
        self._forget = forget

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Register everything under /_emulator."""
        router.add_get("/_emulator/health", self.health)
        router.add_put("/_emulator/directory", self.put_directory)
        router.add_post("/_emulator/mailboxes", self.add_mailboxes)
        router.add_get("/_emulator/calendars", self.calendars)
        router.add_get("/_emulator/mail", self.mail)
        router.add_get("/_emulator/requests", self.requests)
        router.add_post("/_emulator/reply", self.reply)
        router.add_get("/_emulator/faults", self.show_faults)
        router.add_post("/_emulator/faults", self.order_faults)
        router.add_get("/_emulator/drills", self.show_drills)
        router.add_post("/_emulator/drills", self.switch_drills)
        router.add_get("/_emulator/clock", self.show_clock)
        router.add_post("/_emulator/clock", self.set_clock)
        router.add_post("/_emulator/reset", self.reset)

    async def health(self, request: web.Request) -> web.Response:
        """Answers once everything else does."""
        return web.json_response({"status": "ready"})

    async def put_directory(self, request: web.Request) -> web.Response:
        """Use another directory from now on; 400 with every violation."""
        try:
            self._directory.replace(await _body(request))
        except DirectoryError as error:
            return _wrong(*error.violations)
        return web.json_response({"tenants": len(self._directory.current.tenants)})

    async def add_mailboxes(self, request: web.Request) -> web.Response:
        """Add or replace mailboxes of one tenant."""
        body = await _body(request)
        try:
            self._directory.add_mailboxes(str(body.get("tenant_id")), body.get("mailboxes"))
        except DirectoryError as error:
            return _wrong(*error.violations)
        return web.json_response({"ok": True})

    async def calendars(self, request: web.Request) -> web.Response:
        """The live events, per tenant and mailbox; `?tenant=` and `?mailbox=` narrow it."""
        self._settle()
        tenant_id, address = request.query.get("tenant"), request.query.get("mailbox")
        tenants = [t for t in self._directory.current.tenants if tenant_id in (None, t.tenant_id)]
        rows = [
            {
                "tenant_id": tenant.tenant_id,
                "name": tenant.name,
                "mailboxes": [
                    self._calendar(tenant, mailbox)
                    for mailbox in tenant.mailboxes
                    if address is None or tenant.mailbox(address) is mailbox
                ],
            }
            for tenant in tenants
        ]
        return web.json_response({"tenants": rows})

    def _calendar(self, tenant: Tenant, mailbox: Mailbox) -> dict[str, object]:
        events = self._store.live(tenant.tenant_id, mailbox.oid)
        return {
            "address": mailbox.address,
            "oid": mailbox.oid,
            "kind": mailbox.kind.value,
            "events": [_seen(event) for event in events],
        }

    async def mail(self, request: web.Request) -> web.Response:
        """What Exchange mailed, oldest first; `?after=N` skips."""
        return web.json_response({"mail": self._store.mail(_after(request))})

    async def requests(self, request: web.Request) -> web.Response:
        """What Graph was asked, oldest first, bodies included; `?after=N` skips."""
        return web.json_response({"requests": self._store.requests(_after(request))})

    async def reply(self, request: web.Request) -> web.Response:
        """An attendee answers; 404 where there is no such meeting or invitation."""
        body = await _body(request)
        tenant = self._directory.current.tenant(str(body.get("tenant")))
        organizer = tenant.mailbox(str(body.get("organizer"))) if tenant else None
        if tenant is None or organizer is None:
            return _wrong("tenant or organizer is not in the directory", status=404)
        event_id = str(body.get("event"))
        event = self._store.find(tenant.tenant_id, organizer.oid, event_id) or self._store.copy_in(
            tenant.tenant_id, organizer.oid, event_id
        )
        if event is None or not event.is_organizer:
            return _wrong("event: no live meeting of that organizer has this id or iCalUId", status=404)
        try:
            reply, delay = _reply(body, self._clock.now()), body.get("delay", 0)
            if not isinstance(delay, int | float) or delay < 0:
                raise ValueError("delay must be a number of seconds")
            with self._store.transaction():
                told = self._replies.send(tenant, event, reply, delay)
        except (ValueError, GraphError) as error:
            return _wrong(str(error))
        return web.json_response({"organizer_sees": told, "sequence": event.revision})

    async def show_faults(self, request: web.Request) -> web.Response:
        """What is armed."""
        return web.json_response({"faults": self._faults.shown()})

    async def order_faults(self, request: web.Request) -> web.Response:
        """Clear, then arm."""
        try:
            self._faults.order(await _body(request))
        except FaultError as error:
            return _wrong(str(error))
        return web.json_response({"faults": self._faults.shown()})

    async def show_drills(self, request: web.Request) -> web.Response:
        """Every drill and whether it is on."""
        return web.json_response(self._drills.shown())

    async def switch_drills(self, request: web.Request) -> web.Response:
        """{drill: true|false, …}."""
        try:
            self._drills.switch(await _body(request))
        except ValueError as error:
            return _wrong(str(error))
        return web.json_response(self._drills.shown())

    async def show_clock(self, request: web.Request) -> web.Response:
        """The emulator's time."""
        return web.json_response({"now": stamp(self._clock.now())})

    async def set_clock(self, request: web.Request) -> web.Response:
        """Set it, advance it, or go back to the machine's; rooms whose time has come answer."""
        try:
            self._clock.order(await _body(request))
        except ValueError as error:
            return _wrong(str(error))
        self._settle()
        return await self.show_clock(request)

    async def reset(self, request: web.Request) -> web.Response:
        """Forget events, mail and requests; disarm faults; the machine's time; the directory and keys stay."""
        with self._store.transaction():
            self._store.clear()
        self._forget()
        self._faults.order({"clear": True})
        self._drills.switch(dict.fromkeys(self._drills.shown(), False))
        self._clock.order({})
        return web.json_response({"ok": True})


async def _body(request: web.Request) -> dict[str, object]:
    try:
        parsed = await request.json()
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise web.HTTPBadRequest(text="send a JSON object")
    return parsed


def _wrong(*violations: str, status: int = 400) -> web.Response:
    return web.json_response({"violations": list(violations)}, status=status)


def _after(request: web.Request) -> int:
    text = request.query.get("after", "0")
    if not text.isdigit():
        raise web.HTTPBadRequest(text="after must be a whole number")
    return int(text)


def _reply(body: dict[str, object], now: datetime) -> Reply:
    wrong = sorted(set(body) - _REPLY_FIELDS)
    if wrong:
        raise ValueError(f"unknown fields: {', '.join(wrong)}; known are {', '.join(sorted(_REPLY_FIELDS))}")
    if body.get("response") not in ANSWERS:
        raise ValueError(f"response must be one of {', '.join(sorted(ANSWERS))}")
    revision, proposed = body.get("sequence"), body.get("proposedNewTime")
    if revision is not None and not isinstance(revision, int):
        raise ValueError("sequence must be a whole number")
    return Reply(
        attendee=str(body.get("attendee")),
        response=str(body["response"]),
        at=instant(str(body["time"])) if "time" in body else now,
        to_revision=revision,
        silent=body.get("silent") is True,
        proposed=_proposal(proposed) if proposed is not None else None,
    )


_REPLY_FIELDS = {
    *("tenant", "organizer", "event", "attendee", "response"),
    *("comment", "proposedNewTime", "sequence", "silent", "time", "delay"),
}


def _proposal(proposed: object) -> dict[str, object]:
    if not isinstance(proposed, dict):
        raise ValueError("proposedNewTime needs start and end")
    return {name: shown(read(proposed.get(name), name)[0], "UTC") for name in ("start", "end")}


def _seen(event: EventRecord) -> dict[str, object]:
    """An event as its mailbox's owner sees it."""
    kept = event.properties
    body, location = kept.get("body"), kept.get("location")
    content = str(body["content"]) if isinstance(body, dict) else ""
    return {
        "id": event.id,
        "iCalUId": event.ical_uid,
        "transactionId": event.transaction_id,
        "subject": event.subject,
        "start": shown(event.start, "UTC"),
        "end": shown(event.end, "UTC"),
        "timeZone": event.start_zone,
        "location": location.get("displayName") if isinstance(location, dict) else None,
        "body": content,
        "bodyText": plain(content),
        "attendees": [
            {"address": a["emailAddress"]["address"], "type": a["type"], **a["status"]}
            | ({"proposedNewTime": a["proposedNewTime"]} if "proposedNewTime" in a else {})
            for a in event.attendees
        ],
        "organizer": event.organizer["address"],
        "isOrganizer": event.is_organizer,
        "isCancelled": event.is_cancelled,
        "folder": event.folder,
        "response": event.response["response"],
        "sequence": event.revision,
        "extendedProperties": event.extended,
        **{
            name: kept.get(name)
            for name in ("sensitivity", "showAs", "hideAttendees", "isOnlineMeeting", "onlineMeeting")
        },
    }
