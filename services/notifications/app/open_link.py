"""What stands behind an attendee's link today. Reading it uses nothing up: mail filters open links."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from servicekit.caller import Caller, service_caller
from servicekit.errors import NotFound, PermissionDenied
from services.notifications.app.draft_invitations import fixed_routes, invitation_name
from services.notifications.app.policy import may
from services.notifications.app.ports import Desk, Unit
from services.notifications.app.read_view import read_view
from services.notifications.app.who_waits import who_waits
from services.notifications.domain.attendee_link import AttendeeLink, LinkSigner
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.issued_link import IssuedLink
from services.notifications.domain.meeting import MeetingState, MeetingView, Recipient
from services.notifications.domain.refusal import StaleAnswerError
from services.notifications.domain.rendering import Rendering
from services.notifications.domain.wish import wishes_of


class LinkState(StrEnum):
    """What the link shows; the wire's names."""

    OPEN = "LINK_STATE_OPEN"
    CHANGING = "LINK_STATE_CHANGING"
    """What the person was told is not what is to be told: nothing of either is shown."""
    OFF = "LINK_STATE_OFF"


@dataclass(frozen=True)
class Presented:
    """What somebody comes with: the link's token, and the secret of their browser (empty before the first use)."""

    token: str
    session: str = ""


@dataclass(frozen=True)
class Behind:
    """An invitation with everything around it as it stands. `rendering`: what the person is to know, or None. `waits`:
    somebody has to let it go first, though the person may have been told the very same.
    """

    link: AttendeeLink
    invitation: Invitation
    view: MeetingView
    recipient: Recipient
    rendering: Rendering | None
    signer: LinkSigner
    waits: bool = False

    @property
    def off(self) -> bool:
        """Whether the meeting is cancelled."""
        return self.view.meeting.state is MeetingState.CANCELLED


@dataclass(frozen=True)
class Opened:
    """What the page shows. The rendering is there only where the link is open: it is what the person was told."""

    state: LinkState
    invitation: Invitation
    rendering: Rendering | None = None
    ours: bool = False
    confirmed: bool = False


def refuse(caller: Caller) -> NoReturn:
    """One answer for every link that opens nothing: never made, ended, replaced, used, or nobody's now."""
    raise NotFound(f"councils/{caller.council}")


async def open_link(desk: Desk, caller: Caller, presented: Presented) -> Opened:
    """What the link shows to whoever comes with it. NotFound, Unavailable. Audited."""
    behind = await read_behind(desk, caller, "OpenLink", presented.token)
    async with desk.begin(caller) as unit:
        opened = await opened_of(unit, caller, behind, presented)
        await unit.audit("OpenLink", invitation_name(caller.council, behind.invitation.id))
    return opened


async def read_behind(desk: Desk, caller: Caller, action: str, token: str) -> Behind:
    """Everything behind a link that was signed here, read anew and as this service itself: the site may read no case.

    NotFound also where the person has no part any more, or was told of no meeting that is still to come.
    """
    if not may(caller, action):
        raise PermissionDenied(f"councils/{caller.council}", may_know=True)
    outside = desk.outside.get(caller.council_id)
    signer = outside.sender.links if outside else None
    link = signer.read(token) if signer else None
    if outside is None or signer is None or link is None:
        refuse(caller)
    async with desk.begin(caller) as unit:
        invitation, now = await unit.invitations.get(link.invitation_id), unit.now()
    if invitation is None or invitation.told_end is None or now >= invitation.told_end:
        refuse(caller)
    own = service_caller(caller.council_id, caller.council, "notifications")
    view = await read_view(desk, own, invitation.meeting)
    recipient = view.recipients.get(invitation.person) if view else None
    if view is None or recipient is None or recipient.staff or not _is_asked(view, invitation):
        refuse(caller)
    async with desk.begin(caller) as unit:
        there = {one.person: one for one in await unit.invitations.of_meeting(invitation.meeting)}
        wishes = wishes_of(view, outside.sender, fixed_routes(there.values()))
        waits = invitation.person in await who_waits(unit, view, wishes, there)
    rendering = next((wish.rendering for wish in wishes if wish.person == invitation.person), None)
    return Behind(link, invitation, view, recipient, rendering, signer, waits)


def _is_asked(view: MeetingView, invitation: Invitation) -> bool:
    going = view.meeting.state in (MeetingState.BOOKED, MeetingState.CANCELLED)
    return going and any(one.person == invitation.person for one in view.meeting.invitees)


async def opened_of(unit: Unit, caller: Caller, behind: Behind, presented: Presented) -> Opened:
    """What the link shows now. NotFound."""
    invitation = await unit.invitations.get(behind.invitation.id) or behind.invitation
    if behind.off:
        # Also by a link that was used: who answered yes must not come for nothing. It tells no time and no place.
        return Opened(LinkState.OFF, invitation)
    link = await unit.links.get(behind.link.invitation_id)
    if link is None or link.link != behind.link or not link.opens_for(presented.session, unit.now()):
        refuse(caller)
    if behind.rendering is None:
        refuse(caller)
    ours = link.belongs_to(presented.session, unit.now())
    if behind.waits or not invitation.has(behind.rendering):
        return Opened(LinkState.CHANGING, invitation, ours=ours)
    return Opened(LinkState.OPEN, invitation, behind.rendering, ours, ours and link.confirmed)


@dataclass(frozen=True)
class Held:
    """A link and its invitation while nobody else can use either."""

    invitation: Invitation
    link: IssuedLink
    rendering: Rendering


async def hold(unit: Unit, caller: Caller, behind: Behind, presented: Presented) -> Held:
    """For a change: as `opened_of`, but StaleAnswerError where the meeting is off or being changed."""
    invitation = await unit.invitations.get(behind.invitation.id, lock=True)
    link = await unit.links.get(behind.link.invitation_id, lock=True)
    opened = await opened_of(unit, caller, behind, presented)
    if invitation is None or link is None or opened.rendering is None:
        raise StaleAnswerError(meeting=behind.view.meeting.name)
    return Held(invitation, link, opened.rendering)
