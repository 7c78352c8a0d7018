"""What is told to those who follow this service. Named and shaped as the contract's messages."""

from dataclasses import dataclass
from datetime import datetime

from services.notifications.domain.answer import Answer
from services.notifications.domain.invitation_state import InvitationState


@dataclass(frozen=True)
class InvitationChanged:
    """The state of a person's invitation changed."""

    invitation: str
    meeting: str
    state: InvitationState
    told_revision: int


@dataclass(frozen=True)
class InvitationAnswered:
    """A person answered."""

    invitation: str
    meeting: str
    person: str
    answer: Answer
    revision: int
    answer_time: datetime
