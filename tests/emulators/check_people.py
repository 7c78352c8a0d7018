"""Items 21 to 23 of the fidelity list."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from meetings import DELTA, EVENTS, LATER, VIEW, answer_of, change, create, lasting, outlook, read, reply, told
from microsoft_process import CHAIR, OFFICE, OUTSIDER, ROOM, TENANT, WORKER, Microsoft, attendee, mailbox

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def response_of(microsoft: Microsoft, event: dict[str, Any], who: str) -> str:
    return str(answer_of(microsoft, event, who)["status"]["response"])


def check_delayed_reply(microsoft: Microsoft) -> None:
    microsoft.clock(now=NOW.isoformat())
    event = create(microsoft, CHAIR)
    assert not reply(microsoft, event, CHAIR, "accepted", delay=3600)["organizer_sees"]
    microsoft.clock(advance=3599)
    assert response_of(microsoft, event, CHAIR) == "none"
    microsoft.clock(advance=1)
    status = answer_of(microsoft, event, CHAIR)["status"]
    assert status == {"response": "accepted", "time": "2026-06-01T09:00:00.0000000Z"}
    reply(microsoft, event, CHAIR, "declined", delay=60)
    change(microsoft, event, LATER)
    microsoft.clock(advance=60)
    assert response_of(microsoft, event, CHAIR) == "none", "it answered the time before"


def check_proposal(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, WORKER, OUTSIDER)
    for who, response in ((CHAIR, "accepted"), (WORKER, "tentativelyAccepted"), (OUTSIDER, "declined")):
        assert reply(microsoft, event, who, response)["organizer_sees"]
        assert response_of(microsoft, event, who) == response
    reply(microsoft, event, WORKER, "declined", proposedNewTime=LATER, comment="later please")
    proposed = answer_of(microsoft, event, WORKER).get("proposedNewTime", {}).get("start", {})
    assert proposed == {"dateTime": "2026-06-12T09:00:00.0000000", "timeZone": "UTC"}


def check_late_reply(microsoft: Microsoft) -> None:
    event = create(microsoft, OUTSIDER)
    change(microsoft, event, LATER)
    assert reply(microsoft, event, OUTSIDER, "accepted", sequence=0) == {"organizer_sees": False, "sequence": 1}
    assert response_of(microsoft, event, OUTSIDER) == "none"
    assert reply(microsoft, event, OUTSIDER, "accepted", sequence=1)["organizer_sees"]


def check_silent_reply(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    reply(microsoft, event, CHAIR, "accepted", silent=True)
    assert response_of(microsoft, event, CHAIR) == "none"
    assert [copy["response"] for copy in microsoft.calendar(CHAIR)] == ["accepted"]


def check_reply_from_outside(microsoft: Microsoft) -> None:
    event = create(microsoft, OUTSIDER)
    assert response_of(microsoft, event, OUTSIDER) == "none"
    reply(microsoft, event, OUTSIDER, "accepted")
    assert response_of(microsoft, event, OUTSIDER) == "accepted"


def check_declined_copy(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    reply(microsoft, event, CHAIR, "declined")
    assert microsoft.calendar(CHAIR) == []
    change(microsoft, event, LATER)
    assert [copy["response"] for copy in microsoft.calendar(CHAIR)] == ["notResponded"], "a new time asks again"


def in_room(microsoft: Microsoft, **more: object) -> dict[str, Any]:
    return create(microsoft, attendees=[attendee(ROOM, "resource")], **more)


def room_with(microsoft: Microsoft, **limits: int) -> None:
    rows = [mailbox(ROOM, "room", **limits)]
    microsoft.control("POST", "mailboxes", {"tenant_id": TENANT, "mailboxes": rows})


def check_room(microsoft: Microsoft) -> None:
    microsoft.clock(now=NOW.isoformat())
    first = in_room(microsoft)
    assert response_of(microsoft, first, ROOM) == "none"
    microsoft.clock(advance=1)
    assert response_of(microsoft, first, ROOM) == "accepted"
    second, free = in_room(microsoft), in_room(microsoft, **LATER)
    microsoft.clock(advance=1)
    assert [response_of(microsoft, event, ROOM) for event in (second, free)] == ["declined", "accepted"]
    change(microsoft, first, LATER)
    microsoft.clock(advance=1)
    assert response_of(microsoft, first, ROOM) == "declined", "it is asked again when the time moves"


def check_race_for_a_room(microsoft: Microsoft) -> None:
    microsoft.clock(now=NOW.isoformat())
    both = [in_room(microsoft) for _ in range(2)]
    assert [response_of(microsoft, event, ROOM) for event in both] == ["none", "none"]
    microsoft.clock(advance=1)
    assert [response_of(microsoft, event, ROOM) for event in both] == ["accepted", "declined"]


def check_room_lag(microsoft: Microsoft) -> None:
    room_with(microsoft, release_lag_seconds=600)
    microsoft.clock(now=NOW.isoformat())
    first = in_room(microsoft)
    microsoft.clock(advance=1)
    microsoft.graph("POST", f"{EVENTS}/{first['id']}/cancel", {})
    soon = in_room(microsoft)
    microsoft.clock(advance=1)
    assert response_of(microsoft, soon, ROOM) == "declined"
    microsoft.clock(advance=600)
    later = in_room(microsoft)
    microsoft.clock(advance=1)
    assert response_of(microsoft, later, ROOM) == "accepted"


def check_room_limits(microsoft: Microsoft) -> None:
    room_with(microsoft, booking_window_days=180, longest_minutes=60)
    microsoft.clock(now=NOW.isoformat())
    answers = []
    for days, minutes in ((1, 60), (2, 61), (180, 60), (181, 60)):
        event = in_room(microsoft, **lasting(NOW + timedelta(days=days), minutes))
        microsoft.clock(advance=1)
        answers.append(response_of(microsoft, event, ROOM))
    assert answers == ["accepted", "declined", "accepted", "declined"]


def check_edited_in_outlook(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    wanted = {**LATER, "subject": "Another", "attendees": [attendee(CHAIR), attendee(WORKER)]}
    outlook(microsoft, OFFICE, event, "edit", change=wanted)
    now = read(microsoft, event)
    assert (now["subject"], now["start"]["dateTime"][:13]) == ("Another", "2026-06-12T09")
    assert now["@odata.etag"] != event["@odata.etag"]
    mails = {(row["method"], row["to"], row["cause"]) for row in microsoft.mail()[2:]}
    assert mails == {
        ("UPDATE", CHAIR, "outlook"),
        ("REQUEST", WORKER, "outlook"),
        ("CANCEL", OUTSIDER, "outlook"),
    }


def check_outlook_keeps_teams(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, isOnlineMeeting=True)
    words = {"contentType": "text", "content": "A new word"}
    outlook(microsoft, OFFICE, event, "edit", change={"body": words})
    now = read(microsoft, event)
    assert now["isOnlineMeeting"] and now["onlineMeeting"] == event["onlineMeeting"]
    assert "A new word" in now["body"]["content"]


def check_deleted_in_outlook(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    outlook(microsoft, OFFICE, event, "delete")
    assert microsoft.graph("GET", f"{EVENTS}/{event['id']}").status_code == 404
    assert told(microsoft) == {("REQUEST", CHAIR), ("CANCEL", CHAIR)}
    assert microsoft.calendar(CHAIR)[0]["isCancelled"]


def check_moved_in_outlook(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    token = microsoft.graph("GET", DELTA).json()["@odata.deltaLink"].removeprefix(microsoft.url + "/v1.0")
    outlook(microsoft, OFFICE, event, "move", folder="Old meetings")
    assert microsoft.graph("GET", VIEW).json()["value"] == []
    assert microsoft.graph("GET", token).json()["value"][0]["@removed"] == {"reason": "deleted"}
    assert read(microsoft, event)["isCancelled"] is False and len(microsoft.mail()) == 1
    calendars = microsoft.graph("GET", f"/users/{OFFICE}/calendars").json()["value"]
    assert [(one["name"], one["isDefaultCalendar"]) for one in calendars] == [
        ("Calendar", True),
        ("Old meetings", False),
    ]
    there = VIEW.replace("/calendarView", f"/calendars/{quote(calendars[1]['id'])}/calendarView")
    assert [one["subject"] for one in microsoft.graph("GET", there).json()["value"]] == [event["subject"]]
    outlook(microsoft, OFFICE, event, "move", folder="Calendar")
    assert len(microsoft.graph("GET", VIEW).json()["value"]) == 1


def check_forwarded(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    outlook(microsoft, CHAIR, event, "forward", to=WORKER)
    assert [a["emailAddress"]["address"] for a in read(microsoft, event)["attendees"]] == [CHAIR, WORKER]
    assert told(microsoft) == {("REQUEST", CHAIR), ("REQUEST", WORKER)}
    assert len(microsoft.calendar(WORKER)) == 1
    outlook(microsoft, CHAIR, event, "forward", to=OUTSIDER, listed=False)
    assert ("REQUEST", OUTSIDER) in told(microsoft) and len(read(microsoft, event)["attendees"]) == 2
