"""The council's mail server, as `services.notifications.app.ports.InvitationMail`: one connection for one message."""

import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

import aiosmtplib

from services.notifications.adapters.imip_message import compose
from services.notifications.adapters.text_message import compose_text
from services.notifications.domain.delivery_fault import DeliveryFault, OutcomeUnknown, Refused, Unreachable
from services.notifications.domain.mail_draft import MailDraft
from services.notifications.domain.text_mail import TextMail

_FAREWELL_SECONDS = 5.0
_PROBE_SECONDS = 3.0


class SmtpSecurity(StrEnum):
    """How the connection is protected. `none` is for a server on the same machine."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True)
class SmtpServer:
    """Where and how to hand over. `ca_file` replaces the system's authorities; no `username`, no login.

    `seconds` bounds each step of the conversation. `own_name` is what this machine calls itself.
    """

    host: str
    port: int
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    ca_file: Path | None = None
    username: str = ""
    password: str = field(default="", repr=False)
    seconds: float = 30.0
    own_name: str = "localhost"


class SmtpMail:
    """Raises delivery faults only; their reasons are reply codes, never the server's words."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        needs_tls = server.security is not SmtpSecurity.NONE
        ca_file = str(server.ca_file) if server.ca_file else None
        self._tls = ssl.create_default_context(cafile=ca_file) if needs_tls else None

    async def send(self, mail: MailDraft | TextMail) -> None:
        """Hand over one message; returns after the server's 250.

        Raises Unreachable where it was not taken for now, Refused where it never will be, OutcomeUnknown where the
        connection ended between the data and the answer.
        """
        message = compose_text(mail) if isinstance(mail, TextMail) else compose(mail)
        client = self._client()
        try:
            await _up_to_the_data(client, mail)
            await _data(client, message)
            await _part(client)
        finally:
            client.close()

    async def answers(self) -> bool:
        """Whether the server greets just now; nothing is handed over."""
        client = self._client(_PROBE_SECONDS)
        try:
            await client.connect()
            await _part(client)
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            return False
        finally:
            client.close()
        return True

    def _client(self, seconds: float | None = None) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username or None,
            password=server.password or None,
            local_hostname=server.own_name,
            timeout=seconds or server.seconds,
            use_tls=server.security is SmtpSecurity.TLS,
            start_tls=server.security is SmtpSecurity.STARTTLS,
            tls_context=self._tls,
        )


async def _up_to_the_data(client: aiosmtplib.SMTP, mail: MailDraft | TextMail) -> None:
    """Whatever happens here, nothing was handed over."""
    try:
        await client.connect()
        await client.mail(mail.organiser)
        await client.rcpt(mail.recipient)
    except aiosmtplib.SMTPNotSupported:
        raise Refused("SMTP_NOT_SUPPORTED") from None
    except aiosmtplib.SMTPResponseException as answer:
        _raise_answer(answer)
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        raise Unreachable("NO_CONNECTION") from None


async def _data(client: aiosmtplib.SMTP, message: bytes) -> None:
    try:
        await client.data(message)
    except aiosmtplib.SMTPResponseException as answer:
        _raise_answer(answer)
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        raise OutcomeUnknown("CONNECTION_LOST") from None


async def _part(client: aiosmtplib.SMTP) -> None:
    """The message's fate is sealed by now, whatever becomes of the farewell."""
    with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        await client.quit(timeout=_FAREWELL_SECONDS)


def _raise_answer(answer: aiosmtplib.SMTPResponseException) -> NoReturn:
    """A reply code is certain: the server did not take the message (RFC 5321, 4.2.1)."""
    reason = f"SMTP_{answer.code}" if 200 <= answer.code <= 599 else "SMTP_UNREADABLE"
    fault: DeliveryFault = Refused(reason) if 500 <= answer.code <= 599 else Unreachable(reason)
    raise fault from None
