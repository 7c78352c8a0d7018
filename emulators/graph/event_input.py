"""From a request's JSON, already held to the schema, to the fields of an event."""

import uuid
from datetime import time

from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import GraphError, invalid
from emulators.graph.event_record import Attendee, EventRecord, address_of, unanswered
from emulators.graph.html_body import has_meeting, rewritten, with_meeting
from emulators.graph.zones import read, zone

PLAIN = [
    "allowNewTimeProposals",
    "categories",
    "hideAttendees",
    "importance",
    "isAllDay",
    "isReminderOn",
    "onlineMeetingProvider",
    "reminderMinutesBeforeStart",
    "responseRequested",
    "sensitivity",
    "showAs",
    "subject",
]
NO_PLACE: dict[str, object] = {
    "displayName": "",
    "locationType": "default",
    "uniqueIdType": "unknown",
    "address": {},
}
DEFAULTS: dict[str, object] = {
    "allowNewTimeProposals": True,
    "categories": [],
    "hideAttendees": False,
    "importance": "normal",
    "isAllDay": False,
    "isReminderOn": True,
    "isOnlineMeeting": False,
    "onlineMeeting": None,
    "onlineMeetingProvider": "unknown",
    "reminderMinutesBeforeStart": 15,
    "responseRequested": True,
    "sensitivity": "normal",
    "showAs": "busy",
    "subject": "",
    "location": NO_PLACE,
    "locations": [],
}
MOST_ATTENDEES = 500
_NOT_EMULATED = ("recurrence", "attachments", "extensions", "multiValueExtendedProperties")


def refuse_what_is_not_emulated(body: dict[str, object]) -> None:
    """501, so that nobody believes in what did not happen."""
    asked = [name for name in _NOT_EMULATED if body.get(name)]
    if asked:
        raise GraphError(501, "NotImplemented", f"The emulator does not do: {', '.join(asked)}.")


def set_times(event: EventRecord, body: dict[str, object]) -> bool:
    """Take start and end; whether the time moved."""
    before = (event.start, event.end)
    if "start" in body:
        event.start, event.start_zone = read(body["start"], "start")
    if "end" in body:
        event.end, event.end_zone = read(body["end"], "end")
    if event.end < event.start:
        raise invalid(
            "The end of the event must not be before its start.", "ErrorCalendarEndDateIsEarlierThanStartDate"
        )
    if body.get("isAllDay", event.properties.get("isAllDay")) and not _whole_days(event):
        raise invalid("An all-day event must start and end at midnight in the same time zone.")
    return before != (event.start, event.end)


def _whole_days(event: EventRecord) -> bool:
    midnights = all(moment.astimezone(zone(event.start_zone)).time() == time() for moment in (event.start, event.end))
    return midnights and event.start_zone == event.end_zone and event.start < event.end


def read_attendees(body: dict[str, object], known: list[Attendee], drills: Drills) -> list[Attendee]:
    """The whole new list; those who stand in it already keep their answers.

    400 over Graph's limit or for an entry without an address.
    """
    rows = body.get("attendees")
    if not isinstance(rows, list):
        return []
    if len(rows) > MOST_ATTENDEES and Drill.ATTENDEES_UNLIMITED not in drills:
        raise invalid(f"An event can have at most {MOST_ATTENDEES} attendees.", "ErrorInvalidRecipients")
    found: dict[str, Attendee] = {}
    kept = {} if Drill.ATTENDEES_PATCH_RESETS_REPLIES in drills else {address_of(a): a["status"] for a in known}
    for row in rows:
        mail = row.get("emailAddress") if isinstance(row, dict) else None
        address = mail.get("address") if isinstance(mail, dict) else None
        if not mail or not address or "@" not in address:
            raise invalid("At least one recipient isn't valid.", "ErrorInvalidRecipients")
        found[address.lower()] = {
            "type": row.get("type") or "required",
            "emailAddress": {"address": address, "name": mail.get("name") or address},
            "status": kept.get(address.lower()) or unanswered(),
        }
    return list(found.values())


def set_properties(event: EventRecord, body: dict[str, object], drills: Drills) -> None:
    """Take what is plain data, location and body; online meetings are `set_online`."""
    for name in PLAIN:
        if name in body:
            event.properties[name] = body[name] if body[name] is not None else DEFAULTS[name]
    if "location" in body or "locations" in body:
        _set_location(event, body, drills)
    if "body" in body or "body" not in event.properties:
        sent = body.get("body")
        content = rewritten(sent)
        if Drill.BODY_KEPT_AS_SENT in drills and isinstance(sent, dict):
            content = str(sent.get("content") or "")
        event.properties["body"] = {"contentType": "html", "content": content}


def _set_location(event: EventRecord, body: dict[str, object], drills: Drills) -> None:
    locations = body.get("locations")
    many = [place for place in locations if isinstance(place, dict)] if isinstance(locations, list) else []
    one = body.get("location") if isinstance(body.get("location"), dict) else (many[0] if many else {})
    event.properties["location"] = {**NO_PLACE, **(one if isinstance(one, dict) else {})}
    if "location" not in body or Drill.LOCATION_KEEPS_LOCATIONS not in drills:
        event.properties["locations"] = many if "location" not in body else [event.properties["location"]]


def set_online(event: EventRecord, body: dict[str, object], licensed: bool, drills: Drills) -> None:
    """Make the Teams meeting when first asked; it cannot be unset, and a body without its block loses it."""
    page = event.properties["body"]
    meeting = event.properties.get("onlineMeeting")
    assert isinstance(page, dict)
    if isinstance(meeting, dict) and body.get("isOnlineMeeting") is False and Drill.TEAMS_CAN_BE_UNSET in drills:
        event.properties.update(isOnlineMeeting=False, onlineMeeting=None, onlineMeetingProvider="unknown")
    elif isinstance(meeting, dict):
        event.properties["onlineMeetingProvider"] = "teamsForBusiness"
        gone = "body" in body and not has_meeting(str(page["content"]), str(meeting["joinUrl"]))
        if gone and Drill.TEAMS_SURVIVES_BODY_PATCH not in drills:
            event.properties.update(isOnlineMeeting=False, onlineMeeting=None, onlineMeetingProvider="unknown")
    elif body.get("isOnlineMeeting") and (licensed or Drill.TEAMS_WITHOUT_LICENCE in drills):
        url = f"https://teams.example.invalid/l/meetup-join/{uuid.uuid4().hex}"
        if Drill.TEAMS_BLOCK_ABSENT not in drills:
            page["content"] = with_meeting(str(page["content"]), url)
        event.properties.update(
            isOnlineMeeting=True, onlineMeeting={"joinUrl": url}, onlineMeetingProvider="teamsForBusiness"
        )
    elif body.get("isOnlineMeeting"):
        event.properties.update(isOnlineMeeting=False, onlineMeetingProvider="unknown")


def set_extended(event: EventRecord, body: dict[str, object]) -> None:
    """Take our own marks on the event: id `String {GUID} Name x` and a value."""
    rows = body.get("singleValueExtendedProperties")
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict) or not row.get("id"):
            raise invalid("An extended property needs an id.", "ErrorInvalidExtendedProperty")
        event.extended[str(row["id"])] = str(row.get("value") or "")
