"""Papers for a panel on any page: as a person reads them, and the form by which one is brought."""

from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import wtforms
from permanence.panels.v1 import paper_pb2
from permanence.panels.v1 import papers_service_pb2 as pb
from wtforms.validators import StopValidation

from servicekit.errors import Violation
from web.desk import Away, Desk, Refused, key_of
from web.form import Needed, PageForm
from web.page import away_words
from web.upload import Upload
from web.words import london, moment

KIND_WORDS: Mapping[int, str] = {
    paper_pb2.PAPER_KIND_SOCIAL_WORK_REPORT: "Social worker's report",
    paper_pb2.PAPER_KIND_PLAN: "Care plan or permanence plan",
    paper_pb2.PAPER_KIND_MINUTES: "Minutes of the last meeting",
    paper_pb2.PAPER_KIND_CHILD_PERMANENCE_REPORT: "Child's permanence report",
    paper_pb2.PAPER_KIND_ASSESSMENT: "Assessment",
    paper_pb2.PAPER_KIND_MEDICAL_REPORT: "Medical report",
    paper_pb2.PAPER_KIND_CHILDS_VIEWS: "Child's views",
    paper_pb2.PAPER_KIND_FAMILY_PLAN: "Family's plan or views",
    paper_pb2.PAPER_KIND_REVIEWING_OFFICERS_VIEW: "Reviewing officer's view",
    paper_pb2.PAPER_KIND_REFERRAL: "Referral form",
    paper_pb2.PAPER_KIND_OTHER: "Other paper",
}
OPEN, RESTRICTED, FOR_FAMILY = "open", "restricted", "family"
READERS = (
    (OPEN, "Everybody on the panel"),
    (RESTRICTED, "Only the chair and those who may read what is restricted"),
    (FOR_FAMILY, "Everybody on the panel, and the family"),
)
MOST_BYTES: Final = 25 * 1024 * 1024
FILE_SECONDS: Final = 60.0
_AROUND_A_FILE: Final = 64 * 1024
_PIECE: Final = 512 * 1024
_TOO_LARGE: Final = (
    "The file must be 25 MB or smaller. Save it with smaller pictures or without scans, or send it in parts"
)
_OF_THE_FILE = ("content", "header.file_name", "header.size")
_KINDS = [(str(number), words) for number, words in KIND_WORDS.items()]
_KILO = 1024


@dataclass(frozen=True)
class PaperRow:
    """One paper. `pages` is empty until it was sent out."""

    key: str
    words: str
    came: str
    size: str
    pages: str
    late: bool
    readers: str


class PaperForm(PageForm):
    """One paper of one subject, whose key `subject` is; the file itself is read apart."""

    wire_fields: Mapping[str, str] = {
        "header.subject": "subject", "header.kind": "kind", "header.title": "title", "header.file_name": "file",
        "header.size": "file", "content": "file",
    }  # fmt: skip

    subject = wtforms.SelectField("Who is it about?", [Needed("Choose who it is about")], validate_choice=False)
    kind = wtforms.SelectField("What is it?", choices=[("", "Choose"), *_KINDS], validate_choice=False)
    title = wtforms.StringField("Its title, if it is another paper")
    readers = wtforms.RadioField("Who may read it?", choices=READERS, default=OPEN, validate_choice=False)
    file = wtforms.FileField("PDF or Word file, 25 MB at most")

    def take(self, refusal: Refused) -> None:
        """What is wrong with the file says so as a sentence."""
        told = [
            Violation(one.field, f"The file {one.description}") if one.field in _OF_THE_FILE else one
            for one in refusal.violations
        ]
        super().take(Refused(refusal.reason, refusal.metadata, tuple(told)))

    def validate_kind(self, field: wtforms.Field) -> None:
        """One of them."""
        if field.data not in dict(_KINDS):
            raise StopValidation("Choose what it is")

    def validate_title(self, field: wtforms.Field) -> None:
        """For whatever its kind does not name."""
        if self.kind.data == str(paper_pb2.PAPER_KIND_OTHER) and not (field.data or "").strip():
            raise StopValidation("Enter the paper's title")

    def validate_readers(self, field: wtforms.Field) -> None:
        """One of them."""
        if field.data not in dict(READERS):
            raise StopValidation("Choose who may read it")

    def header(self, body: str, subjects: Iterable[str]) -> pb.PaperHeader:
        """What is said of it, without the file; `subjects`: names of those whom the page is about."""
        return pb.PaperHeader(
            body=body,
            subject=next((name for name in subjects if key_of(name) == self.subject.data), ""),
            kind=paper_pb2.PaperKind.ValueType(int(self.kind.data or 0)),
            title=self.title.data or "",
            restricted=self.readers.data == RESTRICTED,
            for_family=self.readers.data == FOR_FAMILY,
            request_id=self.request_id.data or "",
        )


async def content_of(form: PaperForm, upload: Upload) -> bytes | None:
    """The file, read only where the rest of the form is right and no more than a paper may have is said to come."""
    if upload.said_bytes > MOST_BYTES + _AROUND_A_FILE:
        form.refuse(_TOO_LARGE, "file")
        return None
    if not form.validate():
        return None
    if not upload.file_name:
        form.refuse("Choose a file", "file")
        return None
    content = await upload.content(MOST_BYTES)
    if content is None:
        form.refuse(_TOO_LARGE, "file")
    return content


async def send_paper(desk: Desk, header: pb.PaperHeader, file_name: str, content: bytes) -> pb.AddPaperResponse:
    """In pieces. Refused, or Away."""
    header.file_name, header.size = file_name[-200:], len(content)

    async def sent(first: pb.PaperHeader, **options: Any) -> pb.AddPaperResponse:
        reply: pb.AddPaperResponse = await desk.papers.AddPaper(_messages(first, content), **options)
        return reply

    return await desk.ask("panels", sent, header, seconds=FILE_SECONDS)


async def take_back(desk: Desk, key: str, form: PageForm) -> pb.WithdrawPaperResponse:
    """A paper. Refused, or Away."""
    wanted = pb.WithdrawPaperRequest(name=desk.name("papers", key), request_id=form.request_id.data or "")
    return await desk.ask("panels", desk.papers.WithdrawPaper, wanted)


async def paper_file(desk: Desk, key: str) -> tuple[str, bytes]:
    """A paper as it came: the service's name for it, and its content."""
    wanted = pb.GetPaperRequest(name=desk.name("papers", key))
    pieces = await desk.ask_all("panels", desk.papers.GetPaper, wanted, seconds=FILE_SECONDS)
    return pieces[0].file_name, b"".join(piece.content for piece in pieces)


async def asked(form: PageForm, call: Awaitable[object]) -> bool:
    """Whether it was done; else the form says why not."""
    try:
        await call
    except Refused as refusal:
        form.take(refusal)
    except Away as away:
        form.refuse(away_words(away.service))
    return not form.faults


def paper_row(one: paper_pb2.Paper) -> PaperRow:
    """As it stands in a list."""
    readers = "Restricted" if one.restricted else "The family may have it" if one.for_family else ""
    return PaperRow(
        key=key_of(one.name),
        words=paper_words(one),
        came=moment(london(one.receive_time)),
        size=_size_words(one.size),
        pages=one.page_numbers,
        late=one.late,
        readers=readers,
    )


def paper_words(one: paper_pb2.Paper) -> str:
    """Its kind with its title, if it has one."""
    kind = KIND_WORDS.get(one.kind, "Paper")
    if one.kind == paper_pb2.PAPER_KIND_OTHER and one.title:
        return one.title
    return f"{kind}: {one.title}" if one.title else kind


def kinds_words(kinds: Iterable[int]) -> str:
    """`care plan or permanence plan and medical report`."""
    words = [KIND_WORDS[kind].lower() for kind in kinds]
    return ", ".join(words[:-1]) + (" and " if words[:-1] else "") + words[-1] if words else ""


async def _messages(header: pb.PaperHeader, content: bytes) -> AsyncIterator[pb.AddPaperRequest]:
    yield pb.AddPaperRequest(header=header)
    for at in range(0, len(content), _PIECE):
        yield pb.AddPaperRequest(content=content[at : at + _PIECE])


def _size_words(size: int) -> str:
    return f"{size / _KILO / _KILO:.1f} MB" if size >= _KILO * _KILO else f"{max(1, size // _KILO)} KB"
