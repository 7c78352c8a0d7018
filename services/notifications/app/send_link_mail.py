"""Sending what a link's own page asks for: a plain e-mail or a text, at once, by the way that the link went."""

from dataclasses import dataclass
from datetime import datetime

from servicekit.caller import Caller
from services.notifications.app.carry_message import carry_message
from services.notifications.app.may_leave import did_not_leave, may_leave
from services.notifications.app.open_link import Behind
from services.notifications.app.plain_way import plain_way
from services.notifications.app.ports import Desk, Outside
from services.notifications.domain.brake import Source
from services.notifications.domain.delivery_fault import DeliveryFault, OutcomeUnknown, Unreachable
from services.notifications.domain.guard import guard
from services.notifications.domain.notify_message import NotifyMessage
from services.notifications.domain.rendering import Rendering
from services.notifications.domain.route import BY_NOTIFY, Route, may_be_messaged
from services.notifications.domain.text_mail import TextMail


@dataclass(frozen=True)
class LinkMail:
    """One message; `key` is the same for a repeat of it, `made_at` too. It goes by its rendering's route."""

    key: str
    made_at: datetime
    rendering: Rendering


def link_way(behind: Behind, outside: Outside) -> Route:
    """By which way something may go to the person today; NONE where none is safe, and for whoever is told by letter: it
    would come days later.
    """
    if behind.rendering is None:
        return Route.NONE
    way = plain_way(outside, behind.rendering.route, behind.recipient)
    carried = way not in BY_NOTIFY or outside.notify is not None
    safe = way not in (Route.NONE, Route.LETTER) and may_be_messaged(way, behind.recipient)
    return way if carried and safe else Route.NONE


async def send_link_mail(desk: Desk, caller: Caller, behind: Behind, mail: LinkMail) -> bool:
    """False where it did not go, or may not leave just now. Nothing is tried again: whoever waits asks again."""
    outside, rendering, view = desk.outside[caller.council_id], mail.rendering, behind.view
    protected = {one.person: one.protected for one in view.recipients.values()}
    if guard(rendering, protected, view.subject_strings):
        return False
    async with desk.begin(caller) as unit:
        if await may_leave(unit, desk, Source.MAIL, 1):
            return False
    try:
        await _hand_over(outside, mail)
    except OutcomeUnknown:
        return True
    except DeliveryFault:
        async with desk.begin(caller) as unit:
            await did_not_leave(unit, Source.MAIL, 1)
        return False
    return True


async def _hand_over(outside: Outside, mail: LinkMail) -> None:
    rendering = mail.rendering
    if rendering.route in BY_NOTIFY:
        told = (rendering.route, rendering.address, rendering.subject_line, rendering.body_text)
        await carry_message(outside.notify, NotifyMessage(*told, mail.key))
        return
    if outside.mail is None:
        raise Unreachable("NOT_SET_UP")
    await outside.mail.send(
        TextMail(
            message_id=f"{mail.key}@{outside.mail_host}",
            made_at=mail.made_at,
            organiser=outside.sender.mail_from,
            organiser_name=outside.sender.organiser_name,
            recipient=rendering.address,
            subject_line=rendering.subject_line,
            body_text=rendering.body_text,
        )
    )
