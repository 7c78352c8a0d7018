"""What is kept of meetings, invitations, events, messages and answers: the stores of one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.notifications.domain.date_question import DateQuestion
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.issued_link import IssuedLink
from services.notifications.domain.known_meeting import KnownMeeting
from services.notifications.domain.outlook_event import OutlookEvent
from services.notifications.domain.reply import ReplyEntry, ReplySource
from services.notifications.domain.sending import KeptSending, Sending


class MeetingStore(Protocol):
    """What is kept of meetings."""

    async def get(self, name: str, *, lock: bool = False) -> KnownMeeting | None:
        """One; with `lock` nobody else changes it until the end of the transaction."""
        ...

    async def put(self, known: KnownMeeting) -> None:
        """Add or replace."""
        ...

    async def hear(self, name: str, subjects: Sequence[str], revision: int) -> None:
        """Keep that a revision exists; never goes back."""
        ...

    async def open_of_subject(self, subject: str) -> list[str]:
        """Names of the subject's meetings that are neither held nor off."""
        ...


class InvitationStore(Protocol):
    """Invitations."""

    async def of_meeting(self, meeting: str, *, lock: bool = False) -> list[Invitation]:
        """All of a meeting, by role and id; with `lock`, which whoever writes them back needs, nobody else changes them
        until the end of the transaction, and they come in no order. Whoever locks an event too locks that first.
        """
        ...

    async def get(self, invitation_id: UUID, *, lock: bool = False) -> Invitation | None:
        """One."""
        ...

    async def put(self, invitation: Invitation) -> None:
        """Add or replace."""
        ...

    async def by_receipt(self, receipt_id: UUID) -> Invitation | None:
        """The one whose last message has this id at GOV.UK Notify; nobody else changes it until the end of the
        transaction.
        """
        ...

    async def page(self, meeting: str, after: tuple[str, ...], size: int) -> list[Invitation]:
        """By meeting, role and id, from after that key; of all meetings where `meeting` is empty."""
        ...


class EventStore(Protocol):
    """Events in the meetings mailbox."""

    async def of_meeting(self, meeting: str) -> list[OutlookEvent]:
        """All of a meeting, the shared one first."""
        ...

    async def get(self, event_id: UUID) -> OutlookEvent | None:
        """One by our own id."""
        ...

    async def among(self, event_ids: Collection[UUID]) -> list[OutlookEvent]:
        """By our own ids, without a lock; by id."""
        ...

    async def by_remote_id(self, remote_id: str) -> OutlookEvent | None:
        """One by Graph's id."""
        ...

    async def between(self, start: datetime, end: datetime) -> list[OutlookEvent]:
        """Those that are, or were, asked for at a time that begins in [start, end)."""
        ...

    async def put(self, event: OutlookEvent) -> None:
        """Add or replace."""
        ...


class QuestionStore(Protocol):
    """Date questions."""

    async def of_offer(self, offer: str) -> list[DateQuestion]:
        """All of an offer, in the order in which they were asked."""
        ...

    async def put(self, question: DateQuestion) -> None:
        """Add or replace."""
        ...


class SendingStore(Protocol):
    """Every message that left or may have left."""

    async def add(self, sending: Sending) -> None:
        """Keep one, with who let it go: the release of what stands in the meeting's token now, where there is one."""
        ...

    async def page(self, meeting: str, after: tuple[str, ...], size: int) -> list[KeptSending]:
        """A meeting's, the oldest first, from after that place."""
        ...


class LinkStore(Protocol):
    """Attendees' links."""

    async def get(self, invitation_id: UUID, *, lock: bool = False) -> IssuedLink | None:
        """One invitation's; with `lock` nobody else uses it until the end of the transaction."""
        ...

    async def put(self, link: IssuedLink) -> None:
        """Add or replace."""
        ...


class ReleaseStore(Protocol):
    """Who let what go."""

    async def is_released(self, meeting: str, token: str) -> bool:
        """Whether somebody released exactly this."""
        ...

    async def add(self, meeting: str, token: str, revision: int, released_by: str) -> None:
        """Keep a release; twice is once."""
        ...


@dataclass(frozen=True)
class ReplyCursor:
    """How far a mailbox was read, and the window that the token stands for."""

    token: str
    window: tuple[datetime, datetime]


class ReplyStore(Protocol):
    """Answers as they came."""

    async def log(self, entry: ReplyEntry) -> bool:
        """Keep one; False where it was there already."""
        ...

    async def sources(self, invitations: Sequence[UUID]) -> Mapping[UUID, ReplySource]:
        """How the answer came that each of these holds; whoever has none is left out."""
        ...

    async def cursor(self, mailbox: str) -> ReplyCursor | None:
        """How far the mailbox was read."""
        ...

    async def move_cursor(self, mailbox: str, cursor: ReplyCursor) -> None:
        """Read on from there next time."""
        ...
