"""What the servicers need to open a unit of work and to know the day."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeAlias

import grpc
from google.protobuf.message import Message

from rulebook.pack import Pack
from servicekit.caller import Caller
from servicekit.postgres import ScopedTransaction
from services.cases.app.ports import Unit


class WireUnit(Unit, Protocol):
    """A unit whose transaction the idempotency of requests can share."""

    @property
    def tx(self) -> ScopedTransaction: ...


Context: TypeAlias = "grpc.aio.ServicerContext[Message, Message]"
BeginWire: TypeAlias = Callable[[Caller], AbstractAsyncContextManager[WireUnit]]


@dataclass(frozen=True)
class Door:
    """Given to every servicer."""

    begin: BeginWire
    today: Callable[[], date]
    pack_of: Callable[[Caller], Pack]
    name_of: Callable[[Caller], str]
