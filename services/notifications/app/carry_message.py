"""Having GOV.UK Notify carry a message, once: it keeps a reference and does not drop what comes twice under it."""

from uuid import UUID

from services.notifications.app.notify_service import NotifyService
from services.notifications.domain.delivery_fault import Unreachable
from services.notifications.domain.notify_message import NotifyMessage


async def carry_message(notify: NotifyService | None, message: NotifyMessage, *, doubtful: bool) -> UUID:
    """Notify's id of the message. `doubtful`: it may have gone before, so that it is looked for first.

    Raises Unreachable, OutcomeUnknown, Refused.
    """
    if notify is None:
        raise Unreachable("NOT_SET_UP")
    known = await notify.find(message.reference) if doubtful else None
    return known or await notify.send(message)
