"""The demo's callers: each persona speaks to the services with a token of its own."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import grpc
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub
from permanence.notifications.v1.notifications_service_pb2_grpc import NotificationsServiceStub
from permanence.panels.v1.actions_service_pb2_grpc import ActionsServiceStub
from permanence.panels.v1.composition_service_pb2_grpc import CompositionServiceStub
from permanence.panels.v1.decisions_service_pb2_grpc import DecisionsServiceStub
from permanence.panels.v1.item_people_service_pb2_grpc import ItemPeopleServiceStub
from permanence.panels.v1.panels_service_pb2_grpc import PanelsServiceStub
from permanence.panels.v1.papers_service_pb2_grpc import PapersServiceStub
from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceStub

from cli.ask_token import emulator_token
from cli.connection import Voice
from cli.demo.places import address_of

_TOKEN_SECONDS = 300.0
_OPTIONS = (("grpc.max_receive_message_length", 16 * 1024 * 1024),)


@dataclass(frozen=True)
class Services:
    """The four services' stubs over one channel each."""

    cases: CasesServiceStub
    scheduler: SchedulerServiceStub
    panels: PanelsServiceStub
    composition: CompositionServiceStub
    papers: PapersServiceStub
    item_people: ItemPeopleServiceStub
    decisions: DecisionsServiceStub
    actions: ActionsServiceStub
    notifications: NotificationsServiceStub
    channels: tuple[grpc.aio.Channel, ...]

    async def close(self) -> None:
        """Let go of the channels."""
        for channel in self.channels:
            await channel.close()


def connect(address: Callable[[str], str] = address_of) -> Services:
    """Channels to the four services, each where `address` says that the one of this name is."""
    names = ("cases", "scheduler", "panels", "notifications")
    channels = tuple(grpc.aio.insecure_channel(address(name), options=_OPTIONS) for name in names)
    return Services(
        CasesServiceStub(channels[0]),
        SchedulerServiceStub(channels[1]),
        PanelsServiceStub(channels[2]),
        CompositionServiceStub(channels[2]),
        PapersServiceStub(channels[2]),
        ItemPeopleServiceStub(channels[2]),
        DecisionsServiceStub(channels[2]),
        ActionsServiceStub(channels[2]),
        NotificationsServiceStub(channels[3]),
        channels,
    )


class People:
    """Voices by persona. A token is asked for anew every few minutes, as a browser would."""

    def __init__(self, authority: str, ca: Path, tenant_id: str) -> None:
        self._authority, self._ca, self._tenant_id = authority, ca, tenant_id
        self._tokens: dict[str, tuple[float, str]] = {}

    def voice(self, persona: str) -> Voice:
        """Somebody's way to the services."""
        return Voice(lambda: self._token(persona))

    def _token(self, persona: str) -> str:
        asked, token = self._tokens.get(persona, (0.0, ""))
        if not token or time.monotonic() - asked > _TOKEN_SECONDS:
            token = emulator_token(self._authority, self._ca, self._tenant_id, persona)
            self._tokens[persona] = (time.monotonic(), token)
        return token
