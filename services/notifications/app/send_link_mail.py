"""Sending what a link's own page asks for: a plain e-mail, at once, by the person's safe way and no other."""

from dataclasses import dataclass
from datetime import datetime

from services.notifications.app.open_link import Behind
from services.notifications.app.ports import Outside
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


async def send_link_mail(behind: Behind, outside: Outside, mail: LinkMail) -> bool:
    """False where it certainly did not go. Nothing is tried again: whoever waits for it asks again."""
    rendering, view = mail.rendering, behind.view
    protected = {one.person: one.protected for one in view.recipients.values()}
    if outside.mail is None or guard(rendering, protected, view.subject_strings):
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
        return False
    return True
