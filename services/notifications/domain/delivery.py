"""Whether everybody has been told a meeting's current time."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.notifications.domain.invitation import Invitation
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.joining_link import NOT_BY_VIDEO, JoiningLink, JoiningLinkState
from services.notifications.domain.known_meeting import KnownMeeting
from services.notifications.domain.room_booking import NOT_TAKEN, RoomBooking, RoomState

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
    room: RoomState = RoomState.NONE
    joining_link: JoiningLinkState = JoiningLinkState.NONE


@dataclass(frozen=True)
class RoomAnswer:
    """What was asked of a room's mailbox, if any, and what is wrong with the asking itself."""

    booking: RoomBooking | None = None
    trouble: str = ""

    @property
    def state(self) -> RoomState:
        """As the wire says it."""
        return self.booking.state if self.booking else RoomState.NONE

    @property
    def troubles(self) -> tuple[str, ...]:
        """What a person has to do about the room."""
        if self.booking is None:
            return ()
        return (NOT_TAKEN,) if self.state is RoomState.DECLINED else (self.trouble,) if self.trouble else ()


NO_ROOM = RoomAnswer()


def delivery_of(
    known: KnownMeeting | None,
    invitations: Sequence[Invitation],
    room: RoomAnswer = NO_ROOM,
    link: JoiningLink = NOT_BY_VIDEO,
) -> Delivery:
    """Never says "sent" while anything waits or is in doubt."""
    if known is None:
        return Delivery(DeliveryState.UNKNOWN_MEETING)
    told = sum(_knows(invitation) for invitation in invitations)
    untold = sum(not _knows(invitation) for invitation in invitations if invitation.state not in _OFF)
    around = (*room.troubles, *([link.trouble] if link.trouble else []))
    troubles = tuple(dict.fromkeys((*around, *(one.trouble for one in invitations if one.trouble))))
    state = _state(known, invitations)
    if state is DeliveryState.SENT and around:
        state = DeliveryState.NEEDS_PERSON
    return Delivery(state, told, untold, troubles, room.state, link.state)


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
