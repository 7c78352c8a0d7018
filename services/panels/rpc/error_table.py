"""Which refusal of this service becomes which status; reasons and words are the errors' own."""

import grpc

from servicekit.error_table import ErrorRule, ErrorTable
from servicekit.errors import VersionClash
from services.panels.domain import errors, paper_errors, resolution_errors

_FAILED = ErrorRule(grpc.StatusCode.FAILED_PRECONDITION)

ERROR_TABLE: ErrorTable = {
    errors.NoAuthorityError: _FAILED,
    errors.AlreadyRecordedError: _FAILED,
    errors.SittingNotBegunError: _FAILED,
    errors.SittingCancelledError: _FAILED,
    errors.AgendaFrozenError: _FAILED,
    errors.WordsOnRunSheetError: _FAILED,
    errors.AlreadyReferredError: ErrorRule(grpc.StatusCode.ALREADY_EXISTS),
    errors.MeetingNotHeldError: _FAILED,
    errors.NotMinutedHereError: _FAILED,
    errors.AlreadySignedError: _FAILED,
    errors.NothingToSignError: _FAILED,
    errors.NotSignedYetError: _FAILED,
    errors.NoManagerSignsError: _FAILED,
    errors.FormUnfinishedError: _FAILED,
    errors.ForeignPassageError: _FAILED,
    errors.AlreadyDistributedError: _FAILED,
    errors.NoLegalAdviceError: _FAILED,
    errors.ForeignNameError: _FAILED,
    errors.CannotRedactError: _FAILED,
    paper_errors.PaperWithdrawnError: _FAILED,
    paper_errors.NothingChangedError: _FAILED,
    paper_errors.NotSentOutError: _FAILED,
    paper_errors.NotReleasedError: _FAILED,
    paper_errors.ReleasedAlreadyError: _FAILED,
    paper_errors.SecondPersonNeededError: _FAILED,
    paper_errors.NotForFamilyError: _FAILED,
    errors.AlreadyMemberError: ErrorRule(grpc.StatusCode.ALREADY_EXISTS),
    errors.NoticeTooShortError: _FAILED,
    errors.NotOnListError: _FAILED,
    errors.NotQuorateError: _FAILED,
    errors.ConflictStandsError: _FAILED,
    errors.NoSuchConflictError: _FAILED,
    errors.ReferralFormClosedError: _FAILED,
    errors.ReferralFormNotSubmittedError: _FAILED,
    errors.ReferralHeardError: _FAILED,
    errors.NotAwaitedError: _FAILED,
    errors.WindowOpenError: _FAILED,
    errors.WindowClosedError: _FAILED,
    errors.NotQualifyingError: _FAILED,
    errors.NoReasonsError: _FAILED,
    errors.NothingToTellError: _FAILED,
    errors.ActionClosedError: _FAILED,
    errors.OwnerLeftError: _FAILED,
    errors.EscalationClosedError: _FAILED,
    errors.LastStageError: _FAILED,
    errors.AlreadyEscalatedError: ErrorRule(grpc.StatusCode.ALREADY_EXISTS),
    errors.SittingAdjournedError: _FAILED,
    errors.SittingNotAdjournedError: _FAILED,
    resolution_errors.MustMeetError: _FAILED,
    resolution_errors.AlreadyAskedError: _FAILED,
    resolution_errors.MemberRecusedError: _FAILED,
    resolution_errors.NotCarriedError: _FAILED,
    resolution_errors.ItemKeptError: _FAILED,
    # The contract names the reason of an old etag.
    VersionClash: ErrorRule(grpc.StatusCode.ABORTED, reason="STALE"),
}
