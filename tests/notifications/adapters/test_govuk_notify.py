"""GOV.UK Notify through its own client, against the emulator: what is certain, and no word of what was sent."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from emulators.notify.account import API_KEY
from services.notifications.adapters.govuk_notify import GovukNotify, NotifyAccount
from services.notifications.domain.delivery_fault import Gone, OutcomeUnknown, Refused, Unreachable
from services.notifications.domain.notify_message import NotifyMessage
from services.notifications.domain.route import Route
from tests.emulators.notify_process import EMAIL, LETTER, TEXT, NotifyProcess

TEMPLATES = {Route.TEXT: TEXT, Route.LETTER: LETTER, Route.NOTIFY_EMAIL: EMAIL}
MESSAGE = NotifyMessage(Route.TEXT, "+447700900123", "Meeting · M-1", "Come.", f"{uuid4()}.0")
POST = "Robin Made-Up\n7 Quarry Lane\nNO1 4QX"


@pytest.fixture(scope="module")
def one_notify(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotifyProcess]:
    running = NotifyProcess(tmp_path_factory.mktemp("notify"))
    yield running
    assert running.stop() == 0


@pytest.fixture
def process(one_notify: NotifyProcess) -> NotifyProcess:
    one_notify.control("reset", {})
    return one_notify


@pytest.fixture
def notify(process: NotifyProcess) -> GovukNotify:
    return GovukNotify(NotifyAccount(process.url, API_KEY, TEMPLATES, seconds=5.0))


@pytest.mark.parametrize(
    ("route", "address", "kind", "status"),
    [
        (Route.TEXT, "+447700900123", "sms", "delivered"),
        (Route.NOTIFY_EMAIL, "carer@example.org", "email", "delivered"),
        (Route.LETTER, POST, "letter", "received"),
    ],
)
async def test_each_route_is_taken_and_found(
    notify: GovukNotify, process: NotifyProcess, route: Route, address: str, kind: str, status: str
) -> None:
    message = replace(MESSAGE, route=route, address=address)
    taken = await notify.send(message)
    [row] = process.ledger()
    assert (row["type"], row["body"], row["reference"]) == (kind, "Come.", message.reference)
    assert row["subject"] == (None if kind == "sms" else "Meeting · M-1")
    assert kind != "letter" or [row["line_1"], row["line_2"], row["line_3"], row["line_4"]] == [*POST.split("\n"), None]
    assert await notify.find(message.reference) == taken
    assert await notify.find("another's") is None
    assert await notify.status(taken) == status


@pytest.mark.parametrize(
    ("fault", "raised", "reason"),
    [
        ("rate_limit", Unreachable, "RATE_LIMIT_ERROR"),
        ("day_limit", Unreachable, "TOO_MANY_REQUESTS_ERROR"),
        ("down", OutcomeUnknown, "SERVICE_UNAVAILABLE"),
        ("error", OutcomeUnknown, "EXCEPTION"),
        ("timeout", OutcomeUnknown, "NO_ANSWER"),
        ("lost_reply", OutcomeUnknown, "NO_ANSWER"),
    ],
)
async def test_faults_of_sending(
    notify: GovukNotify, process: NotifyProcess, fault: str, raised: type[Exception], reason: str
) -> None:
    process.fault(fault, operation="send")
    with pytest.raises(raised) as told:
        await notify.send(MESSAGE)
    assert str(told.value) == reason
    found = await notify.find(MESSAGE.reference)
    assert (found is not None) is (fault == "lost_reply")


async def test_a_slow_answer_is_unknown(process: NotifyProcess) -> None:
    impatient = GovukNotify(NotifyAccount(process.url, API_KEY, TEMPLATES, seconds=0.2))
    process.fault("timeout", operation="send", seconds=2)
    with pytest.raises(OutcomeUnknown):
        await impatient.send(MESSAGE)


@pytest.mark.parametrize("fault", ["down", "error", "timeout", "rate_limit"])
async def test_nobody_looked_where_reading_failed(notify: GovukNotify, process: NotifyProcess, fault: str) -> None:
    process.fault(fault, operation="list")
    with pytest.raises(Unreachable):
        await notify.find(MESSAGE.reference)
    process.fault(fault, operation="read")
    with pytest.raises(Unreachable):
        await notify.status(uuid4())


async def test_refusals_hold_a_code_and_nothing_of_the_person(notify: GovukNotify) -> None:
    with pytest.raises(Refused) as wrong:
        await notify.send(replace(MESSAGE, address="12"))
    assert str(wrong.value) == "VALIDATION_ERROR" and wrong.value.__cause__ is None
    with pytest.raises(Refused) as post:
        await notify.send(replace(MESSAGE, route=Route.LETTER, address="7 Quarry Lane\nNorthtown"))
    assert str(post.value) == "VALIDATION_ERROR"
    with pytest.raises(Gone):
        await notify.status(uuid4())


async def test_trial_mode_is_a_refusal(notify: GovukNotify, process: NotifyProcess) -> None:
    process.control("limits", {"trial": True, "team": []})
    with pytest.raises(Refused) as refused:
        await notify.send(MESSAGE)
    assert str(refused.value) == "BAD_REQUEST_ERROR" and process.ledger() == []


async def test_another_services_key_is_refused(process: NotifyProcess) -> None:
    stranger = GovukNotify(NotifyAccount(process.url, API_KEY[:-4] + "0000", TEMPLATES))
    with pytest.raises(Refused) as refused:
        await stranger.send(MESSAGE)
    assert str(refused.value) == "AUTH_ERROR" and API_KEY not in repr(stranger)


async def test_no_connection_is_certain() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = GovukNotify(NotifyAccount(f"http://127.0.0.1:{taken.getsockname()[1]}", API_KEY, TEMPLATES))
        with pytest.raises(Unreachable):
            await nobody.send(MESSAGE)
