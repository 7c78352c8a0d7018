"""What a test does with papers: makes them, sends them, has packs made."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from permanence.panels.v1 import panel_pb2, panels_service_pb2, paper_pb2
from permanence.panels.v1 import papers_service_pb2 as wire
from permanence.panels.v1.papers_service_pb2_grpc import PapersServiceStub
from pypdf import PdfReader, PdfWriter

from services.panels.adapters import typst_writer
from services.panels.domain.document import Document, PageBreak, Paragraph
from tests.panels.conftest import BODY, BODY_ID, Panels, at, request_id

PIECE = 1024 * 1024


def pdf_saying(*pages: str) -> bytes:
    """A page for each text."""
    blocks: list[Any] = []
    for text in pages:
        blocks += [PageBreak(), Paragraph(text)] if blocks else [Paragraph(text)]
    return typst_writer.pdf(Document("Report", (), tuple(blocks)))


def blank_pdf(pages: int) -> bytes:
    """Pages without text, as a scanner makes them."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    with BytesIO() as made:
        writer.write(made)
        return made.getvalue()


def header(subject: str, **fields: Any) -> wire.PaperHeader:
    """A social worker's report, unless `fields` say otherwise."""
    told = {
        "body": BODY,
        "subject": subject,
        "kind": paper_pb2.PAPER_KIND_SOCIAL_WORK_REPORT,
        "file_name": "report.pdf",
        "request_id": request_id(),
    }
    return wire.PaperHeader(**told | fields)


class PaperDesk:
    """Calls PapersService of a running service."""

    def __init__(self, panels: Panels) -> None:
        self.panels = panels

    async def add(self, subject: str, content: bytes, *roles: str, oid: str = "", **fields: Any) -> paper_pb2.Paper:
        """A paper, in pieces."""
        stub = PapersServiceStub(self.panels.channel)
        metadata = self.panels.metadata(*(roles or ("social-worker",)), oid=oid)
        sent = stub.AddPaper(_messages(header(subject, **fields), content), metadata=metadata, timeout=20)
        paper: paper_pb2.Paper = (await sent).paper
        return paper

    async def ask(self, rpc: str, request: Any, *roles: str, oid: str = "") -> Any:
        """One message for one."""
        method = getattr(PapersServiceStub(self.panels.channel), rpc)
        return await method(request, metadata=self.panels.metadata(*roles, oid=oid), timeout=20)

    async def read(self, rpc: str, request: Any, *roles: str, oid: str = "") -> bytes:
        """All pieces of a streamed answer."""
        method = getattr(PapersServiceStub(self.panels.channel), rpc)
        call = method(request, metadata=self.panels.metadata(*roles, oid=oid), timeout=20)
        return b"".join([piece.content async for piece in call])

    async def sitting(self, name: str, *roles: str) -> panel_pb2.Sitting:
        """As it stands now."""
        request = panels_service_pb2.GetSittingRequest(name=name)
        reply: Any = await self.panels.call("GetSitting", request, *(roles or ("panel-chair",)))
        found: panel_pb2.Sitting = reply.sitting
        return found

    async def withdraw(self, paper: str, *roles: str) -> None:
        """Taken back."""
        request = wire.WithdrawPaperRequest(name=paper, request_id=request_id())
        await self.ask("WithdrawPaper", request, *(roles or ("social-worker",)))

    async def defer(self, item: panel_pb2.AgendaItem, etag: str, reason: str = "The report is late.") -> None:
        """To the next sitting."""
        request = panels_service_pb2.DeferItemRequest(
            agenda_item=item.name, etag=etag, reason=reason, request_id=request_id()
        )
        await self.panels.call("DeferItem", request, "business-support")

    async def publish_now(self, name: str) -> paper_pb2.AgendaVersion:
        """The agenda as it stands, by business support."""
        return await self.publish(name, (await self.sitting(name)).etag)

    async def listed(self, sitting: str, *roles: str) -> wire.ListPapersResponse:
        """A sitting's papers."""
        reply: wire.ListPapersResponse = await self.ask(
            "ListPapers", wire.ListPapersRequest(sitting=sitting), *(roles or ("panel-chair",))
        )
        return reply

    async def publish(self, sitting: str, etag: str, *roles: str, oid: str = "") -> paper_pb2.AgendaVersion:
        """The agenda as it stands."""
        request = wire.PublishAgendaRequest(sitting=sitting, etag=etag, request_id=request_id())
        reply = await self.ask("PublishAgenda", request, *(roles or ("business-support",)), oid=oid)
        version: paper_pb2.AgendaVersion = reply.agenda_version
        return version

    async def release(self, sitting: str, version: int, *roles: str, oid: str = "") -> None:
        """By a second person."""
        request = wire.ReleaseAgendaRequest(sitting=sitting, version=version, request_id=request_id())
        await self.ask("ReleaseAgenda", request, *(roles or ("panel-chair",)), oid=oid)

    async def pack(self, sitting: str, audience: int, *roles: str, oid: str = "", **fields: str) -> bytes:
        """An agenda pack."""
        request = wire.RenderAgendaPackRequest(sitting=sitting, audience=audience, **fields)
        return await self.read("RenderAgendaPack", request, *(roles or ("panel-chair",)), oid=oid)

    async def versions(self, sitting: str, *roles: str) -> Sequence[paper_pb2.AgendaVersion]:
        """The newest first."""
        request = wire.ListAgendaVersionsRequest(sitting=sitting)
        reply = await self.ask("ListAgendaVersions", request, *(roles or ("panel-chair",)))
        found: Sequence[paper_pb2.AgendaVersion] = reply.agenda_versions
        return found


async def sitting_with(
    panels: Panels, *names: str, restricted: tuple[str, ...] = (), sits_on: int = 10
) -> tuple[str, list[str]]:
    """A sitting in March at ten, each child with a clock that asks for it; its name, and the children's."""
    meeting = panels.scheduler.book("demo", "tracking_panel", at(sits_on, 10), at(sits_on, 12), body=BODY_ID)
    children = [
        panels.cases.add_child("demo", f"{name} Example", f"C-{name}", restricted=name in restricted) for name in names
    ]
    for later, child in enumerate(children, 1):
        panels.cases.add_clock(child, date(2026, 3, sits_on + later))
    return (await panels.sitting_with(meeting, len(names))).name, children


async def reason_of(call: Any) -> str:
    """Why a call is refused: its stable reason, or else its status."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    status = rpc_status.from_call(refused.value)
    info = error_details_pb2.ErrorInfo()
    for detail in status.details if status else ():
        if detail.Unpack(info):
            return info.reason
    return refused.value.code().name


async def faults_of(call: Any) -> dict[str, str]:
    """What is wrong with which field."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    status = rpc_status.from_call(refused.value)
    bad = error_details_pb2.BadRequest()
    assert status is not None
    for detail in status.details:
        detail.Unpack(bad)
    return {one.field: one.description for one in bad.field_violations}


def texts_by_label(pdf: bytes) -> dict[str, str]:
    """What stands on each page, by what the viewer calls the page."""
    reader = PdfReader(BytesIO(pdf))
    return {label: page.extract_text() for label, page in zip(reader.page_labels, reader.pages, strict=True)}


async def _messages(first: wire.PaperHeader, content: bytes) -> AsyncIterator[wire.AddPaperRequest]:
    yield wire.AddPaperRequest(header=first)
    for place in range(0, len(content), PIECE):
        yield wire.AddPaperRequest(content=content[place : place + PIECE])
