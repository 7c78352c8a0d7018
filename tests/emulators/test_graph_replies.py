"""What people and rooms answer, and what delta tells of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from microsoft_process import (
    CHAIR,
    OFFICE,
    OUTSIDER,
    ROOM,
    TENANT,
    Microsoft,
    attendee,
    mailbox,
    meeting,
    wait_for,
)

from emulators.graph.body_schema import entity_validator

EVENT = entity_validator("event")
EVENTS = f"/users/{OFFICE}/events"
DELTA = f"/users/{OFFICE}/calendarView/delta"
WINDOW = "?startDateTime=2026-06-01T00:00:00Z&endDateTime=2026-07-01T00:00:00Z"
LATER = {
    "start": {"dateTime": "2026-06-12T10:00:00", "timeZone": "Europe/London"},
    "end": {"dateTime": "2026-06-12T11:00:00", "timeZone": "Europe/London"},
}


def create(microsoft: Microsoft, *addresses: str, **more: object) -> dict[str, Any]:
    event: dict[str, Any] = microsoft.graph("POST", EVENTS, meeting(*addresses, **more)).json()
    return event


def reply(microsoft: Microsoft, event: dict[str, Any], who: str, response: str, **more: object) -> Any:
    order = {"tenant": TENANT, "organizer": OFFICE, "event": event["iCalUId"], "attendee": who}
    return microsoft.control("POST", "reply", {**order, "response": response, **more})


def answer_of(microsoft: Microsoft, event: dict[str, Any], who: str) -> dict[str, Any]:
    seen = microsoft.graph("GET", f"{EVENTS}/{event['id']}").json()
    EVENT.validate(seen)
    row: dict[str, Any] = next(a for a in seen["attendees"] if a["emailAddress"]["address"] == who)
    return row


@pytest.mark.parametrize("response", ["accepted", "tentativelyAccepted", "declined"])
def test_answers(microsoft: Microsoft, response: str) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    for who in (CHAIR, OUTSIDER):
        assert reply(microsoft, event, who, response)["organizer_sees"]
        status = answer_of(microsoft, event, who)["status"]
        assert status["response"] == response and not status["time"].startswith("0001")
    own = microsoft.calendar(CHAIR)
    assert [e["response"] for e in own] == ([] if response == "declined" else [response])


def test_proposal_and_silence(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    reply(microsoft, event, CHAIR, "declined", proposedNewTime=LATER, comment="later please")
    assert answer_of(microsoft, event, CHAIR)["proposedNewTime"]["start"]["dateTime"].startswith("2026-06-12T09")
    assert not reply(microsoft, event, OUTSIDER, "accepted", silent=True)["organizer_sees"]
    assert answer_of(microsoft, event, OUTSIDER)["status"]["response"] == "none"


def test_moving_resets_answers_and_brings_the_meeting_back(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    reply(microsoft, event, CHAIR, "declined")
    microsoft.graph("PATCH", f"{EVENTS}/{event['id']}", LATER)
    assert answer_of(microsoft, event, CHAIR)["status"]["response"] == "none"
    (copy,) = microsoft.calendar(CHAIR)
    assert copy["response"] == "notResponded" and copy["start"]["dateTime"].startswith("2026-06-12T09")


def test_moving_drill(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    reply(microsoft, event, CHAIR, "accepted")
    microsoft.drill("time_change_keeps_replies")
    microsoft.graph("PATCH", f"{EVENTS}/{event['id']}", LATER)
    assert answer_of(microsoft, event, CHAIR)["status"]["response"] == "accepted"


@pytest.mark.parametrize("drilled", [False, True])
def test_late_answer(microsoft: Microsoft, drilled: bool) -> None:
    event = create(microsoft, OUTSIDER)
    microsoft.graph("PATCH", f"{EVENTS}/{event['id']}", LATER)
    microsoft.drill("late_reply_applies", drilled)
    told = reply(microsoft, event, OUTSIDER, "accepted", sequence=0)
    assert told == {"organizer_sees": drilled, "sequence": 1}
    assert answer_of(microsoft, event, OUTSIDER)["status"]["response"] == ("accepted" if drilled else "none")


def test_strange_answers_are_refused(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    order = {
        "tenant": TENANT,
        "organizer": OFFICE,
        "event": event["id"],
        "attendee": CHAIR,
        "response": "accepted",
    }
    with microsoft.session() as session:
        for wrong, status in (
            ({"attendee": OUTSIDER}, 400),
            ({"response": "acceptedd"}, 400),
            ({"event": "nothing"}, 404),
            ({"organizer": "nobody@council.example"}, 404),
            ({"unknown": 1}, 400),
        ):
            answer = session.post(f"{microsoft.url}/_emulator/reply", json={**order, **wrong})
            assert answer.status_code == status and answer.json()["violations"]


def room_meeting(microsoft: Microsoft, **more: object) -> dict[str, Any]:
    return create(microsoft, attendees=[attendee(ROOM, "resource")], **more)


def settled(microsoft: Microsoft, event: dict[str, Any]) -> str:
    def response() -> str | None:
        found = str(answer_of(microsoft, event, ROOM)["status"]["response"])
        return None if found == "none" else found

    return str(wait_for(response))


def test_room_accepts_then_declines(microsoft: Microsoft) -> None:
    first = room_meeting(microsoft)
    assert first["attendees"][0]["status"]["response"] == "none"
    second = room_meeting(microsoft)
    assert (settled(microsoft, first), settled(microsoft, second)) == ("accepted", "declined")
    (kept,) = microsoft.calendar(ROOM)
    assert kept["iCalUId"] == first["iCalUId"] and kept["showAs"] == "busy"
    free = room_meeting(microsoft, **LATER)
    assert settled(microsoft, free) == "accepted"
    microsoft.graph("PATCH", f"{EVENTS}/{first['id']}", LATER)
    assert settled(microsoft, first) == "declined"
    microsoft.graph("POST", f"{EVENTS}/{free['id']}/cancel", {})
    assert microsoft.calendar(ROOM) == []


def test_room_drill(microsoft: Microsoft) -> None:
    microsoft.drill("rooms_accept_all")
    events = [room_meeting(microsoft) for _ in range(2)]
    assert [settled(microsoft, event) for event in events] == ["accepted", "accepted"]


def test_room_limits(microsoft: Microsoft) -> None:
    room = mailbox(ROOM, "room", booking_window_days=180, longest_minutes=60)
    microsoft.control("POST", "mailboxes", {"tenant_id": TENANT, "mailboxes": [room]})
    soon = datetime.now(UTC) + timedelta(days=20)
    for days, minutes, answer in (
        (0, 60, "accepted"),
        (1, 61, "declined"),
        (161, 60, "declined"),
        (159, 60, "accepted"),
    ):
        start = soon + timedelta(days=days)
        moments = {"start": start, "end": start + timedelta(minutes=minutes)}
        times = {side: {"dateTime": at.isoformat()[:19], "timeZone": "UTC"} for side, at in moments.items()}
        assert settled(microsoft, room_meeting(microsoft, **times)) == answer


def test_room_lags_after_a_cancellation(microsoft: Microsoft) -> None:
    lagging = mailbox(ROOM, "room", release_lag_seconds=600)
    microsoft.control("POST", "mailboxes", {"tenant_id": TENANT, "mailboxes": [lagging]})
    first = room_meeting(microsoft)
    assert settled(microsoft, first) == "accepted"
    microsoft.graph("POST", f"{EVENTS}/{first['id']}/cancel", {})
    assert settled(microsoft, room_meeting(microsoft)) == "declined"
    assert [event["iCalUId"] for event in microsoft.calendar(ROOM)] == [first["iCalUId"]]


def pages(microsoft: Microsoft, path: str, size: int = 2) -> tuple[list[dict[str, Any]], str, int]:
    """All rows of a round, the path of the next round, and how many pages it took."""
    rows: list[dict[str, Any]] = []
    prefer = f'IdType="ImmutableId", odata.maxpagesize={size}'
    for count in range(1, 20):
        body = microsoft.graph("GET", path, Prefer=prefer).json()
        rows += body["value"]
        for row in body["value"]:
            EVENT.validate(row)
        link = body.get("@odata.nextLink") or body["@odata.deltaLink"]
        path = link.removeprefix(microsoft.url + "/v1.0")
        if "@odata.deltaLink" in body:
            return rows, path, count
    raise AssertionError("no end of pages")


@pytest.mark.parametrize("name", ["delta", "delta()"])
def test_delta(microsoft: Microsoft, name: str) -> None:
    events = [create(microsoft, CHAIR) for _ in range(5)]
    gone = create(microsoft)
    microsoft.graph("DELETE", f"{EVENTS}/{gone['id']}")
    rows, link, count = pages(microsoft, f"/users/{OFFICE}/calendarView/{name}{WINDOW}")
    assert {row["id"] for row in rows} == {event["id"] for event in events} and count == 3
    assert pages(microsoft, link)[0] == []
    reply(microsoft, events[0], CHAIR, "declined")
    microsoft.graph("POST", f"{EVENTS}/{events[1]['id']}/cancel", {})
    far = {side: {**LATER[side], "dateTime": LATER[side]["dateTime"].replace("2026", "2027")} for side in LATER}
    microsoft.graph("PATCH", f"{EVENTS}/{events[2]['id']}", far)
    rows, link, _ = pages(microsoft, link)
    by_id = {row["id"]: row for row in rows}
    assert by_id[events[0]["id"]]["attendees"][0]["status"]["response"] == "declined"
    assert by_id[events[1]["id"]]["@removed"] == {"reason": "deleted"}
    assert by_id[events[2]["id"]]["@removed"] == {"reason": "deleted"}
    assert microsoft.graph("GET", f"{EVENTS}/{events[2]['id']}").status_code == 200
    assert len(by_id) == 3 and pages(microsoft, link)[0] == []


def test_delta_faults(microsoft: Microsoft) -> None:
    events = [create(microsoft) for _ in range(2)]
    microsoft.fault(fault="empty_page")
    rows, link, count = pages(microsoft, DELTA + WINDOW)
    assert (len(rows), count) == (2, 2)
    microsoft.fault(fault="replay")
    rows, _, _ = pages(microsoft, DELTA + WINDOW)
    assert [row["id"] for row in rows] == [events[1]["id"], events[0]["id"], events[1]["id"]]
    microsoft.fault(fault="sync_state_not_found")
    answer = microsoft.graph("GET", link)
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "SyncStateNotFound")
    assert microsoft.graph("GET", f"{DELTA}{WINDOW}&$select=id").status_code == 400
    assert microsoft.graph("GET", f"{DELTA}?$deltatoken=nonsense").status_code == 400
    other = link.replace(OFFICE, CHAIR)
    assert microsoft.graph("GET", other).status_code == 410
