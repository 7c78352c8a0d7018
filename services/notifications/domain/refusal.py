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


class CodeNeededError(RefusalError):
    """The reader of a link has not shown yet that they are who it was sent to."""

    reason = "CODE_NEEDED"
    message = "This needs the code that is sent to the person: SendCode, then ConfirmCode with the same session."


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


class NothingWaitsError(RefusalError):
    """The work is done, is given up, or is under way at this moment."""

    reason = "NOTHING_WAITS"
    message = "This does not wait any more, or is being sent at this moment. Look at the page again."


class CannotBeGivenUpError(RefusalError):
    """Work of a kind that may only wait."""

    reason = "CANNOT_BE_GIVEN_UP"
    message = "This cannot be given up: it goes on by itself. Try it again, or tell whoever looks after the system."


class NotStoppedError(RefusalError):
    """There is nothing to start."""

    reason = "NOT_STOPPED"
    message = "Sending is not stopped."


class ProposalClosedError(RefusalError):
    """Somebody decided already, or the edit was taken back in Outlook."""

    reason = "PROPOSAL_CLOSED"
    message = "Nothing is left to decide about {proposal}. Look at the meeting again."


class NotAChoiceError(RefusalError):
    """That decision makes no sense for that part."""

    reason = "NOT_A_CHOICE"
    message = "{proposal} cannot be decided in that way. Choose one of its `choices`."


class StaleProposalError(RefusalError):
    """It was edited in Outlook once more."""

    reason = "STALE"
    message = "{proposal} was edited in Outlook again since you read it. Look at it again, then decide."


class MoveRefusedError(Exception):
    """The scheduler does not move the meeting; `reason` is the scheduler's own."""

    message = "{meeting} was not moved: {reason}. Nothing was decided. Move it on its own page, or put ours back."

    def __init__(self, meeting: str, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.metadata: Mapping[str, str] = {"meeting": meeting, "reason": reason}
