"""Where one invitation stands, and what may happen to it there."""

from enum import StrEnum
from typing import assert_never


class InvitationState(StrEnum):
    """The wire's names."""

    DRAFTED = "INVITATION_STATE_DRAFTED"
    WAITING = "INVITATION_STATE_WAITING"
    SENT = "INVITATION_STATE_SENT"
    UNKNOWN = "INVITATION_STATE_UNKNOWN"
    NEEDS_PERSON = "INVITATION_STATE_NEEDS_PERSON"
    WITHDRAWN = "INVITATION_STATE_WITHDRAWN"
    DROPPED = "INVITATION_STATE_DROPPED"


class Happening(StrEnum):
    """What can happen to an invitation."""

    WRITTEN = "written"
    """There is something new to tell, and nobody has let it go yet."""
    RELEASED = "released"
    NOT_REACHED = "not reached"
    """The other side certainly did nothing."""
    IN_DOUBT = "in doubt"
    """It was asked, and nobody knows."""
    CONFIRMED = "confirmed"
    STUCK = "stuck"
    """It goes no further without a person."""
    CALLED_OFF = "called off"
    """The person has been told that it is off."""
    DROPPED = "dropped"
    """Nothing had left, and nothing will."""


class ImpossibleStepError(Exception):
    """A step that the state does not allow: a fault of the program, never of a caller."""

    def __init__(self, state: InvitationState, happening: Happening) -> None:
        super().__init__(f"{happening.value} cannot happen to an invitation in {state.name}")


_OPEN = (InvitationState.WAITING, InvitationState.UNKNOWN)


def after(state: InvitationState, happening: Happening) -> InvitationState:
    """The next state. ImpossibleStepError where it would show something as sent that was never let go."""
    match happening:
        case Happening.WRITTEN:
            return InvitationState.UNKNOWN if state is InvitationState.UNKNOWN else InvitationState.DRAFTED
        case Happening.RELEASED:
            return InvitationState.UNKNOWN if state is InvitationState.UNKNOWN else InvitationState.WAITING
        case Happening.NOT_REACHED:
            return _only(state, happening, _OPEN, state)
        case Happening.IN_DOUBT:
            return _only(state, happening, _OPEN, InvitationState.UNKNOWN)
        case Happening.CONFIRMED:
            return _only(state, happening, (*_OPEN, InvitationState.SENT), InvitationState.SENT)
        case Happening.STUCK:
            return InvitationState.NEEDS_PERSON
        case Happening.CALLED_OFF:
            return InvitationState.WITHDRAWN
        case Happening.DROPPED:
            return _only(state, happening, _NOTHING_LEFT, InvitationState.DROPPED)
        case _:
            assert_never(happening)


_NOTHING_LEFT = (
    InvitationState.DRAFTED,
    InvitationState.WAITING,
    InvitationState.UNKNOWN,
    InvitationState.NEEDS_PERSON,
    InvitationState.DROPPED,
)


def _only(
    state: InvitationState, happening: Happening, allowed: tuple[InvitationState, ...], then: InvitationState
) -> InvitationState:
    if state not in allowed:
        raise ImpossibleStepError(state, happening)
    return then
