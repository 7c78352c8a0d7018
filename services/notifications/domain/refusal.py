"""Refusals of this service. Each class stands in the error table of `rpc/`."""

from collections.abc import Mapping
from typing import ClassVar


class RefusalError(Exception):
    """Base: `reason` is stable; `metadata` holds resource names only."""

    reason: ClassVar[str] = "REFUSED"
    message: ClassVar[str] = ""

    def __init__(self, **metadata: str) -> None:
        super().__init__(self.reason)
        self.metadata: Mapping[str, str] = metadata


class SecondPersonNeededError(RefusalError):
    """The meeting is sensitive and the caller booked it."""

    reason = "SECOND_PERSON_NEEDED"
    message = (
        "{meeting} was booked by you, and its case is restricted or its people are kept apart:"
        " a second person must release what leaves."
    )


class StaleAnswerError(RefusalError):
    """The person was asked about a time at which the meeting, or their invitation, does not stand."""

    reason = "STALE"
    message = "{meeting} has changed since this person was asked, or their invitation has not followed yet. Ask again."


class StalePreviewError(RefusalError):
    """What would go is no longer what was previewed."""

    reason = "STALE"
    message = "What would be sent for {meeting} has changed since it was previewed. Preview it again, then release."
