"""Take a paper for what a body is to hear, and take one back."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, Violation
from servicekit.ids import new_id
from services.panels.app.paper_ports import PaperReader, ReadPaper
from services.panels.app.policy import require
from services.panels.app.ports import Cases, CouncilBodies, KnownSubject, UnitOfWork
from services.panels.app.read_papers import load_paper
from services.panels.domain.body import BodyUuid
from services.panels.domain.names import body_name, paper_name
from services.panels.domain.paper import MOST_BYTES, Paper, PaperContent, PaperId, PaperKind
from services.panels.domain.paper_errors import PaperWithdrawnError

_MEGABYTE = 1024 * 1024
TOO_LARGE = (
    f"is larger than {MOST_BYTES // _MEGABYTE} MB. Save it with smaller pictures or without scans, or send it in parts"
)


@dataclass(frozen=True)
class AddPaper:
    """What is about to come. `size` 0: not known beforehand."""

    body: BodyUuid
    subject: str
    kind: PaperKind
    title: str
    file_name: str
    size: int
    restricted: bool
    for_family: bool
    replaces: PaperId | None


@dataclass(frozen=True)
class Received:
    """A paper's content that was read and found to be one."""

    original: bytes
    read: ReadPaper

    @property
    def sha256(self) -> str:
        """Of the content as it came, hexadecimal."""
        return hashlib.sha256(self.original).hexdigest()


async def check_adder(cases: Cases, caller: Caller, council: CouncilBodies, command: AddPaper) -> KnownSubject:
    """Before anything is read: NotFound for a body or a subject that is not there for the caller."""
    name = body_name(caller.council, command.body)
    require(caller, "AddPaper", name)
    if command.body not in council.bodies:
        raise NotFound(name)
    found = await cases.subject(caller, command.subject)
    return KnownSubject(found.subject, found.reference, found.restricted, found.is_family, found.members)


async def receive(reader: PaperReader, command: AddPaper, pieces: AsyncIterator[bytes]) -> Received:
    """All of it, and what it is.

    InvalidRequest where it is too large, which is said as early as can be, or no paper.
    """
    if command.size > MOST_BYTES:
        raise InvalidRequest([Violation("header.size", TOO_LARGE)])
    content = bytearray()
    async for piece in pieces:
        content += piece
        if len(content) > MOST_BYTES:
            raise InvalidRequest([Violation("content", TOO_LARGE)])
    original = bytes(content)
    return Received(original, await reader.read(original, command.file_name, for_family=command.for_family))


async def add_paper(
    unit: UnitOfWork, caller: Caller, command: AddPaper, received: Received, subject: KnownSubject
) -> Paper:
    """Keep it. NotFound or PaperWithdrawnError for a paper whose place it cannot take."""
    await unit.candidates.put_subject(subject, members_known=subject.is_family)
    if command.replaces is not None:
        await _refuse_replacing(unit, caller, command, command.replaces)
    paper = Paper(
        paper_id=PaperId(new_id()),
        body=command.body,
        subject=command.subject,
        kind=command.kind,
        title=command.title,
        format=received.read.format,
        received_at=unit.now(),
        added_by=caller.principal_id,
        restricted=command.restricted,
        for_family=command.for_family,
        sha256=received.sha256,
        size=len(received.original),
        pages=received.read.pages,
        replaces=command.replaces,
    )
    await unit.papers.add(paper, PaperContent(received.original, received.read.as_pdf))
    await _renew(unit, paper)
    fields = ["subject", "kind", "title", "content", "restricted", "for_family"]
    await unit.audit(caller, "AddPaper", paper_name(caller.council, paper.paper_id), fields)
    return paper


async def withdraw_paper(unit: UnitOfWork, caller: Caller, paper_id: PaperId) -> None:
    """PaperWithdrawnError where it is taken back already, or another has taken its place."""
    name = paper_name(caller.council, paper_id)
    paper = await load_paper(unit, caller, paper_id, lock=True)
    if paper.withdrawn_at is not None or await unit.papers.replaced(paper.paper_id):
        raise PaperWithdrawnError(paper=name)
    await unit.papers.withdraw(paper.paper_id, unit.now())
    await _renew(unit, paper)
    await unit.audit(caller, "WithdrawPaper", name)


async def _refuse_replacing(unit: UnitOfWork, caller: Caller, command: AddPaper, other: PaperId) -> None:
    before = await load_paper(unit, caller, other, lock=True)
    name = paper_name(caller.council, other)
    if (before.body, before.subject) != (command.body, command.subject):
        raise NotFound(name)
    if before.withdrawn_at is not None or await unit.papers.replaced(other):
        raise PaperWithdrawnError(paper=name)


async def _renew(unit: UnitOfWork, paper: Paper) -> None:
    """Whoever looked at the agenda without this paper looks again before sending it out."""
    for sitting in await unit.sittings.coming(paper.body, unit.now()):
        if any(paper.subject in item.subjects for item in sitting.items):
            await unit.sittings.change(replace(sitting, version=sitting.version + 1))
