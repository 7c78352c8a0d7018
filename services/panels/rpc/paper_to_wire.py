"""Papers to wire."""

from collections.abc import Iterable, Sequence

from permanence.panels.v1 import paper_pb2
from permanence.panels.v1 import papers_service_pb2 as wire

from services.panels.app.publish_agenda import needs_release
from services.panels.app.read_papers import SittingPapers
from services.panels.domain import names
from services.panels.domain.agenda_version import AgendaVersion, PlacedPaper
from services.panels.domain.paper import Paper, PaperFormat, PaperKind
from services.panels.rpc.wire_time import day, instant

_ENDS = {PaperFormat.PDF: "pdf", PaperFormat.WORD: "docx"}


def paper(council: str, one: Paper) -> paper_pb2.Paper:
    """A paper, without what only a sitting can say of it."""
    return paper_pb2.Paper(
        name=names.paper_name(council, one.paper_id),
        body=names.body_name(council, one.body),
        subject=one.subject,
        kind=kind(one.kind),
        title=one.title,
        format=paper_pb2.PaperFormat.Value(f"PAPER_FORMAT_{one.format.name}"),
        receive_time=instant(one.received_at),
        restricted=one.restricted,
        for_family=one.for_family,
        sha256=one.sha256,
        size=one.size,
        pages=one.pages,
        replaces=names.paper_name(council, one.replaces) if one.replaces else "",
    )


def papers(council: str, found: SittingPapers) -> wire.ListPapersResponse:
    """A sitting's papers and what is missing."""
    shown = [paper(council, one) for one in found.papers]
    for one, plain in zip(shown, found.papers, strict=True):
        item = found.item_of(plain)
        one.late = plain.late(found.due)
        one.item_number = item.number if item else 0
        pages = found.pages.get(plain.paper_id)
        one.page_numbers = pages.words if pages else ""
    lacking = [missing(one.subject, one.kinds, names.item_name(council, one.item.item_id)) for one in found.missing]
    kept_out = [names.item_name(council, one.item_id) for one in found.sitting.items if one.item_id in found.kept_out]
    return wire.ListPapersResponse(papers=shown, missing=lacking, due_date=day(found.due), kept_out_items=kept_out)


def missing(subject: str, kinds: Iterable[PaperKind], agenda_item: str = "") -> paper_pb2.MissingPapers:
    """What a subject lacks, on an agenda or before."""
    return paper_pb2.MissingPapers(agenda_item=agenda_item, subject=subject, kinds=[kind(one) for one in kinds])


def agenda_version(
    council: str, one: AgendaVersion, placed: Sequence[PlacedPaper], *, restricted: bool, changes: bool = True
) -> paper_pb2.AgendaVersion:
    """A version with the pages that it added. `restricted`: whether its reader may know of what is restricted."""
    new = [p.pages for p in placed if p.version == one.version]
    added = [pages for pages in new if not pages.restricted] or [pages for pages in new if restricted]
    return paper_pb2.AgendaVersion(
        sitting=names.sitting_name(council, one.sitting),
        version=one.version,
        publish_time=instant(one.published_at),
        published_by=one.published_by,
        changes=[change.words for change in one.changes] if changes else (),
        first_page=added[0].labels[0] if added else "",
        last_page=added[-1].labels[-1] if added else "",
        needs_release=any(needs_release(p) for p in placed if p.version <= one.version),
        released_by=one.released_by,
    )


def kind(one: PaperKind) -> paper_pb2.PaperKind.ValueType:
    """Its number."""
    return paper_pb2.PaperKind.Value(f"PAPER_KIND_{one.name}")


def file_name(one: Paper) -> str:
    """Says what it is and nothing of whom it is about."""
    return f"{one.kind.value}-{str(one.paper_id)[-8:]}.{_ENDS[one.format]}"
