"""Wrapping the handler itself.

A `try` around an interceptor's `continuation` never sees what the handler raises.
"""

import abc
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeAlias, cast

import grpc
from google.protobuf.message import Message

Context: TypeAlias = "grpc.aio.ServicerContext[Message, Message]"
Handler: TypeAlias = "grpc.RpcMethodHandler[Message, Message]"
HandlerCallDetails: TypeAlias = grpc.HandlerCallDetails
Continuation: TypeAlias = Callable[[HandlerCallDetails], Awaitable[Handler]]
Unary: TypeAlias = Callable[[object, Context], Awaitable[Message]]
Stream: TypeAlias = Callable[[object, Context], AsyncIterator[Message]]

# No token, no deadline: probes and tools must work while everything else is broken.
OPEN_SERVICES = (
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
)
_KINDS: dict[tuple[bool, bool], tuple[str, Callable[..., object]]] = {
    (False, False): ("unary_unary", grpc.unary_unary_rpc_method_handler),
    (False, True): ("unary_stream", grpc.unary_stream_rpc_method_handler),
    (True, False): ("stream_unary", grpc.stream_unary_rpc_method_handler),
    (True, True): ("stream_stream", grpc.stream_stream_rpc_method_handler),
}


def is_open(rpc: str) -> bool:
    """Whether this full method name belongs to health or reflection."""
    return rpc.strip("/").partition("/")[0] in OPEN_SERVICES


class Wrapping(grpc.aio.ServerInterceptor):
    """An interceptor that puts another handler in the place of one, of whichever of the four kinds."""

    @abc.abstractmethod
    def around_call(self, behaviour: Unary, rpc: str) -> Unary:
        """In the place of a handler that answers once."""

    @abc.abstractmethod
    def around_stream(self, behaviour: Stream, rpc: str) -> Stream:
        """In the place of a handler that answers in parts."""

    # grpc's own signature is generic over messages that an interceptor never looks at.
    async def intercept_service(  # type: ignore[override]
        self, continuation: Continuation, handler_call_details: HandlerCallDetails
    ) -> "Handler | None":
        """Replace the handler."""
        handler: Handler | None = await continuation(handler_call_details)
        if handler is None:
            return None
        kind, build = _KINDS[(handler.request_streaming, handler.response_streaming)]
        wrapped = self._wrapped(getattr(handler, kind), handler_call_details.method)
        rebuilt: object = build(wrapped, handler.request_deserializer, handler.response_serializer)
        return cast("Handler", rebuilt)

    def _wrapped(self, behaviour: object, rpc: str) -> object:
        if inspect.isasyncgenfunction(behaviour):
            return self.around_stream(cast("Stream", behaviour), rpc)
        return self.around_call(cast("Unary", behaviour), rpc)


class Around(Wrapping):
    """An interceptor that says what happens around a handler."""

    @abc.abstractmethod
    def around(self, rpc: str, context: Context) -> AbstractAsyncContextManager[None]:
        """Enter before the handler, leave after it; sees what it raises."""

    def around_call(self, behaviour: Unary, rpc: str) -> Unary:
        """Runs it inside `around`."""

        async def call(request: object, context: Context) -> Message:
            async with self.around(rpc, context):
                return await behaviour(request, context)
            raise AssertionError("an interceptor swallowed an error")

        return call

    def around_stream(self, behaviour: Stream, rpc: str) -> Stream:
        """Runs it inside `around`, to its last part."""

        async def stream(request: object, context: Context) -> AsyncIterator[Message]:
            async with self.around(rpc, context):
                async for message in behaviour(request, context):
                    yield message

        return stream
