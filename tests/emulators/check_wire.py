"""Items 1 to 9 and 33 of the fidelity list."""

from meetings import DELTA, EVENTS, change, create, outlook, read, refusal
from microsoft_process import CHAIR, NARROW_APP, OFFICE, ROOM, Microsoft, meeting

TIMES = {
    "startTime": {"dateTime": "2026-06-10T10:00:00", "timeZone": "Europe/London"},
    "endTime": {"dateTime": "2026-06-10T12:00:00", "timeZone": "Europe/London"},
}
SCHEDULE = f"/users/{OFFICE}/calendar/getSchedule"


def check_bearer(microsoft: Microsoft) -> None:
    with microsoft.session() as session:
        for headers in ({}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic eA=="}):
            answer = session.get(f"{microsoft.url}/v1.0{EVENTS}", headers=headers)
            assert refusal(answer) == (401, "InvalidAuthenticationToken")


def check_scope(microsoft: Microsoft) -> None:
    assert microsoft.graph("GET", EVENTS, client_id=NARROW_APP).status_code == 200
    outside = microsoft.graph("GET", f"/users/{CHAIR}/events", client_id=NARROW_APP)
    assert refusal(outside) == (403, "ErrorAccessDenied")


def check_unknown_user(microsoft: Microsoft) -> None:
    unknown = microsoft.graph("GET", "/users/nobody@council.example/events")
    assert refusal(unknown) == (404, "ErrorInvalidUser")


def check_unknown_event(microsoft: Microsoft) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        answer = microsoft.graph(method, EVENTS + "/nothing", {} if method == "PATCH" else None)
        assert refusal(answer) == (404, "ErrorItemNotFound")


def check_error_body(microsoft: Microsoft) -> None:
    answer = microsoft.graph("GET", EVENTS + "/nothing")
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "innerError"}
    assert set(error["innerError"]) == {"date", "request-id", "client-request-id"}
    assert error["innerError"]["request-id"] == answer.headers["request-id"]


def check_request_ids(microsoft: Microsoft) -> None:
    ids = set()
    for path in (EVENTS, EVENTS + "/nothing"):
        answer = microsoft.graph("GET", path, client_request_id="mine")
        assert answer.headers["client-request-id"] == "mine"
        ids.add(answer.headers["request-id"])
    assert len(ids) == 2


def check_statuses(microsoft: Microsoft) -> None:
    events = [microsoft.graph("POST", EVENTS, meeting(CHAIR)) for _ in range(2)]
    assert [answer.status_code for answer in events] == [201, 201]
    first, second = (f"{EVENTS}/{answer.json()['id']}" for answer in events)
    assert microsoft.graph("PATCH", first, {"subject": "Two"}).status_code == 200
    cancelled = microsoft.graph("POST", first + "/cancel", {"comment": ""})
    assert (cancelled.status_code, cancelled.content) == (202, b"")
    deleted = microsoft.graph("DELETE", second)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert microsoft.graph("POST", SCHEDULE, {"schedules": [CHAIR], **TIMES}).status_code == 200
    assert microsoft.graph("GET", DELTA).status_code == 200


def check_context(microsoft: Microsoft) -> None:
    event = create(microsoft)
    answers = [microsoft.graph("GET", path) for path in (f"{EVENTS}/{event['id']}", EVENTS, DELTA)]
    for answer in (event, *(answer.json() for answer in answers)):
        assert answer.get("@odata.context", "").startswith(f"{microsoft.url}/v1.0/$metadata#")


def check_entity_tag(microsoft: Microsoft) -> None:
    event = create(microsoft)
    changed = change(microsoft, event, {"subject": "Two"}).json()
    for seen in (event, changed):
        assert seen["@odata.etag"] == f'W/"{seen["changeKey"]}"'
    assert changed["changeKey"] != event["changeKey"] and read(microsoft, event) == changed


def check_times_in_utc(microsoft: Microsoft) -> None:
    event = create(microsoft)
    assert event["start"] == {"dateTime": "2026-06-10T09:00:00.0000000", "timeZone": "UTC"}
    assert event["originalStartTimeZone"] == "Europe/London"


def check_time_zone_preference(microsoft: Microsoft) -> None:
    event = create(microsoft)
    for zone in ("Europe/London", "GMT Standard Time"):
        prefer = f'IdType="ImmutableId", outlook.timezone="{zone}"'
        answer = microsoft.graph("GET", f"{EVENTS}/{event['id']}", Prefer=prefer)
        assert answer.json()["start"] == {"dateTime": "2026-06-10T10:00:00.0000000", "timeZone": zone}
        assert answer.headers["Preference-Applied"] == f'outlook.timezone="{zone}"'


def check_fraction_digits(microsoft: Microsoft) -> None:
    event = create(microsoft)
    assert [event[side]["dateTime"][19:] for side in ("start", "end")] == [".0000000", ".0000000"]


def check_zone_names(microsoft: Microsoft) -> None:
    for zone, hour in (("Europe/London", 9), ("GMT Standard Time", 9), ("Greenwich Standard Time", 10), ("UTC", 10)):
        times = {
            side: {"dateTime": f"2026-06-10T{at}:00:00", "timeZone": zone} for side, at in (("start", 10), ("end", 11))
        }
        assert create(microsoft, **times)["start"]["dateTime"].startswith(f"2026-06-10T{hour:02}:00")


def check_unknown_zone(microsoft: Microsoft) -> None:
    start = {"dateTime": "2026-06-10T10:00:00", "timeZone": "Mars/Olympus"}
    assert microsoft.graph("POST", EVENTS, meeting(start=start)).status_code == 400
    assert microsoft.graph("GET", EVENTS, Prefer='outlook.timezone="Mars/Olympus"').status_code == 400


def check_two_ids(microsoft: Microsoft) -> None:
    event = create(microsoft)
    plain = microsoft.graph("GET", f"{EVENTS}/{event['id']}", Prefer="").json()
    assert plain["id"] != event["id"] and plain["iCalUId"] == event["iCalUId"]
    assert microsoft.graph("GET", f"{EVENTS}/{plain['id']}").json()["id"] == event["id"]


def check_ids_after_a_move(microsoft: Microsoft) -> None:
    event = create(microsoft)
    old = microsoft.graph("GET", f"{EVENTS}/{event['id']}", Prefer="").json()["id"]
    new = outlook(microsoft, OFFICE, event, "move", folder="Old meetings")["plain_id"]
    statuses = [microsoft.graph("GET", f"{EVENTS}/{some}").status_code for some in (event["id"], new, old)]
    assert statuses == [200, 200, 404]


def check_ids_after_an_import(microsoft: Microsoft) -> None:
    marks = [{"id": "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name meetingId", "value": "m-1"}]
    event = create(microsoft, singleValueExtendedProperties=marks)
    token = microsoft.graph("GET", DELTA).json()["@odata.deltaLink"].removeprefix(microsoft.url + "/v1.0")
    outlook(microsoft, OFFICE, event, "reimport")
    assert refusal(microsoft.graph("GET", f"{EVENTS}/{event['id']}")) == (404, "ErrorItemNotFound")
    (kept,) = microsoft.calendar(OFFICE)
    assert kept["iCalUId"] == event["iCalUId"] and list(kept["extendedProperties"].values()) == ["m-1"]
    removed = {row["id"]: "@removed" in row for row in microsoft.graph("GET", token).json()["value"]}
    assert removed == {event["id"]: True, kept["id"]: False}


def check_case_of_ids(microsoft: Microsoft) -> None:
    event = create(microsoft)
    assert microsoft.graph("GET", f"{EVENTS}/{event['id'].swapcase()}").status_code == 404


def check_ids_of_another_mailbox(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    (copy,) = microsoft.calendar(CHAIR)
    assert copy["iCalUId"] == event["iCalUId"] and copy["id"] != event["id"]
    assert microsoft.graph("GET", f"/users/{CHAIR}/events/{event['id']}").status_code == 404


def check_pascal_case(microsoft: Microsoft) -> None:
    pascal = {name[:1].upper() + name[1:]: value for name, value in TIMES.items()}
    assert microsoft.graph("POST", SCHEDULE, {"Schedules": [CHAIR], **pascal}).status_code == 200
    event = create(microsoft)
    assert microsoft.graph("POST", f"{EVENTS}/{event['id']}/cancel", {"Comment": "No."}).status_code == 202


def check_function_forms(microsoft: Microsoft) -> None:
    for name in ("delta", "delta()", "microsoft.graph.delta()"):
        assert microsoft.graph("GET", DELTA.replace("delta", name)).status_code == 200
    for name in ("microsoft.graph.room", "graph.room"):
        rooms = microsoft.graph("GET", f"/places/{name}")
        assert rooms.status_code == 200 and [row["emailAddress"] for row in rooms.json()["value"]] == [ROOM]


def check_unknown_property(microsoft: Microsoft) -> None:
    for wrong in ({"hideAttendee": True}, {"sensitivity": "secret"}, {"showAs": "Busy"}):
        answer = microsoft.graph("POST", EVENTS, meeting(**wrong))
        assert refusal(answer) == (400, "RequestBodyRead")
    assert microsoft.calendar(OFFICE) == []


def check_body_rewritten(microsoft: Microsoft) -> None:
    assert create(microsoft)["body"]["content"].startswith("<html><head>")
    text = create(microsoft, body={"contentType": "text", "content": "One\n<two>"})["body"]
    assert text["contentType"] == "html" and "One<br>&lt;two&gt;" in text["content"]


def check_teams_block(microsoft: Microsoft) -> None:
    event = create(microsoft, isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")
    assert event["isOnlineMeeting"] and event["onlineMeeting"]["joinUrl"] in event["body"]["content"]


def check_token_runs_out(microsoft: Microsoft) -> None:
    microsoft.clock(now="2026-06-01T09:00:00Z")
    sent = {"Authorization": f"Bearer {microsoft.token()}"}
    microsoft.clock(advance=3598)
    assert microsoft.graph("GET", EVENTS, **sent).status_code == 200
    microsoft.clock(advance=2)
    assert refusal(microsoft.graph("GET", EVENTS, **sent)) == (401, "InvalidAuthenticationToken")
    assert microsoft.graph("GET", EVENTS).status_code == 200
