"""GOV.UK Notify as its own client sees it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from notifications_python_client.errors import HTTPError
from notify_process import EMAIL, HOME, LETTER, TEXT, NotifyProcess

from emulators.notify.account import API_KEY
from emulators.notify.faults import OPERATIONS, FaultKind

README = Path(__file__).parents[2] / "emulators" / "README.md"


@pytest.fixture(scope="module")
def one_notify(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotifyProcess]:
    running = NotifyProcess(tmp_path_factory.mktemp("notify"))
    yield running
    assert running.stop() == 0


@pytest.fixture
def notify(one_notify: NotifyProcess) -> NotifyProcess:
    one_notify.control("reset", {})
    return one_notify


def _text(notify: NotifyProcess, number: str = "+447700900123", reference: str = "r-1") -> dict[str, Any]:
    sent: dict[str, Any] = notify.client().send_sms_notification(number, TEXT, {"message": "Come."}, reference)
    return sent


def test_each_kind_is_taken_and_found_again(notify: NotifyProcess) -> None:
    client = notify.client()
    text = _text(notify)
    email = client.send_email_notification("m@example.org", EMAIL, {"subject": "A", "message": "B"}, "r-2")
    letter = client.send_letter_notification(LETTER, {**HOME, "subject": "A", "message": "B"}, "r-3")
    assert text["content"] == {"body": "Come."} and email["content"] == {"body": "B", "subject": "A"}
    shown = client.get_notification_by_id(letter["id"])
    assert (shown["line_1"], shown["line_3"], shown["line_4"]) == ("Robin Made-Up", "NO1 4QX", None)
    assert shown["status"] == "received"
    assert client.get_notification_by_id(text["id"])["status"] == "delivered"
    found = client.get_all_notifications(reference="r-2")["notifications"]
    assert [one["id"] for one in found] == [email["id"]]
    assert client.get_all_notifications(reference="nobody's")["notifications"] == []
    assert [one["reference"] for one in client.get_all_notifications_iterator()] == ["r-3", "r-2", "r-1"]


@pytest.mark.parametrize(
    ("number", "status"), [("07700900003", "temporary-failure"), ("+447700900002", "permanent-failure")]
)
def test_numbers_that_fail(notify: NotifyProcess, number: str, status: str) -> None:
    assert notify.client().get_notification_by_id(_text(notify, number)["id"])["status"] == status


def test_statuses_advance_with_the_clock(tmp_path: Path) -> None:
    slow = NotifyProcess(tmp_path, step=60)
    slow.control("clock", {"now": "2026-06-01T09:00:00Z"})
    sent = _text(slow)
    seen = [slow.client().get_notification_by_id(sent["id"])["status"]]
    for _ in range(3):
        slow.control("clock", {"advance": 60})
        seen.append(slow.client().get_notification_by_id(sent["id"])["status"])
    assert seen == ["created", "sending", "delivered", "delivered"]
    assert slow.stop() == 0


def test_an_ordered_status_stays(notify: NotifyProcess) -> None:
    sent = _text(notify)
    notify.control("status", {"id": sent["id"], "status": "sending"})
    assert notify.client().get_notification_by_id(sent["id"])["status"] == "sending"


@pytest.mark.parametrize(
    ("send", "error"),
    [
        (lambda c: c.send_sms_notification("12", TEXT, {"message": "x"}), "ValidationError"),
        (lambda c: c.send_sms_notification("07700900123", EMAIL, {"message": "x"}), "BadRequestError"),
        (lambda c: c.send_sms_notification("07700900123", TEXT), "BadRequestError"),
        (lambda c: c.send_sms_notification("07700900123", TEXT, {"message": "x" * 919}), "BadRequestError"),
        (lambda c: c.send_email_notification("nobody", EMAIL, {"subject": "a", "message": "x"}), "ValidationError"),
        (
            lambda c: c.send_letter_notification(LETTER, {"address_line_1": "NO1 4QX", "subject": "a", "message": "x"}),
            "ValidationError",
        ),
        (
            lambda c: c.send_letter_notification(
                LETTER, HOME | {"address_line_3": "Northtown", "subject": "a", "message": "x"}
            ),
            "ValidationError",
        ),
    ],
)
def test_what_is_not_right_is_refused(notify: NotifyProcess, send: Any, error: str) -> None:
    with pytest.raises(HTTPError) as refused:
        send(notify.client())
    assert refused.value.status_code == 400 and refused.value.message[0]["error"] == error
    assert notify.ledger() == []


def test_another_key_is_refused(notify: NotifyProcess) -> None:
    with pytest.raises(HTTPError) as refused:
        notify.client(API_KEY[:-4] + "0000").get_all_notifications()
    assert refused.value.status_code == 403


def test_trial_reaches_the_team_alone(notify: NotifyProcess) -> None:
    notify.control("limits", {"trial": True, "team": ["+447700900111"]})
    with pytest.raises(HTTPError):
        _text(notify)
    _text(notify, "07700 900111")
    assert len(notify.ledger()) == 1


@pytest.mark.parametrize(
    ("limits", "error"), [({"a_minute": 1}, "RateLimitError"), ({"a_day": {"sms": 1}}, "TooManyRequestsError")]
)
def test_limits(notify: NotifyProcess, limits: dict[str, object], error: str) -> None:
    _text(notify)
    notify.control("limits", limits)
    with pytest.raises(HTTPError) as refused:
        _text(notify)
    assert refused.value.status_code == 429 and refused.value.message[0]["error"] == error


@pytest.mark.parametrize("kind", sorted(set(FaultKind) - {FaultKind.SLOW}))
def test_a_fault_happens_once(notify: NotifyProcess, kind: FaultKind) -> None:
    notify.fault(kind, operation="send")
    with pytest.raises(HTTPError):
        _text(notify)
    assert len(notify.ledger()) == (1 if kind is FaultKind.LOST_REPLY else 0)
    _text(notify, reference="r-again")
    assert notify.ledger()[-1]["reference"] == "r-again"


def test_kill_keeps_what_was_answered(tmp_path: Path) -> None:
    own = NotifyProcess(tmp_path)
    sent = _text(own)
    own.kill()
    own.start()
    assert own.client().get_notification_by_id(sent["id"])["reference"] == "r-1"
    assert own.stop() == 0
    assert "7700900123" not in (tmp_path / "log").read_text()


def test_the_readme_names_every_fault_and_call() -> None:
    text = README.read_text()
    calls = {"messages", "status", "limits"}
    missing = [name for name in (*FaultKind, *OPERATIONS) if f"`{name}`" not in text]
    assert missing == [] and [call for call in calls if f"/_emulator/{call}" not in text] == []
