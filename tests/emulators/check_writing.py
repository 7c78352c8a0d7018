"""Items 10 to 20 of the fidelity list."""

from concurrent.futures import ThreadPoolExecutor

import requests
from meetings import EVENTS, LATER, answer_of, change, create, mark, read, refusal, reply, told
from microsoft_process import CHAIR, OFFICE, OUTSIDER, ROOM, WORKER, Microsoft, attendee, meeting, wait_for

NAME = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name meetingId"
MARKS = [{"id": NAME, "value": "m-1"}]


def check_transaction_id(microsoft: Microsoft) -> None:
    body = meeting(CHAIR)
    first, second = (microsoft.graph("POST", EVENTS, body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert len(microsoft.mail()) == 1
    other = microsoft.graph("POST", f"/users/{WORKER}/events", body)
    assert other.json()["iCalUId"] != first.json()["iCalUId"], "its scope is the mailbox"


def check_transaction_id_after_delete(microsoft: Microsoft) -> None:
    body = meeting()
    first = microsoft.graph("POST", EVENTS, body).json()
    assert microsoft.graph("DELETE", f"{EVENTS}/{first['id']}").status_code == 204
    assert microsoft.graph("POST", EVENTS, body).json()["id"] != first["id"]


def check_transaction_id_filter(microsoft: Microsoft) -> None:
    event, _ = create(microsoft), create(microsoft)
    answer = microsoft.graph("GET", f"{EVENTS}?$filter=transactionId eq '{event['transactionId']}'")
    assert answer.status_code == 200
    assert [row["id"] for row in answer.json()["value"]] == [event["id"]]


def check_if_match(microsoft: Microsoft) -> None:
    event = create(microsoft)
    tag = event["@odata.etag"]
    assert change(microsoft, event, {"subject": "Two"}, If_Match=tag).status_code == 200
    stale = change(microsoft, event, {"subject": "Three"}, If_Match=tag)
    assert refusal(stale) == (412, "ErrorIrresolvableConflict")
    assert read(microsoft, event)["subject"] == "Two"


def check_overlapping_write(microsoft: Microsoft) -> None:
    event = create(microsoft)
    microsoft.fault(fault="overlapping_write")
    assert refusal(change(microsoft, event, {"subject": "Two"})) == (409, "ErrorIrresolvableConflict")
    assert read(microsoft, event)["subject"] == event["subject"]
    assert change(microsoft, event, {"subject": "Two"}).status_code == 200


def check_two_writes_at_once(microsoft: Microsoft) -> None:
    event = create(microsoft)
    microsoft.fault(fault="slow", seconds=2, times=1, operation="update")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(change, microsoft, event, {"subject": "Two"})
        wait_for(lambda: microsoft.control("GET", "faults")["faults"] == [])
        second = change(microsoft, event, {"subject": "Three"})
        assert refusal(second) == (409, "ErrorIrresolvableConflict")
        assert first.result().status_code == 200
    assert read(microsoft, event)["subject"] == "Two"


def check_spurious_conflict(microsoft: Microsoft) -> None:
    event = create(microsoft)
    tag = event["@odata.etag"]
    microsoft.fault(fault="spurious_conflict")
    assert refusal(change(microsoft, event, {"subject": "Two"}, If_Match=tag)) == (412, "ErrorIrresolvableConflict")
    assert change(microsoft, event, {"subject": "Two"}, If_Match=tag).status_code == 200


def check_lost_reply(microsoft: Microsoft) -> None:
    for mode in ("drop", "504"):
        body = meeting(CHAIR)
        microsoft.fault(fault="lost_reply", mode=mode, operation="create")
        before = mark(microsoft)
        try:
            status = microsoft.graph("POST", EVENTS, body).status_code
        except requests.ConnectionError:
            status = 0
        assert status == (504 if mode == "504" else 0)
        made = [event["transactionId"] for event in microsoft.calendar(OFFICE)]
        assert body["transactionId"] in made and len(microsoft.mail(before)) == 1


def check_half_made_event(microsoft: Microsoft) -> None:
    for status in (503, 409):
        body = meeting(CHAIR, singleValueExtendedProperties=MARKS)
        microsoft.fault(fault="concurrent_item_save", status=status)
        before = mark(microsoft)
        assert refusal(microsoft.graph("POST", EVENTS, body)) == (status, "ConcurrentItemSave")
        assert told(microsoft, before) == {("REQUEST", CHAIR)}
        half = microsoft.graph("POST", EVENTS, body).json()
        kept = {event["id"]: event["extendedProperties"] for event in microsoft.calendar(OFFICE)}
        assert kept[half["id"]] == {}
        change(microsoft, half, {"singleValueExtendedProperties": MARKS})
        kept = {event["id"]: event["extendedProperties"] for event in microsoft.calendar(OFFICE)}
        assert kept[half["id"]] == {NAME: "m-1"}


def check_attendees_replaced(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    changed = change(microsoft, event, {"attendees": [attendee(WORKER)]}).json()
    assert [a["emailAddress"]["address"] for a in changed["attendees"]] == [WORKER]


def check_attendees_only_mails(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    before = mark(microsoft)
    change(microsoft, event, {"attendees": [attendee(CHAIR), attendee(WORKER)]})
    assert told(microsoft, before) == {("REQUEST", WORKER), ("CANCEL", OUTSIDER)}
    assert len(microsoft.calendar(WORKER)) == 1


def check_other_changes_mail_everybody(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    before = mark(microsoft)
    change(microsoft, event, {**LATER, "attendees": [attendee(CHAIR), attendee(WORKER)]})
    assert told(microsoft, before) == {("UPDATE", CHAIR), ("REQUEST", WORKER), ("CANCEL", OUTSIDER)}
    assert microsoft.calendar(CHAIR)[0]["start"]["dateTime"].startswith("2026-06-12T09:00")
    assert microsoft.calendar(CHAIR)[0]["sequence"] == 1
    before = mark(microsoft)
    change(microsoft, event, {"body": {"contentType": "html", "content": "New"}})
    assert told(microsoft, before) == {("UPDATE", CHAIR), ("UPDATE", WORKER)}


def check_hidden_attendees(microsoft: Microsoft) -> None:
    create(microsoft, CHAIR, WORKER, hideAttendees=True)
    for who in (CHAIR, WORKER):
        assert [a["address"] for a in microsoft.calendar(who)[0]["attendees"]] == [who]
    assert [mail["attendees"] for mail in microsoft.mail()] == [[CHAIR], [WORKER]]
    assert len(microsoft.calendar(OFFICE)[0]["attendees"]) == 2


def check_hidden_attendees_outside(microsoft: Microsoft) -> None:
    create(microsoft, CHAIR, OUTSIDER, hideAttendees=True)
    assert [mail["attendees"] for mail in microsoft.mail() if not mail["internal"]] == [[OUTSIDER]]


def check_teams_lost_with_block(microsoft: Microsoft) -> None:
    event = create(microsoft, isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")
    with_block = event["body"] | {"content": event["body"]["content"].replace("Please", "Do")}
    kept = change(microsoft, event, {"body": with_block}).json()
    assert kept["isOnlineMeeting"] and kept["onlineMeeting"] == event["onlineMeeting"]
    lost = change(microsoft, event, {"body": {"contentType": "html", "content": "bare"}}).json()
    assert not lost["isOnlineMeeting"] and lost["onlineMeeting"] is None


def check_teams_not_unset(microsoft: Microsoft) -> None:
    event = create(microsoft, isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")
    same = change(microsoft, event, {"isOnlineMeeting": False}).json()
    assert same["isOnlineMeeting"] and same["onlineMeeting"] == event["onlineMeeting"]


def check_teams_licence(microsoft: Microsoft) -> None:
    answer = microsoft.graph("POST", "/users/no-licence@council.example/events", meeting(isOnlineMeeting=True))
    assert answer.status_code == 201
    assert not answer.json()["isOnlineMeeting"] and answer.json()["onlineMeeting"] is None


def check_location_replaces_locations(microsoft: Microsoft) -> None:
    event = create(microsoft, locations=[{"displayName": "A"}, {"displayName": "B"}])
    assert event["location"]["displayName"] == "A" and len(event["locations"]) == 2
    changed = change(microsoft, event, {"location": {"displayName": "C"}}).json()
    assert [place["displayName"] for place in changed["locations"]] == ["C"]


def check_cancel_by_attendee(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    (copy,) = microsoft.calendar(CHAIR)
    refused = microsoft.graph("POST", f"/users/{CHAIR}/events/{copy['id']}/cancel", {})
    assert refused.status_code == 400
    assert read(microsoft, event) and len(microsoft.mail()) == 1


def check_cancel(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    before, path = mark(microsoft), f"{EVENTS}/{event['id']}"
    microsoft.graph("POST", path + "/cancel", {"comment": "Not needed any more."})
    assert told(microsoft, before) == {("CANCEL", CHAIR), ("CANCEL", OUTSIDER)}
    assert {row["comment"] for row in microsoft.mail(before)} == {"Not needed any more."}
    for method, tail, body in (("GET", "", None), ("POST", "/cancel", {}), ("DELETE", "", None)):
        assert refusal(microsoft.graph(method, path + tail, body)) == (404, "ErrorItemNotFound")
    assert microsoft.calendar(OFFICE) == []


def check_delete(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR, OUTSIDER)
    before, path = mark(microsoft), f"{EVENTS}/{event['id']}"
    microsoft.graph("DELETE", path)
    assert told(microsoft, before) == {("CANCEL", CHAIR), ("CANCEL", OUTSIDER)}
    assert {row["comment"] for row in microsoft.mail(before)} == {""}
    assert microsoft.graph("GET", path).status_code == 404


def check_cancelled_copies(microsoft: Microsoft) -> None:
    event = create(microsoft, attendees=[attendee(CHAIR), attendee(ROOM, "resource")])
    assert len(microsoft.calendar(ROOM)) == 1
    microsoft.graph("POST", f"{EVENTS}/{event['id']}/cancel", {})
    left = microsoft.calendar(CHAIR)
    assert [(copy["isCancelled"], copy["showAs"]) for copy in left] == [(True, "free")]
    assert left[0]["subject"].startswith("Canceled: ")
    assert microsoft.calendar(ROOM) == []


def check_transaction_id_fixed(microsoft: Microsoft) -> None:
    event = create(microsoft)
    assert change(microsoft, event, {"transactionId": event["transactionId"]}).status_code == 200
    assert change(microsoft, event, {"transactionId": "another"}).status_code == 400


def check_time_change_resets_replies(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    reply(microsoft, event, CHAIR, "accepted")
    change(microsoft, event, {"body": {"contentType": "html", "content": "New"}})
    assert answer_of(microsoft, event, CHAIR)["status"]["response"] == "accepted"
    change(microsoft, event, LATER)
    assert answer_of(microsoft, event, CHAIR)["status"]["response"] == "none"


def check_attendees_change_keeps_replies(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    reply(microsoft, event, CHAIR, "accepted")
    change(microsoft, event, {"attendees": [attendee(CHAIR), attendee(WORKER)]})
    assert answer_of(microsoft, event, CHAIR)["status"]["response"] == "accepted"


def check_most_attendees(microsoft: Microsoft) -> None:
    many = [attendee(f"carer-{n}@example.org") for n in range(501)]
    event = create(microsoft, attendees=many[:500])
    assert len(event["attendees"]) == 500
    assert microsoft.graph("POST", EVENTS, meeting(attendees=many)).status_code == 400
    assert change(microsoft, event, {"attendees": many}).status_code == 400
