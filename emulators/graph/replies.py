"""Answers to invitations, from people and from rooms, and what the organiser sees of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from emulators.clock import Clock
from emulators.directory import Mailbox, Tenant
from emulators.graph.drills import Drill, Drills
from emulators.graph.event_record import EventRecord, Response
from emulators.graph.event_store import EventStore
from emulators.graph.zones import stamp

ANSWERS = frozenset({"accepted", "tentativelyAccepted", "declined"})


@dataclass(frozen=True, slots=True)
class Reply:
    """One attendee's answer.

    `to_revision` None: to the newest invitation; `silent`: the organiser never sees it.
    """

    attendee: str
    response: str
    at: datetime
    to_revision: int | None = None
    silent: bool = False
    proposed: dict[str, object] | None = None


class Replies:
    """Carries replies into the organiser's event and the attendee's own copy."""

    def __init__(self, store: EventStore, drills: Drills, clock: Clock) -> None:
        self._clock = clock
        self._store = store
        self._drills = drills

    def apply(self, tenant: Tenant, event: EventRecord, reply: Reply) -> bool:
        """Whether the organiser's list changed. Raises ValueError for an address that was not invited."""
        attendee = event.attendee(reply.attendee)
        if attendee is None:
            raise ValueError("that address is not an attendee of the event")
        answer: Response = {"response": reply.response, "time": stamp(reply.at)}
        self._answer_own_copy(tenant, event, reply, answer)
        late = reply.to_revision is not None and reply.to_revision < event.revision
        if reply.silent or (late and Drill.LATE_REPLY_APPLIES not in self._drills):
            return False
        attendee["status"] = answer
        attendee.pop("proposedNewTime", None)
        if reply.proposed is not None:
            attendee["proposedNewTime"] = reply.proposed
        self._store.save(event)
        return True

    def _answer_own_copy(self, tenant: Tenant, event: EventRecord, reply: Reply, answer: Response) -> None:
        mailbox = tenant.mailbox(reply.attendee)
        copy = self._store.copy_in(tenant.tenant_id, mailbox.oid, event.ical_uid) if mailbox else None
        if copy is None:
            return
        own = copy.attendee(reply.attendee)
        if own is not None:
            own["status"] = answer
        copy.response = answer
        copy.deleted = reply.response == "declined"
        accepted = event.properties.get("showAs", "busy")
        copy.properties["showAs"] = accepted if reply.response == "accepted" else "tentative"
        self._store.save(copy)

    def settle_rooms(self, tenants: dict[str, Tenant]) -> None:
        """Let every room whose time has come answer, or free what was taken back."""
        with self._store.transaction():
            now = self._clock.now()
            for copy in self._store.due_rooms(now.timestamp()):
                tenant = tenants.get(copy.tenant)
                event = self._store.organizers_copy(copy.tenant, copy.ical_uid)
                room = tenant.mailbox(copy.mailbox) if tenant else None
                if tenant and event and room and event.attendee(room.address):
                    answer = "accepted" if self._takes(room, copy) else "declined"
                    self.apply(tenant, event, Reply(room.address, answer, now))
                else:
                    copy.deleted = True
                    self._store.save(copy)

    def _takes(self, room: Mailbox, copy: EventRecord) -> bool:
        """By the room's booking window, its longest meeting and its calendar."""
        if Drill.ROOMS_ACCEPT_ALL in self._drills:
            return True
        days, minutes = room.booking_window_days, room.longest_minutes
        too_far = days is not None and copy.start > self._clock.now() + timedelta(days=days)
        too_long = minutes is not None and copy.end - copy.start > timedelta(minutes=minutes)
        return not too_far and not too_long and self._is_free(copy)

    def _is_free(self, copy: EventRecord) -> bool:
        others = [e for e in self._store.live(copy.tenant, copy.mailbox) if e.ical_uid != copy.ical_uid]
        taken = [e for e in others if e.is_organizer or e.response["response"] == "accepted"]
        return not any(e.overlaps(copy.start, copy.end) for e in taken if e.in_calendar)
