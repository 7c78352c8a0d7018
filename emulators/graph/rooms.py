"""What rooms answer by themselves, and when they are free again."""

from datetime import timedelta

from emulators.clock import Clock
from emulators.directory import Mailbox, Tenant
from emulators.graph.drills import Drill, Drills
from emulators.graph.event_record import EventRecord
from emulators.graph.event_store import EventStore
from emulators.graph.replies import Replies, Reply


class Rooms:
    """Answers for every room of an emulator."""

    def __init__(self, store: EventStore, replies: Replies, drills: Drills, clock: Clock) -> None:
        self._store = store
        self._replies = replies
        self._drills = drills
        self._clock = clock

    def settle(self, tenants: dict[str, Tenant]) -> None:
        """Let every room whose time has come answer, or free what was taken back. Call inside a transaction."""
        now = self._clock.now()
        due = self._store.due_rooms(now.timestamp())
        for copy in reversed(due) if Drill.ROOMS_TAKE_THE_LAST in self._drills else due:
            tenant = tenants.get(copy.tenant)
            event = self._store.organizers_copy(copy.tenant, copy.ical_uid)
            room = tenant.mailbox(copy.mailbox) if tenant else None
            if tenant and event and room and event.attendee(room.address):
                answer = "accepted" if self._takes(room, copy) else "declined"
                self._replies.apply(tenant, event, Reply(room.address, answer, now))
            else:
                copy.deleted = True
                self._store.save(copy)

    def _takes(self, room: Mailbox, copy: EventRecord) -> bool:
        if Drill.ROOMS_ACCEPT_ALL in self._drills:
            return True
        return self._within_limits(room, copy) and self._is_free(copy)

    def _within_limits(self, room: Mailbox, copy: EventRecord) -> bool:
        if Drill.ROOM_LIMITS_IGNORED in self._drills:
            return True
        days, minutes = room.booking_window_days, room.longest_minutes
        too_far = days is not None and copy.start > self._clock.now() + timedelta(days=days)
        too_long = minutes is not None and copy.end - copy.start > timedelta(minutes=minutes)
        return not too_far and not too_long

    def _is_free(self, copy: EventRecord) -> bool:
        others = [e for e in self._store.live(copy.tenant, copy.mailbox) if e.ical_uid != copy.ical_uid]
        taken = [e for e in others if e.is_organizer or e.response["response"] == "accepted"]
        return not any(e.overlaps(copy.start, copy.end) for e in taken if e.in_calendar)
