"""Talks to the services as somebody: a channel each, that somebody's token, and patience while a service comes back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status

Reply = TypeVar("Reply", bound=Message)
PATIENCE_SECONDS = 60.0
_COMING_BACK = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
_ANOTHER_CAME_FIRST = "TRANSACTION_CONFLICT"


class Refused(Exception):
    """A service said no: its code, its stable reason, its words, and every field it found wrong."""

    def __init__(self, error: grpc.aio.AioRpcError) -> None:
        self.code: grpc.StatusCode = error.code()
        details = _details_of(error)
        self.reason = details.reason
        super().__init__(f"{self.code.name} {self.reason}: {error.details()} {'; '.join(details.fields)}".strip())


class Voice:
    """One caller's way to one service: `await voice.call(stub.GetMeeting, request)`."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    async def call(self, method: Callable[..., Any], request: Message, timeout: float = 20.0) -> Any:
        """The reply. Repeats the same request while the service is away, or where it gave another change way: every
        mutation carries a request_id.

        Refused where the service says no; Refused UNAVAILABLE where it stays away for a minute.
        """
        give_up = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            try:
                metadata = (("authorization", f"Bearer {self._token()}"),)
                return await method(request, metadata=metadata, timeout=timeout)
            except grpc.aio.AioRpcError as error:
                late = asyncio.get_running_loop().time() > give_up
                refused = Refused(error)
                if late or not (refused.code in _COMING_BACK or refused.reason == _ANOTHER_CAME_FIRST):
                    raise refused from error
                await asyncio.sleep(0.2)


@dataclass(frozen=True)
class _Details:
    reason: str
    fields: tuple[str, ...]


def _details_of(error: grpc.aio.AioRpcError) -> _Details:
    status = rpc_status.from_call(error)  # type: ignore[arg-type]
    info, faults = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in status.details if status else ():
        detail.Unpack(info)
        detail.Unpack(faults)
    fields = tuple(f"{fault.field}: {fault.description}" for fault in faults.field_violations)
    return _Details(str(info.reason), fields)
