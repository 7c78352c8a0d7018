"""Having GOV.UK Notify carry a message, once: it keeps a reference and does not drop what comes twice under it."""

from datetime import datetime
from uuid import UUID

from services.notifications.app.notify_service import NotifyService
from services.notifications.domain.delivery_fault import OutcomeUnknown, Unreachable
from services.notifications.domain.notify_message import NotifyMessage, is_surely_shown


async def carry_message(notify: NotifyService | None, message: NotifyMessage) -> UUID:
    """Notify's id of the message, which has surely not gone before. Raises Unreachable, OutcomeUnknown, Refused."""
    if notify is None:
        raise Unreachable("NOT_SET_UP")
    return await notify.send(message)


async def look_up(notify: NotifyService | None, reference: str, asked_at: datetime | None, at: datetime) -> UUID | None:
    """Notify's id of a message that may have gone; None once it is certain that Notify never took it.

    `asked_at`: when it was asked for last, `at`: now. Raises Unreachable, Refused, and OutcomeUnknown while Notify may
    have it and not show it yet.
    """
    if notify is None:
        raise Unreachable("NOT_SET_UP")
    found = await notify.find(reference)
    if found is None and not is_surely_shown(asked_at, at):
        raise OutcomeUnknown("NOT_SHOWN_YET")
    return found
