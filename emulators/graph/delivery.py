"""What Exchange sends when a meeting changes: a ledger line per recipient, a copy per mailbox inside."""

from collections.abc import Iterable
from enum import StrEnum

from emulators.clock import Clock
from emulators.directory import Mailbox, MailboxKind, Tenant
from emulators.graph.drills import Drill, Drills
from emulators.graph.event_record import (
    CALENDAR,
    NEVER,
    Attendee,
    EventRecord,
    new_ids,
    same_address,
    unanswered,
)
from emulators.graph.event_store import EventStore
from emulators.graph.html_body import plain
from emulators.graph.zones import shown, stamp


class Method(StrEnum):
    """Why a mail goes out. UPDATE is iTIP's REQUEST for somebody who has had one."""

    REQUEST = "REQUEST"
    UPDATE = "UPDATE"
    CANCEL = "CANCEL"


class Cause(StrEnum):
    """Who made Exchange send: an app through Graph, or a person in Outlook."""

    GRAPH = "graph"
    OUTLOOK = "outlook"


class Delivery:
    """Sends on behalf of the organiser. Call inside a store transaction."""

    def __init__(
        self, store: EventStore, drills: Drills, clock: Clock, room_delay: float, cause: Cause = Cause.GRAPH
    ) -> None:
        self._store = store
        self._drills = drills
        self._clock = clock
        self._room_delay = room_delay
        self._cause = cause

    def send(
        self,
        tenant: Tenant,
        event: EventRecord,
        attendees: Iterable[Attendee],
        method: Method,
        comment: str = "",
        time_moved: bool = False,
    ) -> None:
        """Mail these attendees about the organiser's event."""
        if self._cause is Cause.OUTLOOK and Drill.OUTLOOK_MAILS_NOBODY in self._drills:
            return
        for attendee in attendees:
            address = attendee["emailAddress"]["address"]
            if same_address(address, event.organizer["address"]):
                continue
            mailbox = tenant.mailbox(address)
            self._store.add_mail(self._mail(event, address, method, comment, mailbox is not None))
            if mailbox and method is Method.CANCEL:
                self._withdraw(tenant, event, mailbox)
            elif mailbox:
                self._hand_over(tenant, event, mailbox, time_moved)

    def _seen_by(self, event: EventRecord, address: str, inside: bool) -> list[Attendee]:
        """The attendee list in one recipient's copy: no answers, and only themselves where it is hidden."""
        leaks = Drill.HIDE_ATTENDEES_IGNORED in self._drills or (
            not inside and Drill.HIDE_ATTENDEES_IGNORED_OUTSIDE in self._drills
        )
        hidden = bool(event.properties.get("hideAttendees")) and not leaks
        return [
            {"type": a["type"], "emailAddress": a["emailAddress"], "status": unanswered()}
            for a in event.attendees
            if not hidden or same_address(a["emailAddress"]["address"], address)
        ]

    def _mail(self, event: EventRecord, address: str, method: Method, comment: str, inside: bool) -> dict[str, object]:
        body = event.properties.get("body")
        content = str(body.get("content", "")) if isinstance(body, dict) else ""
        location = event.properties.get("location")
        return {
            "at": stamp(self._clock.now()),
            "tenant": event.tenant,
            "method": method.value,
            "cause": self._cause.value,
            "organizer": event.organizer["address"],
            "to": address,
            "internal": inside,
            "subject": ("Canceled: " if method is Method.CANCEL else "") + event.subject,
            "body": content,
            "bodyText": plain(content),
            "comment": comment,
            "attendees": [a["emailAddress"]["address"] for a in self._seen_by(event, address, inside)],
            "start": shown(event.start, "UTC"),
            "end": shown(event.end, "UTC"),
            "location": location.get("displayName") if isinstance(location, dict) else None,
            "sensitivity": event.properties.get("sensitivity"),
            "iCalUId": event.ical_uid,
            "sequence": event.revision,
        }

    def _hand_over(self, tenant: Tenant, event: EventRecord, mailbox: Mailbox, time_moved: bool) -> None:
        copy = self._store.copy_in(tenant.tenant_id, mailbox.oid, event.ical_uid)
        fresh = copy is None
        if copy is None:
            copy = event.copied()
            copy.id, copy.plain_id = new_ids()
            copy.version, copy.created = 0, self._clock.now()
            copy.mailbox, copy.is_organizer, copy.transaction_id, copy.extended = mailbox.oid, False, None, {}
            copy.folder = CALENDAR
        answered = copy.response if not fresh and not time_moved else {"response": "notResponded", "time": NEVER}
        copy.properties = dict(event.properties)
        copy.start, copy.end, copy.start_zone, copy.end_zone = (
            event.start,
            event.end,
            event.start_zone,
            event.end_zone,
        )
        copy.attendees = self._seen_by(event, mailbox.address, True)
        copy.response = answered
        if answered["response"] != "accepted":
            copy.properties["showAs"] = "tentative"
        copy.revision, copy.is_cancelled = event.revision, False
        self._store.save(copy)
        if mailbox.kind is MailboxKind.ROOM and (fresh or time_moved):
            delay = 0 if Drill.ROOMS_ANSWER_AT_ONCE in self._drills else self._room_delay
            self._store.ask_room(copy, self._clock.now().timestamp() + delay)

    def _withdraw(self, tenant: Tenant, event: EventRecord, mailbox: Mailbox) -> None:
        """A person's copy stays, marked as cancelled, until they remove it; a room's goes, at once or after its lag."""
        copy = self._store.copy_in(tenant.tenant_id, mailbox.oid, event.ical_uid)
        if copy is None:
            return
        if mailbox.release_lag_seconds and Drill.ROOM_LAG_IGNORED not in self._drills:
            self._store.ask_room(copy, self._clock.now().timestamp() + mailbox.release_lag_seconds)
            return
        copy.is_cancelled, copy.revision = True, event.revision
        copy.deleted = mailbox.kind is MailboxKind.ROOM or Drill.CANCELLED_COPIES_VANISH in self._drills
        copy.properties = {**copy.properties, "subject": f"Canceled: {event.subject}", "showAs": "free"}
        self._store.save(copy)
