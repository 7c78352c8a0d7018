"""Which refusal of this service becomes which status."""

from typing import Final

import grpc

from servicekit.error_table import ErrorRule, ErrorTable
from services.cases.domain.errors import CareNotBegun

ERROR_TABLE: Final[ErrorTable] = {CareNotBegun: ErrorRule(grpc.StatusCode.FAILED_PRECONDITION)}
