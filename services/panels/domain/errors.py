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


class ReferralFormClosedError(PanelsError):
    """It is not with whoever refers."""

    reason = "REFERRAL_FORM_CLOSED"
    message = "{referral_form} was submitted or withdrawn and stays as it is. Ask for it back, or begin another."


class ReferralFormNotSubmittedError(PanelsError):
    """Only what was handed in can be given back."""

    reason = "REFERRAL_FORM_NOT_SUBMITTED"
    message = "{referral_form} was not submitted: there is nothing to return."


class ReferralHeardError(PanelsError):
    """A sitting has settled it."""

    reason = "REFERRAL_HEARD"
    message = "{referral_form} was heard already. Begin another where the panel is to look at it again."
