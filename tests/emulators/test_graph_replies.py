"""What delta tells of answers and changes, and answers that are refused; habits of people: check_people.py."""

from typing import Any

import pytest
from meetings import EVENT, EVENTS, LATER, create, reply
from microsoft_process import CHAIR, OFFICE, OUTSIDER, TENANT, Microsoft

DELTA = f"/users/{OFFICE}/calendarView/delta"
WINDOW = "?startDateTime=2026-06-01T00:00:00Z&endDateTime=2026-07-01T00:00:00Z"


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
