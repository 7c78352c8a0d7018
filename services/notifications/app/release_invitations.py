"""Letting the previewed messages go."""

from dataclasses import dataclass

from servicekit.caller import Caller
from servicekit.errors import PermissionDenied
from services.notifications.app.draft_invitations import draft_invitations
from services.notifications.app.policy import may
from services.notifications.app.ports import Desk, Unit
from services.notifications.app.preview_invitations import readable
from services.notifications.app.read_view import view_of
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.meeting import MeetingView
from services.notifications.domain.refusal import SecondPersonNeededError, StalePreviewError
from services.notifications.domain.second_person import second_person_reasons

_RELEASED = (InvitationState.WAITING, InvitationState.UNKNOWN, InvitationState.SENT)


@dataclass(frozen=True)
class Release:
    """Which meeting, and the token of the preview that was looked at."""

    meeting: str
    token: str


async def read_for_release(desk: Desk, caller: Caller, meeting: str) -> MeetingView:
    """Read before the transaction. NotFound; PermissionDenied for who may see but not release;
    SecondPersonNeededError.
    """
    found = await readable(desk, caller, "ListInvitations", meeting)
    view = await view_of(desk, caller, found)
    sensitive = bool(second_person_reasons(view))
    if not may(caller, "ReleaseInvitations", restricted=sensitive):
        raise PermissionDenied(meeting, may_know=True)
    booked_by = view.meeting.booked_by
    if sensitive and booked_by in (caller.principal_id, caller.name_for_log):
        raise SecondPersonNeededError(meeting=meeting)
    return view


async def release_invitations(
    unit: Unit, desk: Desk, caller: Caller, view: MeetingView, release: Release
) -> list[Invitation]:
    """StalePreviewError where what would go is no longer what was previewed. The lane sends; this only lets
    it.
    """
    sender = desk.outside[caller.council_id].sender
    await draft_invitations(unit, caller.council, view, sender)
    known = await unit.meetings.get(release.meeting, lock=True)
    if known is None or known.token != release.token:
        raise StalePreviewError(meeting=release.meeting)
    await unit.releases.add(release.meeting, release.token, view.meeting.revision, caller.name_for_log)
    # Whoever lets it go wants it told, though somebody had given it up.
    await unit.brakes.take_up(release.meeting)
    await draft_invitations(unit, caller.council, view, sender)
    await unit.audit("ReleaseInvitations", release.meeting, fields=["release_token"])
    await unit.wake(release.meeting)
    return [one for one in await unit.invitations.of_meeting(release.meeting) if one.state in _RELEASED]
