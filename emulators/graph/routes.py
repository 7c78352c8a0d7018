"""Graph v1.0's calendar routes."""

import re
from datetime import datetime, timedelta

from aiohttp import web

from emulators.directory import MailboxKind
from emulators.graph.body_schema import check_action, check_event
from emulators.graph.calendar import Calendar
from emulators.graph.delta import DeltaFeed
from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import invalid
from emulators.graph.event_record import CALENDAR, EventRecord
from emulators.graph.event_store import EventStore
from emulators.graph.free_busy import FreeBusy
from emulators.graph.gate import Answer, Call, Gate
from emulators.graph.querying import check_options, matcher, page, shape
from emulators.graph.zones import instant, zone

_USER = "/v1.0/users/{user}"
_MOMENT = timedelta(microseconds=1)
_OFFSET = re.compile(r"(Z|[+-]\d\d:\d\d)$")


class GraphRoutes:
    """The handlers of the emulated routes; each gives 200 or what its docstring says."""

    def __init__(
        self,
        calendar: Calendar,
        store: EventStore,
        free_busy: FreeBusy,
        delta: DeltaFeed,
        drills: Drills,
        public_url: str,
    ) -> None:
        self._calendar = calendar
        self._store = store
        self._free_busy = free_busy
        self._delta = delta
        self._drills = drills
        self._public_url = public_url

    def add_routes(self, router: web.UrlDispatcher, gate: Gate) -> None:
        """Register everything under /v1.0."""
        for base in (_USER, _USER + "/calendar"):
            event = base + "/events/{event}"
            router.add_route("POST", base + "/events", gate.wrap("create", self.create))
            router.add_route("GET", base + "/events", gate.wrap("list", self.list_events))
            router.add_route("GET", event, gate.wrap("read", self.read))
            router.add_route("PATCH", event, gate.wrap("update", self.update))
            router.add_route("DELETE", event, gate.wrap("delete", self.delete))
            router.add_route("POST", event + "/cancel", gate.wrap("cancel", self.cancel))
            router.add_route("GET", base + "/calendarView", gate.wrap("list", self.view))
            for name in ("delta", "delta()", "microsoft.graph.delta()"):
                path = f"{base}/calendarView/{name}"
                router.add_route("GET", path, gate.wrap("delta", self.changes))
        router.add_route("GET", _USER + "/calendars", gate.wrap("list", self.list_calendars))
        router.add_route("GET", _USER + "/calendars/{calendar}/calendarView", gate.wrap("list", self.view))
        for name in ("getSchedule", "microsoft.graph.getSchedule"):
            path = f"{_USER}/calendar/{name}"
            router.add_route("POST", path, gate.wrap("schedule", self.schedule))
        for name in ("microsoft.graph.room", "graph.room"):
            router.add_route("GET", f"/v1.0/places/{name}", gate.wrap("read", self.rooms))

    def _context(self, call: Call, tail: str) -> str:
        return f"{self._public_url}/v1.0/$metadata#users('{call.owner.mailbox.oid}'){tail}"

    def _event_answer(self, call: Call, event: EventRecord, status: int) -> Answer:
        context = self._context(call, "/calendar/events/$entity" if status == 201 else "/events/$entity")
        payload = {"@odata.context": context, **shape(event, call.request.query, call.prefer)}
        return Answer(status, payload)

    def _event_body(self, call: Call) -> dict[str, object]:
        if Drill.UNKNOWN_PROPERTIES_ALLOWED in self._drills and isinstance(call.body, dict):
            return call.body
        return check_event(call.body)

    def create(self, call: Call) -> Answer:
        """201 and the event."""
        return self._event_answer(call, self._calendar.create(call.owner, self._event_body(call)), 201)

    def read(self, call: Call) -> Answer:
        """One event."""
        check_options(call.request.query, {"$select", "$expand"})
        return self._event_answer(call, self._calendar.event(call.owner, call.request.match_info["event"]), 200)

    def update(self, call: Call) -> Answer:
        """The event as it is now."""
        event_id, if_match = call.request.match_info["event"], call.request.headers.get("If-Match")
        return self._event_answer(
            call, self._calendar.update(call.owner, event_id, self._event_body(call), if_match), 200
        )

    def cancel(self, call: Call) -> Answer:
        """202, empty."""
        comment = check_action("cancel", call.body).get("comment")
        self._calendar.cancel(call.owner, call.request.match_info["event"], str(comment or ""))
        return Answer(202)

    def delete(self, call: Call) -> Answer:
        """204, empty."""
        self._calendar.delete(call.owner, call.request.match_info["event"])
        return Answer(204)

    def list_events(self, call: Call) -> Answer:
        """All live events of the mailbox that $filter lets through."""
        return self._page(call, self._live(call), "/events")

    def list_calendars(self, call: Call) -> Answer:
        """The primary calendar, and each to which somebody moved an event."""
        check_options(call.request.query, {"$select"})
        held = {event.folder for event in self._store.live(call.tenant.tenant_id, call.owner.mailbox.oid)}
        names = [CALENDAR, *sorted(held - {CALENDAR})]
        value = [{"id": name, "name": name, "isDefaultCalendar": name == CALENDAR} for name in names]
        return Answer(200, {"@odata.context": self._context(call, "/calendars"), "value": value})

    def view(self, call: Call) -> Answer:
        """The live events of one calendar, the primary where none is named, that overlap a half-open window."""
        bounds = [call.request.query.get(name) for name in ("startDateTime", "endDateTime")]
        if not bounds[0] or not bounds[1]:
            raise invalid("This request requires startDateTime and endDateTime.", "ErrorInvalidParameter")
        start, end = (self._bound(call, text.replace(" ", "+")) for text in bounds if text)
        if Drill.VIEW_ENDS_CLOSED in self._drills:
            start, end = start - _MOMENT, end + _MOMENT
        anywhere, of = (
            Drill.MOVED_EVENT_STAYS_IN_VIEW in self._drills,
            call.request.match_info.get("calendar", CALENDAR),
        )
        seen = [e for e in self._live(call) if (e.folder == of or anywhere) and e.overlaps(start, end)]
        return self._page(call, seen, "/calendarView")

    def _bound(self, call: Call, text: str) -> datetime:
        """By its own offset, or in UTC; the preferred zone is for the answer only."""
        if Drill.VIEW_BOUNDS_SHIFTED in self._drills:
            return instant(_OFFSET.sub("", text), zone(call.prefer.zone_name))
        return instant(text)

    def _live(self, call: Call) -> list[EventRecord]:
        check_options(call.request.query)
        fits = matcher(call.request.query, self._drills)
        return [e for e in self._store.live(call.tenant.tenant_id, call.owner.mailbox.oid) if fits(e)]

    def _page(self, call: Call, events: list[EventRecord], tail: str) -> Answer:
        rows, following = page(events, call.request.query, call.prefer)
        payload: dict[str, object] = {"@odata.context": self._context(call, tail), "value": rows}
        if following is not None:
            url = call.request.rel_url.update_query({"$skip": str(following)})
            payload["@odata.nextLink"] = f"{self._public_url}{url}"
        return Answer(200, payload)

    def changes(self, call: Call) -> Answer:
        """A page of the delta."""
        url = f"{self._public_url}{call.request.rel_url.raw_path}"
        answer = self._delta.answer(call.owner, call.request.query, call.prefer, url)
        return Answer(200, {"@odata.context": f"{self._public_url}/v1.0/$metadata#Collection(event)", **answer})

    def schedule(self, call: Call) -> Answer:
        """Free/busy of up to 20 addresses."""
        value = self._free_busy.answer(call.tenant, call.app, call.body, call.prefer)
        context = f"{self._public_url}/v1.0/$metadata#Collection(microsoft.graph.scheduleInformation)"
        return Answer(200, {"@odata.context": context, "value": value})

    def rooms(self, call: Call) -> Answer:
        """The tenant's rooms."""
        rooms = [m for m in call.tenant.mailboxes if m.kind is MailboxKind.ROOM]
        if Drill.PLACES_IN_SCOPE_ONLY in self._drills:
            rooms = [m for m in rooms if call.app.reaches(m.address)]
        value = [{"id": m.oid, "displayName": m.name, "emailAddress": m.address} for m in rooms]
        return Answer(200, {"@odata.context": f"{self._public_url}/v1.0/$metadata#places/room", "value": value})
