"""Statuses, headers, ids, zones, shapes: what any caller of Graph meets."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from microsoft_process import (
    CHAIR,
    NARROW_APP,
    OFFICE,
    OTHER_APP,
    OTHER_TENANT,
    OUTSIDER,
    ROOM,
    SECRET_APP,
    WORKER,
    Microsoft,
    meeting,
)

from emulators.graph.body_schema import entity_validator

EVENT = entity_validator("event")
SCHEDULE = entity_validator("scheduleInformation")
EVENTS = f"/users/{OFFICE}/events"
WINDOW = "startDateTime=2026-06-01T00:00:00Z&endDateTime=2026-07-01T00:00:00Z"


def code_of(answer: Any) -> str:
    body = answer.json()["error"]
    assert set(body) == {"code", "message", "innerError"}
    assert set(body["innerError"]) == {"date", "request-id", "client-request-id"}
    return str(body["code"])


def test_tenants_do_not_see_each_other(microsoft: Microsoft) -> None:
    microsoft.token(OTHER_APP, OTHER_TENANT, "other")
    assert microsoft.graph("GET", EVENTS, client_id=OTHER_APP).status_code == 404
    own = "/users/office@second.example/events"
    made = microsoft.graph("POST", own, meeting(CHAIR), client_id=OTHER_APP)
    assert made.status_code == 201
    assert microsoft.calendar(CHAIR) == [], "an address of another tenant is an outside address"
    assert microsoft.mail()[0]["internal"] is False
    assert microsoft.graph("GET", f"{EVENTS}/{made.json()['id']}").status_code == 404


def test_an_event_keeps_to_microsofts_model(microsoft: Microsoft) -> None:
    made = microsoft.graph("POST", EVENTS, meeting(CHAIR, OUTSIDER))
    assert made.status_code == 201
    event = made.json()
    EVENT.validate(event)
    assert event["@odata.context"] and event["@odata.etag"] == f'W/"{event["changeKey"]}"'
    assert event["start"] == {"dateTime": "2026-06-10T09:00:00.0000000", "timeZone": "UTC"}
    assert event["originalStartTimeZone"] == "Europe/London"
    assert event["body"]["content"].startswith("<html><head>") and "Please come." in event["bodyPreview"]
    assert event["attendees"][0]["status"] == {"response": "none", "time": "0001-01-01T00:00:00Z"}
    assert "uid" not in event
    read = microsoft.graph("GET", f"{EVENTS}/{event['id']}?$select=subject,start").json()
    EVENT.validate(read)
    assert set(read) == {"@odata.context", "@odata.etag", "id", "subject", "start"}


def test_text_bodies(microsoft: Microsoft) -> None:
    body = {"contentType": "text", "content": "One\n<two>"}
    event = microsoft.graph("POST", EVENTS, meeting(body=body)).json()
    assert event["body"]["contentType"] == "html" and "&lt;two&gt;" in event["body"]["content"]
    prefer = 'outlook.body-content-type="text", IdType="ImmutableId"'
    text = microsoft.graph("GET", f"{EVENTS}/{event['id']}", Prefer=prefer).json()["body"]
    assert text == {"contentType": "text", "content": "One\n<two>"}


@pytest.mark.parametrize(
    "fault",
    [
        {"hideAttendee": True},
        {"sensitivity": "secret"},
        {"showAs": "Busy"},
        {"reminderMinutesBeforeStart": "15"},
        {"attendees": [{"type": "room", "emailAddress": {"address": ROOM}}]},
        {"start": {"dateTime": "yesterday", "timeZone": "UTC"}},
        {"start": {"dateTime": "2026-06-10T10:00:00", "timezone": "UTC"}},
        {"attendees": [{"type": "required", "emailAddress": {"name": "no address"}}]},
        {"end": {"dateTime": "2026-06-09T10:00:00", "timeZone": "UTC"}},
        {"isAllDay": True},
    ],
    ids=lambda fault: next(iter(fault)),
)
def test_wrong_bodies(microsoft: Microsoft, fault: dict[str, object]) -> None:
    answer = microsoft.graph("POST", EVENTS, meeting(**fault))
    assert answer.status_code == 400, answer.text
    assert code_of(answer)
    assert microsoft.calendar(OFFICE) == []


def test_every_fault_is_named_and_no_value(microsoft: Microsoft) -> None:
    people = [{"type": "room", "emailAddress": {"address": OUTSIDER, "mail": "x"}}]
    answer = microsoft.graph("POST", EVENTS, meeting(attendees=people, hideAttendee=True, showAs="Busy"))
    message = answer.json()["error"]["message"]
    for part in ("attendees/0/type", "attendees/0/emailAddress: no such property: mail", "hideAttendee", "showAs"):
        assert part in message
    assert OUTSIDER not in message and answer.json()["error"]["code"] == "RequestBodyRead"


def test_what_is_not_emulated_says_so(microsoft: Microsoft) -> None:
    pattern = {"pattern": {"type": "weekly", "interval": 2, "daysOfWeek": ["monday"]}}
    assert microsoft.graph("POST", EVENTS, meeting(recurrence=pattern)).status_code == 501


def test_lookup_by_extended_property_transaction_and_window(microsoft: Microsoft) -> None:
    name = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name meetingId"
    marks = [{"id": name, "value": "m-1"}]
    one = microsoft.graph("POST", EVENTS, meeting(singleValueExtendedProperties=marks)).json()
    microsoft.graph("POST", EVENTS, meeting())
    assert "singleValueExtendedProperties" not in one
    text = f"singleValueExtendedProperties/Any(ep: ep/id eq '{name}' and ep/value eq 'm-1')"
    expand = f"singleValueExtendedProperties($filter=id eq '{name}')"
    found = microsoft.graph("GET", f"{EVENTS}?$filter={text}&$expand={expand}").json()["value"]
    assert [event["id"] for event in found] == [one["id"]]
    EVENT.validate(found[0])
    assert found[0]["singleValueExtendedProperties"] == marks
    by_key = f"{EVENTS}?$filter=transactionId eq '{one['transactionId']}'"
    assert [event["id"] for event in microsoft.graph("GET", by_key).json()["value"]] == [one["id"]]
    seen = microsoft.graph("GET", f"/users/{OFFICE}/calendarView?{WINDOW}&$top=1").json()
    assert len(seen["value"]) == 1 and "$skip=1" in seen["@odata.nextLink"].replace("%24", "$")
    microsoft.drill("transaction_id_filter_refused")
    assert microsoft.graph("GET", by_key).status_code == 400
    assert microsoft.graph("GET", f"{EVENTS}?$search=x").status_code == 400


def test_window_is_half_open(microsoft: Microsoft) -> None:
    microsoft.graph("POST", EVENTS, meeting())
    view = f"/users/{OFFICE}/calendarView?startDateTime="
    before = microsoft.graph("GET", view + "2026-06-10T08:00:00Z&endDateTime=2026-06-10T09:00:00Z")
    after = microsoft.graph("GET", view + "2026-06-10T10:30:00Z&endDateTime=2026-06-10T12:00:00Z")
    inside = microsoft.graph("GET", view + "2026-06-10T11:29:00%2B01:00&endDateTime=2026-06-10T12:00:00Z")
    assert [len(answer.json()["value"]) for answer in (before, after, inside)] == [0, 0, 1]


def schedule(microsoft: Microsoft, *addresses: str, client_id: str = SECRET_APP, **more: object) -> Any:
    body: dict[str, object] = {
        "Schedules": list(addresses),
        "StartTime": {"dateTime": "2026-06-10T10:00:00", "timeZone": "Europe/London"},
        "endTime": {"dateTime": "2026-06-10T12:00:00", "timeZone": "Europe/London"},
        **more,
    }
    return microsoft.graph("POST", f"/users/{OFFICE}/calendar/getSchedule", body, client_id=client_id)


def test_free_busy(microsoft: Microsoft) -> None:
    microsoft.graph("POST", f"/users/{CHAIR}/events", meeting(sensitivity="normal"))
    microsoft.graph("POST", f"/users/{WORKER}/events", meeting(showAs="tentative"))
    answer = schedule(microsoft, CHAIR, WORKER, ROOM, "gone@council.example")
    assert answer.status_code == 200
    rows = {row["scheduleId"]: row for row in answer.json()["value"]}
    for row in rows.values():
        SCHEDULE.validate(row)
    assert rows[CHAIR]["availabilityView"] == "2220"
    assert rows[CHAIR]["scheduleItems"][0]["subject"].startswith("Permanence")
    assert rows[WORKER]["availabilityView"] == "1110"
    assert "subject" not in rows[WORKER]["scheduleItems"][0]
    assert rows[ROOM]["availabilityView"] == "0000" and "workingHours" not in rows[ROOM]
    assert rows["gone@council.example"]["error"]["responseCode"] == "ErrorMailRecipientNotFound"
    assert "availabilityView" not in rows["gone@council.example"]
    narrow = schedule(microsoft, CHAIR, client_id=NARROW_APP).json()["value"][0]
    assert "error" in narrow


def test_free_busy_limits(microsoft: Microsoft) -> None:
    many = [f"p{n}@council.example" for n in range(21)]
    assert code_of(schedule(microsoft, *many)) == "ErrorMailboxDataArrayTooBig"
    late = {"dateTime": "2026-08-11T10:00:00", "timeZone": "Europe/London"}
    assert schedule(microsoft, CHAIR, endTime=late).status_code == 400
    assert schedule(microsoft, CHAIR, availabilityViewInterval=None).status_code == 500
    assert schedule(microsoft, CHAIR, availabilityViewInterval=4).status_code == 400
    microsoft.drill("schedules_up_to_100")
    assert schedule(microsoft, *many).status_code == 200


def test_four_at_once(microsoft: Microsoft) -> None:
    microsoft.token()

    def statuses() -> list[Any]:
        microsoft.fault(fault="slow", seconds=0.3, times=8)
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda _: microsoft.graph("GET", EVENTS), range(8)))

    answers = statuses()
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused and sum(answer.status_code == 200 for answer in answers) >= 4
    assert all(re.fullmatch(r"\d+", answer.headers["Retry-After"]) for answer in refused)
    assert code_of(refused[0]) == "ApplicationThrottled"
    microsoft.drill("no_concurrency_limit")
    assert {answer.status_code for answer in statuses()} == {200}
