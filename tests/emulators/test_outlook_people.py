"""What people do in Outlook itself, and what Graph and the others see of it."""

from typing import Any

import pytest
from microsoft_process import CHAIR, OFFICE, OUTSIDER, TENANT, WORKER, Microsoft, attendee, meeting

EVENTS = f"/users/{OFFICE}/events"
VIEW = f"/users/{OFFICE}/calendarView?startDateTime=2026-06-01T00:00:00Z&endDateTime=2026-07-01T00:00:00Z"
DELTA = VIEW.replace("calendarView", "calendarView/delta")
LATER = {
    "start": {"dateTime": "2026-06-12T10:00:00", "timeZone": "Europe/London"},
    "end": {"dateTime": "2026-06-12T11:00:00", "timeZone": "Europe/London"},
}


def create(microsoft: Microsoft, *addresses: str, **more: object) -> dict[str, Any]:
    event: dict[str, Any] = microsoft.graph("POST", EVENTS, meeting(*addresses, **more)).json()
    return event


def outlook(microsoft: Microsoft, who: str, event: dict[str, Any], do: str, **more: object) -> dict[str, str]:
    order = {"tenant": TENANT, "mailbox": who, "event": event["iCalUId"], "do": do, **more}
    ids: dict[str, str] = microsoft.control("POST", "outlook", order)
    return ids


def mails(microsoft: Microsoft) -> list[tuple[str, str, str]]:
    return [(row["method"], row["to"], row["cause"]) for row in microsoft.mail()]


def test_organiser_edits(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    microsoft.fault(fault="overlapping_write")
    change = {**LATER, "subject": "Another", "attendees": [attendee(CHAIR), attendee(WORKER)]}
    outlook(microsoft, OFFICE, event, "edit", change=change)
    now = microsoft.graph("GET", f"{EVENTS}/{event['id']}").json()
    assert (now["subject"], now["start"]["dateTime"][:13]) == ("Another", "2026-06-12T09")
    assert now["@odata.etag"] != event["@odata.etag"]
    assert sorted(mails(microsoft)[2:]) == [
        ("CANCEL", OUTSIDER, "outlook"),
        ("REQUEST", WORKER, "outlook"),
        ("UPDATE", CHAIR, "outlook"),
    ]
    assert mails(microsoft)[0] == ("REQUEST", CHAIR, "graph")


def test_outlook_keeps_the_teams_block(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, isOnlineMeeting=True)
    body = {"contentType": "text", "content": "A new word"}
    outlook(microsoft, OFFICE, event, "edit", change={"body": body})
    now = microsoft.graph("GET", f"{EVENTS}/{event['id']}").json()
    assert now["isOnlineMeeting"] and now["onlineMeeting"] == event["onlineMeeting"]
    assert "A new word" in now["body"]["content"]


def test_attendee_edits_their_copy_only(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    outlook(microsoft, CHAIR, event, "edit", change=LATER)
    assert microsoft.calendar(CHAIR)[0]["start"]["dateTime"].startswith("2026-06-12")
    assert microsoft.calendar(OFFICE)[0]["start"]["dateTime"].startswith("2026-06-10")
    assert len(microsoft.mail()) == 1


def test_organiser_deletes(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    outlook(microsoft, OFFICE, event, "delete")
    assert microsoft.graph("GET", f"{EVENTS}/{event['id']}").status_code == 404
    assert mails(microsoft)[1:] == [("CANCEL", CHAIR, "outlook")]
    assert microsoft.calendar(CHAIR)[0]["isCancelled"]


def test_attendee_deletes_and_an_update_brings_it_back(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    outlook(microsoft, CHAIR, event, "delete")
    assert microsoft.calendar(CHAIR) == [] and len(microsoft.mail()) == 1
    assert microsoft.graph("GET", f"{EVENTS}/{event['id']}").json()["attendees"][0]["status"]["response"] == "none"
    microsoft.graph("PATCH", f"{EVENTS}/{event['id']}", LATER)
    assert len(microsoft.calendar(CHAIR)) == 1


def test_moved_to_another_folder(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    plain = microsoft.graph("GET", EVENTS, Prefer="").json()["value"][0]["id"]
    token = microsoft.graph("GET", DELTA).json()["@odata.deltaLink"].removeprefix(microsoft.url + "/v1.0")
    ids = outlook(microsoft, OFFICE, event, "move", folder="Old meetings")
    assert ids["id"] == event["id"] and ids["plain_id"] != plain
    statuses = [
        microsoft.graph("GET", f"{EVENTS}/{some}").status_code for some in (event["id"], ids["plain_id"], plain)
    ]
    assert statuses == [200, 200, 404]
    assert microsoft.graph("GET", VIEW).json()["value"] == []
    assert microsoft.graph("GET", token).json()["value"][0]["@removed"] == {"reason": "deleted"}
    assert len(microsoft.mail()) == 1
    outlook(microsoft, OFFICE, event, "move", folder="Calendar")
    assert len(microsoft.graph("GET", VIEW).json()["value"]) == 1


@pytest.mark.parametrize(("to", "inside"), [(WORKER, True), ("solicitor@firm.example", False)])
@pytest.mark.parametrize("listed", [True, False])
def test_forwarded(microsoft: Microsoft, to: str, inside: bool, listed: bool) -> None:
    event = create(microsoft, CHAIR)
    outlook(microsoft, CHAIR, event, "forward", to=to, listed=listed)
    now = microsoft.graph("GET", f"{EVENTS}/{event['id']}").json()
    assert [a["emailAddress"]["address"] for a in now["attendees"]] == [CHAIR, *([to] if listed else [])]
    assert mails(microsoft)[1:] == [("REQUEST", to, "outlook")]
    assert not inside or len(microsoft.calendar(to)) == 1


def test_strange_orders_are_refused(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    order = {"tenant": TENANT, "mailbox": OFFICE, "event": event["id"], "do": "edit", "change": {}}
    with microsoft.session() as session:
        for wrong, status in (
            ({"do": "burn"}, 400),
            ({"change": {"hideAttendee": True}}, 400),
            ({"to": WORKER}, 400),
            ({"event": "nothing"}, 404),
            ({"mailbox": "nobody@council.example"}, 404),
        ):
            answer = session.post(f"{microsoft.url}/_emulator/outlook", json={**order, **wrong})
            assert answer.status_code == status and answer.json()["violations"]
        assert session.post(f"{microsoft.url}/_emulator/outlook", data="{").status_code == 400
