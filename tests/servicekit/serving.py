"""A made-up service over real sockets: generic handlers on well-known types."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

import grpc
from google.protobuf.message import Message
from google.protobuf.wrappers_pb2 import StringValue
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from servicekit.call import current_request_id, remaining_seconds
from servicekit.caller import current_caller
from servicekit.client import Method
from servicekit.error_table import ErrorRule, ErrorTable
from servicekit.errors import InvalidRequest, NotFound, PermissionDenied, TransactionConflict, Unavailable, Violation

SERVICE = "kit.test.Echo"
NAME_IN_TEXT = "Robin Example"


class TooLate(Exception):
    reason = "TOO_LATE"
    message = "{thing} ended already."

    def __init__(self) -> None:
        super().__init__(f"about {NAME_IN_TEXT}")
        self.metadata = {"thing": "things/1"}


TABLE: ErrorTable = {TooLate: ErrorRule(grpc.StatusCode.FAILED_PRECONDITION)}
RAISED: dict[str, Exception] = {
    "domain": TooLate(),
    "unknown": ValueError(f"{NAME_IN_TEXT} broke it"),
    "invalid": InvalidRequest([Violation("a", "is required"), Violation("b.c", "must be a UUID")]),
    "missing": NotFound("things/1"),
    "denied": PermissionDenied("things/1"),
    "denied openly": PermissionDenied("things/1", may_know=True),
    "down": Unavailable(3.0),
    "waits for another": Unavailable(service="cases"),
    "always in conflict": TransactionConflict(),
}
Context = grpc.aio.ServicerContext[Message, Message]


class Echo:
    """What it does depends on what it is asked."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.go_on = asyncio.Event()
        self.asked: Counter[str] = Counter()

    async def ask(self, request: StringValue, _: Context) -> StringValue:
        return StringValue(value=await self._answer(request.value))

    async def stream(self, request: StringValue, _: Context) -> AsyncIterator[StringValue]:
        yield StringValue(value="first")
        yield StringValue(value=await self._answer(request.value))

    async def gather(self, requests: AsyncIterator[StringValue], _: Context) -> StringValue:
        return StringValue(value=",".join([await self._answer(request.value) async for request in requests]))

    async def _answer(self, asked: str) -> str:
        self.asked[asked] += 1
        if asked in RAISED:
            raise RAISED[asked]
        match asked:
            case "in conflict twice" if self.asked[asked] < 3:
                raise TransactionConflict
            case "who":
                caller = current_caller()
                return f"{caller.council} {caller.name_for_log} {','.join(sorted(caller.roles))}"
            case "left":
                return str(remaining_seconds())
            case "request id":
                return current_request_id()
            case "hang":
                self.entered.set()
                await self.go_on.wait()
        return asked


def add_echo(echo: Echo, server: grpc.aio.Server) -> None:
    read, write = StringValue.FromString, StringValue.SerializeToString
    handlers: dict[str, grpc.RpcMethodHandler[StringValue, StringValue]] = {
        "Ask": grpc.unary_unary_rpc_method_handler(echo.ask, read, write),
        "Stream": grpc.unary_stream_rpc_method_handler(echo.stream, read, write),
        "Gather": grpc.stream_unary_rpc_method_handler(echo.gather, read, write),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))


def ask_method(channel: grpc.aio.Channel) -> Method[StringValue, StringValue]:
    write, read = StringValue.SerializeToString, StringValue.FromString
    return channel.unary_unary(f"/{SERVICE}/Ask", request_serializer=write, response_deserializer=read)


class Refused:
    """A status taken apart."""

    def __init__(self, error: grpc.aio.AioRpcError) -> None:
        self.code = error.code()
        self.text = str(error.details())
        self.everything = f"{error.details()} {error.trailing_metadata()}"
        status = rpc_status.from_call(error)  # type: ignore[arg-type]
        assert status is not None
        self.everything += str(status)
        found = {detail.type_url.rpartition(".")[2]: detail for detail in status.details}
        assert len(found) == len(status.details), "each kind of detail at most once"
        self.info, self.bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        self.retry, self.request = error_details_pb2.RetryInfo(), error_details_pb2.RequestInfo()
        for name, message in (
            ("ErrorInfo", self.info), ("BadRequest", self.bad), ("RetryInfo", self.retry), ("RequestInfo", self.request)
        ):  # fmt: skip
            if name in found:
                found[name].Unpack(message)


async def refusal(call: Callable[[], Awaitable[object]]) -> Refused:
    try:
        await call()
    except grpc.aio.AioRpcError as error:
        return Refused(error)
    raise AssertionError("the call was not refused")
