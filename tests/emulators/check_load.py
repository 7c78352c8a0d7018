"""Items 30 to 32 of the fidelity list: how much may be asked, what fails, and what an app may see."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from check_reading import entries
from meetings import EVENTS, refusal
from microsoft_process import CHAIR, NARROW_APP, OFFICE, ROOM, SECRET_APP, Microsoft, make_directory, meeting

BUSY = [{"fault": "slow", "seconds": 0.3, "times": 8}]


def allow(microsoft: Microsoft, client_id: str, **more: object) -> None:
    """The same directory, but for that app."""
    document = make_directory(microsoft.certificate.certificate_pem)
    app = next(row for row in document["tenants"][0]["apps"] if row["client_id"] == client_id)
    app.update(more)
    microsoft.control("PUT", "directory", document)


def batch(microsoft: Microsoft, *steps: dict[str, object]) -> requests.Response:
    numbered = [{"id": str(n), **step} for n, step in enumerate(steps, 1)]
    return microsoft.graph("POST", "/$batch", {"requests": numbered})


def answers(microsoft: Microsoft, *steps: dict[str, object]) -> dict[str, dict[str, Any]]:
    """Each step's answer by its id: steps without an id are numbered from 1."""
    answer = batch(microsoft, *steps)
    assert answer.status_code == 200, answer.text
    return {row["id"]: row for row in answer.json()["responses"]}


def read(address: str = OFFICE) -> dict[str, object]:
    return {"method": "GET", "url": f"/users/{address}/events"}


def write(body: object, **more: object) -> dict[str, object]:
    return {"method": "POST", "url": EVENTS, "headers": {"Content-Type": "application/json"}, "body": body, **more}


def check_four_at_once(microsoft: Microsoft) -> None:
    microsoft.token()
    microsoft.control("POST", "faults", {"arm": BUSY})
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: microsoft.graph("GET", EVENTS), range(8)))
    refused = [answer for answer in got if answer.status_code == 429]
    assert refused and len(refused) <= 4
    for answer in refused:
        assert refusal(answer) == (429, "ApplicationThrottled")
        assert answer.headers.get("Retry-After", "").isdigit()


def check_ten_minutes(microsoft: Microsoft) -> None:
    microsoft.clock(now="2026-06-01T09:00:00Z")
    allow(microsoft, SECRET_APP, requests_in_ten_minutes=3)
    assert [microsoft.graph("GET", EVENTS).status_code for _ in range(4)] == [200, 200, 200, 429]
    microsoft.clock(advance=480)
    late = microsoft.graph("GET", EVENTS)
    assert (late.status_code, late.headers["Retry-After"]) == (429, "120")
    assert microsoft.graph("GET", f"/users/{CHAIR}/events").status_code == 200, "each mailbox has its own share"
    microsoft.clock(advance=120)
    assert microsoft.graph("GET", EVENTS).status_code == 200


def check_throttled_in_a_batch(microsoft: Microsoft) -> None:
    microsoft.clock(now="2026-06-01T09:00:00Z")
    allow(microsoft, SECRET_APP, requests_in_ten_minutes=1)
    got = answers(microsoft, read(), read(), read(CHAIR)).values()
    assert sorted(row["status"] for row in got) == [200, 200, 429]
    (throttled,) = (row for row in got if row["status"] == 429)
    assert throttled["headers"]["Retry-After"] == "600"
    assert throttled["body"]["error"]["code"] == "ApplicationThrottled"


def check_batch_of_20(microsoft: Microsoft) -> None:
    assert len(answers(microsoft, *[read()] * 20)) == 20
    assert refusal(batch(microsoft, *[read()] * 21)) == (400, "BadRequest")


def check_dependencies(microsoft: Microsoft) -> None:
    got = answers(
        microsoft,
        write(meeting(CHAIR)),
        write({"subject": "No times"}),
        write(meeting(CHAIR), dependsOn=["1"]),
        write(meeting(CHAIR), dependsOn=["2"]),
        {**read(), "dependsOn": ["4"]},
    )
    assert {name: row["status"] for name, row in got.items()} == {"1": 201, "2": 400, "3": 201, "4": 424, "5": 424}
    assert got["4"]["body"]["error"]["code"] == "FailedDependency"
    assert len(microsoft.calendar(OFFICE)) == 2


def check_failures_take_turns(microsoft: Microsoft) -> None:
    microsoft.fault(fault="error", times=15)
    reads = [microsoft.graph("GET", EVENTS).status_code for _ in range(4)]
    writes = [microsoft.graph("POST", EVENTS, meeting()).status_code for _ in range(5)]
    assert sorted(reads) == [500, 502, 503, 504]
    assert sorted(writes) == [500, 502, 503, 504, 507]
    microsoft.control("POST", "faults", {"clear": True})
    assert microsoft.calendar(OFFICE) == [], "nothing was done"


def check_no_room(microsoft: Microsoft) -> None:
    microsoft.fault(fault="error", status=507)
    assert microsoft.graph("GET", EVENTS).status_code == 200, "reading needs no room"
    full = microsoft.graph("POST", EVENTS, meeting())
    assert refusal(full) == (507, "InsufficientStorage")


def check_schedules_past_the_scope(microsoft: Microsoft) -> None:
    allow(microsoft, NARROW_APP, schedules="tenant")
    row = entries(microsoft, CHAIR, client_id=NARROW_APP)[CHAIR]
    assert row.get("availabilityView") == "0000"


def check_schedules_in_scope_only(microsoft: Microsoft) -> None:
    rows = entries(microsoft, OFFICE, CHAIR, client_id=NARROW_APP)
    assert rows[OFFICE]["availabilityView"] == "0000"
    assert "availabilityView" not in rows[CHAIR] and "error" in rows[CHAIR], "unknown is never free"


def check_places_unscoped(microsoft: Microsoft) -> None:
    places = microsoft.graph("GET", "/places/microsoft.graph.room", client_id=NARROW_APP).json()["value"]
    assert [row["emailAddress"] for row in places] == [ROOM]
