"""What is told to those who follow this service. Named and shaped as the contract's messages."""

from dataclasses import dataclass
from datetime import datetime

from services.notifications.domain.answer import Answer
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.need import Need


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


@dataclass(frozen=True)
class AttendeeNeedsChanged:
    """A person said what they need so that they can take part. `needs` and `language` are all of it."""

    invitation: str
    meeting: str
    person: str
    needs: tuple[Need, ...]
    language: str
    needs_time: datetime
