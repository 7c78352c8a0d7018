"""Exceptions become statuses here and nowhere else. No exception's text ever reaches a client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from servicekit import error_table
from servicekit.call import current_request_id
from servicekit.error_table import ErrorRule, ErrorTable
from servicekit.errors import Unavailable, Violation
from servicekit.ids import new_id
from servicekit.interceptors.request_id import KEY
from servicekit.interceptors.wrap import Around, Context
from servicekit.log import get_logger

# Where a neighbour does not answer, it was asked several times already. Were each service in a row to try again too,
# the tries would multiply while somebody waits: only the one next to what is away tries again (gRFC A6).
_NO_RETRY = (("grpc-retry-pushback-ms", "-1"),)


class Errors(Around):
    """Maps by the error table; what is not in it is logged with an id and answered with that id only."""

    def __init__(self, table: ErrorTable) -> None:
        self._table = table

    @asynccontextmanager
    async def around(self, rpc: str, context: Context) -> AsyncIterator[None]:
        """Answer what the handler raises."""
        try:
            yield
        except grpc.aio.AbortError:
            raise
        except Exception as error:
            seen = error_table.shown(error)
            rule = error_table.rule_for(seen, self._table)
            status = _internal(error) if rule is None else _status(seen, rule)
            await _abort(context, status, final=isinstance(seen, Unavailable) and "service" in seen.metadata)


async def _abort(context: Context, status: status_pb2.Status, *, final: bool) -> None:
    plain = rpc_status.to_status(status)
    trailing = (*(plain.trailing_metadata or ()), (KEY, current_request_id()), *(_NO_RETRY if final else ()))
    await context.abort(plain.code, plain.details, trailing)


def _status(error: Exception, rule: ErrorRule) -> status_pb2.Status:
    info = error_details_pb2.ErrorInfo(
        reason=error_table.reason_of(error, rule), domain=rule.domain, metadata=error_table.metadata_of(error)
    )
    details: list[Message] = [info]
    violations: tuple[Violation, ...] = tuple(getattr(error, "violations", ()))
    if violations:
        details.append(_bad_request(violations))
    seconds = error.retry_seconds if isinstance(error, Unavailable) else rule.retry_seconds
    if seconds is not None:
        delay = duration_pb2.Duration()
        delay.FromNanoseconds(int(seconds * 1e9))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    return _packed(rule.code, error_table.message_of(error, rule), details)


def _bad_request(violations: tuple[Violation, ...]) -> error_details_pb2.BadRequest:
    kind = error_details_pb2.BadRequest.FieldViolation
    return error_details_pb2.BadRequest(
        field_violations=[kind(field=one.field, description=one.description) for one in violations]
    )


def _internal(error: Exception) -> status_pb2.Status:
    error_id = str(new_id())
    get_logger().error("unexpected error", error_id=error_id, error_type=type(error).__name__, where=origin(error))
    info = error_details_pb2.ErrorInfo(reason="INTERNAL", domain=error_table.DOMAIN, metadata={"error_id": error_id})
    return _packed(grpc.StatusCode.INTERNAL, f"Something went wrong here. Quote {error_id} to support.", [info])


def origin(error: BaseException) -> str:
    """Where it was raised: file and line, which hold no data."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""


def _packed(code: grpc.StatusCode, message: str, details: list[Message]) -> status_pb2.Status:
    number: int = code.value[0]
    status = status_pb2.Status(code=number, message=message)
    if current_request_id():
        details = [*details, error_details_pb2.RequestInfo(request_id=current_request_id())]
    for detail in details:
        packed = any_pb2.Any()
        packed.Pack(detail)
        status.details.append(packed)
    return status
