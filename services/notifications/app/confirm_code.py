"""The second factor: a code that reaches the person by their own safe way, or that business support reads out."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import NotFound, PermissionDenied
from services.notifications.app.draft_invitations import invitation_name
from services.notifications.app.open_link import Behind, Presented, hold, refuse
from services.notifications.app.policy import may
from services.notifications.app.ports import Desk, Unit
from services.notifications.app.preview_invitations import readable
from services.notifications.app.send_link_mail import LinkMail, link_way, send_link_mail
from services.notifications.domain.date_question import ring_words
from services.notifications.domain.issued_link import CODE_LIFE, MOST_CODES, IssuedLink
from services.notifications.domain.link_mail import code_rendering
from services.notifications.domain.route import Route


class CodeWay(StrEnum):
    """How the code reaches the person; the wire's names."""

    EMAIL = "CODE_WAY_EMAIL"
    SPOKEN = "CODE_WAY_SPOKEN"
    TEXT = "CODE_WAY_TEXT"


class CodeResult(StrEnum):
    """What became of a typed code; the wire's names."""

    RIGHT = "CODE_RESULT_RIGHT"
    WRONG = "CODE_RESULT_WRONG"
    OVER = "CODE_RESULT_OVER"
    """It is too old, or none was asked for."""


@dataclass(frozen=True)
class SpokenCode:
    """A code to read out, until when it works."""

    code: str
    expires_at: datetime


async def make_code(unit: Unit, caller: Caller, behind: Behind, presented: Presented) -> IssuedLink:
    """One more code for the link. NotFound once there were too many; StaleAnswerError. Audited."""
    held = await hold(unit, caller, behind, presented)
    if held.link.codes_sent >= MOST_CODES:
        refuse(caller)
    link = held.link.with_code(unit.now())
    await unit.links.put(link)
    await unit.audit("SendCode", invitation_name(caller.council, behind.invitation.id))
    return link


def code_way(desk: Desk, caller: Caller, behind: Behind) -> CodeWay:
    """How a code would reach the person today."""
    match link_way(behind, desk.outside[caller.council_id]):
        case Route.NONE:
            return CodeWay.SPOKEN
        case Route.TEXT:
            return CodeWay.TEXT
        case _:
            return CodeWay.EMAIL


async def send_code(desk: Desk, caller: Caller, behind: Behind, link: IssuedLink, telephone: str) -> CodeWay:
    """Send the link's last code where that is safe. SPOKEN: it did not go, and somebody has to read it out."""
    assert behind.rendering is not None and link.code_until is not None
    outside, way = desk.outside[caller.council_id], code_way(desk, caller, behind)
    if way is CodeWay.SPOKEN:
        return way
    told = replace(behind.rendering, route=link_way(behind, outside))
    code = behind.signer.code(link.link, link.codes_sent)
    ring = ring_words(outside.sender.organiser_name, telephone)
    rendering = code_rendering(told, behind.view.meeting.reference, code, ring)
    key = f"{link.invitation_id}.code.{link.generation}.{link.codes_sent}"
    went = await send_link_mail(desk, caller, behind, LinkMail(key, link.code_until - CODE_LIFE, rendering))
    return way if went else CodeWay.SPOKEN


async def confirm_code(unit: Unit, caller: Caller, behind: Behind, presented: Presented, code: str) -> CodeResult:
    """Whether it is the code. The right one makes the link this browser's; five wrong ones end it. Audited.

    NotFound; StaleAnswerError where the meeting is off or being changed.
    """
    held = await hold(unit, caller, behind, presented)
    link, now = held.link, unit.now()
    if not link.code_lives(now):
        return CodeResult.OVER
    right = compare_digest(code.encode(), behind.signer.code(link.link, link.codes_sent).encode())
    await unit.links.put(link.proved(presented.session, now) if right else link.guessed())
    action = "ConfirmCode" if right else "ConfirmCodeWrong"
    await unit.audit(action, invitation_name(caller.council, behind.invitation.id))
    return CodeResult.RIGHT if right else CodeResult.WRONG


async def read_spoken_code(desk: Desk, caller: Caller, invitation_id: UUID) -> SpokenCode | None:
    """The code that the person waits for, to be read out; None where none is. NotFound, PermissionDenied. Audited."""
    name = invitation_name(caller.council, invitation_id)
    if not may(caller, "ReadSpokenCode"):
        raise PermissionDenied(name)
    async with desk.begin(caller) as unit:
        found = await unit.invitations.get(invitation_id)
    if found is None:
        raise NotFound(name)
    try:
        await readable(desk, caller, "ReadSpokenCode", found.meeting)
    except NotFound:
        raise NotFound(name) from None
    signer = desk.outside[caller.council_id].sender.links
    async with desk.begin(caller) as unit:
        link = await unit.links.get(invitation_id)
        await unit.audit("ReadSpokenCode", name, fields=["code"])
        lives = link is not None and link.code_lives(unit.now())
    if link is None or signer is None or not lives or link.code_until is None:
        return None
    return SpokenCode(signer.code(link.link, link.codes_sent), link.code_until)
