"""getSchedule: who is busy when, as far as the caller may see."""

from datetime import datetime, timedelta

from emulators.directory import App, Mailbox, ScheduleReach, Tenant
from emulators.graph.body_schema import check_action
from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import GraphError, invalid
from emulators.graph.event_record import EventRecord
from emulators.graph.event_store import EventStore
from emulators.graph.rendering import Preferences
from emulators.graph.zones import read, shown

_DIGIT = {"free": "0", "workingElsewhere": "0", "tentative": "1", "busy": "2", "oof": "3", "unknown": "2"}
_DOCUMENTED_MOST = 20
_ENFORCED_MOST = 100
_PERIOD = timedelta(days=62)
_WORKING_HOURS: dict[str, object] = {
    "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
    "startTime": "09:00:00.0000000",
    "endTime": "17:00:00.0000000",
    "timeZone": {"name": "GMT Standard Time"},
}


class FreeBusy:
    """Answers getSchedule of one emulator."""

    def __init__(self, store: EventStore, drills: Drills) -> None:
        self._store = store
        self._drills = drills

    def answer(self, tenant: Tenant, app: App, body: object, prefer: Preferences) -> list[dict[str, object]]:
        """One entry per asked address; what cannot be told is an error inside the entry, never free."""
        asked = check_action("getSchedule", body)
        if "availabilityViewInterval" in asked and asked["availabilityViewInterval"] is None:
            raise GraphError(500, "ErrorInternalServerError", "An internal server error occurred.")
        addresses = self._addresses(asked)
        start, end, step = _period(asked)

        def entry(address: str) -> dict[str, object]:
            mailbox = tenant.mailbox(address)
            if mailbox is None:
                return _cannot(address, "ErrorMailRecipientNotFound", "The recipient was not found.")
            if app.schedules is ScheduleReach.SCOPE and not app.reaches(mailbox.address):
                return _cannot(address, "ErrorNoFreeBusyAccess", "No free/busy access to that mailbox.")
            return self._schedule(tenant, mailbox, (start, end, step), address, prefer)

        return [entry(address) for address in addresses]

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
        events = [e for e in live if e.in_calendar and not e.is_cancelled and e.overlaps(start, end)]
        view, at = "", start
        while at < end:
            view += max((_digit(e) for e in events if e.overlaps(at, min(at + step, end))), default="0")
            at += step
        shown_events = [e for e in events if e.properties.get("showAs") != "free"]
        return {
            "scheduleId": address,
            "availabilityView": view,
            "scheduleItems": [_item(event, prefer) for event in shown_events],
            **({"workingHours": _WORKING_HOURS} if mailbox.working_hours else {}),
        }


def _period(asked: dict[str, object]) -> tuple[datetime, datetime, timedelta]:
    start, _ = read(asked.get("startTime"), "startTime")
    end, _ = read(asked.get("endTime"), "endTime")
    minutes = asked.get("availabilityViewInterval", 30)
    if not isinstance(minutes, int) or not 5 <= minutes <= 1440:
        raise invalid("availabilityViewInterval must be from 5 to 1440 minutes.")
    if not timedelta(0) < end - start < _PERIOD:
        raise invalid("The requested time duration must be above 0 and under 62 days.", "ErrorInvalidTimeInterval")
    if timedelta(minutes=minutes) > end - start:
        raise invalid("The interval must not be longer than the period.", "ErrorInvalidMergedFreeBusyInterval")
    return start, end, timedelta(minutes=minutes)


def _digit(event: EventRecord) -> str:
    return _DIGIT[str(event.properties.get("showAs", "busy"))]


def _item(event: EventRecord, prefer: Preferences) -> dict[str, object]:
    """Subject and place only where the event's sensitivity lets others see them."""
    times = {"start": shown(event.start, prefer.zone_name), "end": shown(event.end, prefer.zone_name)}
    item: dict[str, object] = {"status": event.properties.get("showAs", "busy"), **times}
    if event.properties.get("sensitivity") in ("private", "confidential"):
        return item
    location = event.properties.get("location")
    place = location.get("displayName") if isinstance(location, dict) else ""
    return {**item, "isPrivate": False, "subject": event.subject, "location": place}


def _cannot(address: str, code: str, message: str) -> dict[str, object]:
    return {"scheduleId": address, "error": {"responseCode": code, "message": message}}
