"""Asking GOV.UK Notify what became of messages: a few at a time, the longest waiting first."""

from datetime import datetime

from servicekit.caller import Caller
from services.notifications.app.draft_invitations import put_changed
from services.notifications.app.notify_service import NotifyService
from services.notifications.app.ports import Desk
from services.notifications.domain.chaser import NOT_CHASED
from services.notifications.domain.delivery_fault import Gone
from services.notifications.domain.receipt import MessageDelivery, Receipt
from services.notifications.domain.reminder import NOT_REMINDED

_AT_A_TIME = 50


async def read_receipts(desk: Desk, caller: Caller) -> None:
    """Ask, and keep what is said. Raises Unreachable, Refused; what was read before stays."""
    notify = desk.outside[caller.council_id].notify
    if notify is None:
        return
    async with desk.begin(caller) as unit:
        at, waiting = unit.now(), await unit.receipts.to_ask(_AT_A_TIME)
    for receipt in waiting:
        await _keep(desk, caller, receipt, await _asked(notify, receipt, at))


async def _asked(notify: NotifyService, receipt: Receipt, at: datetime) -> Receipt:
    if receipt.is_forgotten(at):
        return receipt.lost(at)
    try:
        return receipt.after(await notify.status(receipt.id), at)
    except Gone:
        return receipt.lost(at)


async def _keep(desk: Desk, caller: Caller, before: Receipt, now: Receipt) -> None:
    async with desk.begin(caller) as unit:
        await unit.receipts.put(now)
        if now.delivery is before.delivery:
            return
        one = await unit.invitations.by_receipt(now.id)
        if one is not None:
            await put_changed(unit, caller.council, one, one.delivered(now.delivery, unit.now()))
        if now.delivery is MessageDelivery.FAILED:
            for reminder in await unit.reminders.by_receipt(now.id):
                await unit.reminders.put(reminder.to_ring(NOT_REMINDED))
            for chaser in await unit.chasers.by_receipt(now.id):
                await unit.chasers.put(chaser.to_ring(NOT_CHASED))
