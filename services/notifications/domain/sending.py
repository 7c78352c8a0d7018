"""One message about a meeting that left, or may have left: the record of who was told, when, and by whose leave."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.notifications.domain.invitation import Invitation
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.route import Route


class MessageKind(StrEnum):
    """The wire's names."""

    INVITE = "MESSAGE_KIND_INVITE"
    CHANGE = "MESSAGE_KIND_CHANGE"
    CANCEL = "MESSAGE_KIND_CANCEL"
    REMINDER = "MESSAGE_KIND_REMINDER"


class SendingOutcome(StrEnum):
    """The wire's names."""

    CONFIRMED = "SENDING_OUTCOME_CONFIRMED"
    UNKNOWN = "SENDING_OUTCOME_UNKNOWN"


@dataclass(frozen=True)
class Sending:
    """Holds no text, no address and no name. `revision` is the one that the invitation
    wants, `at` is when the outcome became known."""

    invitation_id: UUID
    meeting: str
    person: str
    role: str
    route: Route
    kind: MessageKind
    revision: int
    at: datetime
    outcome: SendingOutcome


@dataclass(frozen=True)
class KeptSending:
    """One as it is kept. `place` orders them; `released_by` is empty where it waited for nobody."""

    place: int
    sending: Sending
    released_by: str


def sending_between(before: Invitation | None, now: Invitation, at: datetime) -> Sending | None:
    """The message that took an invitation from one state to the other; None where nothing left.

    Every message is counted on the invitation, so that none can be missing here.
    """
    if now.messages_sent <= (before.messages_sent if before else 0):
        return None
    outcome = SendingOutcome.UNKNOWN if now.state is InvitationState.UNKNOWN else SendingOutcome.CONFIRMED
    return Sending(
        invitation_id=now.id,
        meeting=now.meeting,
        person=now.person,
        role=now.role,
        route=now.route,
        kind=_kind(before, now),
        revision=now.wanted_revision,
        at=at,
        outcome=outcome,
    )


def _kind(before: Invitation | None, now: Invitation) -> MessageKind:
    if now.state is InvitationState.WITHDRAWN or (before and before.told_content and not now.told_content):
        return MessageKind.CANCEL
    return MessageKind.CHANGE if before and before.told_revision else MessageKind.INVITE
