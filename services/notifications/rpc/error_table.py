"""How the service's own refusals are shown."""

import grpc

from servicekit.error_table import ErrorRule, ErrorTable
from services.notifications.app.tell_people import StillWaitingError
from services.notifications.domain.invitation_state import ImpossibleStepError
from services.notifications.domain.refusal import (
    CannotBeGivenUpError,
    CodeNeededError,
    MoveRefusedError,
    NotAChoiceError,
    NothingWaitsError,
    NotStoppedError,
    ProposalClosedError,
    RefusalError,
    SecondPersonNeededError,
    StaleAnswerError,
    StalePreviewError,
    StaleProposalError,
)

_Code = grpc.StatusCode
ERROR_TABLE: ErrorTable = {
    RefusalError: ErrorRule(_Code.FAILED_PRECONDITION),
    CodeNeededError: ErrorRule(_Code.FAILED_PRECONDITION),
    SecondPersonNeededError: ErrorRule(_Code.FAILED_PRECONDITION),
    NothingWaitsError: ErrorRule(_Code.FAILED_PRECONDITION),
    CannotBeGivenUpError: ErrorRule(_Code.FAILED_PRECONDITION),
    NotStoppedError: ErrorRule(_Code.FAILED_PRECONDITION),
    StaleAnswerError: ErrorRule(_Code.ABORTED),
    StalePreviewError: ErrorRule(_Code.ABORTED),
    MoveRefusedError: ErrorRule(_Code.FAILED_PRECONDITION),
    ProposalClosedError: ErrorRule(_Code.FAILED_PRECONDITION),
    NotAChoiceError: ErrorRule(_Code.FAILED_PRECONDITION),
    StaleProposalError: ErrorRule(_Code.ABORTED),
    ImpossibleStepError: ErrorRule(_Code.INTERNAL, "INTERNAL", message="Something went wrong in this service."),
    StillWaitingError: ErrorRule(_Code.UNAVAILABLE, retry_seconds=1.0),
}
