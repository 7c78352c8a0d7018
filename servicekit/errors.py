"""Refusals every service knows. Plain exceptions: storage and use cases may raise them, the wire is not known here.

What a client is told is `message`, a template over `metadata`; the text of an exception never leaves the
process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


@dataclass(frozen=True)
class Violation:
    """One fault of one request field: its path, and what is wrong and what would be right."""

    field: str
    description: str


class KitError(Exception):
    """Base: `reason` is stable and machine-readable.

    `metadata` holds resource names and codes, no personal data.
    """

    reason: ClassVar[str] = "INTERNAL"
    message: ClassVar[str] = ""

    def __init__(self, **metadata: str) -> None:
        super().__init__(self.reason)
        self.metadata: Mapping[str, str] = metadata


class InvalidRequest(KitError):
    """The request can never succeed as it stands; lists every violation."""

    reason = "INVALID_REQUEST"
    message = "The request has {violations} fault(s); each is listed with its field."

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(violations=str(len(violations)))
        self.violations = tuple(violations)


class RequestIdReused(KitError):
    """The same request id came with another request before (AIP-155)."""

    reason = "REQUEST_ID_REUSED"
    message = "This request_id was used for a different request. Send a new request_id."


class NotFound(KitError):
    """No such resource, or one the caller may not know of."""

    reason = "NOT_FOUND"
    message = "{resource} was not found."

    def __init__(self, resource: str) -> None:
        super().__init__(resource=resource)
        self.resource = resource


class PermissionDenied(KitError):
    """Refused by policy. Looks exactly like NotFound unless the caller may know that the resource exists."""

    reason = "PERMISSION_DENIED"
    message = "You may not do this with {resource}."

    def __init__(self, resource: str, *, may_know: bool = False) -> None:
        super().__init__(resource=resource)
        self.resource = resource
        self.may_know = may_know

    def as_not_found(self) -> NotFound:
        """What somebody sees who may not know."""
        return NotFound(self.resource)


class UnauthenticatedWhy(StrEnum):
    """Why a token was refused; says nothing about any person."""

    MISSING = "TOKEN_MISSING"
    MALFORMED = "TOKEN_MALFORMED"
    EXPIRED = "TOKEN_EXPIRED"
    UNKNOWN_KEY = "TOKEN_KEY_UNKNOWN"
    WRONG_CLAIMS = "TOKEN_CLAIMS_WRONG"
    UNKNOWN_COUNCIL = "COUNCIL_UNKNOWN"


class Unauthenticated(KitError):
    """No caller could be made of the token."""

    reason = "UNAUTHENTICATED"
    message = "Sign in again: the bearer token was refused ({why})."

    def __init__(self, why: UnauthenticatedWhy) -> None:
        super().__init__(why=why.value)
        self.why = why


class VersionClash(KitError):
    """Somebody changed the resource since it was read (AIP-154)."""

    reason = "VERSION_CLASH"
    message = "{resource} was changed meanwhile. Read it again and repeat your change."

    def __init__(self, resource: str) -> None:
        super().__init__(resource=resource)


class FailedPrecondition(KitError):
    """The resource's state does not allow it. Base for a service's own refusals."""

    reason = "FAILED_PRECONDITION"
    message = "The present state does not allow this."


class Conflict(KitError):
    """It exists already, or stands against something that does. Base for a service's own refusals."""

    reason = "CONFLICT"
    message = "This stands against something that exists already."


class TransactionConflict(KitError):
    """The database gave up this transaction in favour of another; the same request may succeed at once."""

    reason = "TRANSACTION_CONFLICT"
    message = "Another change came first. Send the same request again."


class Unavailable(KitError):
    """Something this service needs does not answer just now."""

    reason = "UNAVAILABLE"
    message = "The service is not available just now. Send the same request again shortly."

    def __init__(self, retry_seconds: float = 1.0, *, code: str = "", remote_reason: str = "", **metadata: str) -> None:
        """`code` and `remote_reason`: what a peer answered, for the log only."""
        super().__init__(**metadata)
        self.retry_seconds = retry_seconds
        self.code = code
        self.remote_reason = remote_reason


class DeadlineTooShort(KitError):
    """Too little of the deadline is left to do the work."""

    reason = "DEADLINE_TOO_SHORT"
    message = "The deadline left no time for this call. Allow it more time."


class RemoteRefusal(KitError):
    """Another service refused; `code` is the gRPC status name, `remote_reason` its ErrorInfo's reason."""

    reason = "REMOTE_REFUSAL"
    message = "Another service refused a part of this."

    def __init__(
        self,
        code: str,
        remote_reason: str,
        metadata: Mapping[str, str] | None = None,
        violations: Sequence[Violation] = (),
    ) -> None:
        super().__init__()
        self.code = code
        self.remote_reason = remote_reason
        self.remote_metadata: Mapping[str, str] = metadata or {}
        self.violations = tuple(violations)


def told_of(error: BaseException) -> dict[str, str]:
    """What a log may say of an error: its class, its stable reason, a peer's status. Never its text."""
    said = {"error_type": type(error).__name__}
    if isinstance(error, KitError):
        said["reason"] = error.reason
    if isinstance(error, RemoteRefusal | Unavailable):
        said["reason"] = error.remote_reason or error.reason
        if error.code:
            said["code"] = error.code
    return said
