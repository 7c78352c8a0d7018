"""Which refusal becomes which status."""

import grpc

from servicekit.error_table import ErrorRule, ErrorTable
from servicekit.errors import VersionClash
from services.scheduler.domain import errors

_Code = grpc.StatusCode
ERROR_TABLE: ErrorTable = {
    errors.TimeTaken: ErrorRule(_Code.ALREADY_EXISTS),
    errors.MustNotMeet: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.PartOfSitting: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.NotWithinSitting: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.MissesAClock: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.HoldLapsed: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.NotAHold: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.DraftClosed: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.DateIsOffered: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.DateOfferClosed: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.OfferedTimeTaken: ErrorRule(_Code.ALREADY_EXISTS),
    errors.AlreadyOffered: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.DateIsTheFamilys: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.ConsentEnded: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.DateIsTheReviewingServices: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.NotAskedToConfirm: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.MoveClosed: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.NotBooked: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.NotYetEnded: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.NoChair: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.NotOnStaffList: ErrorRule(_Code.FAILED_PRECONDITION),
    errors.TooManyFeeds: ErrorRule(_Code.FAILED_PRECONDITION),
    VersionClash: ErrorRule(_Code.ABORTED, reason="STALE"),
}
