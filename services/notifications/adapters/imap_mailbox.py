"""The mailbox to which invitations are answered, as `services.notifications.app.ports.ReplyMailbox`.

One short connection a look, in a thread: IMAPClient waits for its answers.
"""

import asyncio
import ssl
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TypeVar

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from services.notifications.adapters.bounded_message import MOST_BYTES
from services.notifications.adapters.read_message import TOO_LARGE, read_safely
from services.notifications.app.reply_mailbox import MailCursor, MailPage, ReceivedMail
from services.notifications.domain.delivery_fault import Refused, Unreachable

T = TypeVar("T")
_PAGE = 50
_AT_ONCE = 2
# What a server that is not one, or that is cut off in the middle, makes the library raise.
_FAULTS = (IMAPClientError, OSError, ValueError, KeyError)


class ImapSecurity(StrEnum):
    """How the connection is protected. `none` is for a server on the same machine."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True)
class ImapServer:
    """Where the mailbox is and as whom it is opened. `ca_file` replaces the system's authorities.

    `gateway`: who vouches for senders, by its authserv-id; empty: nobody. `seconds` bounds each step.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: ImapSecurity = ImapSecurity.TLS
    ca_file: Path | None = None
    folder: str = "INBOX"
    gateway: str = ""
    seconds: float = 10.0


class ImapMailbox:
    """Raises Unreachable and Refused only; their reasons are codes, never the server's words."""

    def __init__(self, server: ImapServer) -> None:
        self._server = server
        ca_file = str(server.ca_file) if server.ca_file else None
        needs_tls = server.security is not ImapSecurity.NONE
        self._tls = ssl.create_default_context(cafile=ca_file) if needs_tls else None
        # Of its own: while the server hangs, nobody else waits for a thread.
        self._threads = ThreadPoolExecutor(_AT_ONCE, "imap")
        self.name = f"{server.user}/{server.folder}"

    async def read(self, after: MailCursor | None) -> MailPage:
        """The next messages after the cursor, oldest first; from the beginning where there is none.

        Where the mailbox was made anew (another UIDVALIDITY), its numbers mean others: from the beginning too.
        """
        return await self._in_thread(partial(self._read, after))

    async def mark_read(self, numbers: Sequence[int]) -> None:
        """Show these as read to whoever opens the mailbox."""
        if numbers:
            await self._in_thread(partial(self._mark, numbers))

    async def _in_thread(self, ask: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, copy_context().run, ask)

    def _read(self, after: MailCursor | None) -> MailPage:
        with self._opened(readonly=True) as (client, validity):
            last = after.number if after is not None and after.validity == validity else 0
            # `n:*` holds the last message of all, even one before n (RFC 9051, 9).
            fresh = sorted(number for number in client.search(["UID", f"{last + 1}:*"]) if number > last)
            page = fresh[:_PAGE]
            facts = client.fetch(page, ["RFC822.SIZE", "INTERNALDATE"]) if page else {}
            # A message that was deleted meanwhile has no facts.
            mails = [self._fetched(client, number, facts[number]) for number in page if number in facts]
            unread = frozenset(client.search(["UNSEEN"]))
            return MailPage(validity, tuple(mails), unread, more=len(fresh) > len(page))

    def _fetched(self, client: IMAPClient, number: int, facts: dict[bytes, object]) -> ReceivedMail:
        received = facts.get(b"INTERNALDATE")
        at = received.astimezone(UTC) if isinstance(received, datetime) else datetime.now(UTC)
        size = facts.get(b"RFC822.SIZE")
        if not isinstance(size, int) or size > MOST_BYTES:
            return ReceivedMail(number, at, TOO_LARGE)
        # One byte more than is read, so that a message which was larger than its size said is noticed.
        found = client.fetch([number], [f"BODY.PEEK[]<0.{MOST_BYTES + 1}>"]).get(number, {})
        return ReceivedMail(number, at, read_safely(bytes(found.get(b"BODY[]<0>", b"")), self._server.gateway))

    def _mark(self, numbers: Sequence[int]) -> None:
        with self._opened(readonly=False) as (client, _):
            client.add_flags(list(numbers), [SEEN], silent=True)

    @contextmanager
    def _opened(self, *, readonly: bool) -> Iterator[tuple[IMAPClient, int]]:
        """A connection with the folder open, and the folder's UIDVALIDITY."""
        client: IMAPClient | None = None
        try:
            client = self._connected()
            selected = client.select_folder(self._server.folder, readonly=readonly)
            yield client, int(selected[b"UIDVALIDITY"])
        except LoginError:
            raise Refused("IMAP_LOGIN") from None
        except ssl.SSLError:
            raise Refused("IMAP_TLS") from None
        except _FAULTS:
            raise Unreachable("IMAP_FAILED") from None
        finally:
            if client is not None:
                with suppress(*_FAULTS):
                    client.logout()

    def _connected(self) -> IMAPClient:
        server = self._server
        client = IMAPClient(
            server.host,
            server.port,
            ssl=server.security is ImapSecurity.TLS,
            ssl_context=self._tls,
            timeout=server.seconds,
        )
        client.normalise_times = False
        if server.security is ImapSecurity.STARTTLS:
            client.starttls(self._tls)
        client.login(server.user, server.password)
        return client
