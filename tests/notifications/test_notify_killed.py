"""A process killed while GOV.UK Notify is about to take its text, which is taken and not sent again."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from servicekit.launcher import ServiceDatabase
from services.notifications.domain.notify_message import SHOWN_WITHIN
from tests.emulators.notify_process import NotifyProcess
from tests.notifications import text_once
from tests.notifications.text_once import NOW, text
from tests.servicekit.eventually import eventually


@pytest.fixture
def notify(tmp_path: Path) -> Iterator[NotifyProcess]:
    running = NotifyProcess(tmp_path / "notify")
    yield running
    assert running.stop() == 0


async def test_a_kill_between_asking_and_hearing_sends_one_text(tables: ServiceDatabase, notify: NotifyProcess) -> None:
    council_id = uuid4()
    notify.fault("slow", operation="send", seconds=3)
    arguments = (tables.app_url, notify.url, str(council_id))
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", text_once.__name__, *arguments)

    async def is_asked() -> bool:
        return not notify.control("faults")["faults"]

    async def is_taken() -> bool:
        return bool(notify.ledger())

    await eventually(is_asked, seconds=30)
    process.kill()
    assert await process.wait() != 0
    assert not await text(tables.app_url, notify.url, council_id, NOW + SHOWN_WITHIN / 2), "it may still be shown"
    await eventually(is_taken)
    assert await text(tables.app_url, notify.url, council_id, NOW + SHOWN_WITHIN)
    assert len(notify.ledger()) == 1
