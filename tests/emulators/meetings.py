"""What tests of the Graph emulator do with meetings over and over: book, change, answer, read and act in Outlook."""

from datetime import datetime, timedelta
from typing import Any

import requests
from microsoft_process import OFFICE, TENANT, Microsoft, meeting

from emulators.graph.body_schema import entity_validator

EVENT = entity_validator("event")
EVENTS = f"/users/{OFFICE}/events"
VIEW = f"/users/{OFFICE}/calendarView?startDateTime=2026-06-01T00:00:00Z&endDateTime=2026-07-01T00:00:00Z"
DELTA = VIEW.replace("calendarView", "calendarView/delta")
LATER = {
    "start": {"dateTime": "2026-06-12T10:00:00", "timeZone": "Europe/London"},
    "end": {"dateTime": "2026-06-12T11:00:00", "timeZone": "Europe/London"},
}


def create(microsoft: Microsoft, *addresses: str, **more: object) -> dict[str, Any]:
    answer = microsoft.graph("POST", EVENTS, meeting(*addresses, **more))
    assert answer.status_code == 201, answer.text
    event: dict[str, Any] = answer.json()
    EVENT.validate(event)
    return event


def change(microsoft: Microsoft, event: dict[str, Any], body: object, **headers: str) -> requests.Response:
    answer = microsoft.graph("PATCH", f"{EVENTS}/{event['id']}", body, **headers)
    if answer.status_code == 200:
        EVENT.validate(answer.json())
    return answer


def read(microsoft: Microsoft, event: dict[str, Any]) -> dict[str, Any]:
    """The event as it is now; fails where it is not there any more."""
    answer = microsoft.graph("GET", f"{EVENTS}/{event['id']}")
    assert answer.status_code == 200, answer.text
    seen: dict[str, Any] = answer.json()
    EVENT.validate(seen)
    return seen


def answer_of(microsoft: Microsoft, event: dict[str, Any], who: str) -> dict[str, Any]:
    """That attendee's entry in the organiser's list."""
    row: dict[str, Any] = next(a for a in read(microsoft, event)["attendees"] if a["emailAddress"]["address"] == who)
    return row


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Status and error code; an answer that is no refusal has an empty code."""
    error = answer.json().get("error", {}) if answer.content else {}
    return answer.status_code, str(error.get("code", ""))


def told(microsoft: Microsoft, after: int = 0) -> set[tuple[str, str]]:
    """Who was mailed, with the method."""
    return {(str(row["method"]), str(row["to"])) for row in microsoft.mail(after)}


def mark(microsoft: Microsoft) -> int:
    """Where the ledger of mail ends now."""
    return max((int(row["n"]) for row in microsoft.mail()), default=0)


def reply(microsoft: Microsoft, event: dict[str, Any], who: str, response: str, **more: object) -> dict[str, Any]:
    order = {"tenant": TENANT, "organizer": OFFICE, "event": event["iCalUId"], "attendee": who}
    sent: dict[str, Any] = microsoft.control("POST", "reply", {**order, "response": response, **more})
    return sent


def outlook(microsoft: Microsoft, who: str, event: dict[str, Any], do: str, **more: object) -> dict[str, str]:
    order = {"tenant": TENANT, "mailbox": who, "event": event["iCalUId"], "do": do, **more}
    ids: dict[str, str] = microsoft.control("POST", "outlook", order)
    return ids


def lasting(start: datetime, minutes: int) -> dict[str, dict[str, str]]:
    """Start and end of an event that begins at that time (UTC)."""
    moments = {"start": start, "end": start + timedelta(minutes=minutes)}
    return {side: {"dateTime": at.isoformat()[:19], "timeZone": "UTC"} for side, at in moments.items()}
