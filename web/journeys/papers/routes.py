"""`/sittings/{sitting}/papers`: what a sitting reads, sent out and made into agenda packs."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import paper_pb2
from permanence.panels.v1 import papers_service_pb2 as pb
from permanence.panels.v1.member_pb2 import Composition

from web.agenda import bodies_of, sitting_of
from web.desk import Absent, Refused, desk_of, key_of
from web.done import tell, told
from web.file_answer import document_answer
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.papers.forms import AddPaperForm, ReleaseForm, SendOutForm
from web.journeys.papers.presenters import (
    item_papers,
    kept_out_words,
    late_words,
    member_copies,
    paper_choices,
    subject_choices,
    version_rows,
)
from web.keys import KEY
from web.page import page
from web.paper import FILE_SECONDS, asked, content_of, paper_file, send_paper, take_back
from web.quorum import composition_of
from web.roles import CHAIRS, LOOKERS, PAPER_BRINGERS, RESTRICTED_READERS, may
from web.upload import UPLOAD, takes_upload
from web.words import civil

ROUTES = web.RouteTableDef()
_PAPERS = f"/sittings/{{sitting:{KEY}}}/papers"
_MOST_VERSIONS: Final = 10_000
_AUDIENCES: Final = {
    "members": paper_pb2.PACK_AUDIENCE_MEMBER,
    "restricted": paper_pb2.PACK_AUDIENCE_RESTRICTED,
    "family": paper_pb2.PACK_AUDIENCE_FAMILY,
}


@dataclass(frozen=True)
class _Seen:
    """What the page is about, read together."""

    sitting: wire.Sitting
    body: wire.Body
    papers: pb.ListPapersResponse
    versions: list[paper_pb2.AgendaVersion]
    makeup: Composition


@ROUTES.get(_PAPERS)
async def papers(request: web.Request) -> web.StreamResponse:
    """Papers by item, what was sent out, and the packs."""
    return await _page(request, await _seen(request))


@ROUTES.post(_PAPERS + "/add")
@takes_upload
async def add(request: web.Request) -> web.StreamResponse:
    """One paper."""
    upload = request.get(UPLOAD)
    if upload is None:
        raise web.HTTPBadRequest
    seen = await _seen(request)
    desk, form = desk_of(request), AddPaperForm(upload.fields)
    _offer(form, seen)
    content = await content_of(form, upload)
    header = form.header(seen.sitting.body, [name for item in seen.sitting.agenda for name in item.subjects])
    header.replaces = desk.name("papers", form.replaces.data) if form.replaces.data else ""
    if content is not None and await asked(form, send_paper(desk, header, upload.file_name, content)):
        raise tell(session_of(request), _path(request), "The paper is added", "#papers")
    return await _page(request, seen, add_form=form)


@ROUTES.post(_PAPERS + f"/{{paper:{KEY}}}/withdraw")
async def withdraw(request: web.Request) -> web.StreamResponse:
    """Take one back."""
    desk, form = desk_of(request), PageForm(await posted(request))
    if await asked(form, take_back(desk, request.match_info["paper"], form)):
        raise tell(session_of(request), _path(request), "The paper is taken back", "#papers")
    return await _page(request, await _seen(request), form=form)


@ROUTES.post(_PAPERS + "/send-out")
async def send_out(request: web.Request) -> web.StreamResponse:
    """The agenda as it was looked at."""
    desk, form = desk_of(request), SendOutForm(await posted(request))
    sitting = desk.name("sittings", request.match_info["sitting"])
    wanted = pb.PublishAgendaRequest(sitting=sitting, etag=form.etag.data or "", request_id=form.request_id.data or "")
    if form.validate() and await asked(
        form, desk.ask("panels", desk.papers.PublishAgenda, wanted, seconds=FILE_SECONDS)
    ):
        raise tell(session_of(request), _path(request), "The agenda is sent out", "#versions")
    return await _page(request, await _seen(request), form=form)


@ROUTES.post(_PAPERS + "/release")
async def release(request: web.Request) -> web.StreamResponse:
    """As a second person."""
    desk, form = desk_of(request), ReleaseForm(await posted(request))
    sitting = desk.name("sittings", request.match_info["sitting"])
    version = max(1, min(form.version.data or 1, _MOST_VERSIONS))
    wanted = pb.ReleaseAgendaRequest(sitting=sitting, version=version, request_id=form.request_id.data or "")
    if form.validate() and await asked(form, desk.ask("panels", desk.papers.ReleaseAgenda, wanted)):
        raise tell(session_of(request), _path(request), "The agenda is released", "#versions")
    return await _page(request, await _seen(request), form=form)


@ROUTES.get(_PAPERS + f"/{{paper:{KEY}}}/file")
async def file(request: web.Request) -> web.StreamResponse:
    """A paper as it came."""
    return document_answer(*await paper_file(desk_of(request), request.match_info["paper"]))


@ROUTES.get(_PAPERS + "/pack/{audience:[a-z]+}")
async def pack(request: web.Request) -> web.StreamResponse:
    """One PDF for one audience."""
    desk, audience = desk_of(request), _AUDIENCES.get(request.match_info["audience"])
    if audience is None:
        raise Absent
    seen = await _seen(request)
    member = request.query.get("member", "")
    wanted = pb.RenderAgendaPackRequest(
        sitting=seen.sitting.name,
        audience=audience,
        subject=_named(seen.sitting, request.query.get("subject", "")),
        member=desk.name("members", member) if member else "",
    )
    form = PageForm()
    try:
        pieces = await desk.ask_all("panels", desk.papers.RenderAgendaPack, wanted, seconds=FILE_SECONDS)
    except Refused as refusal:
        form.take(refusal)
        return await _page(request, seen, form=form)
    return document_answer(pieces[0].file_name, b"".join(piece.content for piece in pieces))


def _path(request: web.Request) -> str:
    return f"/sittings/{request.match_info['sitting']}/papers"


async def _seen(request: web.Request) -> _Seen:
    desk, key = desk_of(request), request.match_info["sitting"]
    if not may(session_of(request).caller, CHAIRS | LOOKERS):
        raise Absent
    name = desk.name("sittings", key)
    sitting, bodies, listed, versions, makeup = await desk.together(
        sitting_of(desk, key),
        bodies_of(desk),
        desk.ask("panels", desk.papers.ListPapers, pb.ListPapersRequest(sitting=name)),
        desk.ask("panels", desk.papers.ListAgendaVersions, pb.ListAgendaVersionsRequest(sitting=name)),
        composition_of(desk, name),
    )
    body = bodies.get(sitting.body, wire.Body(title="Panel"))
    return _Seen(sitting, body, listed, list(versions.agenda_versions), makeup)


def _named(sitting: wire.Sitting, key: str) -> str:
    """The resource name of a subject on the agenda; empty where none has that key."""
    names = (subject for item in sitting.agenda for subject in item.subjects)
    return next((name for name in names if key_of(name) == key), "")


def _offer(form: AddPaperForm, seen: _Seen) -> None:
    form.subject.choices = subject_choices(seen.sitting)
    form.replaces.choices = paper_choices(seen.sitting, seen.papers.papers)


async def _page(
    request: web.Request, seen: _Seen, *, form: PageForm | None = None, add_form: AddPaperForm | None = None
) -> web.Response:
    caller, adding = session_of(request).caller, add_form or AddPaperForm()
    _offer(adding, seen)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if (form or add_form) is not None else HTTPStatus.OK
    return await page(
        request,
        "papers/papers.html",
        _context(request, seen, caller_may(caller), form or add_form, adding),
        status=status,
    )


def caller_may(caller: Any) -> Mapping[str, bool]:
    """Which doors of the page are open to somebody."""
    return {
        "may_bring": may(caller, PAPER_BRINGERS),
        "may_send": may(caller, CHAIRS),
        "may_restricted": may(caller, RESTRICTED_READERS),
    }


def _context(
    request: web.Request, seen: _Seen, doors: Mapping[str, bool], form: PageForm | None, adding: AddPaperForm
) -> dict[str, Any]:
    newest = seen.versions[0] if seen.versions else None
    return {
        **doors,
        "sitting": seen.sitting,
        "body": seen.body,
        "key": key_of(seen.sitting.name),
        "items": item_papers(seen.sitting, seen.papers),
        "late": late_words(seen.papers.papers),
        "kept_out": kept_out_words(seen.papers),
        "due": civil(seen.papers.due_date),
        "versions": version_rows(seen.versions),
        "newest": newest.version if newest else 0,
        "waits_for_release": bool(newest and newest.needs_release and not newest.released_by),
        "released": bool(newest and newest.released_by),
        "families": _families(seen),
        "copies": member_copies(seen.sitting, seen.makeup),
        "not_asked": bool(seen.makeup.unanswered),
        "form": form,
        "add_form": adding,
        "done": told(session_of(request), request.path),
    }


def _families(seen: _Seen) -> list[tuple[str, str]]:
    """Whose family has something to read: key and reference."""
    marked = {one.subject for one in seen.papers.papers if one.for_family}
    return [(key, words) for key, words in subject_choices(seen.sitting) if _named(seen.sitting, key) in marked]
