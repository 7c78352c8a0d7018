"""Whoever hangs keeps its own threads and nobody else's."""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

import pytest
from notifications_python_client.notifications import NotificationsAPIClient

from services.notifications.adapters import govuk_notify
from services.notifications.adapters.govuk_notify import GovukNotify, NotifyAccount
from services.notifications.adapters.imap_mailbox import ImapMailbox, ImapSecurity, ImapServer
from services.notifications.domain.delivery_fault import Unreachable
from services.notifications.domain.notify_message import NotifyMessage
from services.notifications.domain.route import Route
from tests.servicekit.eventually import eventually

NOBODY = 1
"""A port on which nothing listens."""
RECEIPT = uuid4()
KEY = "demo-00000000-0000-0000-0000-000000000001-00000000-0000-0000-0000-000000000002"


@pytest.fixture
async def _hanging() -> AsyncIterator[None]:
    """Everybody's threads are held by somebody."""
    end = threading.Event()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    held = asyncio.ensure_future(asyncio.to_thread(end.wait))
    await asyncio.sleep(0)
    yield
    end.set()
    await held


@pytest.mark.usefixtures("_hanging")
async def test_the_mailbox_is_read_by_threads_of_its_own() -> None:
    mailbox = ImapMailbox(ImapServer("127.0.0.1", NOBODY, "robin", "x", ImapSecurity.NONE))
    with pytest.raises(Unreachable):
        async with asyncio.timeout(10):
            await mailbox.read(None)


@pytest.mark.usefixtures("_hanging")
async def test_notify_is_asked_by_threads_of_its_own() -> None:
    notify = GovukNotify(NotifyAccount(f"http://127.0.0.1:{NOBODY}", KEY, {}))
    with pytest.raises(Unreachable):
        async with asyncio.timeout(10):
            await notify.find("x.0")


async def test_what_somebody_broken_off_is_still_handing_over_is_not_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, end = threading.Event(), threading.Event()

    def slow(client: object, template: str, message: NotifyMessage) -> dict[str, str]:
        begun.set()
        end.wait()
        return {"id": str(RECEIPT)}

    monkeypatch.setattr(govuk_notify, "_send", slow)
    monkeypatch.setattr(NotificationsAPIClient, "get_all_notifications", lambda *_, **__: {"notifications": []})
    notify = GovukNotify(NotifyAccount(f"http://127.0.0.1:{NOBODY}", KEY, {Route.TEXT: "t"}))
    sending = asyncio.ensure_future(notify.send(NotifyMessage(Route.TEXT, "+447700900123", "", "Come.", "x.0")))
    await asyncio.to_thread(begun.wait)
    sending.cancel()
    await asyncio.wait({sending})
    try:
        with pytest.raises(Unreachable):
            await notify.find("x.0")
        assert await notify.find("x.1") is None
    finally:
        end.set()

    async def is_over() -> bool:
        with suppress(Unreachable):
            return await notify.find("x.0") is None
        return False

    await eventually(is_over)
