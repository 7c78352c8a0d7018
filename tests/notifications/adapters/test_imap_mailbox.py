"""Reading a mailbox over IMAP: the emulator's, and servers that misbehave in ways it does not."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from emulators.smtp.message_files import MessageFiles
from services.notifications.adapters.bounded_message import MOST_BYTES
from services.notifications.adapters.imap_mailbox import ImapMailbox, ImapSecurity, ImapServer
from services.notifications.app.read_mail import read_mail
from services.notifications.app.reply_mailbox import MailCursor, MailPage
from services.notifications.domain.answer import Answer
from services.notifications.domain.delivery_fault import Refused, Unreachable
from services.notifications.domain.invitation import uid
from services.notifications.domain.mail_reply import CalendarAnswer, SetAside
from tests.emulators.microsoft_process import Running
from tests.notifications.honest_mail import INVITATIONS, Said, answer
from tests.notifications.hostile_mail import HOSTILE
from tests.notifications.world import SENDER, World

SAID = Said("0b7c1f9e-8d53-4c1e-9b1c-6f0a7d3e5a11@north.example.org", "mother@example.org")


class Emulator(Running):
    """The IMAP emulator's process with a folder to put messages into."""

    def __init__(self, folder: Path) -> None:
        self.mail = MessageFiles(folder / "mail")
        super().__init__(
            "emulators.imap", folder, "--port", "0", "--mail-dir", str(folder / "mail"),
            "--state-dir", str(folder / "state"), "--address", INVITATIONS,
        )  # fmt: skip

    @property
    def server(self) -> ImapServer:
        port = int(str(self.ready["url"]).rsplit(":", 1)[1])
        return ImapServer("127.0.0.1", port, INVITATIONS, "demo", ImapSecurity.NONE, seconds=5.0)

    def restart_with(self, *messages: bytes) -> None:
        """All are there before it answers again."""
        for message in messages:
            self.mail.keep(INVITATIONS, message)
        assert self.stop() == 0
        self.start()


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    running = Emulator(tmp_path)
    yield running
    assert running.stop() == 0


def numbers(page: MailPage) -> list[int]:
    return [mail.number for mail in page.mails]


async def test_messages_are_read_in_order_and_not_again(emulator: Emulator) -> None:
    emulator.restart_with(answer(SAID), answer(replace(SAID, partstat="DECLINED")))
    mailbox = ImapMailbox(emulator.server)
    page = await mailbox.read(None)
    answers = [mail.reply.content for mail in page.mails]
    # The emulator numbers messages that come together in any order.
    read = {one.answer for one in answers if isinstance(one, CalendarAnswer)}
    assert read == {Answer.ACCEPTED, Answer.DECLINED}
    assert (numbers(page), page.unread, page.more) == ([1, 2], {1, 2}, False)
    assert all(mail.received_at.tzinfo is not None for mail in page.mails)
    again = await mailbox.read(MailCursor(page.validity, 2))
    assert (numbers(again), again.unread) == ([], {1, 2})
    emulator.restart_with(answer(SAID))
    assert numbers(await ImapMailbox(emulator.server).read(MailCursor(page.validity, 2))) == [3]


async def test_only_what_is_marked_counts_as_opened(emulator: Emulator) -> None:
    emulator.restart_with(answer(SAID), answer(SAID))
    mailbox = ImapMailbox(emulator.server)
    await mailbox.read(None)
    await mailbox.mark_read([])
    assert (await mailbox.read(None)).unread == {1, 2}
    await mailbox.mark_read([1])
    assert (await mailbox.read(None)).unread == {2}


async def test_a_mailbox_made_anew_is_read_from_the_beginning(emulator: Emulator) -> None:
    emulator.restart_with(answer(SAID))
    mailbox = ImapMailbox(emulator.server)
    page = await mailbox.read(None)
    assert numbers(await mailbox.read(MailCursor(page.validity + 1, 900))) == [1]


async def test_too_large_a_message_is_never_fetched(emulator: Emulator) -> None:
    emulator.restart_with(HOSTILE["ten megabytes"][0](), b"x" * (MOST_BYTES + 1), answer(SAID))
    contents = [mail.reply.content for mail in (await ImapMailbox(emulator.server).read(None)).mails]
    assert contents.count(SetAside.TOO_LARGE) == 2 and sum(isinstance(one, CalendarAnswer) for one in contents) == 1


async def test_many_messages_come_in_pages(emulator: Emulator) -> None:
    emulator.restart_with(*[answer(SAID)] * 53)
    mailbox = ImapMailbox(emulator.server)
    first = await mailbox.read(None)
    second = await mailbox.read(MailCursor(first.validity, first.mails[-1].number))
    assert (len(first.mails), first.more, len(second.mails), second.more) == (50, True, 3, False)


async def test_a_fault_of_our_own_reading_holds_nothing_up(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(raw: bytes, gateway: str) -> None:
        raise RuntimeError("a fault")

    emulator.restart_with(answer(SAID))
    monkeypatch.setattr("services.notifications.adapters.read_message.read_message", fail)
    assert [mail.reply.content for mail in (await ImapMailbox(emulator.server).read(None)).mails] == [
        SetAside.UNREADABLE
    ]


async def test_a_wrong_password_needs_a_person(emulator: Emulator) -> None:
    with pytest.raises(Refused) as refused:
        await ImapMailbox(replace(emulator.server, password="other")).read(None)
    assert refused.value.reason == "IMAP_LOGIN" and "other" not in repr(emulator.server)


async def test_a_folder_that_is_not_there(emulator: Emulator) -> None:
    with pytest.raises(Unreachable) as failed:
        await ImapMailbox(replace(emulator.server, folder="Answers")).read(None)
    assert failed.value.reason == "IMAP_FAILED"


async def test_an_answer_goes_all_the_way_from_the_mailbox_to_the_invitation(emulator: Emulator, world: World) -> None:
    council = world.caller.council_id
    without_tenant = replace(world.desk.outside[council], sender=replace(SENDER, mailbox=""), calendar=None)
    world.desk = replace(world.desk, outside={council: without_tenant})
    assert await world.tell(3)
    one = await world.invitation("mother")
    emulator.restart_with(answer(Said(uid(one, "north.example.org"), "mother@example.org", "DECLINED"), "outlook"))
    mailbox = ImapMailbox(emulator.server)
    world.desk = replace(world.desk, outside={council: replace(without_tenant, mailbox=mailbox)})
    assert [await read_mail(world.desk, world.caller) for _ in range(2)] == [1, 0]
    assert (await world.invitation("mother")).answer is Answer.DECLINED
    assert (await mailbox.read(None)).unread == frozenset()


@asynccontextmanager
async def saying(*lines: bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[ImapServer]:
    """A server that says these lines whatever it is asked, and hangs up."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in lines:
            writer.write(line)
            await writer.drain()
            await reader.readline()
        writer.close()

    listening = await asyncio.start_server(speak, "127.0.0.1", 0, ssl=tls)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        yield ImapServer("127.0.0.1", port, "x", "y", ImapSecurity.NONE, seconds=5.0)


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (b"HTTP/1.1 200 OK\r\n\r\n",),
        (b"* OK ready\r\n",),
        (b"* OK ready\r\n", b"* BYE shut\r\n"),
        (b"* OK ready\r\n", b"* " + b"x" * 2_000_000 + b"\r\n"),
        (b"* OK ready\r\n", b"\xff\xfe\r\n", b"\x00\r\n"),
    ],
)
async def test_a_server_that_is_none_is_tried_again(lines: tuple[bytes, ...]) -> None:
    async with saying(*lines) as server:
        with pytest.raises(Unreachable):
            await ImapMailbox(server).read(None)


async def test_a_certificate_of_nobody_known_is_refused() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with saying(b"* OK ready\r\n", tls=context) as server:
        with pytest.raises(Refused) as refused:
            await ImapMailbox(replace(server, security=ImapSecurity.TLS)).read(None)
    assert refused.value.reason == "IMAP_TLS"


async def test_nobody_listens() -> None:
    with pytest.raises(Unreachable):
        await ImapMailbox(ImapServer("127.0.0.1", 1, "x", "y", ImapSecurity.NONE, seconds=5.0)).read(None)
