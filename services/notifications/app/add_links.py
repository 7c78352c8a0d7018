"""Giving everybody outside the staff a link of their own with what leaves."""

from dataclasses import replace

from services.notifications.app.draft_invitations import Plan
from services.notifications.app.ports import Unit
from services.notifications.domain.attendee_link import LinkSigner
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.issued_link import IssuedLink
from services.notifications.domain.meeting import MeetingView, Sender
from services.notifications.domain.rendering import Rendering


async def with_links(unit: Unit, council: str, view: MeetingView, sender: Sender, plan: Plan) -> Plan:
    """The plan with a link in each rendering of somebody outside the staff; as it is where no links are made."""
    if sender.links is None:
        return plan
    there = {one.person: one for one in await unit.invitations.of_meeting(view.meeting.name)}
    adding = _Adding(unit, council, view, sender.links, there)
    events = [
        (event, content and replace(content, rendering=await adding.linked(content.rendering)))
        for event, content in plan.events
    ]
    mails = [(mail, rendering and await adding.linked(rendering)) for mail, rendering in plan.mails]
    return replace(plan, events=tuple(events), mails=tuple(mails))


async def asking_again(
    unit: Unit, council: str, view: MeetingView, sender: Sender, invitation: Invitation, rendering: Rendering
) -> Rendering:
    """The rendering of what the person holds already with a link that opens, to be asked again for an answer."""
    if sender.links is None:
        return rendering
    adding = _Adding(unit, council, view, sender.links, {invitation.person: invitation})
    return await adding.linked(rendering, again=True)


class _Adding:
    def __init__(
        self, unit: Unit, council: str, view: MeetingView, signer: LinkSigner, there: dict[str, Invitation]
    ) -> None:
        self._unit, self._council, self._view, self._signer, self._there = unit, council, view, signer, there

    async def linked(self, rendering: Rendering, *, again: bool = False) -> Rendering:
        invitation, recipient = self._there.get(rendering.person), self._view.recipients.get(rendering.person)
        if invitation is None or recipient is None or recipient.staff:
            return rendering
        link = (await self._link(invitation, anew=again or _is_new(invitation, rendering))).link
        return replace(rendering, link=self._signer.url(self._council, link))

    async def _link(self, invitation: Invitation, *, anew: bool) -> IssuedLink:
        before = await self._unit.links.get(invitation.id, lock=True)
        now = before or IssuedLink(invitation.id)
        if anew and (now.used_at is not None or now.spent):
            # Whoever answered about the last time is asked about this one with a link that opens.
            now = now.renewed()
        if now != before:
            await self._unit.links.put(now)
        return now


def _is_new(invitation: Invitation, rendering: Rendering) -> bool:
    """Whether another message is to be written; one that may have gone is repeated as it is, its link too."""
    may_have_gone = invitation.outgoing is not None or invitation.state is InvitationState.UNKNOWN
    return not may_have_gone and not invitation.has(rendering)
