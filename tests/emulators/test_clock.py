"""Time in the emulators: the machine's unless a test takes it in hand."""

from datetime import UTC, datetime, timedelta

import pytest
from microsoft_process import CHAIR, OFFICE, ROOM, TENANT, Microsoft, meeting

from emulators.clock import Clock

EVENTS = f"/users/{OFFICE}/events"


def test_the_machines_time_unless_told() -> None:
    clock = Clock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    clock.order({"now": "2026-06-01T10:00:00+01:00"})
    assert clock.now() == datetime(2026, 6, 1, 9, tzinfo=UTC)
    clock.order({"advance": 90})
    assert clock.now() == datetime(2026, 6, 1, 9, 1, 30, tzinfo=UTC)
    clock.order({})
    assert clock.now() > datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize("wrong", [{"now": "today"}, {"now": "2026-06-01T09:00:00"}, {"advance": "1"}, {"later": 1}])
def test_a_wrong_order_changes_nothing(wrong: dict[str, object]) -> None:
    clock = Clock()
    clock.order({"now": "2026-06-01T09:00:00Z"})
    with pytest.raises(ValueError):
        clock.order(wrong)
    assert clock.now() == datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_stamps_rooms_and_mail_go_by_it(microsoft: Microsoft) -> None:
    microsoft.clock(now="2026-06-01T09:00:00Z")
    made = microsoft.graph("POST", EVENTS, meeting(CHAIR, ROOM)).json()
    assert made["createdDateTime"] == made["lastModifiedDateTime"] == "2026-06-01T09:00:00.0000000Z"
    assert {line["at"] for line in microsoft.mail()} == {"2026-06-01T09:00:00.0000000Z"}
    waiting = microsoft.graph("GET", f"{EVENTS}/{made['id']}").json()["attendees"][1]["status"]
    assert waiting["response"] == "none", "time stands still, so the room has not answered"
    microsoft.clock(advance=60)
    answered = microsoft.graph("GET", f"{EVENTS}/{made['id']}").json()["attendees"][1]["status"]
    assert answered == {"response": "accepted", "time": "2026-06-01T09:01:00.0000000Z"}


def test_an_answer_is_given_at_that_time(microsoft: Microsoft) -> None:
    microsoft.clock(now="2026-06-01T09:00:00Z")
    made = microsoft.graph("POST", EVENTS, meeting(CHAIR)).json()
    reply = {"tenant": TENANT, "organizer": OFFICE, "event": made["id"], "attendee": CHAIR, "response": "accepted"}
    microsoft.control("POST", "reply", reply)
    status = microsoft.graph("GET", f"{EVENTS}/{made['id']}").json()["attendees"][0]["status"]
    assert status["time"] == "2026-06-01T09:00:00.0000000Z"


def test_a_token_of_graph_expires_by_it(microsoft: Microsoft) -> None:
    sent = {"Authorization": f"Bearer {microsoft.token()}"}
    assert microsoft.graph("GET", EVENTS, **sent).status_code == 200
    microsoft.clock(advance=3700)
    late = microsoft.graph("GET", EVENTS, **sent)
    assert (late.status_code, late.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
    assert microsoft.graph("GET", EVENTS).status_code == 200, "a new token is of the new time"
    microsoft.control("POST", "reset", {})
    assert microsoft.graph("GET", EVENTS, **sent).status_code == 200, "reset gives back the machine's time"
