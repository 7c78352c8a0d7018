"""The SMTP conversation (RFC 5321) and the faults that a control file orders."""

import asyncio
import json
import logging
from enum import StrEnum
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from emulators.smtp.message_files import MessageFiles

_LOG = logging.getLogger("emulators.smtp")
_LARGEST = 26_214_400


class Mode(StrEnum):
    """How the server behaves: `.faults.json` in the mail folder says {"mode": …, "times": N or absent}."""

    FINE = "fine"
    DOWN = "down"
    REJECT = "reject"
    ACCEPT_THEN_DROP = "accept_then_drop"


class Faults:
    """Reads the control file anew for every message, so that tests and the demo need no signal."""

    def __init__(self, control: Path) -> None:
        self._control = control

    def mode(self) -> Mode:
        """The mode now; a missing file is fine, a broken one is down, so that a typing error is noticed."""
        try:
            ordered = json.loads(self._control.read_text())
            return Mode(ordered.get("mode", "fine"))
        except FileNotFoundError:
            return Mode.FINE
        except (ValueError, AttributeError):
            _LOG.warning('the control file is not {"mode": %s}; treated as down', "|".join(Mode))
            return Mode.DOWN


class Sink:
    """aiosmtpd's handler: keeps each message once per recipient."""

    def __init__(self, files: MessageFiles, faults: Faults) -> None:
        self._files = files
        self._faults = faults

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """421 while down."""
        if self._faults.mode() is Mode.DOWN:
            return "421 4.3.2 Service not available, try again later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """550 while rejecting."""
        if self._faults.mode() is Mode.REJECT:
            return "550 5.1.1 Recipient refused"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the message; in accept_then_drop the connection is cut before the sender hears of it."""
        content = envelope.original_content or b""
        for address in envelope.rcpt_tos:
            self._files.keep(address, content)
        _LOG.info("kept a message of %d bytes for %d recipients", len(content), len(envelope.rcpt_tos))
        if self._faults.mode() is Mode.ACCEPT_THEN_DROP and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 2.0.0 OK: kept"


def new_conversation(sink: Sink) -> SMTP:
    """One connection's protocol."""
    return SMTP(sink, hostname="mail.example.org", enable_SMTPUTF8=True, data_size_limit=_LARGEST)
