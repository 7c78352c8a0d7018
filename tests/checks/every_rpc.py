"""Every RPC of every service, found in the generated code, and a way to call it."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from permanence.feed.v1 import event_feed_pb2

from tests.checks.sample_request import NamesOf, resource_fields, sample_stream, ways_of

ROOT = Path(__file__).parents[2]
SERVICES = tuple(sorted(folder.name for folder in (ROOT / "services").iterdir() if (folder / "domain").is_dir()))
Metadata = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Rpc:
    """One method as one of the services serves it."""

    service: str
    method: MethodDescriptor

    def __str__(self) -> str:
        return f"{self.service}.{self.method.containing_service.name}.{self.method.name}"

    @property
    def path(self) -> str:
        """As gRPC names it."""
        return f"/{self.method.containing_service.full_name}/{self.method.name}"

    def asked(self, names: NamesOf) -> list[list[Message]]:
        """What may be sent: one stream of messages for each way in which the request can be put."""
        described, streamed = self.method.input_type, self.method.client_streaming
        return [sample_stream(described, names, way, streamed=streamed) for way in ways_of(described)]

    def resources(self) -> list[str]:
        """Paths of the request's fields that hold resource names."""
        described, streamed = self.method.input_type, self.method.client_streaming
        found = [resource_fields(described, way, streamed=streamed) for way in ways_of(described)]
        return list(dict.fromkeys(path for paths in found for path in paths))

    async def call(self, channel: grpc.aio.Channel, sent: Sequence[Message], metadata: Metadata) -> Message:
        """The reply, of several the last. AioRpcError where it is refused."""
        read = GetMessageClass(self.method.output_type).FromString
        if self.method.client_streaming:
            stream = channel.stream_unary(self.path, request_serializer=_write, response_deserializer=read)
            answered: Message = await stream(_each(sent), metadata=metadata, timeout=10)
            return answered
        if self.method.server_streaming:
            call = channel.unary_stream(self.path, request_serializer=_write, response_deserializer=read)
            parts: list[Message] = [part async for part in call(sent[0], metadata=metadata, timeout=10)]
            return parts[-1]
        unary = channel.unary_unary(self.path, request_serializer=_write, response_deserializer=read)
        reply: Message = await unary(sent[0], metadata=metadata, timeout=10)
        return reply

    async def code(self, channel: grpc.aio.Channel, sent: Sequence[Message], metadata: Metadata) -> str:
        """The name of the status with which it ends."""
        try:
            await self.call(channel, sent, metadata)
        except grpc.aio.AioRpcError as error:
            return str(error.code().name)
        return "OK"


def every_rpc() -> tuple[Rpc, ...]:
    """Those of each service's own contracts, and the feed that each of them serves."""
    return tuple(_found())


def _found() -> Iterator[Rpc]:
    for service in SERVICES:
        contracts = sorted((ROOT / "protos" / "permanence" / service / "v1").glob("*_service.proto"))
        modules = [import_module(f"permanence.{service}.v1.{contract.stem}_pb2") for contract in contracts]
        for module in (*modules, event_feed_pb2):
            for described in module.DESCRIPTOR.services_by_name.values():
                yield from (Rpc(service, method) for method in described.methods)


def _write(message: Message) -> bytes:
    return message.SerializeToString()


async def _each(sent: Sequence[Message]) -> AsyncIterator[Message]:
    for message in sent:
        yield message
