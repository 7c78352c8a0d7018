"""Asks the played demo's services, as several people: for what they show, and for what they say when they refuse."""

import re
from collections.abc import AsyncIterator, Iterator

import asyncpg
import grpc
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from permanence.panels.v1 import panels_service_pb2

from cli.made_council.spec import CouncilSpec
from tests.checks.every_rpc import Metadata, Rpc, every_rpc
from tests.story.collect import NOBODY, STAFF
from tests.story.demo_process import DemoProcess
from tests.story.leak_search import Artefact

PERSONAS = ("business-support", "business-support-manager", "panel-chair", "team-manager", "reviewing-officer")
_NAME = re.compile(r"councils/[\w/-]+")
_ABSENT = "0193c5a0-0000-7000-8000-00000000ffff"


class Asking:
    """Calls to every service as the personas of one council."""

    def __init__(self, demo: DemoProcess, spec: CouncilSpec) -> None:
        self._channels = {name: grpc.aio.insecure_channel(address) for name, address in demo.addresses.items()}
        self._tokens = {persona: demo.token(spec.tenant_id, persona) for persona in PERSONAS}
        self._slug = spec.slug

    async def close(self) -> None:
        """Let go of the channels."""
        for channel in self._channels.values():
            await channel.close()

    async def refusals(self, spoilt: str) -> AsyncIterator[Artefact]:
        """The words with which every RPC refuses: what is not there, a caller unknown, fields that hold `spoilt`."""
        anybody = self._metadata(PERSONAS[0])
        for rpc in every_rpc():
            for what, sent, metadata in (
                ("what is not there", self._sent(rpc, _ABSENT), anybody),
                ("no token", self._sent(rpc, _ABSENT), ()),
                ("a bad token", self._sent(rpc, _ABSENT), (("authorization", f"Bearer {spoilt}"),)),
                ("somebody's name in a resource name", self._sent(rpc, spoilt), anybody),
                ("somebody's name in every field", _spoil(self._sent(rpc, _ABSENT), spoilt), anybody),
            ):
                if words := await self._words(rpc, sent, metadata):
                    yield Artefact("error text", f"{rpc}: {what}", words)

    def _sent(self, rpc: Rpc, key: str) -> list[Message]:
        def name(_: str, collection: str) -> str:
            return f"councils/{self._slug}/{collection}/{key}" if collection else f"councils/{self._slug}"

        return rpc.asked(name)[-1]

    async def _words(self, rpc: Rpc, sent: list[Message], metadata: Metadata) -> str:
        try:
            await rpc.call(self._channels[rpc.service], sent, metadata)
        except grpc.aio.AioRpcError as error:
            trailers = [f"{key}: {_text(value)}" for key, value in error.trailing_metadata()]
            return "\n".join([error.code().name, str(error.details()), str(error.debug_error_string()), *trailers])
        return ""

    async def lists(self) -> AsyncIterator[tuple[str, str, Message]]:
        """(persona, RPC, reply) of every list that needs nothing but the council."""
        for rpc in every_rpc():
            method = rpc.method
            if not method.name.startswith("List") or "parent" not in method.input_type.fields_by_name:
                continue
            request = self._sent(rpc, _ABSENT)[0]
            for field in [field for field, _ in request.ListFields() if field.name != "parent"]:
                request.ClearField(field.name)
            for persona in PERSONAS:
                try:
                    reply = await rpc.call(self._channels[rpc.service], [request], self._metadata(persona))
                except grpc.aio.AioRpcError:
                    continue  # not for this persona, or it needs more than a council
                yield persona, str(rpc), reply

    async def resource_names(self) -> AsyncIterator[Artefact]:
        """Every resource name in any of the lists."""
        seen: set[str] = set()
        async for _, rpc, reply in self.lists():
            for name in _NAME.findall(str(reply)):
                if name not in seen:
                    seen.add(name)
                    yield Artefact("resource name", rpc, name)

    async def minutes_pages(self) -> AsyncIterator[Artefact]:
        """The minutes as each audience would read them, and their file names."""
        render = next(rpc for rpc in every_rpc() if rpc.method.name == "RenderMinutes")
        names: set[str] = set()
        async for _, rpc, reply in self.lists():
            if rpc.endswith(".ListMinutes"):
                names |= {minutes.name for minutes in reply.minutes}  # type: ignore[attr-defined]
        audiences = ((panels_service_pb2.AUDIENCE_FILE, STAFF), (panels_service_pb2.AUDIENCE_FAMILY, NOBODY))
        for name in sorted(names):
            for number, allowed in audiences:
                request = panels_service_pb2.RenderMinutesRequest(name=name, audience=number)
                page = await render.call(self._channels["panels"], [request], self._metadata("business-support"))
                where = f"{name} for audience {number}"
                yield Artefact("minutes page", where, page.html, *allowed)  # type: ignore[attr-defined]
                yield Artefact("file name", where, page.file_name)  # type: ignore[attr-defined]

    def _metadata(self, persona: str) -> Metadata:
        return (("authorization", f"Bearer {self._tokens[persona]}"),)


async def told_events(demo: DemoProcess, spec: CouncilSpec) -> AsyncIterator[Artefact]:
    """Every event that any other system could pull, and every audit row."""
    for service, database in demo.databases().items():
        connection = await asyncpg.connect(database.owner_url)
        try:
            async with connection.transaction(readonly=True):
                await connection.execute("select set_config('app.council', $1, true)", spec.council_id)
                for row in await connection.fetch("select aggregate, type, payload::text as payload from outbox"):
                    yield Artefact("feed event", f"{service} {row['type']}", f"{row['aggregate']} {row['payload']}")
                for row in await connection.fetch("select to_jsonb(a)::text as told from audit_event a"):
                    yield Artefact("audit row", service, row["told"])
        finally:
            await connection.close()


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _spoil(sent: list[Message], spoilt: str) -> list[Message]:
    for message in sent:
        for holder, field in _strings(message):
            if field.is_repeated:
                getattr(holder, field.name)[:] = [spoilt]
            elif field.name != "parent":
                setattr(holder, field.name, spoilt)
    return sent


def _strings(message: Message) -> Iterator[tuple[Message, FieldDescriptor]]:
    for field, value in message.ListFields():
        if field.type == FieldDescriptor.TYPE_STRING:
            yield message, field
        elif field.type == FieldDescriptor.TYPE_MESSAGE:
            for nested in value if field.is_repeated else [value]:
                yield from _strings(nested)
