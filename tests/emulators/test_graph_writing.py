"""Creating, changing and cancelling as Exchange does it, who is mailed, and what each drill breaks."""

from typing import Any

import pytest
import requests
from microsoft_process import (
    CHAIR,
    OFFICE,
    OUTSIDER,
    TENANT,
    WORKER,
    Microsoft,
    attendee,
    meeting,
)

from emulators.graph.body_schema import entity_validator

EVENT = entity_validator("event")
EVENTS = f"/users/{OFFICE}/events"


def create(microsoft: Microsoft, *addresses: str, **more: object) -> dict[str, Any]:
    answer = microsoft.graph("POST", EVENTS, meeting(*addresses, **more))
    assert answer.status_code == 201, answer.text
    event: dict[str, Any] = answer.json()
    EVENT.validate(event)
    return event


def change(microsoft: Microsoft, event: dict[str, Any], body: object, **headers: str) -> Any:
    answer = microsoft.graph("PATCH", f"{EVENTS}/{event['id']}", body, **headers)
    if answer.status_code == 200:
        EVENT.validate(answer.json())
    return answer


def told(microsoft: Microsoft, after: int = 0) -> set[tuple[str, str]]:
    return {(str(row["method"]), str(row["to"])) for row in microsoft.mail(after)}


def mark(microsoft: Microsoft) -> int:
    return max((int(row["n"]) for row in microsoft.mail()), default=0)


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


@pytest.mark.parametrize("drill", [None, "hide_attendees_ignored", "hide_attendees_ignored_outside"])
def test_hidden_attendees(microsoft: Microsoft, drill: str | None) -> None:
    if drill:
        microsoft.drill(drill)
    create(microsoft, CHAIR, OUTSIDER, hideAttendees=True)
    inside = [a["address"] for a in microsoft.calendar(CHAIR)[0]["attendees"]]
    outside = microsoft.mail()[1]["attendees"]
    assert inside == ([CHAIR, OUTSIDER] if drill == "hide_attendees_ignored" else [CHAIR])
    assert outside == ([CHAIR, OUTSIDER] if drill else [OUTSIDER])
    assert len(microsoft.calendar(OFFICE)[0]["attendees"]) == 2


def test_transaction_id(microsoft: Microsoft) -> None:
    body = meeting(CHAIR)
    first, second = (microsoft.graph("POST", EVENTS, body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert len(microsoft.mail()) == 1
    other = microsoft.graph("POST", f"/users/{WORKER}/events", body)
    assert other.json()["iCalUId"] != first.json()["iCalUId"]


def test_transaction_id_drills(microsoft: Microsoft) -> None:
    body = meeting(CHAIR)
    first = microsoft.graph("POST", EVENTS, body).json()
    microsoft.drill("transaction_id_409")
    assert microsoft.graph("POST", EVENTS, body).status_code == 409
    microsoft.drill("transaction_id_409", False)
    microsoft.drill("transaction_id_no_dedupe")
    assert microsoft.graph("POST", EVENTS, body).json()["id"] != first["id"]
    assert len(microsoft.calendar(OFFICE)) == 2


def test_transaction_id_after_delete(microsoft: Microsoft) -> None:
    body = meeting()
    first = microsoft.graph("POST", EVENTS, body).json()
    assert microsoft.graph("DELETE", f"{EVENTS}/{first['id']}").status_code == 204
    microsoft.drill("transaction_id_dedupes_after_delete")
    assert microsoft.graph("POST", EVENTS, body).json()["id"] == first["id"]
    microsoft.drill("transaction_id_dedupes_after_delete", False)
    assert microsoft.graph("POST", EVENTS, body).json()["id"] != first["id"]


def test_transaction_id_never_changes(microsoft: Microsoft) -> None:
    event = create(microsoft)
    assert change(microsoft, event, {"transactionId": "another"}).status_code == 400
    assert change(microsoft, event, {"transactionId": event["transactionId"]}).status_code == 200


def test_if_match(microsoft: Microsoft) -> None:
    event = create(microsoft)
    tag = event["@odata.etag"]
    newer = change(microsoft, event, {"subject": "Two"}, If_Match=tag)
    assert newer.status_code == 200 and newer.json()["@odata.etag"] != tag
    stale = change(microsoft, event, {"subject": "Three"}, If_Match=tag)
    assert (stale.status_code, stale.json()["error"]["code"]) == (412, "ErrorIrresolvableConflict")
    assert microsoft.calendar(OFFICE)[0]["subject"] == "Two"
    microsoft.drill("if_match_ignored")
    assert change(microsoft, event, {"subject": "Three"}, If_Match=tag).status_code == 200


def test_conflict_faults_pass(microsoft: Microsoft) -> None:
    event = create(microsoft)
    microsoft.fault(fault="overlapping_write")
    assert change(microsoft, event, {"subject": "Two"}).status_code == 409
    microsoft.fault(fault="spurious_conflict")
    assert change(microsoft, event, {"subject": "Two"}, If_Match=event["@odata.etag"]).status_code == 412
    assert change(microsoft, event, {"subject": "Two"}, If_Match=event["@odata.etag"]).status_code == 200


@pytest.mark.parametrize("mode", ["drop", "504"])
def test_lost_reply(microsoft: Microsoft, mode: str) -> None:
    body = meeting(CHAIR)
    microsoft.fault(fault="lost_reply", mode=mode, operation="create")
    if mode == "drop":
        with pytest.raises(requests.ConnectionError):
            microsoft.graph("POST", EVENTS, body)
    else:
        assert microsoft.graph("POST", EVENTS, body).status_code == 504
    (kept,) = microsoft.calendar(OFFICE)
    again = microsoft.graph("POST", EVENTS, body)
    assert again.json()["iCalUId"] == kept["iCalUId"] and len(microsoft.mail()) == 1


def test_concurrent_item_save_leaves_half(microsoft: Microsoft) -> None:
    marks = [{"id": "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name m", "value": "1"}]
    body = meeting(singleValueExtendedProperties=marks)
    microsoft.fault(fault="concurrent_item_save", status=409)
    answer = microsoft.graph("POST", EVENTS, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "ConcurrentItemSave")
    assert microsoft.calendar(OFFICE)[0]["extendedProperties"] == {}
    event = microsoft.graph("POST", EVENTS, body).json()
    change(microsoft, event, {"singleValueExtendedProperties": marks})
    assert list(microsoft.calendar(OFFICE)[0]["extendedProperties"].values()) == ["1"]


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


def test_attendees_only(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    before = mark(microsoft)
    changed = change(microsoft, event, {"attendees": [attendee(CHAIR), attendee(WORKER)]}).json()
    assert [a["emailAddress"]["address"] for a in changed["attendees"]] == [CHAIR, WORKER]
    assert told(microsoft, before) == {("REQUEST", WORKER), ("CANCEL", OUTSIDER)}
    assert len(microsoft.calendar(WORKER)) == 1


def test_attendees_only_drills(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    before = mark(microsoft)
    microsoft.drill("attendees_patch_mails_all")
    change(microsoft, event, {"attendees": [attendee(CHAIR), attendee(WORKER)]})
    assert ("UPDATE", CHAIR) in told(microsoft, before)
    microsoft.drill("attendees_patch_merges")
    merged = change(microsoft, event, {"attendees": [attendee(OUTSIDER)]}).json()
    assert len(merged["attendees"]) == 3


def test_other_changes_mail_everybody(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    before = mark(microsoft)
    later = {"dateTime": "2026-06-11T10:00:00", "timeZone": "Europe/London"}
    end = {"dateTime": "2026-06-11T11:00:00", "timeZone": "Europe/London"}
    body = {"start": later, "end": end, "attendees": [attendee(CHAIR), attendee(WORKER)]}
    change(microsoft, event, body)
    assert told(microsoft, before) == {("UPDATE", CHAIR), ("REQUEST", WORKER), ("CANCEL", OUTSIDER)}
    assert microsoft.calendar(CHAIR)[0]["start"]["dateTime"].startswith("2026-06-11T09:00")
    assert microsoft.calendar(CHAIR)[0]["sequence"] == 1
    before = mark(microsoft)
    change(microsoft, event, {"body": {"contentType": "html", "content": "New"}})
    assert told(microsoft, before) == {("UPDATE", CHAIR), ("UPDATE", WORKER)}
    microsoft.drill("patch_mails_nobody")
    before = mark(microsoft)
    change(microsoft, event, {"subject": "Other"})
    assert told(microsoft, before) == set()


def test_location_replaces_locations(microsoft: Microsoft) -> None:
    event = create(microsoft, locations=[{"displayName": "A"}, {"displayName": "B"}])
    assert event["location"]["displayName"] == "A" and len(event["locations"]) == 2
    microsoft.drill("location_keeps_locations")
    kept = change(microsoft, event, {"location": {"displayName": "C"}}).json()
    assert len(kept["locations"]) == 2
    microsoft.drill("location_keeps_locations", False)
    reset = change(microsoft, event, {"location": {"displayName": "D"}}).json()
    assert [place["displayName"] for place in reset["locations"]] == ["D"]


def test_online_meeting(microsoft: Microsoft) -> None:
    event = create(microsoft, isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")
    url = event["onlineMeeting"]["joinUrl"]
    assert url in event["body"]["content"]
    assert change(microsoft, event, {"isOnlineMeeting": False}).json()["isOnlineMeeting"] is True
    kept = event["body"] | {"content": event["body"]["content"].replace("Please", "Do")}
    assert change(microsoft, event, {"body": kept}).json()["onlineMeeting"]["joinUrl"] == url
    bare = {"body": {"contentType": "html", "content": "bare"}}
    microsoft.drill("teams_survives_body_patch")
    assert change(microsoft, event, bare).json()["isOnlineMeeting"] is True
    microsoft.drill("teams_survives_body_patch", False)
    lost = change(microsoft, event, bare).json()
    assert lost["isOnlineMeeting"] is False and lost["onlineMeeting"] is None


def test_online_meeting_without_licence(microsoft: Microsoft) -> None:
    events = "/users/no-licence@council.example/events"
    event = microsoft.graph("POST", events, meeting(isOnlineMeeting=True)).json()
    assert event["isOnlineMeeting"] is False and event["onlineMeeting"] is None


def test_cancel(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    path = f"{EVENTS}/{event['id']}"
    (copy,) = microsoft.calendar(CHAIR)
    assert microsoft.graph("POST", f"/users/{CHAIR}/events/{copy['id']}/cancel", {}).status_code == 400
    before = mark(microsoft)
    answer = microsoft.graph("POST", path + "/cancel", {"Comment": "Not needed any more."})
    assert (answer.status_code, answer.content) == (202, b"")
    assert told(microsoft, before) == {("CANCEL", CHAIR), ("CANCEL", OUTSIDER)}
    assert {row["comment"] for row in microsoft.mail(before)} == {"Not needed any more."}
    for method, tail, body in (("GET", "", None), ("POST", "/cancel", {}), ("DELETE", "", None)):
        assert microsoft.graph(method, path + tail, body).status_code == 404
    assert microsoft.calendar(OFFICE) == []
    (left,) = microsoft.calendar(CHAIR)
    assert left["isCancelled"] and left["subject"].startswith("Canceled: ") and left["showAs"] == "free"


def test_cancel_drills(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    (copy,) = microsoft.calendar(CHAIR)
    microsoft.drill("cancel_keeps_event")
    assert microsoft.graph("POST", f"{EVENTS}/{event['id']}/cancel", {}).status_code == 202
    assert microsoft.graph("GET", f"{EVENTS}/{event['id']}").status_code == 200
    microsoft.drill("cancel_by_anyone")
    assert microsoft.graph("POST", f"/users/{CHAIR}/events/{copy['id']}/cancel", {}).status_code == 202


def test_delete_cancels_too(microsoft: Microsoft) -> None:
    event = create(microsoft, OUTSIDER)
    assert microsoft.graph("DELETE", f"{EVENTS}/{event['id']}").status_code == 204
    assert told(microsoft) == {("REQUEST", OUTSIDER), ("CANCEL", OUTSIDER)}


def test_requests_are_logged_with_bodies(microsoft: Microsoft) -> None:
    create(microsoft, CHAIR)
    (row,) = microsoft.control("GET", "requests")["requests"]
    assert (row["method"], row["status"], row["operation"]) == ("POST", 201, "create")
    assert row["body"]["attendees"][0]["emailAddress"]["address"] == CHAIR and row["tenant"] == TENANT
