"""`GET /_emulator/outlook`: what each person's Outlook shows, for people who look at a demo."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
from aiohttp import web

from emulators.directory import Tenant
from emulators.directory_file import DirectoryFile
from emulators.graph.event_record import EventRecord
from emulators.graph.event_store import EventStore
from emulators.graph.html_body import plain

_LONDON = ZoneInfo("Europe/London")
_ANSWERS = {
    "none": "no answer yet",
    "notResponded": "no answer yet",
    "organizer": "organiser",
    "accepted": "accepted",
    "tentativelyAccepted": "tentative",
    "declined": "declined",
}
_METHODS = {"REQUEST": "Invitation", "UPDATE": "Changed invitation", "CANCEL": "Cancellation"}


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as its mailbox's owner reads it, and the subject that a delegate reads in its stead."""

    subject: str
    for_delegates: str
    when: str
    place: str
    answer: str
    organiser: str
    attendees: tuple[str, ...]
    folder: str
    cancelled: bool
    online: bool
    words: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as its recipient reads it."""

    kind: str
    subject: str
    came: str
    when: str
    place: str
    organiser: str
    attendees: tuple[str, ...]
    words: str
    comment: str


class OutlookPage:
    """Needs no token: it is bound to this machine only."""

    def __init__(self, directory: DirectoryFile, store: EventStore, settle: Callable[[], None]) -> None:
        self._directory = directory
        self._store = store
        self._settle = settle
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=jinja2.StrictUndefined
        )
        self._template = environment.get_template("outlook_page.html")

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Register the page."""
        router.add_get("/_emulator/outlook", self.show)

    async def show(self, request: web.Request) -> web.Response:
        """All mailboxes, or one of them (`?tenant=…&mailbox=…`; an address outside has its mail only)."""
        self._settle()
        tenant = self._directory.current.tenant(request.query.get("tenant", ""))
        who = request.query.get("mailbox", "")
        shown = self._mailbox(tenant, who) if tenant and who else self._everybody()
        page = self._template.render(shown, tenant=tenant, who=who if tenant else "")
        return web.Response(text=page, content_type="text/html")

    def _everybody(self) -> dict[str, object]:
        return {"tenants": [(tenant, self._rows(tenant)) for tenant in self._directory.current.tenants]}

    def _rows(self, tenant: Tenant) -> list[tuple[str, str, int, int]]:
        """Name, address, calendar entries and mails of each mailbox, then of each address outside."""
        mails = Counter(str(row["to"]).lower() for row in self._store.mail() if row["tenant"] == tenant.tenant_id)
        inside = [
            (m.name, m.address, len(self._store.live(tenant.tenant_id, m.oid)), mails.pop(m.address.lower(), 0))
            for m in tenant.mailboxes
        ]
        return inside + [("outside", address, 0, count) for address, count in sorted(mails.items())]

    def _mailbox(self, tenant: Tenant, who: str) -> dict[str, object]:
        mailbox = tenant.mailbox(who)
        address = mailbox.address if mailbox else who
        events = self._store.live(tenant.tenant_id, mailbox.oid) if mailbox else []
        letters = [
            _letter(row)
            for row in reversed(self._store.mail())
            if row["tenant"] == tenant.tenant_id and str(row["to"]).lower() == address.lower()
        ]
        return {
            "name": mailbox.name if mailbox else address,
            "inside": mailbox is not None,
            "entries": [_entry(event) for event in events],
            "letters": letters,
        }


def _entry(event: EventRecord) -> Entry:
    body = event.properties.get("body")
    private = event.properties.get("sensitivity") in ("private", "confidential")
    return Entry(
        subject=event.subject,
        for_delegates="Private appointment" if private else event.subject,
        when=_span(event.start, event.end),
        place=_place(event),
        answer=_ANSWERS.get(event.response["response"], event.response["response"]),
        organiser=event.organizer["address"],
        attendees=tuple(
            f"{a['emailAddress']['address']}: {_ANSWERS.get(a['status']['response'], '')}" for a in event.attendees
        ),
        folder="" if event.in_calendar else event.folder,
        cancelled=event.is_cancelled,
        online=bool(event.properties.get("isOnlineMeeting")),
        words=plain(str(body["content"])) if isinstance(body, dict) else "",
    )


def _place(event: EventRecord) -> str:
    location = event.properties.get("location")
    return str(location.get("displayName") or "") if isinstance(location, dict) else ""


def _letter(row: dict[str, object]) -> Letter:
    start, end, attendees = row["start"], row["end"], row["attendees"]
    when = _span(_read(start), _read(end)) if isinstance(start, dict) and isinstance(end, dict) else ""
    return Letter(
        kind=_METHODS.get(str(row["method"]), str(row["method"])),
        subject=str(row["subject"]),
        came=_moment(datetime.fromisoformat(str(row["at"])[:19] + "+00:00")),
        when=when,
        place=str(row["location"] or ""),
        organiser=str(row["organizer"]),
        attendees=tuple(str(address) for address in attendees) if isinstance(attendees, list) else (),
        words=str(row["bodyText"]),
        comment=str(row["comment"]),
    )


def _read(told: dict[str, object]) -> datetime:
    """The ledger's times are in UTC."""
    return datetime.fromisoformat(str(told["dateTime"])[:19] + "+00:00")


def _moment(moment: datetime) -> str:
    return moment.astimezone(_LONDON).strftime("%A %-d %B %Y, %H:%M")


def _span(start: datetime, end: datetime) -> str:
    begins, ends = start.astimezone(_LONDON), end.astimezone(_LONDON)
    same_day = begins.date() == ends.date()
    return f"{_moment(begins)} to {ends.strftime('%H:%M') if same_day else _moment(ends)}"
