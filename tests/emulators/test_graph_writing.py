"""Copies, faults and the log of requests; the habits of writing are in check_writing.py."""

import pytest
import requests
from meetings import EVENT, EVENTS, create
from microsoft_process import CHAIR, OFFICE, OUTSIDER, TENANT, Microsoft, meeting


def test_everybody_gets_their_own_copy(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    (copy,) = microsoft.calendar(CHAIR)
    assert copy["iCalUId"] == event["iCalUId"] and copy["id"] != event["id"]
    assert copy["transactionId"] is None and not copy["isOrganizer"] and copy["sensitivity"] == "private"
    assert [a["address"] for a in copy["attendees"]] == [CHAIR, OUTSIDER]
    inside, outside = microsoft.mail()
    assert (inside["to"], inside["internal"]) == (CHAIR, True)
    assert (outside["to"], outside["internal"], outside["method"]) == (OUTSIDER, False, "REQUEST")
    assert "Please come." in str(outside["bodyText"])
    seen = microsoft.graph("GET", f"/users/{CHAIR}/events/{copy['id']}").json()
    EVENT.validate(seen)
    assert seen["isOrganizer"] is False and seen["responseStatus"]["response"] == "notResponded"


def test_other_faults(microsoft: Microsoft) -> None:
    for fault, status in (
        ({"fault": "down", "times": 1}, 503),
        ({"fault": "throttle", "seconds": 7}, 429),
        ({"fault": "token_expired"}, 401),
        ({"fault": "error", "status": 507}, 507),
    ):
        microsoft.fault(**fault)
        answer = microsoft.graph("POST", EVENTS, meeting())
        assert answer.status_code == status
        assert answer.headers.get("Retry-After") == ("7" if status == 429 else None)
    microsoft.drill("retry_after_absent")
    microsoft.fault(fault="throttle")
    assert "Retry-After" not in microsoft.graph("GET", EVENTS).headers
    microsoft.fault(fault="timeout", seconds=0.01)
    with pytest.raises(requests.ConnectionError):
        microsoft.graph("POST", EVENTS, meeting())
    assert microsoft.calendar(OFFICE) == []
    microsoft.fault(fault="down")
    assert [microsoft.graph("GET", EVENTS).status_code for _ in range(3)] == [503] * 3
    microsoft.control("POST", "faults", {"clear": ["down"]})
    assert microsoft.graph("GET", EVENTS).status_code == 200


def test_requests_are_logged_with_bodies(microsoft: Microsoft) -> None:
    create(microsoft, CHAIR)
    (row,) = microsoft.control("GET", "requests")["requests"]
    assert (row["method"], row["status"], row["operation"]) == ("POST", 201, "create")
    assert row["body"]["attendees"][0]["emailAddress"]["address"] == CHAIR and row["tenant"] == TENANT
