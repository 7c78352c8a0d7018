"""getSchedule: who is busy when, as far as the caller may see."""

from datetime import datetime, timedelta

from emulators.directory import App, Mailbox, ScheduleReach, Tenant
from emulators.graph.body_schema import check_action
from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import GraphError, invalid
from emulators.graph.event_record import EventRecord
from emulators.graph.event_store import EventStore
from emulators.graph.rendering import Preferences
from emulators.graph.working_hours import working_hours
from emulators.graph.zones import read, shown

_DIGIT = {"free": "0", "workingElsewhere": "0", "tentative": "1", "busy": "2", "oof": "3", "unknown": "2"}
_DOCUMENTED_MOST = 20
_ENFORCED_MOST = 100
_PERIOD = timedelta(days=62)


class FreeBusy:
    """Answers getSchedule of one emulator."""

    def __init__(self, store: EventStore, drills: Drills) -> None:
        self._store = store
        self._drills = drills

    def answer(self, tenant: Tenant, app: App, body: object, prefer: Preferences) -> list[dict[str, object]]:
        """One entry per asked address; what cannot be told is an error inside the entry, never free."""
        asked = check_action("getSchedule", body)
        if "availabilityViewInterval" in asked and asked["availabilityViewInterval"] is None:
            if Drill.NULL_INTERVAL_IS_30 not in self._drills:
                raise GraphError(500, "ErrorInternalServerError", "An internal server error occurred.")
            del asked["availabilityViewInterval"]
        addresses = self._addresses(asked)
        start, end, step = self._period(asked)

        def entry(address: str) -> dict[str, object]:
            mailbox = tenant.mailbox(address)
            if mailbox is None:
                return _cannot(address, "ErrorMailRecipientNotFound", "The recipient was not found.")
            if self._is_scoped(app) and not app.reaches(mailbox.address):
                return _cannot(address, "ErrorNoFreeBusyAccess", "No free/busy access to that mailbox.")
            return self._schedule(tenant, mailbox, (start, end, step), address, prefer)

        entries = [entry(address) for address in addresses]
        left_out = Drill.SCHEDULE_ERRORS_LEFT_OUT in self._drills
        return [row for row in entries if not (left_out and "error" in row)]

    def _is_scoped(self, app: App) -> bool:
        """Whether the app hears of its own mailboxes only. How Exchange decides it, nobody has written down."""
        if Drill.SCHEDULES_PAST_THE_SCOPE in self._drills:
            return False
        return app.schedules is ScheduleReach.SCOPE or Drill.SCHEDULES_IN_SCOPE_ONLY in self._drills

    def _addresses(self, asked: dict[str, object]) -> list[str]:
        rows = asked.get("schedules")
        addresses = [str(row) for row in rows if row] if isinstance(rows, list) else []
        if not addresses:
            raise invalid("schedules needs at least one address.")
        most = _ENFORCED_MOST if Drill.SCHEDULES_UP_TO_100 in self._drills else _DOCUMENTED_MOST
        if len(addresses) > most:
            raise invalid(
                f"The allowed size = {most}; the actual size = {len(addresses)}.",
                "ErrorMailboxDataArrayTooBig",
            )
        return addresses

    def _schedule(
        self,
        tenant: Tenant,
        mailbox: Mailbox,
        period: tuple[datetime, datetime, timedelta],
        address: str,
        prefer: Preferences,
    ) -> dict[str, object]:
        start, end, step = period
        live = self._store.live(tenant.tenant_id, mailbox.oid)
        events = [e for e in live if not e.is_cancelled and e.in_calendar and e.overlaps(start, end)]
        shown_events = [e for e in events if e.properties.get("showAs") != "free"]
        return {
            "scheduleId": address,
            "availabilityView": self._view(events, start, end, step),
            "scheduleItems": [self._item(event, prefer) for event in shown_events],
            **working_hours(mailbox, self._drills),
        }

    def _view(self, events: list[EventRecord], start: datetime, end: datetime, step: timedelta) -> str:
        """A digit a slot, of the busiest event in it; a last part of a slot counts as one."""
        whole_only = Drill.PART_SLOT_DROPPED in self._drills
        slots = (end - start) // step if whole_only else -((start - end) // step)
        begins = [start + slot * step for slot in range(slots)]
        return "".join(
            max((self._digit(e) for e in events if e.overlaps(at, min(at + step, end))), default="0") for at in begins
        )

    def _digit(self, event: EventRecord) -> str:
        status = str(event.properties.get("showAs", "busy"))
        elsewhere = status == "workingElsewhere" and Drill.WORKING_ELSEWHERE_IS_4 in self._drills
        return "4" if elsewhere else _DIGIT[status]

    def _item(self, event: EventRecord, prefer: Preferences) -> dict[str, object]:
        """Subject and place only where the event's sensitivity lets others see them."""
        times = {"start": shown(event.start, prefer.zone_name), "end": shown(event.end, prefer.zone_name)}
        item: dict[str, object] = {"status": event.properties.get("showAs", "busy"), **times}
        masked = event.properties.get("sensitivity") in ("private", "confidential")
        if masked and Drill.PRIVATE_EVENTS_SHOWN not in self._drills:
            return item
        location = event.properties.get("location")
        place = location.get("displayName") if isinstance(location, dict) else ""
        return {**item, "isPrivate": False, "subject": event.subject, "location": place}

    def _period(self, asked: dict[str, object]) -> tuple[datetime, datetime, timedelta]:
        start, _ = read(asked.get("startTime"), "startTime")
        end, _ = read(asked.get("endTime"), "endTime")
        minutes = asked.get("availabilityViewInterval", 30)
        if not isinstance(minutes, int) or not 5 <= minutes <= 1440:
            raise invalid("availabilityViewInterval must be from 5 to 1440 minutes.")
        too_long = end - start >= _PERIOD and Drill.SCHEDULE_ANY_PERIOD not in self._drills
        if end <= start or too_long:
            raise invalid("The requested time duration must be above 0 and under 62 days.", "ErrorInvalidTimeInterval")
        if timedelta(minutes=minutes) > end - start:
            raise invalid("The interval must not be longer than the period.", "ErrorInvalidMergedFreeBusyInterval")
        return start, end, timedelta(minutes=minutes)


def _cannot(address: str, code: str, message: str) -> dict[str, object]:
    return {"scheduleId": address, "error": {"responseCode": code, "message": message}}
