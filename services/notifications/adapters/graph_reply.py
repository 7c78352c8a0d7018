"""Answers out of the pages of a delta: pages repeat events, in any order, and call removed what only moved away."""

from collections.abc import Iterable, Mapping

from servicekit.log import get_logger
from services.notifications.adapters.graph_event import remote_event
from services.notifications.domain.remote_event import RemoteEvent, RemoteReply, ReplyPage

_LOG = get_logger()


class Reading:
    """What one reading of a delta has brought so far; equal answers count once."""

    def __init__(self, mailbox: str = "") -> None:
        self._mailbox = mailbox
        self._replies: dict[RemoteReply, None] = {}
        self._removed: dict[str, None] = {}
        self._seen: dict[RemoteEvent, None] = {}

    def take(self, rows: Iterable[Mapping[str, object]]) -> None:
        """Add a page. An event of somebody else's that cannot be read must not stop all others for ever."""
        unreadable = 0
        for row in rows:
            if "@removed" in row:
                self._removed[str(row.get("id") or "")] = None
                continue
            try:
                event = remote_event(self._mailbox, row)
            except ValueError:
                unreadable += 1
                continue
            self._seen[event] = None
            self._replies.update(dict.fromkeys(event.replies()))
        if unreadable:
            _LOG.warning("events that could not be read were left out", count=unreadable)

    @property
    def seen(self) -> tuple[RemoteEvent, ...]:
        """Every event that could be read."""
        return tuple(self._seen)

    def page(self, token: str) -> ReplyPage:
        """All of it, with the token to read on from."""
        removed = tuple(one for one in self._removed if one)
        return ReplyPage(tuple(self._replies), removed, token, self.seen)
