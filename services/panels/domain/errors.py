"""What panels refuse, each with a stable reason and words that say what to do. Metadata: names and codes only."""

from collections.abc import Mapping
from typing import ClassVar


class PanelsError(Exception):
    """Base; `message` is a template over `metadata`."""

    reason: ClassVar[str] = "PANELS"
    message: ClassVar[str] = ""

    def __init__(self, **metadata: str) -> None:
        super().__init__(self.reason)
        self.metadata: Mapping[str, str] = metadata


class NoAuthorityError(PanelsError):
    """The body may not do this, or may not record this case event."""

    reason = "NO_AUTHORITY"
    message = "{what} is beyond the authority of this body, which {authority}. {instead}"


class AlreadyRecordedError(PanelsError):
    """The subject has an outcome for this item; outcomes are never overwritten."""

    reason = "ALREADY_RECORDED"
    message = "An outcome was recorded for {subject} on this agenda item. It is kept as it is; refer the subject again."


class SittingNotBegunError(PanelsError):
    """An outcome before the sitting."""

    reason = "SITTING_NOT_BEGUN"
    message = "{sitting} has not begun. Record what it settles once it sits."


class SittingCancelledError(PanelsError):
    """The sitting will not take place."""

    reason = "SITTING_CANCELLED"
    message = "{sitting} was cancelled. Its items move to the next sitting."


class AgendaFrozenError(PanelsError):
    """The order is fixed once the sitting has begun."""

    reason = "AGENDA_FROZEN"
    message = "{sitting} has begun or is over: its agenda keeps its order."


class AlreadyReferredError(PanelsError):
    """A referral of the subject waits already."""

    reason = "ALREADY_REFERRED"
    message = "{subject} waits for this body already with {referral}."


class MeetingNotHeldError(PanelsError):
    """Minutes of a meeting that nobody recorded as held."""

    reason = "MEETING_NOT_HELD"
    message = "{meeting} is not recorded as held. Record that it took place and when it ended, then write its minutes."


class NotMinutedHereError(PanelsError):
    """The record of this kind of meeting is kept elsewhere."""

    reason = "NOT_MINUTED_HERE"
    message = (
        "Meetings of the kind {meeting_kind} have no minutes here: only permanence planning meetings and sittings."
    )


class AlreadySignedError(PanelsError):
    """Signed minutes stay as they are."""

    reason = "ALREADY_SIGNED"
    message = "{minutes} are signed and stay as they are."


class NothingToSignError(PanelsError):
    """Minutes without text."""

    reason = "NOTHING_TO_SIGN"
    message = "{minutes} hold no text yet. Write them before they are signed."


class ForeignNameError(PanelsError):
    """The text names another subject: each record holds its own subject only."""

    reason = "FOREIGN_NAME"
    message = (
        "The text holds the name of another child or subject of the meeting or of a brother or sister. Take it out:"
        " each one has minutes of their own."
    )


class CannotRedactError(PanelsError):
    """Somebody must not be known of, and nobody can tell here by which name they would be recognised."""

    reason = "CANNOT_REDACT"
    message = (
        "The family's copy cannot be made: somebody whom they may not know of has no name here. Add that person to the"
        " people around the subject, or give the family their copy by hand."
    )


class PaperWithdrawnError(PanelsError):
    """A paper that does not stand any more."""

    reason = "PAPER_WITHDRAWN"
    message = "{paper} was taken back, or another paper has taken its place. Look at the papers of the sitting again."


class NothingChangedError(PanelsError):
    """A supplement without anything in it."""

    reason = "NOTHING_CHANGED"
    message = "Nothing on the agenda of {sitting} changed since it was last sent out, so there is nothing to send."


class NotSentOutError(PanelsError):
    """An agenda pack before the agenda was sent out."""

    reason = "NOT_SENT_OUT"
    message = "The agenda of {sitting} was not sent out yet, so that its pages have no numbers. Send it out first."


class NotReleasedError(PanelsError):
    """What is restricted, before a second person looked."""

    reason = "NOT_RELEASED"
    message = "A second person must look at the newest agenda of {sitting} and release it before this copy can be made."


class ReleasedAlreadyError(PanelsError):
    """One release is enough."""

    reason = "RELEASED_ALREADY"
    message = "The newest agenda of {sitting} was released already."


class SecondPersonNeededError(PanelsError):
    """Nobody releases what they themselves prepared."""

    reason = "SECOND_PERSON_NEEDED"
    message = "You sent the agenda of {sitting} out, or added one of these papers. Somebody else must release it."


class NotForFamilyError(PanelsError):
    """A paper that was marked for the family and cannot go to them."""

    reason = "NOT_FOR_FAMILY"
    message = (
        "{paper} is marked for the family, and it names somebody whom they may not know of, holds an address or a"
        " number, or has a page that cannot be read as text. Send a redacted copy in its place, or one that is not"
        " marked."
    )
