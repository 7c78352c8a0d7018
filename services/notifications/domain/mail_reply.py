"""What came by e-mail in answer to an invitation, and whether it may be taken (RFC 5546, 3.2.3 and 3.2.7)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from services.notifications.domain.answer import Answer
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.remote_event import ProposedTime


class SetAside(StrEnum):
    """Why a message was set aside for a person to read. A code, for a log, a count and a page."""

    TOO_LARGE = "TOO_LARGE"
    TOO_MANY_PARTS = "TOO_MANY_PARTS"
    TOO_MANY_LINES = "TOO_MANY_LINES"
    UNREADABLE = "UNREADABLE"
    NOT_ONE_EVENT = "NOT_ONE_EVENT"
    NOT_ONE_ATTENDEE = "NOT_ONE_ATTENDEE"
    RECURRING = "RECURRING"
    FOR_SOMEBODY_ELSE = "FOR_SOMEBODY_ELSE"
    """Sent in another's name (SENT-BY), or by another address than the one that was told."""
    SENDER_NOT_CONFIRMED = "SENDER_NOT_CONFIRMED"
    NEVER_SENT = "NEVER_SENT"
    """It answers a SEQUENCE that nobody was ever sent."""
    NOT_ASKED = "NOT_ASKED"
    """It answers an invitation that does not stand any more."""
    IN_WORDS = "IN_WORDS"
    """A person wrote a letter of their own instead of pressing a button."""


class UnreadableMailError(Exception):
    """A message that is not read any further; `reason` says why, and nothing of it."""

    def __init__(self, reason: SetAside) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class CalendarAnswer:
    """What a mail program sent back for one event. `proposed` is the other time that a COUNTER asks for.

    Times are aware; `stamp` is the program's own DTSTAMP.
    """

    uid: str
    sequence: int
    stamp: datetime
    attendee: str
    answer: Answer
    proposed: ProposedTime | None = None


@dataclass(frozen=True)
class NonDelivery:
    """A mail server gave up on a message (RFC 3464); `message_id` is that message's, without angle brackets."""

    message_id: str


@dataclass(frozen=True)
class Words:
    """A letter by a person; `about` holds the Message-IDs that it says it answers, without angle brackets."""

    about: tuple[str, ...]


@dataclass(frozen=True)
class NoAnswer:
    """An absence note, a notice of delay, somebody's own invitation: nothing for anybody to do."""


MailContent: TypeAlias = CalendarAnswer | NonDelivery | Words | NoAnswer | SetAside


@dataclass(frozen=True)
class MailReply:
    """One message. `sender` is its one From address in lower case, or empty.

    `confirmed`: the council's gateway vouches for the sender, or none is set to vouch.
    """

    sender: str
    confirmed: bool
    content: MailContent


@dataclass(frozen=True)
class SentInvitation:
    """One SEQUENCE that was handed to the mail server, the revision it told, and the time in it."""

    sequence: int
    revision: int
    start: datetime
    end: datetime


_OVER = (InvitationState.WITHDRAWN, InvitationState.DROPPED)


def objection(invitation: Invitation, sent: SentInvitation | None, reply: MailReply) -> SetAside | None:
    """Why the answer may not be taken for this invitation; None where it may.

    A forger would have to know the secret UID, the address that was told and, where a gateway vouches, to pass it;
    and would then have changed one person's own answer.
    """
    assert isinstance(reply.content, CalendarAnswer)
    told = invitation.told_address.casefold()
    if not told or {reply.sender.casefold(), reply.content.attendee.casefold()} != {told}:
        return SetAside.FOR_SOMEBODY_ELSE
    if not reply.confirmed:
        return SetAside.SENDER_NOT_CONFIRMED
    if sent is None:
        return SetAside.NEVER_SENT
    return SetAside.NOT_ASKED if invitation.state in _OVER else None


def revision_answered_by_mail(invitation: Invitation, sent: SentInvitation) -> int:
    """The revision that the answer counts for: the one that was told last where it shows the same time.

    SEQUENCE rises here with every new content, so an answer to the words before these is still one to this time.
    """
    same_time = (sent.start, sent.end) == (invitation.told_start, invitation.told_end)
    return max(sent.revision, invitation.told_revision) if same_time else sent.revision


def as_told(invitation: Invitation, sequence: int) -> SentInvitation | None:
    """What was sent last, for an invitation of before each SEQUENCE was kept; None for another SEQUENCE."""
    start, end = invitation.told_start, invitation.told_end
    if sequence != invitation.sequence or start is None or end is None:
        return None
    return SentInvitation(sequence, invitation.told_revision, start, end)


def is_stale(invitation: Invitation, sent: SentInvitation) -> bool:
    """Whether the person has been sent another time since (RFC 5546, 2.1.5: such an answer is dropped)."""
    same_time = (sent.start, sent.end) == (invitation.told_start, invitation.told_end)
    return sent.sequence < invitation.sequence and not same_time


def answer_time(stamp: datetime, received_at: datetime, now: datetime) -> datetime:
    """When the answer counts as given: DTSTAMP, but never later than it came, lest a wrong clock outlast all others."""
    return min(stamp, received_at, now)
