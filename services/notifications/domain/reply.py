"""An answer as it came in, and which revision of the meeting it answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.notifications.domain.answer import Answer
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.remote_event import RemoteReply


class ReplySource(StrEnum):
    """Where an answer came from."""

    OUTLOOK = "outlook"
    RECORDED = "recorded"
    PAGE = "page"


@dataclass(frozen=True)
class ReplyEntry:
    """One answer for the log; `taken` says that it changed the invitation."""

    id: UUID
    invitation_id: UUID
    answer: Answer
    answer_time: datetime
    revision: int
    source: ReplySource
    recorded_by: str
    taken: bool


def revision_answered(invitation: Invitation, reply: RemoteReply) -> int:
    """The revision that the person was told last; an earlier one where the event had another time when it
    was answered.
    """
    same_time = (reply.event_start, reply.event_end) == (invitation.told_start, invitation.told_end)
    return invitation.told_revision if same_time else max(0, invitation.told_revision - 1)
