"""Wire to domain, for papers and agenda packs: every violation of a request at once."""

from collections.abc import AsyncIterator
from uuid import UUID

from permanence.panels.v1 import panels_service_pb2, paper_pb2
from permanence.panels.v1 import papers_service_pb2 as wire

from servicekit.errors import InvalidRequest, Violation
from servicekit.validate import Check
from services.panels.app.add_paper import AddPaper
from services.panels.app.defer_item import DeferItem
from services.panels.app.publish_agenda import PublishAgenda, ReleaseAgenda
from services.panels.app.render_agenda_pack import RenderAgendaPack
from services.panels.domain.agenda_pack import PackAudience
from services.panels.domain.body import BodyUuid
from services.panels.domain.paper import PaperId, PaperKind
from services.panels.domain.sitting import ItemId, SittingId
from services.panels.rpc.convert import BODY, ITEM, SITTING, check_subject, id_of

PAPER = "councils/{council}/papers/{paper}"
MEMBER = "councils/{council}/members/{member}"
_AUDIENCES = {
    paper_pb2.PACK_AUDIENCE_MEMBER: PackAudience.MEMBER,
    paper_pb2.PACK_AUDIENCE_RESTRICTED: PackAudience.RESTRICTED,
    paper_pb2.PACK_AUDIENCE_FAMILY: PackAudience.FAMILY,
}
_MOST_PIECE = 1024 * 1024
_REASON = 2_000


def read_header(request: wire.AddPaperRequest, council: str) -> AddPaper:
    """What the first message of the stream says."""
    if request.WhichOneof("part") != "header":
        raise InvalidRequest([Violation("header", "must be the first message of the stream")])
    header, check = request.header, Check(request, council=council)
    body = id_of(check.resource_name("header.body", BODY), "body")
    check_subject(check, "header.subject", header.subject)
    kind = _kind(check.enum("header.kind"))
    title = check.text("header.title", required=kind is PaperKind.OTHER)
    check.text("header.file_name", required=True)
    if header.size < 0:
        check.refuse("header.size", "must be 0 (for unknown) or more")
    if header.restricted and header.for_family:
        check.refuse("header.for_family", "cannot be so for a paper that only some may read; choose one of the two")
    replaces = check.resource_name("header.replaces", PAPER, required=False)
    check.uuid("header.request_id")
    check.raise_if_any()
    return AddPaper(
        body=BodyUuid(body),
        subject=header.subject,
        kind=kind,
        title=title,
        file_name=header.file_name,
        size=header.size,
        restricted=header.restricted,
        for_family=header.for_family,
        replaces=PaperId(id_of(replaces, "paper")) if replaces else None,
    )


async def pieces_of(requests: AsyncIterator[wire.AddPaperRequest]) -> AsyncIterator[bytes]:
    """The rest of the stream. InvalidRequest at the first message that is no piece."""
    async for request in requests:
        if request.WhichOneof("part") != "content":
            raise InvalidRequest([Violation("content", "must be in every message after the first")])
        if len(request.content) > _MOST_PIECE:
            raise InvalidRequest([Violation("content", f"may hold at most {_MOST_PIECE} bytes in one message")])
        yield request.content


def read_paper_name(request: wire.GetPaperRequest | wire.WithdrawPaperRequest, council: str) -> PaperId:
    """Which paper; a mutation's request_id too."""
    check = Check(request, council=council)
    paper: UUID = id_of(check.resource_name("name", PAPER), "paper")
    if isinstance(request, wire.WithdrawPaperRequest):
        check.uuid("request_id")
    check.raise_if_any()
    return PaperId(paper)


def read_sitting_name(request: wire.ListPapersRequest | wire.ListAgendaVersionsRequest, council: str) -> SittingId:
    """Which sitting."""
    check = Check(request, council=council)
    sitting = id_of(check.resource_name("sitting", SITTING), "sitting")
    check.raise_if_any()
    return SittingId(sitting)


def read_publish(request: wire.PublishAgendaRequest, council: str) -> PublishAgenda:
    """Sitting and etag."""
    check = Check(request, council=council)
    sitting = id_of(check.resource_name("sitting", SITTING), "sitting")
    check.require("etag")
    check.uuid("request_id")
    check.raise_if_any()
    return PublishAgenda(SittingId(sitting), request.etag)


def read_release(request: wire.ReleaseAgendaRequest, council: str) -> ReleaseAgenda:
    """Sitting and version."""
    check = Check(request, council=council)
    sitting = id_of(check.resource_name("sitting", SITTING), "sitting")
    if request.version < 1:
        check.refuse("version", "is required: say which version was looked at")
    check.uuid("request_id")
    check.raise_if_any()
    return ReleaseAgenda(SittingId(sitting), request.version)


def read_render(request: wire.RenderAgendaPackRequest, council: str) -> RenderAgendaPack:
    """For whom."""
    check = Check(request, council=council)
    sitting = id_of(check.resource_name("sitting", SITTING), "sitting")
    audience = _AUDIENCES.get(paper_pb2.PackAudience.ValueType(check.enum("audience")), PackAudience.MEMBER)
    member = check.resource_name("member", MEMBER, required=False)
    family = audience is PackAudience.FAMILY
    if family:
        check_subject(check, "subject", request.subject)
    if request.subject and not family:
        check.refuse("subject", "is for a family's copy only; leave it empty")
    if request.member and family:
        check.refuse("member", "is for a member's copy only; leave it empty")
    check.raise_if_any()
    return RenderAgendaPack(SittingId(sitting), audience, id_of(member, "member") if member else None, request.subject)


def read_defer_item(request: panels_service_pb2.DeferItemRequest, council: str) -> DeferItem:
    """Item, etag, reason."""
    check = Check(request, council=council)
    item = id_of(check.resource_name("agenda_item", ITEM), "agenda_item")
    check.require("etag")
    reason = check.text("reason", _REASON, required=True)
    check.uuid("request_id")
    check.raise_if_any()
    return DeferItem(ItemId(item), request.etag, reason)


def _kind(number: int) -> PaperKind:
    name = paper_pb2.PaperKind.Name(paper_pb2.PaperKind.ValueType(number)).removeprefix("PAPER_KIND_")
    return PaperKind.OTHER if name == "UNSPECIFIED" else PaperKind[name]
