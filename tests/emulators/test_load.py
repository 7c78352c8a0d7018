"""Batches, failures and scope beyond their habits."""

import pytest
from check_load import allow, answers, batch, read, write
from meetings import EVENTS, create, refusal
from microsoft_process import CHAIR, NARROW_APP, OFFICE, SECRET_APP, Microsoft, meeting


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [{"id": "1", "method": "GET"}],
        [{**read(), "id": "1"}, {**read(), "id": "1"}],
        [{"id": "1", "method": "POST", "url": EVENTS, "body": {}}],
        [{**read(), "id": "1", "dependsOn": ["2"]}, {**read(), "id": "2"}],
        [{"id": "1", "method": "POST", "url": "/$batch", "headers": {"Content-Type": "application/json"}, "body": {}}],
        [{"id": "1", "method": "GET", "url": "https://graph.example/v1.0/users"}],
    ],
)
def test_wrong_batches(microsoft: Microsoft, steps: list[dict[str, object]]) -> None:
    assert refusal(microsoft.graph("POST", "/$batch", {"requests": steps})) == (400, "BadRequest")
    assert microsoft.calendar(OFFICE) == []


def test_a_batch_is_logged_with_all_that_it_asked(microsoft: Microsoft) -> None:
    got = answers(microsoft, write(meeting(CHAIR)), read())
    assert got["1"]["status"] == 201 and got["1"]["body"]["subject"].startswith("Permanence")
    rows = microsoft.control("GET", "requests")["requests"]
    assert sorted(row["operation"] for row in rows) == ["batch", "create", "list"]


def test_a_lost_answer_in_a_batch_is_a_504_and_may_be_done(microsoft: Microsoft) -> None:
    microsoft.fault(fault="lost_reply", operation="create")
    got = answers(microsoft, write(meeting(CHAIR)))
    assert got["1"]["status"] == 504 and len(microsoft.calendar(OFFICE)) == 1


def test_a_batch_needs_a_token(microsoft: Microsoft) -> None:
    with microsoft.session() as session:
        assert session.post(f"{microsoft.url}/v1.0/$batch", json={"requests": [read()]}).status_code == 401
    microsoft.fault(fault="down", times=1, operation="batch")
    assert batch(microsoft, read()).status_code == 503


def test_two_apps_have_a_share_each(microsoft: Microsoft) -> None:
    allow(microsoft, SECRET_APP, requests_in_ten_minutes=1)
    assert [microsoft.graph("GET", EVENTS).status_code for _ in range(2)] == [200, 429]
    assert microsoft.graph("GET", EVENTS, client_id=NARROW_APP).status_code == 200
    microsoft.control("POST", "reset", {})
    assert microsoft.graph("GET", EVENTS).status_code == 200, "reset forgets what was asked"


def test_scope_holds_for_writing(microsoft: Microsoft) -> None:
    event = create(microsoft, CHAIR)
    (copy,) = microsoft.calendar(CHAIR)
    outside = f"/users/{CHAIR}/events"
    for method, path in (("POST", ""), ("PATCH", f"/{copy['id']}"), ("DELETE", f"/{copy['id']}")):
        body = meeting() if method == "POST" else {}
        answer = microsoft.graph(method, outside + path, body, client_id=NARROW_APP)
        assert refusal(answer) == (403, "ErrorAccessDenied")
    own = microsoft.graph("PATCH", f"{EVENTS}/{event['id']}", {"subject": "Two"}, client_id=NARROW_APP)
    assert own.status_code == 200
