"""Whether everybody has been told a meeting's current time."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.notifications.domain.invitation import Invitation
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.known_meeting import KnownMeeting

_OFF = (InvitationState.WITHDRAWN, InvitationState.DROPPED)


class DeliveryState(StrEnum):
    """The wire's names."""

    UNKNOWN_MEETING = "DELIVERY_STATE_UNSPECIFIED"
    AWAITING_RELEASE = "DELIVERY_STATE_AWAITING_RELEASE"
    NOT_SENT = "DELIVERY_STATE_NOT_SENT"
    SENT = "DELIVERY_STATE_SENT"
    NEEDS_PERSON = "DELIVERY_STATE_NEEDS_PERSON"


@dataclass(frozen=True)
class Delivery:
    """`told` and `untold` count people; `troubles` say in plain words what a person has to do."""

    state: DeliveryState
    told: int = 0
    untold: int = 0
    troubles: tuple[str, ...] = ()


def delivery_of(known: KnownMeeting | None, invitations: Sequence[Invitation]) -> Delivery:
    """Never says "sent" while anything waits or is in doubt."""
    if known is None:
        return Delivery(DeliveryState.UNKNOWN_MEETING)
    told = sum(_knows(invitation) for invitation in invitations)
    untold = sum(not _knows(invitation) for invitation in invitations if invitation.state not in _OFF)
    troubles = tuple(dict.fromkeys(one.trouble for one in invitations if one.trouble))
    return Delivery(_state(known, invitations), told, untold, troubles)


def _knows(invitation: Invitation) -> bool:
    return (
        invitation.state not in _OFF
        and invitation.told_revision >= invitation.wanted_revision > 0
        and not invitation.trouble
    )


def _state(known: KnownMeeting, invitations: Sequence[Invitation]) -> DeliveryState:
    states = {one.state for one in invitations}
    if InvitationState.DRAFTED in states:
        return DeliveryState.AWAITING_RELEASE
    behind = known.heard_revision > known.read_revision
    if behind or states & {InvitationState.WAITING, InvitationState.UNKNOWN}:
        return DeliveryState.NOT_SENT
    stuck = any(one.state is InvitationState.NEEDS_PERSON and one.trouble for one in invitations)
    return DeliveryState.NEEDS_PERSON if stuck else DeliveryState.SENT
