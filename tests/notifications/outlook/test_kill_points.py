"""The process is killed at every system call of a sending that writes: nothing is lost, nobody is invited twice.

At the entry of each such call (strace) all that went before has had its effect and nothing else has, so that these are
all the places where a kill can make a difference. `make kill-points` tries every one, a test run every so many.
"""

import asyncio
import os
import shutil
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from servicekit.launcher import ServiceDatabase
from servicekit.postgres import connect_database
from tests.emulators.microsoft_process import OFFICE, Microsoft, make_certificate
from tests.notifications.adapters.drafts import MailSink
from tests.notifications.outlook.neighbours import ADDRESSES
from tests.notifications.outlook.send_once import meeting_of, send

WRITES = "write,writev,sendto,sendmsg,pwrite64"
EVERY = 1 if os.environ.get("PERMANENCE_EVERY_KILL_POINT") else 61

pytestmark = [
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
    pytest.mark.timeout(3600 if EVERY == 1 else 300),
]


@pytest.fixture(scope="module")
def microsoft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Microsoft]:
    running = Microsoft(tmp_path_factory.mktemp("kill-points"), make_certificate())
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailSink]:
    running = MailSink(tmp_path_factory.mktemp("kill-points-mail"))
    yield running
    assert running.stop() == 0


@dataclass
class Bench:
    """Runs sendings, whole or killed."""

    tables: ServiceDatabase
    microsoft: Microsoft
    sink: MailSink
    folder: Path

    async def send(self, council_id: UUID, doing: str) -> None:
        """In this process, whole; AssertionError where something waits afterwards."""
        ca, port = str(self.microsoft.ready["ca"]), str(self.sink.port)
        assert await send(self.tables.app_url, self.microsoft.url, ca, port, council_id, doing) == 0

    async def killed(self, council_id: UUID, doing: str, at: int) -> bool:
        """In a process of its own that is killed at its `at`th write; False where it had ended before."""
        inject = f"inject={WRITES}:signal=KILL:when={at}"
        return await self._under_strace(council_id, doing, Path("/dev/null"), "-e", inject) != 0

    async def _under_strace(self, council_id: UUID, doing: str, trace: Path, *more: str) -> int:
        command = ["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={WRITES}", *more, sys.executable]
        command += ["-m", send.__module__, self.tables.app_url, self.microsoft.url]
        command += [str(self.microsoft.ready["ca"]), str(self.sink.port), str(council_id), doing]
        process = await asyncio.create_subprocess_exec(*command)
        return await process.wait()

    async def points(self, doing: str, before: list[str]) -> int:
        """How many system calls of the sending's main thread write."""
        council_id, trace = uuid4(), self.folder / f"{doing}.trace"
        for earlier in before:
            await self.send(council_id, earlier)
        assert await self._under_strace(council_id, doing, trace) == 0
        threads = Counter(line.split()[0] for line in trace.read_text(errors="replace").splitlines())
        return max(threads.values())


@pytest.fixture
async def bench(tables: ServiceDatabase, microsoft: Microsoft, sink: MailSink, tmp_path: Path) -> AsyncIterator[Bench]:
    yield Bench(tables, microsoft, sink, tmp_path)


@pytest.mark.parametrize(("doing", "before"), [("book", []), ("move", ["book"]), ("cancel", ["book", "move"])])
async def test_a_kill_at_any_write_loses_and_doubles_nothing(
    bench: Bench, doing: str, before: list[str], record_property: Callable[[str, object], None]
) -> None:
    points, killed, repeats = await bench.points(doing, before), 0, 0
    for point in range(1, points + 1, EVERY):
        council_id = uuid4()
        for earlier in before:
            await bench.send(council_id, earlier)
        killed += await bench.killed(council_id, doing, point)
        await bench.send(council_id, doing)
        await _shows_the_truth(bench, council_id, doing, point)
        repeats += _repeated_mails(bench.sink, council_id)
    record_property(
        "kill points", f"{doing}: {killed} kills at {points} writes, {repeats} e-mails twice in equal bytes"
    )
    assert killed >= points // EVERY


async def _shows_the_truth(bench: Bench, council_id: UUID, doing: str, point: int) -> None:
    where, meeting = f"{doing} killed at write {point}", meeting_of(council_id, doing)
    live = [
        event
        for event in bench.microsoft.calendar(OFFICE)
        if event["subject"].endswith(meeting.reference) and not event["isCancelled"]
    ]
    on = Counter(one["address"] for event in live for one in event["attendees"])
    expected = {ADDRESSES[who]: 1 for who in ("chair", "worker", "mother")} if doing != "cancel" else {}
    assert on == expected, where
    assert {event["start"]["dateTime"][:16] for event in live} <= {meeting.start.strftime("%Y-%m-%dT%H:%M")}, where
    last = _mails(bench.sink, council_id)[-1]
    assert ("METHOD:CANCEL" in last) == (doing == "cancel"), where
    assert await _waiting(bench, council_id) == 0, where


async def _waiting(bench: Bench, council_id: UUID) -> int:
    """Invitations and events that are not at rest."""
    database = await connect_database(bench.tables.app_url)
    try:
        async with database.transaction(council_id) as tx:
            invitations = await tx.fetchval(
                "select count(*) from invitation where state not in"
                " ('INVITATION_STATE_SENT', 'INVITATION_STATE_WITHDRAWN')"
            )
            events = await tx.fetchval("select count(*) from remote_event where state not in ('invited', 'cancelled')")
            assert isinstance(invitations, int)
            assert isinstance(events, int)
            return invitations + events
    finally:
        await database.close()


def _mails(sink: MailSink, council_id: UUID) -> list[str]:
    """The calendar parts that the father got for this meeting, in order."""
    mine = []
    for raw in sink.kept(ADDRESSES["father"]):
        message = message_from_bytes(raw)
        if not str(message["Subject"]).count(council_id.hex[:8]) and council_id.hex[:8] not in raw.decode("latin-1"):
            continue
        parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        mine.append(parts[0].get_payload(decode=True).decode())  # type: ignore[union-attr]  # a leaf's payload is bytes
    assert mine, "the father was told nothing"
    return mine


def _repeated_mails(sink: MailSink, council_id: UUID) -> int:
    """How often a message came twice; AssertionError where a repeat is not the same in every byte."""
    texts = _mails(sink, council_id)
    sequences = Counter(next(line for line in text.splitlines() if line.startswith("SEQUENCE")) for text in texts)
    assert len(set(texts)) == len(sequences)
    return len(texts) - len(sequences)
