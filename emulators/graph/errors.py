"""Graph's error answers."""


class GraphError(Exception):
    """Becomes `{"error": {"code", "message", "innerError"}}` with that status."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}


class ConnectionLostError(Exception):
    """The caller gets no answer at all: its connection is cut."""


def invalid(message: str, code: str = "ErrorInvalidRequest") -> GraphError:
    """400: the request itself is wrong."""
    return GraphError(400, code, message)


def item_not_found() -> GraphError:
    """404 for an event that is not, or no longer, in that mailbox."""
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def access_denied() -> GraphError:
    """403: the app's scope does not hold that mailbox."""
    return GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def overlapping_write() -> GraphError:
    """409: another write to the same event is under way."""
    return GraphError(409, "ErrorIrresolvableConflict", "The send or update operation could not be performed.")
