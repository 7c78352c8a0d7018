"""Writing to a calendar as Exchange does it: create, change, cancel, delete, and who is mailed each time."""

from dataclasses import dataclass

from emulators.clock import Clock
from emulators.directory import Mailbox, Tenant
from emulators.graph.delivery import Delivery, Method
from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import GraphError, invalid, item_not_found, overlapping_write
from emulators.graph.event_input import (
    DEFAULTS,
    read_attendees,
    refuse_what_is_not_emulated,
    set_extended,
    set_online,
    set_properties,
    set_times,
)
from emulators.graph.event_record import (
    NEVER,
    Attendee,
    EventRecord,
    new_ids,
    new_uid,
    unanswered,
)
from emulators.graph.event_store import EventStore
from emulators.graph.faults import Fault, FaultKind, Faults
from emulators.graph.zones import read


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose calendar is written to."""

    tenant: Tenant
    mailbox: Mailbox


class Calendar:
    """The write side of the Graph emulator. Every call is one transaction."""

    def __init__(self, store: EventStore, delivery: Delivery, drills: Drills, faults: Faults, clock: Clock) -> None:
        self._store = store
        self._delivery = delivery
        self._drills = drills
        self._faults = faults
        self._clock = clock

    def event(self, owner: Owner, event_id: str) -> EventRecord:
        """A live event of that calendar; 404 otherwise."""
        found = self._store.find(owner.tenant.tenant_id, owner.mailbox.oid, event_id) or self._drilled(owner, event_id)
        if found is None and Drill.UNKNOWN_EVENT_400 in self._drills:
            raise invalid("Id is malformed.", "ErrorInvalidIdMalformed")
        if found is None:
            raise item_not_found()
        return found

    def _drilled(self, owner: Owner, event_id: str) -> EventRecord | None:
        """What a service with laxer ids would find."""
        if not (Drill.IDS_ACROSS_MAILBOXES in self._drills or Drill.IDS_IN_ANY_CASE in self._drills):
            return None
        mailboxes = owner.tenant.mailboxes if Drill.IDS_ACROSS_MAILBOXES in self._drills else (owner.mailbox,)
        events = [e for m in mailboxes for e in self._store.live(owner.tenant.tenant_id, m.oid)]
        as_written = Drill.IDS_IN_ANY_CASE not in self._drills
        wanted = event_id if as_written else event_id.lower()
        return next((e for e in events if wanted in _names(e, as_written)), None)

    def create(self, owner: Owner, body: dict[str, object]) -> EventRecord:
        """A new event and its invitations, or the old one where transactionId has been seen."""
        refuse_what_is_not_emulated(body)
        known = self._known_transaction(owner, body)
        if known is not None:
            return known
        half = self._faults.take(FaultKind.CONCURRENT_ITEM_SAVE, "create")
        event = self._new(owner, body)
        if half is not None and Drill.CONCURRENT_ITEM_SAVE_WHOLE not in self._drills:
            event.extended = {}
        if half is not None and Drill.CONCURRENT_ITEM_SAVE_UNDONE in self._drills:
            raise _half_saved(half)
        with self._store.transaction():
            self._store.save(event)
            self._delivery.send(owner.tenant, event, event.attendees, Method.REQUEST)
        if half is not None:
            raise _half_saved(half)
        return event

    def _known_transaction(self, owner: Owner, body: dict[str, object]) -> EventRecord | None:
        key = body.get("transactionId")
        if not key or Drill.TRANSACTION_ID_NO_DEDUPE in self._drills:
            return None
        dead_too = Drill.TRANSACTION_ID_DEDUPES_AFTER_DELETE in self._drills
        known = self._store.by_transaction(owner.tenant.tenant_id, owner.mailbox.oid, str(key), dead_too)
        if known is not None and Drill.TRANSACTION_ID_409 in self._drills:
            raise GraphError(409, "ErrorDuplicateTransactionId", "An event with that transactionId exists.")
        return known

    def _new(self, owner: Owner, body: dict[str, object]) -> EventRecord:
        if "start" not in body or "end" not in body:
            raise invalid("An event needs start and end.", "ErrorPropertyValidationFailure")
        (start, start_zone), (end, end_zone) = read(body["start"], "start"), read(body["end"], "end")
        event_id, plain_id = new_ids()
        now, key = self._clock.now(), body.get("transactionId")
        event = EventRecord(
            tenant=owner.tenant.tenant_id,
            mailbox=owner.mailbox.oid,
            ical_uid=new_uid(),
            organizer={"address": owner.mailbox.address, "name": owner.mailbox.name},
            is_organizer=True,
            start=start,
            end=end,
            start_zone=start_zone,
            end_zone=end_zone,
            properties=dict(DEFAULTS),
            attendees=read_attendees(body, [], self._drills),
            response={"response": "organizer", "time": NEVER},
            id=event_id,
            plain_id=plain_id,
            transaction_id=str(key) if key else None,
            created=now,
            modified=now,
        )
        set_times(event, body)
        set_properties(event, body, self._drills)
        set_online(event, body, owner.mailbox.teams, self._drills)
        set_extended(event, body)
        return event

    def update(self, owner: Owner, event_id: str, body: dict[str, object], if_match: str | None) -> EventRecord:
        """Change an event. Attendees alone mail the changed ones; anything else mails everybody."""
        refuse_what_is_not_emulated(body)
        event = self.event(owner, event_id)
        self._check_conflict(event, if_match)
        other = "transactionId" in body and body["transactionId"] != event.transaction_id
        if other and Drill.TRANSACTION_ID_CHANGES not in self._drills:
            raise invalid("transactionId cannot be changed once the event exists.")
        before = event.attendees
        if "attendees" in body:
            event.attendees = self._replaced(body, before)
        place = event.properties.get("location")
        moved = set_times(event, body)
        set_properties(event, body, self._drills)
        set_online(event, body, owner.mailbox.teams, self._drills)
        set_extended(event, body)
        if moved and Drill.TIME_CHANGE_KEEPS_REPLIES not in self._drills:
            for attendee in event.attendees:
                attendee["status"] = unanswered()
        event.version -= int(Drill.CHANGE_KEY_STANDS_STILL in self._drills)
        event.revision += int(moved or place != event.properties.get("location"))
        with self._store.transaction():
            self._store.save(event)
            if event.is_organizer and body:
                self._tell(owner, event, before, set(body) == {"attendees"}, moved)
        return event

    def _replaced(self, body: dict[str, object], before: list[Attendee]) -> list[Attendee]:
        after = read_attendees(body, before, self._drills)
        if Drill.ATTENDEES_PATCH_MERGES not in self._drills:
            return after
        return after + _missing_from(after, before)

    def _tell(
        self, owner: Owner, event: EventRecord, before: list[Attendee], attendees_only: bool, moved: bool
    ) -> None:
        if Drill.PATCH_MAILS_NOBODY in self._drills:
            return
        send = self._delivery.send
        added, removed = _missing_from(before, event.attendees), _missing_from(event.attendees, before)
        send(owner.tenant, event, removed, Method.CANCEL)
        send(owner.tenant, event, added, Method.REQUEST)
        if not attendees_only or Drill.ATTENDEES_PATCH_MAILS_ALL in self._drills:
            send(owner.tenant, event, _missing_from(added, event.attendees), Method.UPDATE, time_moved=moved)

    def _check_conflict(self, event: EventRecord, if_match: str | None) -> None:
        overlaps = self._faults.take(FaultKind.OVERLAPPING_WRITE, "update")
        if overlaps and Drill.OVERLAPPING_WRITE_PASSES not in self._drills:
            raise overlapping_write()
        spurious = self._faults.take(FaultKind.SPURIOUS_CONFLICT, "update") if if_match else None
        stale = if_match not in (None, "*", event.etag) and Drill.IF_MATCH_IGNORED not in self._drills
        if spurious or stale or (if_match and Drill.SPURIOUS_CONFLICT_STAYS in self._drills):
            raise GraphError(412, "ErrorIrresolvableConflict", "The change key passed in the request is not current.")

    def cancel(self, owner: Owner, event_id: str, comment: str) -> None:
        """Take the meeting back with a word to everybody; only its organiser may."""
        event = self.event(owner, event_id)
        if not event.is_organizer and Drill.CANCEL_BY_ANYONE not in self._drills:
            raise invalid("Your request can't be completed. You need to be an organizer to cancel a meeting.")
        event.deleted = Drill.CANCEL_KEEPS_EVENT not in self._drills
        self._end(owner, event, comment, tells=Drill.CANCEL_MAILS_NOBODY not in self._drills)

    def delete(self, owner: Owner, event_id: str) -> None:
        """Remove the event; by the organiser this cancels it too, without a word."""
        event = self.event(owner, event_id)
        event.deleted = True
        self._end(owner, event, "", tells=Drill.DELETE_MAILS_NOBODY not in self._drills)

    def _end(self, owner: Owner, event: EventRecord, comment: str, tells: bool) -> None:
        event.revision += 1
        with self._store.transaction():
            self._store.save(event)
            if event.is_organizer and tells:
                self._delivery.send(owner.tenant, event, event.attendees, Method.CANCEL, comment)


def _names(event: EventRecord, as_written: bool) -> tuple[str, str]:
    return (event.id, event.plain_id) if as_written else (event.id.lower(), event.plain_id.lower())


def _half_saved(fault: Fault) -> GraphError:
    return GraphError(fault.status or 503, "ConcurrentItemSave", "The item was changed while it was being saved.")


def _missing_from(some: list[Attendee], others: list[Attendee]) -> list[Attendee]:
    """Those of `others` whose address is not in `some`."""
    have = {a["emailAddress"]["address"].lower() for a in some}
    return [a for a in others if a["emailAddress"]["address"].lower() not in have]
