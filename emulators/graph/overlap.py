"""Writes to one event at once: Exchange lets the first through and refuses the other."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import overlapping_write

_CHANGES = frozenset({"update", "cancel", "delete"})


class WritesAtWork:
    """Knows which events are being written to now."""

    def __init__(self, drills: Drills) -> None:
        self._drills = drills
        self._events: set[tuple[str, str]] = set()

    @contextmanager
    def alone(self, request: web.Request, operation: str) -> Iterator[None]:
        """Holds the event of the path until the block ends; 409 where another write holds it."""
        if operation not in _CHANGES or Drill.WRITES_AT_ONCE_ALLOWED in self._drills:
            yield
            return
        event = (request.match_info["user"].lower(), request.match_info["event"])
        if event in self._events:
            raise overlapping_write()
        self._events.add(event)
        try:
            yield
        finally:
            self._events.discard(event)
