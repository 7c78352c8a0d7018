"""Graph's error answers as delivery faults: a code, never a word of the text, which may quote what was sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NoReturn

from services.notifications.domain.delivery_fault import (
    ChangedMeanwhile,
    DeliveryFault,
    Gone,
    OutcomeUnknown,
    Refused,
    Unreachable,
)

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_HALF_SAVED = "CONCURRENT_ITEM_SAVE"
"""The event may have been made without its extended properties: it has to be looked up."""


@dataclass(frozen=True)
class GraphAnswer:
    """A whole answer; `payload` is empty where the body is empty or no JSON object, `raw` unless it was asked for."""

    status: int
    payload: Mapping[str, object] = field(default_factory=dict)
    retry_after: float | None = None
    raw: bytes = field(default=b"", repr=False)

    @property
    def reason(self) -> str:
        """Graph's error code in upper snake case, or `HTTP_<status>`."""
        error = self.payload.get("error")
        return reason_of(error.get("code") if isinstance(error, dict) else None, f"HTTP_{self.status}")

    @property
    def item_is_missing(self) -> bool:
        """The mailbox was read and the event is not in it; any other 404 speaks of something else."""
        return self.status == 404 and self.reason.endswith("ITEM_NOT_FOUND")

    @property
    def sync_state_is_gone(self) -> bool:
        """The delta's token or page has expired: read the window afresh."""
        return self.status == 410 or (400 <= self.status < 500 and self.reason == "SYNC_STATE_NOT_FOUND")


def reason_of(code: object, otherwise: str) -> str:
    """`ErrorAccessDenied` as `ERROR_ACCESS_DENIED`; `otherwise` for anything that is not a plain code."""
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return otherwise
    return re.sub(r"[.\-]+", "_", _HUMP.sub("_", code)).upper()


def seconds_of(retry_after: str | None, now: datetime) -> float | None:
    """The Retry-After header, in seconds from `now`: whole seconds or an HTTP date (RFC 9110, 10.2.3)."""
    if not retry_after:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())


def fault_of(answer: GraphAnswer) -> DeliveryFault:
    """What a status of 300 or above means, for reading and writing alike.

    429 and 503 say that no work was begun, except where an item was half saved. 504 and other 5xx say nothing
    about the work: a gateway gives up while the mailbox goes on.
    """
    reason = answer.reason
    if reason == _HALF_SAVED:
        return OutcomeUnknown(reason)
    if answer.status in (429, 503):
        return Unreachable(reason, answer.retry_after)
    if answer.status >= 500 or answer.status == 408:
        return OutcomeUnknown(reason)
    if answer.item_is_missing:
        return Gone(reason)
    if answer.status in (409, 412):
        return ChangedMeanwhile(reason)
    return Refused(reason)


def raise_unless(answer: GraphAnswer, *expected: int) -> None:
    """Pass an expected status; raise the fault of any other."""
    if answer.status not in expected:
        raise_fault(answer)


def raise_fault(answer: GraphAnswer) -> NoReturn:
    """Raise what the answer stands for; a success of an unexpected kind leaves the outcome open."""
    if answer.status < 300:
        raise OutcomeUnknown(f"HTTP_{answer.status}")
    raise fault_of(answer)
