"""The service as the site's attendee page speaks to it, over a real socket; mails are read as their readers do."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import grpc
from google.protobuf.message import Message
from permanence.notifications.v1 import attendee_service_pb2 as rpc
from permanence.notifications.v1 import attendee_service_pb2_grpc as rpc_grpc
from permanence.notifications.v1 import notification_pb2 as wire

from servicekit.clock import set_clock
from servicekit.config import load_config
from servicekit.launcher import ServiceDatabase
from servicekit.server import start
from services.notifications.adapters.imip_message import compose
from services.notifications.bind import bind_with
from services.notifications.config import SHAPE
from services.notifications.domain.attendee_link import LinkSigner
from tests.notifications.peers import Cases, Feed, serving
from tests.notifications.test_service import NORTH, environ_of
from tests.notifications.world import MAILBOX, World
from tests.servicekit.authority import Authority

SIGNER = LinkSigner(b"k" * 32, "https://permanence.north.example.org")
LINK = re.compile(re.escape(SIGNER.site) + r"/invitation/north\.([\w-]{48})")
CODE = re.compile(r"Your code is (\d{6})\.")
HERE, ELSEWHERE = "h" * 43, "e" * 43


@dataclass
class AttendeePage:
    """One person's way to the service, through the site."""

    world: World
    authority: Authority
    channel: grpc.aio.Channel
    clock: Path

    def at(self, instant: datetime) -> None:
        """Move the service's clock and the world's."""
        self.world.clock.instant = instant
        set_clock(self.clock, instant)

    def later(self, wait: timedelta) -> None:
        """As `at`."""
        self.at(self.world.clock.now() + wait)

    @property
    def stub(self) -> "rpc_grpc.AttendeeServiceAsyncStub":
        return rpc_grpc.AttendeeServiceStub(self.channel)

    def as_site(self) -> list[tuple[str, str]]:
        token = self.authority.token(NORTH, roles=["service-web"], oid="web", scp=None, idtyp="app")
        return [("authorization", f"Bearer {token}")]

    def as_(self, *roles: str) -> list[tuple[str, str]]:
        return [("authorization", f"Bearer {self.authority.token(NORTH, roles=list(roles), oid='oid-2')}")]

    async def open(self, token: str, session: str = "") -> rpc.LinkSheet:
        wanted = rpc.OpenLinkRequest(parent="councils/north", link_token=token, session=session)
        return (await self.stub.OpenLink(wanted, metadata=self.as_site())).link_sheet

    async def answer(
        self, token: str, session: str = HERE, answer: wire.Answer.ValueType = wire.ANSWER_ACCEPTED
    ) -> rpc.LinkSheet:
        wanted = rpc.AnswerRequest(
            parent="councils/north", link_token=token, session=session, answer=answer, request_id=str(uuid4())
        )
        return (await self.stub.Answer(wanted, metadata=self.as_site())).link_sheet

    async def needs(
        self, token: str, *needs: wire.Need.ValueType, language: str = "", session: str = HERE
    ) -> rpc.LinkSheet:
        wanted = rpc.SayNeedsRequest(
            parent="councils/north", link_token=token, session=session, language=language, request_id=str(uuid4())
        )
        wanted.needs.extend(needs)
        return (await self.stub.SayNeeds(wanted, metadata=self.as_site())).link_sheet

    async def send_code(self, token: str, session: str = HERE) -> rpc.CodeWay.ValueType:
        wanted = rpc.SendCodeRequest(
            parent="councils/north", link_token=token, session=session, request_id=str(uuid4())
        )
        return (await self.stub.SendCode(wanted, metadata=self.as_site())).code_way

    async def confirm(self, token: str, code: str, session: str = HERE) -> rpc.CodeResult.ValueType:
        wanted = rpc.ConfirmCodeRequest(
            parent="councils/north", link_token=token, session=session, code=code, request_id=str(uuid4())
        )
        return (await self.stub.ConfirmCode(wanted, metadata=self.as_site())).code_result

    async def more(self, token: str, session: str = HERE) -> rpc.GetMoreResponse:
        wanted = rpc.GetMoreRequest(parent="councils/north", link_token=token, session=session)
        return await self.stub.GetMore(wanted, metadata=self.as_site())

    async def calendar(self, token: str, session: str = "") -> str:
        wanted = rpc.GetCalendarFileRequest(parent="councils/north", link_token=token, session=session)
        return (await self.stub.GetCalendarFile(wanted, metadata=self.as_site())).content.decode()

    async def new_link(self, token: str) -> Message:
        wanted = rpc.SendNewLinkRequest(parent="councils/north", link_token=token, request_id=str(uuid4()))
        return await self.stub.SendNewLink(wanted, metadata=self.as_site())

    async def spoken(self, name: str, *roles: str) -> rpc.ReadSpokenCodeResponse:
        invitation = f"councils/north/invitations/{(await self.world.invitation(name)).id}"
        wanted = rpc.ReadSpokenCodeRequest(invitation=invitation)
        return await self.stub.ReadSpokenCode(wanted, metadata=self.as_(*roles or ("business-support",)))

    def mails(self, name: str) -> list[str]:
        """The texts of what the mail server took for somebody, the earliest first."""
        taken = [one for one in self.world.mail.accepted if one.recipient == f"{name}@example.org"]
        return [getattr(one, "link", "") + "\n" + one.body_text for one in taken]

    def token(self, name: str) -> str:
        """That of the last link which went to somebody."""
        return [str(found) for text in self.mails(name) for found in LINK.findall(text)][-1]

    def code(self, name: str) -> str:
        """The last code which went to somebody."""
        return str(CODE.findall(self.mails(name)[-1])[0])


@asynccontextmanager
async def attendee_page(
    world: World, tables: ServiceDatabase, folder: Path, *, outlook: bool = False
) -> AsyncIterator[AttendeePage]:
    """The service, with or without Outlook for the council; everybody was told already."""
    known = world.desk.outside[world.caller.council_id]
    sender = replace(known.sender, mailbox=MAILBOX if outlook else "", links=SIGNER)
    outside = {NORTH.council_id: replace(known, sender=sender)}
    world.desk = replace(world.desk, outside=outside)
    world.caller = replace(world.caller, council_id=NORTH.council_id)
    clock = folder / "clock"
    set_clock(clock, world.clock.now())
    async with Authority(folder) as authority, serving(world, Feed(), Cases(world)) as peer:
        environ = environ_of(folder, tables, authority, peer)
        config = load_config(SHAPE, {**environ, "PERMANENCE_CLOCK": str(clock)})
        running = await start(config, partial(bind_with, outside))
        async with grpc.aio.insecure_channel(running.address) as channel:
            assert await world.tell()
            yield AttendeePage(world, authority, channel, clock)
        await running.stop(grace=0.1)


def invitation_bytes(page: AttendeePage, name: str) -> bytes:
    """The last invitation that went to somebody by e-mail, as its bytes."""
    taken = [one for one in page.world.mail.accepted if one.recipient == f"{name}@example.org" and hasattr(one, "uid")]
    return compose(taken[-1])
