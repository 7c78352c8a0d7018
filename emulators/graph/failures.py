"""Failures of Graph itself, as they fall to each method (after the table of Microsoft's Dev Proxy)."""

from itertools import count

from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import GraphError

_CODES = {
    500: ("InternalServerError", "The request could not be processed."),
    502: ("BadGateway", "The server got an invalid answer from another server."),
    503: ("ServiceUnavailable", "The service is temporarily unavailable."),
    504: ("GatewayTimeout", "The gateway did not receive a response in time."),
    507: ("InsufficientStorage", "The mailbox has no room for more."),
}
_ANY_METHOD = (500, 502, 503, 504)
_NEEDS_ROOM = (*_ANY_METHOD, 507)


class Failures:
    """Makes the errors of the fault `error`; where it names no status they take turns."""

    def __init__(self, drills: Drills) -> None:
        self._drills = drills
        self._turn = count()

    def hits(self, method: str, status: int) -> bool:
        """Whether a failure of that status may fall to that method."""
        return status != 507 or method in {"POST", "PATCH"} or Drill.NO_ROOM_FOR_READERS in self._drills

    def error(self, method: str, status: int) -> GraphError:
        """The failure of that status, or of the next in turn for the method where `status` is 0."""
        if not status:
            table = _NEEDS_ROOM if method == "POST" else _ANY_METHOD
            status = 500 if Drill.FAILURES_ALL_ALIKE in self._drills else table[next(self._turn) % len(table)]
        return GraphError(status, *_CODES.get(status, ("UnknownError", "An internal error occurred.")))
