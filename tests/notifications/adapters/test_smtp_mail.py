"""Handing over one message, to the emulator and to servers that misbehave in ways it does not."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from services.notifications.adapters.imip_message import compose
from services.notifications.adapters.smtp_mail import SmtpMail, SmtpSecurity, SmtpServer
from services.notifications.domain.delivery_fault import OutcomeUnknown, Refused, Unreachable
from services.notifications.domain.mail_draft import MailMethod
from tests.emulators.microsoft_process import OUTSIDER
from tests.notifications.adapters.drafts import SUBJECT, MailSink, mail


def plain(port: int, **more: object) -> SmtpMail:
    return SmtpMail(SmtpServer("127.0.0.1", port, SmtpSecurity.NONE, seconds=5.0, **more))  # type: ignore[arg-type]


async def test_kept_whole(sink: MailSink) -> None:
    made = mail(recipient="carer-7@example.org", body_text=".leading dot\n..\nCafé\n")
    await plain(sink.port).send(made)
    await plain(sink.port).send(made)
    off = mail(recipient="carer-7@example.org", sequence=1, message_id="x.1@y.example", method=MailMethod.CANCEL)
    await plain(sink.port).send(off)
    assert sink.kept("carer-7@example.org") == [compose(made), compose(made), compose(off)]


async def test_down_and_refused(sink: MailSink) -> None:
    sink.order("down")
    with pytest.raises(Unreachable) as down:
        await plain(sink.port).send(mail(recipient="carer-8@example.org"))
    assert down.value.reason == "SMTP_421"
    sink.order("reject")
    with pytest.raises(Refused) as refused:
        await plain(sink.port).send(mail(recipient="carer-8@example.org"))
    assert refused.value.reason == "SMTP_550" and "@" not in str(refused.value)
    assert sink.kept("carer-8@example.org") == []
    sink.order("fine")
    await plain(sink.port).send(mail(recipient="carer-8@example.org"))
    assert len(sink.kept("carer-8@example.org")) == 1


async def test_cut_after_the_data_is_unknown_and_a_repeat_is_equal(sink: MailSink) -> None:
    made = mail(recipient="carer-9@example.org")
    sink.order("accept_then_drop")
    with pytest.raises(OutcomeUnknown):
        await plain(sink.port).send(made)
    sink.order("fine")
    await plain(sink.port).send(made)
    first, second = sink.kept("carer-9@example.org")
    assert first == second


async def test_nobody_listens() -> None:
    with pytest.raises(Unreachable) as fault:
        await plain(9).send(mail())
    assert fault.value.reason == "NO_CONNECTION"


async def test_unusable_draft_never_connects() -> None:
    with pytest.raises(Refused):
        await plain(9).send(mail(recipient="carer-1@example.org\r\nRCPT TO:<victim@example.org>"))


@asynccontextmanager
async def scripted(*answers: bytes, cut: bool = True, silent: bool = False) -> AsyncIterator[int]:
    """A server that says these lines, one for the greeting and for each command, then cuts or falls silent."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answers[0] + b"\r\n")
        for answer in answers[1:]:
            if not await reader.readline():
                break
            writer.write(answer + b"\r\n")
        if silent:
            await reader.read()
        elif cut:
            await reader.readline()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


HELLO = (b"220 mail.example.org", b"250 mail.example.org")


@pytest.mark.parametrize(
    ("answers", "fault", "reason"),
    [
        ((b"421 busy",), Unreachable, None),
        ((b"554 no",), Refused, "SMTP_554"),
        (HELLO, Unreachable, "NO_CONNECTION"),
        ((*HELLO, b"451 later"), Unreachable, "SMTP_451"),
        ((*HELLO, b"550 no"), Refused, "SMTP_550"),
        ((*HELLO, b"250 ok", b"450 greylisted"), Unreachable, "SMTP_450"),
        ((*HELLO, b"250 ok", b"250 ok", b"451 later"), Unreachable, "SMTP_451"),
        ((*HELLO, b"250 ok", b"250 ok", b"554 no"), Refused, "SMTP_554"),
        ((*HELLO, b"250 ok", b"250 ok", b"354 go"), OutcomeUnknown, "CONNECTION_LOST"),
        ((*HELLO, b"250 ok", b"250 ok", b"354 go", b"552 too big"), Refused, "SMTP_552"),
        ((*HELLO, b"250 ok", b"250 ok", b"354 go", b"452 full"), Unreachable, "SMTP_452"),
    ],
)
async def test_every_step_of_the_conversation(
    answers: tuple[bytes, ...], fault: type[Exception], reason: str | None
) -> None:
    async with scripted(*answers) as port:
        with pytest.raises(fault) as found:
            await plain(port).send(mail())
    assert type(found.value) is fault
    assert reason is None or str(found.value) == reason


async def test_accepted_then_gone_is_accepted() -> None:
    async with scripted(*HELLO, b"250 ok", b"250 ok", b"354 go", b"250 kept") as port:
        await plain(port).send(mail())


async def test_silence_after_the_data_is_unknown() -> None:
    async with scripted(*HELLO, b"250 ok", b"250 ok", b"354 go", silent=True) as port:
        with pytest.raises(OutcomeUnknown):
            await SmtpMail(SmtpServer("127.0.0.1", port, SmtpSecurity.NONE, seconds=1.0)).send(mail())


class _Keeper:
    def __init__(self) -> None:
        self.kept: list[tuple[bytes, bool]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.kept.append((bytes(envelope.original_content or b""), session.ssl is not None))
        return "250 ok"


def _allow(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    return AuthResult(success=getattr(data, "password", b"") == b"made-up", handled=False)


@asynccontextmanager
async def secured(keeper: _Keeper, authority: trustme.CA, *, offers: bool = True) -> AsyncIterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def conversation() -> SMTP:
        return SMTP(
            keeper,
            hostname="mail.example.org",
            tls_context=context if offers else None,
            require_starttls=offers,
            authenticator=_allow,
        )

    server = await asyncio.get_running_loop().create_server(conversation, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return made


async def test_starttls_and_login(authority: trustme.CA, tmp_path: Path) -> None:
    keeper = _Keeper()
    async with secured(keeper, authority) as port:
        trusting = SmtpServer("127.0.0.1", port, ca_file=tmp_path / "ca.pem", username="u", password="made-up")
        await SmtpMail(trusting).send(mail())
        assert keeper.kept == [(compose(mail()), True)] and "made-up" not in repr(trusting)
        wrong = SmtpServer("127.0.0.1", port, ca_file=tmp_path / "ca.pem", username="u", password="wrong")
        with pytest.raises(Refused) as refused:
            await SmtpMail(wrong).send(mail())
        assert refused.value.reason == "SMTP_535"
        with pytest.raises(Unreachable):
            await SmtpMail(SmtpServer("127.0.0.1", port)).send(mail())
    assert len(keeper.kept) == 1


async def test_never_in_the_clear_where_starttls_is_asked(authority: trustme.CA) -> None:
    keeper = _Keeper()
    async with secured(keeper, authority, offers=False) as port:
        with pytest.raises((Refused, Unreachable)):
            await SmtpMail(SmtpServer("127.0.0.1", port)).send(mail())
    assert not keeper.kept


async def test_nothing_of_a_message_in_logs(
    sink: MailSink, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    await plain(sink.port).send(mail())
    sink.order("reject")
    with pytest.raises(Refused) as refused:
        await plain(sink.port).send(mail())
    assert refused.value.__cause__ is None and refused.value.__suppress_context__
    heard = caplog.text + "".join(capsys.readouterr())
    assert OUTSIDER not in heard and SUBJECT not in heard
