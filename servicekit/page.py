"""Pages of a list (AIP-158): opaque tokens that are good for the very list they came from."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from servicekit.errors import InvalidRequest, Violation

DEFAULT_SIZE = 50
LARGEST_SIZE = 500


@dataclass(frozen=True)
class PageRequest:
    """How many rows, and the sort key of the last row already given; () is the first page."""

    size: int
    after: tuple[str, ...]


def open_page(page_size: int, page_token: str, bound_to: str) -> PageRequest:
    """Read what a client sent. `bound_to` names the list: council, RPC, filter and order.

    InvalidRequest for a negative size and for a token that belongs to another list.
    """
    if page_size < 0:
        raise InvalidRequest([Violation("page_size", "must be 0 (for the default) or more")])
    size = min(page_size or DEFAULT_SIZE, LARGEST_SIZE)
    return PageRequest(size, _open_token(page_token, bound_to) if page_token else ())


def next_token(bound_to: str, after: Sequence[str]) -> str:
    """The token of the page that follows the row with sort key `after`."""
    content = json.dumps([_digest(bound_to), *after], separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def _open_token(token: str, bound_to: str) -> tuple[str, ...]:
    try:
        content = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError:
        content = None
    if not _well_formed(content) or content[0] != _digest(bound_to):
        raise InvalidRequest([Violation("page_token", "is not a token of this list; begin again without it")])
    return tuple(content[1:])


def _well_formed(content: object) -> bool:
    return isinstance(content, list) and len(content) > 1 and all(isinstance(part, str) for part in content)


def _digest(bound_to: str) -> str:
    return hashlib.sha256(bound_to.encode()).hexdigest()[:24]
