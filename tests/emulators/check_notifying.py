"""Items 27 to 29 of the fidelity list: subscriptions and what they bring."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from meetings import EVENTS, LATER, change, create, refusal
from microsoft_process import CHAIR, OFFICE, Microsoft
from receiver import Receiver, receiver

from emulators.graph.body_schema import entity_validator

SUBSCRIPTION = entity_validator("subscription")
NOW = "2026-06-01T09:00:00Z"
SIX_DAYS = "2026-06-07T09:00:00Z"


def subscribe(microsoft: Microsoft, to: Receiver, **more: object) -> requests.Response:
    asked = {
        "changeType": "created,updated,deleted",
        "notificationUrl": f"{to.url}/notices",
        "lifecycleNotificationUrl": f"{to.url}/lifecycle",
        "resource": f"users/{OFFICE}/events",
        "expirationDateTime": SIX_DAYS,
        "clientState": "made-up-state",
    }
    return microsoft.graph("POST", "/subscriptions", {**asked, **more})


def subscribed(microsoft: Microsoft, to: Receiver, **more: object) -> dict[str, Any]:
    answer = subscribe(microsoft, to, **more)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    SUBSCRIPTION.validate(made)
    return made


def send(microsoft: Microsoft, **order: object) -> dict[str, int]:
    counts: dict[str, int] = microsoft.control("POST", "notify", order)
    return counts


@contextmanager
def at_nine(microsoft: Microsoft) -> Iterator[Receiver]:
    """A receiver, at a fixed time; notices go out only when the test says so."""
    microsoft.clock(now=NOW)
    microsoft.fault(fault="notification_held")
    with receiver() as to:
        yield to


def check_handshake(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        subscribed(microsoft, to)
        assert len(to.tokens) == 2, "both URLs must show themselves"
        assert all("%3A" in token or "+" in token for token in to.tokens), "the token is encoded"
        assert to.content_types == ["text/plain; charset=utf-8"] * 2


def check_handshake_by_plain_text(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        to.content_type = "application/json"
        assert refusal(subscribe(microsoft, to)) == (400, "ValidationError")
        to.content_type, to.shows = "text/plain", '"{token}"'
        assert refusal(subscribe(microsoft, to)) == (400, "ValidationError")
        assert microsoft.graph("GET", "/subscriptions").json()["value"] == []


def check_handshake_in_time(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        to.silent = True
        assert refusal(subscribe(microsoft, to)) == (400, "ValidationError")


def check_notices(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        own = subscribed(microsoft, to)
        event = create(microsoft, CHAIR)
        send(microsoft)
        change(microsoft, event, LATER)
        send(microsoft)
        microsoft.graph("DELETE", f"{EVENTS}/{event['id']}")
        send(microsoft)
        assert [notice["changeType"] for notice in to.notices()] == ["created", "updated", "deleted"]
        for notice in to.notices():
            assert notice["subscriptionId"] == own["id"] and notice.get("clientState") == "made-up-state"
            assert notice["subscriptionExpirationDateTime"] == own["expirationDateTime"]
            assert notice["resourceData"]["id"] == event["id"], "an immutable id, as the subscription asked"
            assert notice["resource"] == notice["resourceData"]["@odata.id"]


def check_notices_together(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        both = {subscribed(microsoft, to)["id"], subscribed(microsoft, to)["id"]}
        create(microsoft)
        send(microsoft)
        assert len(to.posts) == 1, "one POST for all subscriptions of a receiver"
        assert {notice["subscriptionId"] for notice in to.notices()} == both


def check_retried(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        subscribed(microsoft, to)
        create(microsoft)
        to.status = 503
        assert send(microsoft) == {"taken": 0, "refused": 1, "waiting": 1}
        to.status = 202
        assert send(microsoft)["taken"] == 0, "not at once"
        microsoft.clock(advance=60)
        assert send(microsoft) == {"taken": 1, "refused": 0, "waiting": 0}
        assert to.notices()[0] == to.notices()[1], "the same notice again"


def check_slow_receiver(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        subscribed(microsoft, to)
        create(microsoft)
        to.silent = True
        assert send(microsoft)["waiting"] == 1


def check_given_up(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        own = subscribed(microsoft, to)
        create(microsoft)
        to.status = 500
        send(microsoft)
        microsoft.clock(advance=4 * 3600)
        send(microsoft)
        to.status = 202
        send(microsoft)
        assert [notice["lifecycleEvent"] for notice in to.notices("/lifecycle")] == ["missed"]
        assert to.notices("/lifecycle")[0]["subscriptionId"] == own["id"]


def check_notices_in_disorder(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        subscribed(microsoft, to)
        microsoft.fault(fault="notification_repeated", copies=4)
        first, second = create(microsoft)["id"], create(microsoft)["id"]
        microsoft.fault(fault="notification_reordered")
        assert send(microsoft)["taken"] == 5
        assert [notice["resourceData"]["id"] for notice in to.notices()] == [second, *[first] * 4]
        microsoft.fault(fault="notification_wrong_state")
        create(microsoft)
        send(microsoft)
        assert to.notices()[-1]["clientState"] != "made-up-state"
        microsoft.fault(fault="notification_lost")
        create(microsoft)
        assert send(microsoft) == {"taken": 0, "refused": 0, "waiting": 0}
        microsoft.fault(fault="notification_late", seconds=90)
        create(microsoft)
        assert send(microsoft) == {"taken": 0, "refused": 0, "waiting": 1}
        microsoft.clock(advance=90)
        assert send(microsoft)["taken"] == 1


def check_lifecycle(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        own = f"/subscriptions/{subscribed(microsoft, to)['id']}"
        for lifecycle in ("missed", "reauthorizationRequired"):
            send(microsoft, lifecycle=lifecycle)
        create(microsoft)
        send(microsoft)
        assert to.notices() == [], "silent until it is authorised again"
        assert microsoft.graph("POST", own + "/reauthorize").status_code == 204
        create(microsoft)
        send(microsoft)
        assert len(to.notices()) == 1
        send(microsoft, lifecycle="subscriptionRemoved")
        assert refusal(microsoft.graph("GET", own)) == (404, "ResourceNotFound")
        told = [notice["lifecycleEvent"] for notice in to.notices("/lifecycle")]
        assert told == ["missed", "reauthorizationRequired", "subscriptionRemoved"]


def check_expiry(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        own = f"/subscriptions/{subscribed(microsoft, to)['id']}"
        microsoft.clock(now="2026-06-07T08:59:00Z")
        renewed = microsoft.graph("PATCH", own, {"expirationDateTime": "2026-06-08T09:00:00Z"})
        assert renewed.json()["expirationDateTime"] == "2026-06-08T09:00:00.0000000Z"
        microsoft.clock(now="2026-06-08T09:00:00Z")
        create(microsoft)
        send(microsoft)
        assert to.notices() == [] and refusal(microsoft.graph("GET", own)) == (404, "ResourceNotFound")


def check_short_is_raised(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        made = subscribed(microsoft, to, expirationDateTime="2026-06-01T09:05:00Z")
        assert made["expirationDateTime"] == "2026-06-01T09:45:00.0000000Z"


def check_long_is_refused(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        subscribed(microsoft, to, expirationDateTime="2026-06-08T09:00:00Z")
        longer = subscribe(microsoft, to, expirationDateTime="2026-06-08T09:00:01Z")
        assert refusal(longer) == (400, "ExtensionError")


def check_duplicate(microsoft: Microsoft) -> None:
    with at_nine(microsoft) as to:
        first, second = subscribed(microsoft, to), subscribe(microsoft, to)
        assert second.status_code == 201 and second.json()["id"] != first["id"], "the same again makes two"
        assert len(microsoft.graph("GET", "/subscriptions").json()["value"]) == 2
