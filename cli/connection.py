"""Talks to the services as somebody: a channel each, that somebody's token, and patience while a service comes back."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status

Reply = TypeVar("Reply", bound=Message)
PATIENCE_SECONDS = 60.0
_COMING_BACK = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


class Refused(Exception):
    """A service said no: its code, its stable reason, and its words."""

    def __init__(self, error: grpc.aio.AioRpcError) -> None:
        self.code: grpc.StatusCode = error.code()
        self.reason = _reason_of(error)
        super().__init__(f"{self.code.name} {self.reason}: {error.details()}")


class Voice:
    """One caller's way to one service: `await voice.call(stub.GetMeeting, request)`."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    async def call(self, method: Callable[..., Any], request: Message, timeout: float = 20.0) -> Any:
        """The reply. Repeats the same request while the service is away: every mutation carries a request_id.

        Refused where the service says no; Refused UNAVAILABLE where it stays away for a minute.
        """
        give_up = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            try:
                metadata = (("authorization", f"Bearer {self._token()}"),)
                return await method(request, metadata=metadata, timeout=timeout)
            except grpc.aio.AioRpcError as error:
                late = asyncio.get_running_loop().time() > give_up
                if error.code() not in _COMING_BACK or late:
                    raise Refused(error) from error
                await asyncio.sleep(0.2)


def _reason_of(error: grpc.aio.AioRpcError) -> str:
    status = rpc_status.from_call(error)  # type: ignore[arg-type]
    for detail in status.details if status else ():
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info):
            return str(info.reason)
    return ""
