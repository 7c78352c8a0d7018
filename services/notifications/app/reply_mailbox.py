"""The mailbox in which invitations are answered by e-mail, and what is kept of what was read there.

Implementations of the mailbox raise `services.notifications.domain.delivery_fault` errors only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.notifications.domain.mail_reply import MailReply, SentInvitation, SetAside


@dataclass(frozen=True)
class MailCursor:
    """How far a mailbox was read: the number (IMAP's UID) of the last message, good under this UIDVALIDITY alone.

    `token`: where Graph goes on; empty where the number says so.
    """

    validity: int
    number: int
    token: str = ""


@dataclass(frozen=True)
class ReceivedMail:
    """One message as it was read, its number, and when the mail server got it (aware)."""

    number: int
    received_at: datetime
    reply: MailReply


@dataclass(frozen=True)
class MailPage:
    """Messages in the order of their numbers; `unread`: the numbers of all that nobody has opened yet.

    `token`: where to go on once all of the page was taken; empty where each message's number says so.
    """

    validity: int
    mails: tuple[ReceivedMail, ...]
    unread: frozenset[int]
    more: bool = False
    token: str = ""


class ReplyMailbox(Protocol):
    """The mailbox to which e-mailed invitations are answered."""

    name: str
    """Stands for it in the cursor."""

    async def read(self, after: MailCursor | None) -> MailPage:
        """The next messages, oldest first; from the first of all without a cursor, or with one of another
        UIDVALIDITY. Marks nothing. Raises Unreachable, Refused.
        """
        ...

    async def mark_read(self, numbers: Sequence[int]) -> None:
        """Show these as opened to whoever looks into the mailbox. Raises Unreachable, Refused."""
        ...


@dataclass(frozen=True)
class MailboxReading:
    """How reading a mailbox goes: when it was read to its end, and since when and why (a code) it cannot be."""

    read_at: datetime | None
    failing_since: datetime | None = None
    failure: str = ""


@dataclass(frozen=True)
class SetAsideMail:
    """A message that a person has to read in the mailbox, and the invitation that it is about, where that is known.

    `meeting`: that invitation's, where it was read back.
    """

    mailbox: str
    validity: int
    number: int
    reason: SetAside
    received_at: datetime
    invitation_id: UUID | None = None
    meeting: str = ""


class MailStore(Protocol):
    """What is kept of e-mails: which were sent, how far the answers were read, which wait for a person."""

    async def keep_sent(self, invitation_id: UUID, sent: SentInvitation) -> None:
        """Add or replace what goes out under a SEQUENCE."""
        ...

    async def sent(self, invitation_id: UUID, sequence: int) -> SentInvitation | None:
        """What went out under a SEQUENCE; None where nothing did."""
        ...

    async def cursor(self, mailbox: str) -> MailCursor | None:
        """How far the mailbox was read."""
        ...

    async def move_cursor(self, mailbox: str, cursor: MailCursor) -> None:
        """Read on from there next time. What was set aside under another UIDVALIDITY is forgotten."""
        ...

    async def set_aside(self, mail: SetAsideMail) -> None:
        """Keep that a message waits for a person; twice is once."""
        ...

    async def keep_waiting(self, mailbox: str, unread: Collection[int], last: int) -> None:
        """Forget what was set aside, up to the number `last`, and has been opened since, or is not there any more."""
        ...

    async def waiting(self) -> list[SetAsideMail]:
        """All that waits for a person, the oldest first."""
        ...

    async def reading(self, mailbox: str) -> MailboxReading | None:
        """How reading it goes; None where it was never tried."""
        ...

    async def was_read(self, mailbox: str) -> None:
        """It was read to its end now."""
        ...

    async def not_read(self, mailbox: str, failure: str) -> None:
        """It could not be read now, and perhaps for longer."""
        ...
