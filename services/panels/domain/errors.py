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


class BodyGoneError(PanelsError):
    """A sitting of a body that the council's pack held once."""

    reason = "BODY_GONE"
    message = (
        "The council's rules do not hold this body any more. What its sittings settled can be read, and nothing more is"
        " recorded at them: refer the subject to a body that is there."
    )


class WordsOnRunSheetError(PanelsError):
    """An outcome recorded without the run sheet on which somebody writes about it."""

    reason = "WORDS_ON_RUN_SHEET"
    message = (
        "Words about {agenda_item} stand on the run sheet of its sitting, and this outcome would put them out. Record"
        " it on the run sheet, or empty its fields there first."
    )


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
    message = "Meetings of the kind {meeting_kind} have no minutes here. Keep their record in the case system."


class AlreadySignedError(PanelsError):
    """Signed minutes stay as they are."""

    reason = "ALREADY_SIGNED"
    message = "{minutes} are signed and stay as they are."


class NothingToSignError(PanelsError):
    """Minutes without text."""

    reason = "NOTHING_TO_SIGN"
    message = "{minutes} hold no text yet. Write them before they are signed."


class NotSignedYetError(PanelsError):
    """What comes after the chair's signature, before it."""

    reason = "NOT_SIGNED_YET"
    message = "{minutes} are not signed by their chair yet. Change the draft, or wait until the chair has signed."


class NoManagerSignsError(PanelsError):
    """Minutes of a kind of meeting after which no service manager signs."""

    reason = "NO_MANAGER_SIGNS"
    message = "After {minutes} no service manager signs: only after those of a permanence planning meeting."


class SignByAnotherError(PanelsError):
    """The second signature is a second person's."""

    reason = "SIGN_BY_ANOTHER"
    message = "You signed {minutes} as their chair. Another service manager comments on them and signs."


class FormUnfinishedError(PanelsError):
    """A form that was begun lacks something that it needs."""

    reason = "FORM_UNFINISHED"
    message = "{minutes} cannot be signed yet. Fill in first: {fields}."


class ForeignPassageError(PanelsError):
    """A passage stands in another subject's minutes too."""

    reason = "FOREIGN_PASSAGE"
    message = (
        "A passage of the text stands in the minutes of another child too. Take it out, or confirm that it is about"
        " this child as well."
    )


class AlreadyDistributedError(PanelsError):
    """It went out before, or these minutes have no such clock."""

    reason = "ALREADY_DISTRIBUTED"
    message = "{minutes} wait for no such distribution: it was recorded before, or this kind of meeting has none."


class NoLegalAdviceError(PanelsError):
    """Legal advice belongs to legal planning meetings."""

    reason = "NO_LEGAL_ADVICE"
    message = "{minutes} are not those of a legal planning meeting. Legal advice is kept with those alone."


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


class AlreadyMemberError(PanelsError):
    """Somebody who is on the list."""

    reason = "ALREADY_MEMBER"
    message = "They are on this body's list already as {member}. Change that membership instead."


class NoticeTooShortError(PanelsError):
    """A last day before the notice ends."""

    reason = "NOTICE_TOO_SHORT"
    message = "Leaving this body's list takes {months} month(s) of notice: the earliest last day is {earliest}."


class NotOnListError(PanelsError):
    """Somebody who does not count at this sitting."""

    reason = "NOT_ON_LIST"
    message = "{member} is not on the list of the body of {sitting} on its day. Put them on the list first."


class NotQuorateError(PanelsError):
    """Too few, or not the right ones, for business on an item."""

    reason = "NOT_QUORATE"
    message = "The quorum for {agenda_item} is not met: {missing}. Record who is there, or put the item off."


class ConflictStandsError(PanelsError):
    """A conflict that nobody may set aside."""

    reason = "CONFLICT_STANDS"
    message = "One reviewing officer for parent and child cannot take part in {agenda_item}, whatever the reason."


class NoSuchConflictError(PanelsError):
    """Nothing to set aside."""

    reason = "NO_SUCH_CONFLICT"
    message = "No such conflict of that member is known for {agenda_item}. Read the sitting again."


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


class ActionClosedError(PanelsError):
    """An action that is done or cancelled stays so."""

    reason = "ACTION_CLOSED"
    message = "{action} is {state} already. Where more is to be done, record it with the next outcome."


class OwnerLeftError(PanelsError):
    """An action for a person, or for a role's holder, who has no part around the subject any more."""

    reason = "OWNER_LEFT"
    message = "{owner} has no part around {subject} any more. Give the action to somebody who has one."


class EscalationClosedError(PanelsError):
    """An escalation that is closed stays so."""

    reason = "ESCALATION_CLOSED"
    message = "{escalation} is closed. Open another one where the matter has come up again."


class LastStageError(PanelsError):
    """There is no further stage."""

    reason = "LAST_STAGE"
    message = (
        "{escalation} stands at its last stage. Close it with what came of it; Cafcass may be turned to at any point."
    )


class AlreadyEscalatedError(PanelsError):
    """One is open."""

    reason = "ALREADY_ESCALATED"
    message = "{subject} has an open escalation already: {escalation}. Go on with that one."


class SittingAdjournedError(PanelsError):
    """The sitting is broken off."""

    reason = "SITTING_ADJOURNED"
    message = "{sitting} is adjourned. Resume it first; what is not heard by its end comes before the next sitting."


class SittingNotAdjournedError(PanelsError):
    """There is nothing to take up again."""

    reason = "SITTING_NOT_ADJOURNED"
    message = "{sitting} is not adjourned: it sits, and outcomes can be recorded."
