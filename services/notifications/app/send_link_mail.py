"""Sending what a link's own page asks for: a plain e-mail, at once, by the person's safe way and no other."""

from dataclasses import dataclass
from datetime import datetime

from servicekit.caller import Caller
from services.notifications.app.may_leave import did_not_leave, may_leave
from services.notifications.app.open_link import Behind
from services.notifications.app.ports import Desk, Outside
from services.notifications.domain.brake import Source
from services.notifications.domain.delivery_fault import DeliveryFault, OutcomeUnknown
from services.notifications.domain.guard import guard
from services.notifications.domain.rendering import Rendering
from services.notifications.domain.route import may_be_mailed
from services.notifications.domain.text_mail import TextMail


@dataclass(frozen=True)
class LinkMail:
    """One message; `key` is the same for a repeat of it, `made_at` too."""

    key: str
    made_at: datetime
    rendering: Rendering


def can_be_mailed(behind: Behind, outside: Outside) -> bool:
    """Whether an e-mail may go to the person today."""
    return outside.mail is not None and may_be_mailed(behind.recipient)


async def send_link_mail(desk: Desk, caller: Caller, behind: Behind, mail: LinkMail) -> bool:
    """False where it did not go, or may not leave just now. Nothing is tried again: whoever waits asks again."""
    outside, rendering, view = desk.outside[caller.council_id], mail.rendering, behind.view
    protected = {one.person: one.protected for one in view.recipients.values()}
    if outside.mail is None or guard(rendering, protected, view.subject_strings):
        return False
    async with desk.begin(caller) as unit:
        if await may_leave(unit, desk, Source.MAIL, 1):
            return False
    message = TextMail(
        message_id=f"{mail.key}@{outside.mail_host}",
        made_at=mail.made_at,
        organiser=outside.sender.mail_from,
        organiser_name=outside.sender.organiser_name,
        recipient=rendering.address,
        subject_line=rendering.subject_line,
        body_text=rendering.body_text,
    )
    try:
        await outside.mail.send(message)
    except OutcomeUnknown:
        return True
    except DeliveryFault:
        async with desk.begin(caller) as unit:
            await did_not_leave(unit, Source.MAIL, 1)
        return False
    return True
