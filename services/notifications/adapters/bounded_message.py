"""A message of somebody else's, held to limits before anything parses it.

The standard library's parser looks at each line once for every boundary that is open, and goes one call deeper for
every message inside a message. So sizes, lines and nesting are counted in the bytes first, which is linear.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import TypeAlias

from services.notifications.domain.mail_reply import SetAside, UnreadableMailError

MOST_BYTES = 1_000_000
"""Of a message. An honest answer has some ten thousand."""
MOST_LINES = 20_000
_MOST_REPORT_LINES = 2_000
"""Of a report of delivery: the parser makes a message of its own of every few lines."""
MOST_HEADER_BYTES, MOST_HEADER_LINES = 200_000, 2_000
MOST_PARTS = 30
MOST_VALUE = 2_000
"""Signs of a header value that is looked into."""
_MOST_NESTING = 8
_BOUNDARY = re.compile(rb"boundary\*?[0-9]*\*?[ \t]*=", re.IGNORECASE)
_INSIDE = re.compile(rb"message/", re.IGNORECASE)
_REPORT = re.compile(rb"delivery-status", re.IGNORECASE)
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n|\r\r")

Part: TypeAlias = Message


def parse(raw: bytes) -> Part:
    """The message's parts. UnreadableMailError where it is larger, longer or deeper than any honest answer.

    With the policy that leaves header values as they are: nothing of a value is decoded before its length is known.
    """
    if len(raw) > MOST_BYTES:
        raise UnreadableMailError(SetAside.TOO_LARGE)
    ends = _END_OF_HEADERS.search(raw)
    head = raw[: ends.start()] if ends else raw
    if len(head) > MOST_HEADER_BYTES:
        raise UnreadableMailError(SetAside.TOO_LARGE)
    if _lines(head) > MOST_HEADER_LINES or _lines(raw) > (_MOST_REPORT_LINES if _REPORT.search(raw) else MOST_LINES):
        raise UnreadableMailError(SetAside.TOO_MANY_LINES)
    for opening in (_BOUNDARY, _INSIDE):
        if sum(1 for _ in opening.finditer(raw)) > _MOST_NESTING:
            raise UnreadableMailError(SetAside.TOO_MANY_PARTS)
    return message_from_bytes(raw, policy=compat32)


def _lines(raw: bytes) -> int:
    """Any of the three ends a line for the parser."""
    return raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n")


def leaves(message: Part) -> Iterator[Part]:
    """The parts that hold no others, in order. UnreadableMailError where there are too many."""
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            raise UnreadableMailError(SetAside.TOO_MANY_PARTS)
        if not part.is_multipart():
            yield part


def inside(part: Part) -> list[Part]:
    """The parts directly within it."""
    held = part.get_payload() if part.is_multipart() else []
    return [one for one in held if isinstance(one, Message)]


def content(part: Part, most: int) -> bytes:
    """A part's bytes. UnreadableMailError beyond `most`.

    Never as text: the library would read it in whatever encoding the sender names, and some take long (punycode).
    """
    decoded = part.get_payload(decode=True)
    if not isinstance(decoded, bytes):
        return b""
    if len(decoded) > most:
        raise UnreadableMailError(SetAside.TOO_LARGE)
    return decoded


def value(part: Part, name: str) -> str:
    """A header's value in one line; empty where it is not there once, or is longer than any honest one."""
    found = part.get_all(name, [])
    text = "".join(str(found[0]).splitlines()) if len(found) == 1 else ""
    return text.strip() if len(text) <= MOST_VALUE else ""
