"""Which exception becomes which status. Services add their own; this is the only place that maps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import grpc

from servicekit import errors

DOMAIN = "permanence"


@dataclass(frozen=True)
class ErrorRule:
    """How one class of exception is shown. Empty `reason` and `message` mean the class's own."""

    code: grpc.StatusCode
    reason: str = ""
    domain: str = DOMAIN
    message: str = ""
    retry_seconds: float | None = None


ErrorTable: TypeAlias = Mapping[type[Exception], ErrorRule]

_Code = grpc.StatusCode
KIT_TABLE: ErrorTable = {
    errors.InvalidRequest: ErrorRule(_Code.INVALID_ARGUMENT),
    errors.RequestIdReused: ErrorRule(_Code.INVALID_ARGUMENT),
    errors.NotFound: ErrorRule(_Code.NOT_FOUND),
    errors.PermissionDenied: ErrorRule(_Code.PERMISSION_DENIED),
    errors.Unauthenticated: ErrorRule(_Code.UNAUTHENTICATED),
    errors.VersionClash: ErrorRule(_Code.ABORTED),
    errors.FailedPrecondition: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.Conflict: ErrorRule(_Code.ALREADY_EXISTS),
    errors.TransactionConflict: ErrorRule(_Code.ABORTED, retry_seconds=0.1),
    errors.Unavailable: ErrorRule(_Code.UNAVAILABLE, retry_seconds=1.0),
    errors.DeadlineTooShort: ErrorRule(_Code.DEADLINE_EXCEEDED),
}


def merged(tables: Iterable[ErrorTable]) -> ErrorTable:
    """The kit's table and the given ones; a later table wins."""
    whole: dict[type[Exception], ErrorRule] = dict(KIT_TABLE)
    for table in tables:
        whole.update(table)
    return whole


def rule_for(error: Exception, table: ErrorTable) -> ErrorRule | None:
    """The rule of the nearest class; None for an exception nobody expected."""
    for kind in type(error).__mro__:
        if issubclass(kind, Exception) and kind in table:
            return table[kind]
    return None


def shown(error: Exception) -> Exception:
    """What the client may see instead: a refusal to somebody who may not know looks like absence."""
    if isinstance(error, errors.PermissionDenied) and not error.may_know:
        return error.as_not_found()
    return error


def reason_of(error: Exception, rule: ErrorRule) -> str:
    """UPPER_SNAKE reason."""
    return rule.reason or str(getattr(error, "reason", "UNKNOWN"))


def metadata_of(error: Exception) -> dict[str, str]:
    """The error's own metadata as texts."""
    found = getattr(error, "metadata", {})
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, Mapping) else {}


def message_of(error: Exception, rule: ErrorRule) -> str:
    """A sentence for people, made of the template and the metadata only, never of the exception's text."""
    template = rule.message or str(getattr(error, "message", ""))
    words = reason_of(error, rule).replace("_", " ").capitalize() + "."
    try:
        return template.format_map(metadata_of(error)) or words
    except (KeyError, ValueError, IndexError):
        return words
