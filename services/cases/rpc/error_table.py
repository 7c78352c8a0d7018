"""Which refusal of this service becomes which status."""

from typing import Final

import grpc

from servicekit.error_table import ErrorRule, ErrorTable
from services.cases.domain.errors import CareNotBegun, NotRunning, NotWaived

ERROR_TABLE: Final[ErrorTable] = {
    kind: ErrorRule(grpc.StatusCode.FAILED_PRECONDITION) for kind in (CareNotBegun, NotRunning, NotWaived)
}
