"""Whoever hangs keeps its own threads and nobody else's."""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.notifications.adapters.govuk_notify import GovukNotify, NotifyAccount
from services.notifications.adapters.imap_mailbox import ImapMailbox, ImapSecurity, ImapServer
from services.notifications.domain.delivery_fault import Unreachable

NOBODY = 1
"""A port on which nothing listens."""
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
