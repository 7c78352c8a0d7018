"""Which refusal of this service becomes which status; reasons and words are the errors' own."""

import grpc

from servicekit.error_table import ErrorRule, ErrorTable
from servicekit.errors import VersionClash
from services.panels.domain import errors

_FAILED = ErrorRule(grpc.StatusCode.FAILED_PRECONDITION)

ERROR_TABLE: ErrorTable = {
    errors.NoAuthorityError: _FAILED,
    errors.AlreadyRecordedError: _FAILED,
    errors.SittingNotBegunError: _FAILED,
    errors.SittingCancelledError: _FAILED,
    errors.AgendaFrozenError: _FAILED,
    errors.AlreadyReferredError: ErrorRule(grpc.StatusCode.ALREADY_EXISTS),
    errors.MeetingNotHeldError: _FAILED,
    errors.NotMinutedHereError: _FAILED,
    errors.AlreadySignedError: _FAILED,
    errors.NothingToSignError: _FAILED,
    errors.ForeignNameError: _FAILED,
    errors.CannotRedactError: _FAILED,
    errors.ReferralFormClosedError: _FAILED,
    errors.ReferralFormNotSubmittedError: _FAILED,
    errors.ReferralHeardError: _FAILED,
    # The contract names the reason of an old etag.
    VersionClash: ErrorRule(grpc.StatusCode.ABORTED, reason="STALE"),
}
