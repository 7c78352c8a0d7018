"""By which way plain words follow an invitation: a reminder, a code, a new link."""

from services.notifications.app.ports import Outside
from services.notifications.domain.meeting import Channel, Recipient
from services.notifications.domain.route import BY_NOTIFY, Route, may_be_mailed


def plain_way(outside: Outside, route: Route, recipient: Recipient) -> Route:
    """As the invitation went; what Exchange sent is followed by an e-mail. NONE where none is safe today."""
    if route in BY_NOTIFY:
        return route
    if not may_be_mailed(recipient):
        return Route.NONE
    if outside.mail is not None:
        return Route.EMAIL
    return Route.NOTIFY_EMAIL if Channel.EMAIL in outside.sender.by_notify else Route.NONE
