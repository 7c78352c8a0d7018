"""From the bytes of an e-mail to what it says of an invitation. Any bytes give a reply: nothing here raises."""

from servicekit.log import get_logger
from services.notifications.adapters import calendar_answer
from services.notifications.adapters.bounded_message import Part, content, leaves, parse, value
from services.notifications.adapters.delivery_report import is_report, read_report
from services.notifications.adapters.mail_threads import message_ids
from services.notifications.adapters.sender_check import is_confirmed, sender_of
from services.notifications.domain.mail_reply import (
    MailContent,
    MailReply,
    NoAnswer,
    SetAside,
    UnreadableMailError,
    Words,
)

TOO_LARGE = MailReply("", False, SetAside.TOO_LARGE)
_CALENDARS = ("text/calendar", "application/ics")
# Written by machines (RFC 3834), or sent to many at once.
_BY_MACHINE = {"Auto-Submitted": ("no", ""), "X-Autoreply": ("",), "X-Autorespond": ("",), "List-Id": ("",)}
_BULK = ("bulk", "junk", "list", "auto_reply")


def read_message(raw: bytes, gateway: str = "") -> MailReply:
    """`gateway` is the authserv-id of the council's own, which vouches for senders; empty: nobody does."""
    try:
        message = parse(raw)
    except UnreadableMailError as error:
        return MailReply("", False, error.reason)
    sender = sender_of(message)
    try:
        said: MailContent = _content(message)
    except UnreadableMailError as error:
        said = error.reason
    return MailReply(sender, is_confirmed(message, sender, gateway), said)


def read_safely(raw: bytes, gateway: str) -> MailReply:
    """As `read_message`; a fault of our own reading must not hold up the messages behind this one."""
    try:
        return read_message(raw, gateway)
    except Exception as error:
        get_logger().error("message not read", error_type=type(error).__name__)
        return MailReply("", False, SetAside.UNREADABLE)


def _content(message: Part) -> MailContent:
    if is_report(message):
        return read_report(message)
    calendar = _calendar(message)
    if calendar is not None:
        method = str(calendar.get_param("method", "") or "")
        return calendar_answer.read_answer(content(calendar, calendar_answer.MOST_BYTES), method)
    return NoAnswer() if _is_by_machine(message) else Words(message_ids(message))


def _calendar(message: Part) -> Part | None:
    """The object that a mail program reads: the one in the text before one that is only attached."""
    parts = list(leaves(message))
    found = [part for kind in _CALENDARS for part in parts if part.get_content_type() == kind]
    return found[0] if found else None


def _is_by_machine(message: Part) -> bool:
    written = any(value(message, name).casefold() not in by_people for name, by_people in _BY_MACHINE.items())
    return written or value(message, "Precedence").casefold() in _BULK
