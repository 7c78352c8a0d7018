"""Text that is safe to stand in a header or a calendar property: nothing in it can begin a line of its own."""

import html
import re

from services.notifications.domain.delivery_fault import Refused

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_ID = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~@-]{3,250}")
_SPECIAL = re.compile(r"[()<>\[\]:;@\\,.\"]")
_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Controls, and the marks that turn the direction of text around and so show another text than is there.
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def address(text: str) -> str:
    """A mail address that needs no quoting (RFC 5321, dot-string in ASCII). Refused otherwise."""
    if not _ADDRESS.fullmatch(text) or ".." in text or ".@" in text or text.startswith("."):
        raise Refused("ADDRESS_UNUSABLE")
    return text


def identifier(text: str) -> str:
    """A UID or Message-ID without angle brackets. Refused otherwise."""
    if not _ID.fullmatch(text):
        raise Refused("IDENTIFIER_UNUSABLE")
    return text


def message_identifier(text: str) -> str:
    """A Message-ID: `left@right` (RFC 5322, 3.6.4). Refused otherwise."""
    left, _, right = identifier(text).partition("@")
    if not left or not right or "@" in right:
        raise Refused("IDENTIFIER_UNUSABLE")
    return text


def one_line(text: str) -> str:
    """Every break and run of blanks as one blank."""
    return " ".join(paragraphs(text).split())


def header_line(text: str) -> str:
    """One line in which nothing is taken for an encoded word (RFC 2047), whose decoded text could hold a break."""
    return one_line(text).replace("=?", "= ?")


def display_name(text: str) -> str:
    """One line of words that need no quotes beside an address: quotes are lost where the header is folded."""
    return " ".join(_SPECIAL.sub(" ", header_line(text)).split())


def paragraphs(text: str) -> str:
    """Breaks as line feeds, without characters that nobody can see."""
    return _UNSEEN.sub("", _BREAK.sub("\n", text))


def as_html(text: str, link: str = "") -> str:
    """A page of the same words; its language is named, so that it is read out rightly. The line `link` leads there."""
    lines = "<br>\n".join(_html_line(line, link) for line in text.rstrip("\n").split("\n"))
    head = '<!DOCTYPE html>\n<html lang="en-GB">\n<head><meta charset="utf-8"><title>Invitation</title></head>\n'
    return f"{head}<body>\n<p>{lines}</p>\n</body>\n</html>\n"


def _html_line(line: str, link: str) -> str:
    words = html.escape(line)
    return f'<a href="{words}">{words}</a>' if link and line == link else words
