"""Subscriptions beyond their habits: what is refused, who may, and what can go wrong with notices on demand."""

from datetime import UTC, datetime, timedelta

import pytest
from check_notifying import at_nine, send, subscribe, subscribed
from meetings import EVENTS, create, refusal
from microsoft_process import CHAIR, NARROW_APP, Microsoft, wait_for
from receiver import receiver

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_told_in_the_background(microsoft: Microsoft) -> None:
    with receiver() as to:
        subscribed(microsoft, to, expirationDateTime=TOMORROW)
        event = create(microsoft)
        wait_for(lambda: to.notices())
        assert to.notices()[0]["resourceData"]["id"] == event["id"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"notificationUrl": "https://council.example/notices"},
        {"notificationUrl": None},
        {"changeType": "moved"},
        {"clientState": "x" * 129},
        {"resource": "users/x/messages"},
        {"expirationDateTime": None},
        {"expirationDateTime": "2026-06-01T08:00:00Z"},
        {"surprise": 1},
    ],
)
def test_wrong_subscriptions_are_refused(microsoft: Microsoft, wrong: dict[str, object]) -> None:
    with at_nine(microsoft) as to:
        assert subscribe(microsoft, to, **wrong).status_code == 400
        assert to.tokens == []


def test_only_mailboxes_in_reach_and_only_own_subscriptions(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        nobody = subscribe(microsoft, to, resource="users/nobody@council.example/events")
        assert refusal(nobody) == (404, "ErrorInvalidUser")
        own = subscribed(microsoft, to, resource=f"users/{CHAIR}/events")
        outside = {"resource": f"users/{CHAIR}/events", "changeType": "created", "notificationUrl": to.url}
        asked = microsoft.graph(
            "POST", "/subscriptions", {**outside, "expirationDateTime": TOMORROW}, client_id=NARROW_APP
        )
        assert refusal(asked) == (403, "ErrorAccessDenied")
        path = f"/subscriptions/{own['id']}"
        assert microsoft.graph("GET", path, client_id=NARROW_APP).status_code == 404
        assert microsoft.graph("PATCH", path, {"clientState": "other"}).status_code == 400
        assert microsoft.graph("DELETE", path).status_code == 204
        assert microsoft.graph("GET", path).status_code == 404


def test_an_attendees_mailbox_and_only_the_kinds_asked_for(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        subscribed(microsoft, to, resource=f"users/{CHAIR}/events", changeType="updated")
        event = create(microsoft, CHAIR)
        send(microsoft)
        assert to.notices() == []
        microsoft.graph("PATCH", f"{EVENTS}/{event['id']}", {"subject": "Permanence planning meeting R-105"})
        send(microsoft)
        assert [notice["changeType"] for notice in to.notices()] == ["updated"]


def test_a_lifecycle_notice_for_one_subscription(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        own = subscribed(microsoft, to)
        to.status = 503
        create(microsoft)
        send(microsoft)
        with microsoft.session() as session:
            wrong = session.post(f"{microsoft.url}/_emulator/notify", json={"lifecycle": "gone"}, timeout=10)
        assert wrong.status_code == 400 and "subscriptionRemoved" in wrong.text
        send(microsoft, lifecycle="missed", subscription=own["id"])
        assert [path for path, _ in to.posts] == ["/notices", "/lifecycle"]
