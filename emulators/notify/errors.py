"""Errors as GOV.UK Notify words them: `{"status_code", "errors": [{"error", "message"}]}`."""

from aiohttp import web


class NotifyError(Exception):
    """What is answered instead of a result."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(error)
        self.status, self.error, self.message = status, error, message

    def response(self) -> web.Response:
        """On the wire."""
        body = {"status_code": self.status, "errors": [{"error": self.error, "message": self.message}]}
        return web.json_response(body, status=self.status)


def bad_request(message: str) -> NotifyError:
    """400: it can be read and is not allowed."""
    return NotifyError(400, "BadRequestError", message)


def not_valid(message: str) -> NotifyError:
    """400: it is not what the field holds."""
    return NotifyError(400, "ValidationError", message)
