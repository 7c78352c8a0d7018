"""A new link for whoever has one that opens nothing any more: sent the way the first went, never shown."""

from dataclasses import replace
from datetime import datetime

from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.notifications.app.draft_invitations import invitation_name
from services.notifications.app.open_link import Behind, read_behind
from services.notifications.app.ports import Desk, Unit
from services.notifications.app.send_link_mail import LinkMail, link_way, send_link_mail
from services.notifications.domain.date_question import ring_words
from services.notifications.domain.issued_link import IssuedLink
from services.notifications.domain.link_mail import new_link_rendering
from services.notifications.domain.route import Route


async def behind_old_link(desk: Desk, caller: Caller, token: str) -> Behind | None:
    """What stands behind a link, used or not, of an invitation that may have a new one; None for every other.

    Nobody is told which of the two it was.
    """
    try:
        behind = await read_behind(desk, caller, "SendNewLink", token)
    except NotFound:
        return None
    rendering = behind.rendering
    told = rendering is not None and behind.invitation.has(rendering) and not behind.waits
    way = link_way(behind, desk.outside[caller.council_id])
    return behind if told and way is not Route.NONE else None


async def renew_link(unit: Unit, caller: Caller, behind: Behind) -> IssuedLink | None:
    """The link to send; None where the last one is in use, or enough were sent. Audited."""
    before = await unit.links.get(behind.link.invitation_id, lock=True)
    now = unit.now()
    if before is None or not before.may_be_sent_anew(now):
        return None
    after = before.sent_anew(now)
    await unit.links.put(after)
    await unit.audit("SendNewLink", invitation_name(caller.council, behind.invitation.id))
    return after


async def send_new_link(desk: Desk, caller: Caller, behind: Behind, link: IssuedLink, telephone: str) -> None:
    """Send it. Where it cannot go, whoever waits reads on the page whom to ring."""
    assert behind.rendering is not None
    outside = desk.outside[caller.council_id]
    url = behind.signer.url(caller.council, link.link)
    told = replace(behind.rendering, route=link_way(behind, outside))
    ring = ring_words(outside.sender.organiser_name, telephone)
    rendering = new_link_rendering(told, behind.view.meeting.reference, url, ring)
    await send_link_mail(desk, caller, behind, LinkMail(_key(link, link.sent_at), _at(link), rendering))


def _key(link: IssuedLink, at: datetime | None) -> str:
    return f"{link.invitation_id}.link.{link.generation}.{int(at.timestamp()) if at else 0}"


def _at(link: IssuedLink) -> datetime:
    assert link.sent_at is not None
    return link.sent_at
