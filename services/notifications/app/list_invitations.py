"""Listing invitations, and saying whether everybody knows a meeting's time."""

from dataclasses import dataclass

from servicekit.caller import Caller
from servicekit.errors import PermissionDenied
from servicekit.page import PageRequest
from services.notifications.app.policy import may
from services.notifications.app.ports import Desk
from services.notifications.app.preview_invitations import readable
from services.notifications.domain.delivery import Delivery, delivery_of
from services.notifications.domain.invitation import Invitation


@dataclass(frozen=True)
class InvitationPage:
    """A page, and the sort key of its last row where another page follows."""

    invitations: tuple[Invitation, ...]
    next_after: tuple[str, ...] | None


async def list_invitations(desk: Desk, caller: Caller, meeting: str, page: PageRequest) -> InvitationPage:
    """Of one meeting, or of all that the caller may see. NotFound, PermissionDenied, Unavailable. Audited."""
    parent = f"councils/{caller.council}"
    if meeting:
        await readable(desk, caller, "ListInvitations", meeting)
    elif not may(caller, "ListInvitations"):
        raise PermissionDenied(parent)
    restricted_too = bool(meeting) or may(caller, "ListRestricted")
    async with desk.begin(caller) as unit:
        found = await unit.invitations.page(meeting, restricted_too, page.after, page.size + 1)
        await unit.audit("ListInvitations", meeting or parent)
    shown = tuple(found[: page.size])
    if len(found) <= page.size:
        return InvitationPage(shown, None)
    last = shown[-1]
    return InvitationPage(shown, (last.meeting, last.role, str(last.id)))


async def get_meeting_delivery(desk: Desk, caller: Caller, meeting: str) -> Delivery:
    """NotFound, PermissionDenied, Unavailable. Audited."""
    await readable(desk, caller, "GetMeetingDelivery", meeting)
    async with desk.begin(caller) as unit:
        known = await unit.meetings.get(meeting)
        invitations = await unit.invitations.of_meeting(meeting)
        await unit.audit("GetMeetingDelivery", meeting)
    return delivery_of(known, invitations)
