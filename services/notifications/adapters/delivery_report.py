"""A mail server's report that a message of ours came to nobody (RFC 3464)."""

from email import message_from_bytes
from email.policy import compat32

from services.notifications.adapters.bounded_message import Part, content, inside, value
from services.notifications.adapters.mail_threads import message_ids
from services.notifications.domain.mail_reply import NoAnswer, NonDelivery

_MOST_RECIPIENTS = 20
_MOST_HEADERS = 64_000


def is_report(message: Part) -> bool:
    """Whether it is a report of delivery at all."""
    return message.get_content_type() == "multipart/report" and bool(_parts(message, "message/delivery-status"))


def read_report(message: Part) -> NonDelivery | NoAnswer:
    """The message that failed; NoAnswer where it is only late, or where nobody says which message it was."""
    if not any(_failed(status) for status in _parts(message, "message/delivery-status")):
        return NoAnswer()
    named = _returned_id(message) or next(iter(message_ids(message)), "")
    return NonDelivery(named) if named else NoAnswer()


def _parts(message: Part, kind: str) -> list[Part]:
    return [one for one in inside(message) if one.get_content_type() == kind]


def _failed(status: Part) -> bool:
    recipients = inside(status)[: _MOST_RECIPIENTS + 1]
    return any(value(one, "Action").partition(" ")[0].casefold() == "failed" for one in recipients)


def _returned_id(message: Part) -> str:
    """Message-ID of what came back: the whole message, or its headers alone."""
    for whole in _parts(message, "message/rfc822"):
        for returned in inside(whole):
            return value(returned, "Message-ID").strip("<>")
    for headers in _parts(message, "text/rfc822-headers"):
        found = message_from_bytes(content(headers, _MOST_HEADERS), policy=compat32)
        return value(found, "Message-ID").strip("<>")
    return ""
