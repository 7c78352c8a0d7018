"""What one person or role is written to about after meetings, because it is due or late."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.notifications.domain.route import Route
from services.notifications.domain.unsafe_time import held_words

GATHERED_FOR = timedelta(minutes=15)
"""The clocks of all subjects of one meeting run out together, and are one message."""
BUSINESS_SUPPORT = "business-support"
LEFT = "Not sent: this person has no part here any more. Give what waits to somebody who has one."
NOT_KNOWN = "Not sent: the case system does not say any more who this is for. Ring whoever it is."
NO_MAILBOX = "Not sent: nobody is known in this role, and no mailbox of business support is set up. Ring whoever it is."
NOT_CHASED = "The message could not be delivered. Ring this person."
WAY_CHANGED = "The message may have gone before the safe way of telling this person changed. Ring them to make sure."
STOPPED = "The last check stopped the message: it would show something that is protected. Ring this person."


class ChaserKind(StrEnum):
    """What it comes from: somebody's press, or a clock that ran out."""

    CHASE = "chase"
    MINUTES = "minutes"
    DECISION = "decision"


class ChaserState(StrEnum):
    """Where one stands. `OVER`: before it went everything was done, or given to somebody else."""

    PENDING = "pending"
    SENT = "sent"
    TO_RING = "to ring"
    OVER = "over"


@dataclass(frozen=True)
class Chaser:
    """One kept. `things` are resource names of actions, minutes or decisions, and `subjects` theirs in the same order.

    `since`: the instant of the chase or of the lateness; with `about`, `clock` and `role` it says which one this is.
    `message_key`: it stands in a message that may have gone.
    """

    id: UUID
    kind: ChaserKind
    about: str
    clock: str
    role: str
    person: str
    meeting: str
    things: tuple[str, ...]
    subjects: tuple[str, ...]
    since: datetime
    due_at: datetime
    state: ChaserState = ChaserState.PENDING
    trouble: str = ""
    message_key: UUID | None = None
    sent_at: datetime | None = None
    receipt_id: UUID | None = None

    def about_only(self, things: Collection[str]) -> "Chaser":
        """Of these things alone; over where none is left."""
        kept = [(thing, subject) for thing, subject in zip(self.things, self.subjects, strict=True) if thing in things]
        if not kept:
            return replace(self, state=ChaserState.OVER, trouble="", message_key=None)
        return replace(self, things=tuple(one for one, _ in kept), subjects=tuple(one for _, one in kept))

    def waits(self, trouble: str) -> "Chaser":
        """Looked at anew the next time."""
        return replace(self, trouble=trouble, message_key=None)

    def held(self, until: datetime) -> "Chaser":
        """For a time at which nobody else sees it come."""
        return replace(self, due_at=until, trouble=held_words(until))

    def to_ring(self, trouble: str) -> "Chaser":
        """Nothing more goes by itself: somebody is to ring."""
        return replace(self, state=ChaserState.TO_RING, trouble=trouble, message_key=None)

    def sent(self, at: datetime, receipt_id: UUID | None) -> "Chaser":
        """The other side has it."""
        done = replace(self, state=ChaserState.SENT, trouble="", message_key=None)
        return replace(done, sent_at=at, receipt_id=receipt_id)


@dataclass(frozen=True)
class ChaserMessage:
    """A message kept whole until the other side has it. `asked_at`: when it was handed over last."""

    key: UUID
    route: Route
    address: str
    subject_line: str
    body_text: str
    made_at: datetime
    asked_at: datetime
