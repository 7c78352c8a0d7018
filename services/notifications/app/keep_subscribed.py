"""Keeping one subscription for a council's mailbox: made, renewed at half its life, never two."""

import secrets
from contextlib import suppress

from servicekit.caller import Caller
from services.notifications.app.outlook_ports import ChangeNotices
from services.notifications.app.ports import Desk
from services.notifications.domain.delivery_fault import Gone
from services.notifications.domain.subscription import ASKED_FOR, Subscription, resource_of

_STATE_BYTES = 32


async def keep_subscribed(
    desk: Desk, caller: Caller, notices: ChangeNotices, url: str, *, renew_now: bool = False
) -> Subscription:
    """The mailbox's subscription as it is kept from now on. `url` is where Graph tells of changes.

    Raises the outside's faults; then what is kept is as it was, and the delta is read all the same.
    """
    resource = resource_of(desk.outside[caller.council_id].sender.mailbox)
    async with desk.begin(caller) as unit:
        kept, now = await unit.subscriptions.get(resource), unit.now()
    if kept is not None and kept.is_fresh(now) and not renew_now:
        return kept
    renewed = None
    if kept is not None:
        with suppress(Gone):
            renewed = kept.renewed(now, (await notices.renew(kept.id, now + ASKED_FOR)).expires)
    if renewed is None:
        state = secrets.token_urlsafe(_STATE_BYTES)
        made = await notices.subscribe(resource, url, state, now + ASKED_FOR)
        renewed = Subscription(made.id, state, now, made.expires)
    async with desk.begin(caller) as unit:
        # Another process may have been at it meanwhile: then what it kept counts, and ours is one of the others.
        theirs_or_ours = await unit.subscriptions.replace(resource, kept, renewed)
    await _remove_others(notices, resource, url, theirs_or_ours.id)
    return theirs_or_ours


async def _remove_others(notices: ChangeNotices, resource: str, url: str, kept: str) -> None:
    """An answer that was lost, or a server that makes two of one request, leaves others behind."""
    for one in await notices.own():
        if (one.resource.strip("/").casefold(), one.notification_url) == (resource.casefold(), url) and one.id != kept:
            await notices.unsubscribe(one.id)
