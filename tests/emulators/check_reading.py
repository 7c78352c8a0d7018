"""Items 24 to 26 of the fidelity list: delta, getSchedule and calendarView."""

from datetime import UTC, datetime
from typing import Any

import requests
from meetings import DELTA, EVENTS, VIEW, change, create, lasting, refusal
from microsoft_process import CHAIR, OFFICE, ROOM, SECRET_APP, WORKER, Microsoft, mailbox, meeting

from emulators.graph.body_schema import entity_validator

EVENT = entity_validator("event")
SCHEDULE = entity_validator("scheduleInformation")
NEXT_YEAR = {
    "start": {"dateTime": "2027-06-10T10:00:00", "timeZone": "Europe/London"},
    "end": {"dateTime": "2027-06-10T11:00:00", "timeZone": "Europe/London"},
}


def page(microsoft: Microsoft, path: str, **headers: str) -> dict[str, Any]:
    """One page of the delta; `path` may be a whole link."""
    answer = microsoft.graph("GET", path.removeprefix(microsoft.url + "/v1.0"), **headers)
    assert answer.status_code == 200, answer.text
    got: dict[str, Any] = answer.json()
    for row in got["value"]:
        EVENT.validate(row)
    return got


def link_of(microsoft: Microsoft) -> str:
    """The deltaLink of now."""
    return str(page(microsoft, DELTA)["@odata.deltaLink"])


def check_delta_pages(microsoft: Microsoft) -> None:
    made = [create(microsoft)["id"] for _ in range(3)]
    prefer = 'IdType="ImmutableId", odata.maxpagesize=2'
    first = page(microsoft, DELTA, Prefer=prefer)
    assert len(first["value"]) == 2 and "@odata.deltaLink" not in first
    second = page(microsoft, first["@odata.nextLink"], Prefer=prefer)
    assert [row["id"] for row in first["value"] + second["value"]] == made
    assert page(microsoft, second["@odata.deltaLink"])["value"] == []


def check_delta_disorder(microsoft: Microsoft) -> None:
    ids = [create(microsoft)["id"] for _ in range(2)]
    microsoft.fault(fault="empty_page")
    empty = page(microsoft, DELTA)
    assert empty["value"] == [] and "@odata.nextLink" in empty
    microsoft.fault(fault="replay")
    mixed = page(microsoft, empty["@odata.nextLink"])
    assert [row["id"] for row in mixed["value"]] == [ids[1], ids[0], ids[1]]
    microsoft.fault(fault="told_again")
    assert len(page(microsoft, mixed["@odata.deltaLink"])["value"]) == 2


def check_delta_deleted(microsoft: Microsoft) -> None:
    event, link = create(microsoft), link_of(microsoft)
    microsoft.graph("DELETE", f"{EVENTS}/{event['id']}")
    removed = {"@odata.type": "#microsoft.graph.event", "id": event["id"], "@removed": {"reason": "deleted"}}
    assert page(microsoft, link)["value"] == [removed]


def check_delta_moved_out(microsoft: Microsoft) -> None:
    event, link = create(microsoft), link_of(microsoft)
    change(microsoft, event, NEXT_YEAR)
    new = create(microsoft, **NEXT_YEAR)
    rows = page(microsoft, link)["value"]
    assert {row["id"] for row in rows if "@removed" in row} == {event["id"], new["id"]}
    assert microsoft.graph("GET", f"{EVENTS}/{event['id']}").status_code == 200, "it is not gone"


def check_delta_lag(microsoft: Microsoft) -> None:
    microsoft.clock(now="2026-06-01T09:00:00Z")
    microsoft.fault(fault="delta_lag", seconds=30)
    link = link_of(microsoft)
    event = create(microsoft)
    late = page(microsoft, link)
    assert late["value"] == [] and microsoft.graph("GET", f"{EVENTS}/{event['id']}").status_code == 200
    microsoft.clock(advance=31)
    assert [row["id"] for row in page(microsoft, late["@odata.deltaLink"])["value"]] == [event["id"]]


def check_sync_state_lost(microsoft: Microsoft) -> None:
    create(microsoft)
    link = link_of(microsoft)
    microsoft.fault(fault="sync_state_not_found")
    lost = microsoft.graph("GET", link.removeprefix(microsoft.url + "/v1.0"))
    assert refusal(lost) == (410, "SyncStateNotFound")
    assert len(page(microsoft, lost.headers["Location"])["value"]) == 1, "where it says, all begins anew"


def check_old_next_link(microsoft: Microsoft) -> None:
    microsoft.clock(now="2026-06-01T09:00:00Z")
    for _ in range(2):
        create(microsoft)
    first = page(microsoft, DELTA, Prefer='IdType="ImmutableId", odata.maxpagesize=1')
    microsoft.clock(advance=2 * 3600)
    late = microsoft.graph("GET", first["@odata.nextLink"].removeprefix(microsoft.url + "/v1.0"))
    assert refusal(late) == (410, "SyncStateNotFound")


def check_delta_options(microsoft: Microsoft) -> None:
    for option in ("$select=subject", "$filter=subject eq 'x'", "$orderby=start/dateTime", "$expand=attachments"):
        assert microsoft.graph("GET", f"{DELTA}&{option}").status_code == 400


def schedule(microsoft: Microsoft, *addresses: str, client_id: str = SECRET_APP, **more: object) -> requests.Response:
    asked = {
        "schedules": addresses,
        "startTime": {"dateTime": "2026-06-10T10:00:00", "timeZone": "Europe/London"},
        "endTime": {"dateTime": "2026-06-10T12:00:00", "timeZone": "Europe/London"},
    }
    return microsoft.graph("POST", f"/users/{OFFICE}/calendar/getSchedule", {**asked, **more}, client_id=client_id)


def entries(
    microsoft: Microsoft, *addresses: str, client_id: str = SECRET_APP, **more: object
) -> dict[str, dict[str, Any]]:
    answer = schedule(microsoft, *addresses, client_id=client_id, **more)
    assert answer.status_code == 200, answer.text
    for row in answer.json()["value"]:
        SCHEDULE.validate(row)
    return {row["scheduleId"]: row for row in answer.json()["value"]}


def book(microsoft: Microsoft, who: str, **more: object) -> None:
    assert microsoft.graph("POST", f"/users/{who}/events", meeting(**more)).status_code == 201


def check_schedule_limit(microsoft: Microsoft) -> None:
    many = [f"p{n}@council.example" for n in range(21)]
    assert schedule(microsoft, *many[:20]).status_code == 200
    assert refusal(schedule(microsoft, *many)) == (400, "ErrorMailboxDataArrayTooBig")


def check_schedule_period(microsoft: Microsoft) -> None:
    allowed = {"dateTime": "2026-08-11T09:59:00", "timeZone": "Europe/London"}
    refused = {"dateTime": "2026-08-11T10:00:00", "timeZone": "Europe/London"}
    assert schedule(microsoft, CHAIR, endTime=allowed).status_code == 200
    assert schedule(microsoft, CHAIR, endTime=refused).status_code == 400


def check_schedule_errors(microsoft: Microsoft) -> None:
    rows = entries(microsoft, CHAIR, "gone@council.example")
    gone = rows.get("gone@council.example", {})
    assert gone.get("error", {}).get("responseCode") == "ErrorMailRecipientNotFound"
    assert "availabilityView" not in gone and "error" not in rows[CHAIR]


def check_working_hours_missing(microsoft: Microsoft) -> None:
    rows = entries(microsoft, CHAIR, ROOM)
    assert rows[CHAIR]["workingHours"]["timeZone"]["name"] == "GMT Standard Time"
    assert "workingHours" not in rows[ROOM]


def check_custom_zone(microsoft: Microsoft) -> None:
    microsoft.add_mailbox(mailbox("abroad@council.example", custom_zone=True))
    zone = entries(microsoft, "abroad@council.example")["abroad@council.example"]["workingHours"]["timeZone"]
    assert zone["@odata.type"] == "#microsoft.graph.customTimeZone"
    assert zone["daylightOffset"]["daylightBias"] == -60 and zone["standardOffset"]["month"] == 10


def check_private_masked(microsoft: Microsoft) -> None:
    book(microsoft, CHAIR, sensitivity="normal", location={"displayName": "Room 1"})
    for sensitivity in ("private", "confidential"):
        book(microsoft, WORKER, sensitivity=sensitivity, location={"displayName": "Room 2"})
    rows = entries(microsoft, CHAIR, WORKER)
    (plain,) = rows[CHAIR]["scheduleItems"]
    assert (plain["subject"], plain["location"]) == ("Permanence planning meeting R-104", "Room 1")
    masked = rows[WORKER]["scheduleItems"]
    assert len(masked) == 2 and all(set(item) == {"status", "start", "end"} for item in masked)


def check_slots(microsoft: Microsoft) -> None:
    book(microsoft, CHAIR, **lasting(datetime(2026, 6, 10, 10, 50, tzinfo=UTC), 5))
    assert entries(microsoft, CHAIR, availabilityViewInterval=50)[CHAIR]["availabilityView"] == "002"


def check_digits(microsoft: Microsoft) -> None:
    for hour, status in enumerate(("tentative", "busy", "oof", "workingElsewhere")):
        book(microsoft, CHAIR, showAs=status, **lasting(datetime(2026, 6, 10, 9 + hour, tzinfo=UTC), 60))
    end = {"dateTime": "2026-06-10T15:00:00", "timeZone": "Europe/London"}
    seen = entries(microsoft, CHAIR, availabilityViewInterval=60, endTime=end)[CHAIR]
    assert seen["availabilityView"] == "12300"
    assert [item["status"] for item in seen["scheduleItems"]] == ["tentative", "busy", "oof", "workingElsewhere"]


def check_null_interval(microsoft: Microsoft) -> None:
    assert schedule(microsoft, CHAIR, availabilityViewInterval=None).status_code == 500
    assert len(entries(microsoft, CHAIR)[CHAIR]["availabilityView"]) == 4, "half hours, where it is left out"


def check_view_half_open(microsoft: Microsoft) -> None:
    times = (("2026-05-31T23:00:00", 60), ("2026-06-10T09:00:00", 60), ("2026-07-01T00:00:00", 60))
    within = [create(microsoft, **lasting(datetime.fromisoformat(at).replace(tzinfo=UTC), m))["id"] for at, m in times]
    seen = [row["id"] for row in microsoft.graph("GET", VIEW).json()["value"]]
    assert seen == [within[1]], "neither what ends at the start nor what starts at the end"


def check_view_bounds(microsoft: Microsoft) -> None:
    event = create(microsoft, **lasting(datetime(2026, 6, 10, 9, 30, tzinfo=UTC), 30))
    prefer = 'IdType="ImmutableId", outlook.timezone="Europe/London"'
    for bounds in (
        "startDateTime=2026-06-10T09:00:00Z&endDateTime=2026-06-10T10:00:00Z",
        "startDateTime=2026-06-10T10:00:00%2B01:00&endDateTime=2026-06-10T11:00:00%2B01:00",
        "startDateTime=2026-06-10T09:00:00&endDateTime=2026-06-10T10:00:00",
    ):
        rows = microsoft.graph("GET", f"/users/{OFFICE}/calendarView?{bounds}", Prefer=prefer).json()["value"]
        assert [row["id"] for row in rows] == [event["id"]]
        assert rows[0]["start"] == {"dateTime": "2026-06-10T10:30:00.0000000", "timeZone": "Europe/London"}
