"""What belongs to the call that is running: request id, time left, the caller's own token.

Knows nothing of the wire.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from servicekit.caller import Caller


@dataclass
class Call:
    """Filled in by the interceptors as they learn it; `ends_at` is on the monotonic clock."""

    request_id: str
    rpc: str
    ends_at: float | None = None
    caller: Caller | None = None
    token: str | None = None


_call: ContextVar[Call] = ContextVar("servicekit_call")


def current_call() -> Call | None:
    """The call that is running, or None in a worker."""
    return _call.get(None)


@contextmanager
def running(call: Call) -> Iterator[Call]:
    """Make `call` the current one for the block."""
    token = _call.set(call)
    try:
        yield call
    finally:
        _call.reset(token)


def current_request_id() -> str:
    """The request id of this call, or an empty string outside one."""
    call = _call.get(None)
    return call.request_id if call else ""


def remaining_seconds() -> float | None:
    """Seconds left of the caller's deadline; None where there is none."""
    call = _call.get(None)
    return None if call is None or call.ends_at is None else call.ends_at - time.monotonic()


def current_token() -> str | None:
    """The bearer token this call came with, for forwarding to another service only."""
    call = _call.get(None)
    return call.token if call else None
