"""Pages of a list (AIP-158): opaque tokens that are good for the very list they came from."""

import base64
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from servicekit.errors import InvalidRequest, Violation

DEFAULT_SIZE = 50
LARGEST_SIZE = 500
T = TypeVar("T")
_LEAST_READ = 100
_GROWTH = 5
_MOST_READ = 2000


@dataclass(frozen=True)
class PageRequest:
    """How many rows, and the sort key of the last row already given; () is the first page."""

    size: int
    after: tuple[str, ...]


async def fill_page(
    page: PageRequest,
    read: Callable[[PageRequest], Awaitable[Sequence[T]]],
    visible: Callable[[Sequence[T]], Awaitable[Sequence[T]]],
    key: Callable[[T], tuple[str, ...]],
) -> tuple[list[T], tuple[str, ...] | None]:
    """A page of what the caller may see, and the sort key of its last row where another visible one follows.

    `read` gives up to `size` rows from after a key; `visible` those that may be shown, in order, and is asked of all
    of them at once: more and more each time, so that few visible rows among many hidden ones need few questions.
    A page is short only at the end, and a token never rests on a hidden row: else its being there, and its date,
    would tell of it.
    """
    shown: list[T] = []
    step = PageRequest(max(page.size + 1, _LEAST_READ), page.after)
    while True:
        found = await read(step)
        shown.extend(await visible(found))
        if len(shown) > page.size:
            return shown[: page.size], key(shown[page.size - 1])
        if len(found) < step.size:
            return shown, None
        step = PageRequest(min(step.size * _GROWTH, _MOST_READ), key(found[-1]))


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
