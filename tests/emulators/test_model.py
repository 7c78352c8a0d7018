"""The oracle: Microsoft's own model of events, schedules and subscriptions.

Every answer that a test of these folders gets is held to it (`Microsoft.graph`), and every request of the product.
"""

import json
from pathlib import Path

import pytest
from meetings import EVENTS, create
from microsoft_process import CHAIR, OFFICE, Microsoft, meeting

from emulators.graph.model import OutsideTheModelError, faults_of_answer, faults_of_request, hold_answer

KEPT = Path(__file__).parents[2] / "emulators" / "graph" / "graph_calendar.schema.json"
GIVEN = Path(__file__).parents[3] / "shared" / "outlook" / "graph_calendar.schema.json"
PATH = f"/v1.0{EVENTS}"
SCHEDULE = f"/v1.0/users/{OFFICE}/calendar/getSchedule"


@pytest.mark.skipif(not GIVEN.is_file(), reason="the folder ../shared is not here")
def test_the_model_is_the_one_that_was_given() -> None:
    assert json.loads(KEPT.read_text()) == json.loads(GIVEN.read_text())


@pytest.mark.parametrize(
    ("path", "body", "fault"),
    [
        (PATH, {"hideAttendee": True}, "body: no such property: hideAttendee"),
        (PATH, {"sensitivity": "secret"}, "sensitivity: enum"),
        (PATH, {"start": {"dateTime": "2026-06-10T10:00:00", "timezone": "UTC"}}, "start: no such property: timezone"),
        (PATH, {"showAs": "Busy"}, "showAs: enum"),
        (PATH, {"reminderMinutesBeforeStart": "15"}, "reminderMinutesBeforeStart: type"),
        (SCHEDULE, {"schedules": CHAIR}, "schedules: type"),
        (f"{PATH}/x/cancel", {"remark": ""}, "body: no such property: remark"),
        ("/v1.0/subscriptions", {"notificationURL": ""}, "body: no such property: notificationURL"),
        ("/v1.0/$batch", {"requests": [{"url": EVENTS + "?$top=1", "body": {"showAs": "Busy"}}]}, "showAs: enum"),
        ("/v1.0/me/photo", {"any": 1}, "a body was sent to /v1.0/me/photo"),
    ],
)
def test_a_wrong_request_is_named(path: str, body: dict[str, object], fault: str) -> None:
    assert [found for found in faults_of_request(path, body) if found.startswith(fault)]


@pytest.mark.parametrize(
    ("path", "answer", "fault"),
    [
        (f"{PATH}/x", {"responseStatus": {"response": "acceptedd"}}, "responseStatus/response: enum"),
        (f"{PATH.replace('events', 'calendarView')}/delta", {"value": [{"showAs": "Busy"}]}, "showAs: enum"),
        (SCHEDULE, {"value": [{"scheduleId": 1}]}, "scheduleId: type"),
        ("/v1.0/subscriptions/x", {"expirationDateTime": "tomorrow"}, "expirationDateTime: pattern"),
        ("/v1.0/places/microsoft.graph.room", {"value": [{"capacity": "50"}]}, "capacity: type"),
    ],
)
def test_a_wrong_answer_is_named(path: str, answer: dict[str, object], fault: str) -> None:
    assert [found for found in faults_of_answer(path, answer) if found.startswith(fault)]


def test_a_wrong_answer_is_no_assertion() -> None:
    hold_answer(PATH, {"value": [{"showAs": "busy"}]})
    with pytest.raises(OutsideTheModelError, match="showAs: enum"):
        hold_answer(PATH, {"value": [{"showAs": "Busy"}]})


def test_what_was_asked_can_be_walked(microsoft: Microsoft) -> None:
    create(microsoft, CHAIR)
    assert microsoft.faults_asked() == []
    microsoft.graph("POST", EVENTS, meeting(CHAIR, showAs="Busy"))
    (fault,) = microsoft.faults_asked()
    assert "showAs" in fault and CHAIR not in fault
