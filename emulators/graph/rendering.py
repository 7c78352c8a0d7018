"""How an event looks in an answer: which id, which time zone, which fields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from emulators.graph.errors import invalid
from emulators.graph.event_record import EventRecord
from emulators.graph.html_body import plain
from emulators.graph.zones import shown, stamp, zone

_PREFERENCE = re.compile(r'([\w.-]+)\s*=\s*(?:"([^"]*)"|([^\s,;"]+))')


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the caller's Prefer headers (RFC 7240) ask for."""

    zone_name: str = "UTC"
    immutable_ids: bool = False
    text_bodies: bool = False
    page_size: int | None = None
    applied: str = ""


def read_preferences(headers: list[str]) -> Preferences:
    """Understands outlook.timezone, IdType, outlook.body-content-type, odata.maxpagesize; ignores others."""
    asked = {name.lower(): quoted or bare for name, quoted, bare in _PREFERENCE.findall(", ".join(headers))}
    zone_name = asked.get("outlook.timezone", "UTC")
    zone(zone_name)
    size = asked.get("odata.maxpagesize")
    if size is not None and not (size.isdigit() and int(size) > 0):
        raise invalid("odata.maxpagesize must be a whole number above 0.")
    applied = [f'outlook.timezone="{zone_name}"'] if "outlook.timezone" in asked else []
    text = asked.get("outlook.body-content-type", "").lower() == "text"
    applied += ['outlook.body-content-type="text"'] if text else []
    applied += [f"odata.maxpagesize={size}"] if size else []
    return Preferences(
        zone_name=zone_name,
        immutable_ids=asked.get("idtype", "").lower() == "immutableid",
        text_bodies=text,
        page_size=int(size) if size else None,
        applied=", ".join(applied),
    )


def shown_id(event: EventRecord, prefer: Preferences) -> str:
    """The id in the kind that the caller prefers."""
    return event.id if prefer.immutable_ids else event.plain_id


def render(event: EventRecord, prefer: Preferences) -> dict[str, object]:
    """The whole event as Graph's v1.0 JSON, without expanded properties."""
    page = event.properties["body"]
    content = str(page["content"]) if isinstance(page, dict) else ""
    words = plain(content)
    body = {"contentType": "text", "content": words} if prefer.text_bodies else page
    return {
        "@odata.etag": event.etag,
        "id": shown_id(event, prefer),
        "createdDateTime": stamp(event.created),
        "lastModifiedDateTime": stamp(event.modified),
        "changeKey": event.change_key,
        "transactionId": event.transaction_id,
        "originalStartTimeZone": event.start_zone,
        "originalEndTimeZone": event.end_zone,
        "iCalUId": event.ical_uid,
        "hasAttachments": False,
        "isCancelled": event.is_cancelled,
        "isDraft": False,
        "isOrganizer": event.is_organizer,
        "seriesMasterId": None,
        "type": "singleInstance",
        "webLink": f"https://outlook.example.invalid/calendar/item/{event.id[:24]}",
        "onlineMeetingUrl": None,
        "recurrence": None,
        **event.properties,
        "bodyPreview": words[:255],
        "body": body,
        "responseStatus": event.response,
        "start": shown(event.start, prefer.zone_name),
        "end": shown(event.end, prefer.zone_name),
        "attendees": event.attendees,
        "organizer": {"emailAddress": event.organizer},
    }


def pick(whole: dict[str, object], query: Mapping[str, str]) -> dict[str, object]:
    """Only the fields of $select, with the id and the entity tag; 400 for a field that events do not have."""
    if "$select" not in query:
        return whole
    wanted = {name.strip() for name in query["$select"].split(",") if name.strip()}
    unknown = sorted(wanted - set(whole))
    if unknown:
        raise invalid(
            f"Could not find a property named '{unknown[0]}' on type 'microsoft.graph.event'.",
            "RequestBroker--ParseUri",
        )
    return {name: value for name, value in whole.items() if name in wanted | {"@odata.etag", "id"}}
