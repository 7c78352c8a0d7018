"""Answers to invitations, from people and from rooms, and what the organiser sees of them."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from emulators.clock import Clock
from emulators.directory import Tenant
from emulators.graph.drills import Drill, Drills
from emulators.graph.event_record import Attendee, EventRecord, Response
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

    def send(self, tenant: Tenant, event: EventRecord, reply: Reply, delay: float) -> bool:
        """Apply it now, or `delay` seconds later as an answer to the revision of now. As `apply`."""
        if delay == 0 or Drill.REPLIES_NEVER_DELAYED in self._drills:
            return self.apply(tenant, event, reply)
        _invited(event, reply)
        if reply.to_revision is None:
            reply = replace(reply, to_revision=event.revision)
        due = self._clock.now() + timedelta(seconds=delay)
        self._store.keep_reply(due.timestamp(), tenant.tenant_id, event.ical_uid, _as_json(reply))
        return False

    def settle(self, tenants: dict[str, Tenant]) -> None:
        """Let every reply whose time has come arrive. Call inside a transaction."""
        for tenant_id, ical_uid, text in self._store.due_replies(self._clock.now().timestamp()):
            reply, event = _from_json(text), self._store.organizers_copy(tenant_id, ical_uid)
            if event is not None and tenant_id in tenants and event.attendee(reply.attendee):
                self.apply(tenants[tenant_id], event, reply)

    def apply(self, tenant: Tenant, event: EventRecord, reply: Reply) -> bool:
        """Whether the organiser's list changed. Raises ValueError for an address that was not invited."""
        attendee = _invited(event, reply)
        answer: Response = {"response": reply.response, "time": stamp(reply.at)}
        self._answer_own_copy(tenant, event, reply, answer)
        late = reply.to_revision is not None and reply.to_revision < event.revision
        if self._never_told(tenant, reply) or (late and Drill.LATE_REPLY_APPLIES not in self._drills):
            return False
        attendee["status"] = answer
        attendee.pop("proposedNewTime", None)
        if reply.proposed is not None and Drill.PROPOSALS_DROPPED not in self._drills:
            attendee["proposedNewTime"] = reply.proposed
        self._store.save(event)
        return True

    def _never_told(self, tenant: Tenant, reply: Reply) -> bool:
        lost = Drill.OUTSIDE_REPLIES_LOST in self._drills and tenant.mailbox(reply.attendee) is None
        return lost or (reply.silent and Drill.SILENT_REPLIES_TOLD not in self._drills)

    def _answer_own_copy(self, tenant: Tenant, event: EventRecord, reply: Reply, answer: Response) -> None:
        mailbox = tenant.mailbox(reply.attendee)
        copy = self._store.copy_in(tenant.tenant_id, mailbox.oid, event.ical_uid) if mailbox else None
        if copy is None:
            return
        own = copy.attendee(reply.attendee)
        if own is not None:
            own["status"] = answer
        copy.response = answer
        copy.deleted = reply.response == "declined" and Drill.DECLINED_COPIES_STAY not in self._drills
        accepted = event.properties.get("showAs", "busy")
        copy.properties["showAs"] = accepted if reply.response == "accepted" else "tentative"
        self._store.save(copy)


def _invited(event: EventRecord, reply: Reply) -> Attendee:
    attendee = event.attendee(reply.attendee)
    if attendee is None:
        raise ValueError("that address is not an attendee of the event")
    return attendee


def _as_json(reply: Reply) -> str:
    return json.dumps({**asdict(reply), "at": reply.at.isoformat()})


def _from_json(text: str) -> Reply:
    row = json.loads(text)
    return Reply(**{**row, "at": datetime.fromisoformat(row["at"])})
