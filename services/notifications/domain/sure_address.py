"""Whether an address may be written to without anybody looking at it again."""

import re
from datetime import date, timedelta

from services.notifications.domain.invitation import Invitation
from services.notifications.domain.meeting import Recipient
from services.notifications.domain.route import Route
from services.notifications.domain.wish import Wish

FRESH_CONTACT = timedelta(days=7)
NEVER_CHECKED = "Nobody has checked this contact: make sure that it is right before anything goes there."
RECENT = "This contact was changed or checked in the last 7 days: make sure that it is still right."
ELSEWHERE = "The address is not the one to which the last message went: make sure that it is right."


def doubt_about(wish: Wish, there: Invitation | None, today: date) -> str:
    """Why a person has to confirm where this message goes; empty where nobody has to.

    Staff are asked at work. Where somebody was told before at the same address, it was looked at then.
    """
    if wish.rendering is None or wish.recipient is None or wish.recipient.staff:
        return ""
    if there is not None and there.told_address:
        return "" if is_same(there.told_address, wish.rendering.address, wish.route) else ELSEWHERE
    return doubt_about_contact(wish.recipient, today)


def doubt_about_contact(recipient: Recipient, today: date) -> str:
    """Why the contact of somebody who was told nothing yet has to be looked at; empty where it has not."""
    if recipient.staff:
        return ""
    if recipient.verified_on is None:
        return NEVER_CHECKED
    return RECENT if today - recipient.verified_on <= FRESH_CONTACT else ""


def is_same(one: str, other: str, route: Route) -> bool:
    """Whether two addresses of a route lead to the same place."""
    return _plain(one, route) == _plain(other, route)


def _plain(address: str, route: Route) -> str:
    """As it is compared: a number is the same however it is spaced, and with or without the country's own."""
    if route is not Route.TEXT:
        return address.casefold()
    number = re.sub(r"[^0-9+]", "", address)
    return f"0{number[3:]}" if number.startswith("+44") else number
